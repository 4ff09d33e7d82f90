"""The dated points of a phase: what is asked, told and expected there, and what answers bring about."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, Protocol, TypeVar

from pydantic import Field, model_validator

from programs.dates import Nudge
from programs.spec.base import Declared, DueWords, Line, NudgeWords, Role, Slug, SpanWords, WhenWords
from programs.spec.news import Call, Tell


class Then(StrEnum):
    """What follows."""

    REMIND = "remind"
    AT_RISK = "at_risk"
    FLAG = "flag"
    WAIT = "wait"
    MOVE_ON = "move_on"
    REMATCH = "rematch"
    GO = "go"
    CLOSE = "close"


class _Going(Protocol):
    """What may send a relationship into another phase."""

    @property
    def then(self) -> Then: ...
    @property
    def to(self) -> str | None: ...


W = TypeVar("W", bound=_Going)


def with_destination(way: W) -> W:
    """The same. Raises ValueError where it says to go, and not where, or the other way round."""
    if (way.then is Then.GO) != (way.to is not None):
        raise ValueError(
            "'then: go' needs 'to', the phase that follows" if way.to is None else "'to' belongs to 'then: go'"
        )
    return way


class Ask(Declared):
    """A form to answer."""

    form: Slug
    roles: tuple[Role, ...] = Field(min_length=1)
    due: DueWords
    """How long people have, from the day they are asked."""
    remind: tuple[NudgeWords, ...] = ()
    message: Slug = "ask"
    reminder: Slug = "reminder"
    expires: DueWords | None = None
    """How long after the due day an answer is still taken; a required one waits as long as its phase. Default 14 days."""
    exchange: bool = False
    """Whether, as after a reflection, everybody is told once they can read what the others share with them."""

    @property
    def nudges(self) -> tuple[Nudge, ...]:
        return tuple(sorted(self.remind, key=lambda nudge: nudge.days))


class ExpectedMeeting(Declared):
    minutes: int = Field(default=1, ge=1, le=1440)
    """The least length that counts."""


class Expect(Declared):
    """Something that people do by themselves, and that is looked for until it is due."""

    meeting: ExpectedMeeting | None = None
    checklist: Literal["done"] | None = None
    goals: int | None = Field(default=None, ge=1)
    """How many goals the relationship should have set."""
    due: DueWords | None = None
    """Default: the end of the phase, or the next occurrence."""

    @model_validator(mode="after")
    def _one(self) -> Expect:
        if sum(value is not None for value in (self.meeting, self.checklist, self.goals)) != 1:
            raise ValueError("expect exactly one of: meeting, checklist, goals")
        return self


class Consequence(Declared):
    """What an answer brings about."""

    answer: str | int | bool
    """An option of a choice; yes or no; or, for numbers and scales, a comparison such as '<= 2'."""
    question: Slug | None = None
    """Which question; may be left out where only one can have that answer."""
    by: Literal["any", "all"] = "any"
    then: Literal[Then.CLOSE, Then.REMATCH, Then.FLAG, Then.GO]
    to: Slug | None = None
    """For `go`: the phase that follows at once."""
    reason: Slug | None = None
    rematch: bool = False
    note: Line | None = None

    @model_validator(mode="after")
    def _complete(self) -> Consequence:
        if self.then in (Then.CLOSE, Then.REMATCH) and self.reason is None:
            raise ValueError(f"'then: {self.then}' needs a 'reason'")
        return with_destination(self)


class Passes(Declared):
    """Which answers count; others are kept, but the question stays open."""

    question: Slug
    answer: str | int | bool
    """An option; yes or no; or a comparison such as '>= 80'."""


class Cycles(StrEnum):
    """In which cycles of a relationship there is a milestone."""

    FIRST = "first"
    LATER = "later"
    """Only where a new cycle carries the relationship on."""
    ALL = "all"


class Milestone(Declared):
    """A dated point of a phase."""

    id: Slug
    title: Line | None = None
    at: WhenWords | None = None
    every: SpanWords | None = None
    cycles: Cycles = Cycles.ALL
    """Whether it belongs to the first cycle of a relationship, to the later ones, or to all."""
    instead_of: tuple[Slug, ...] = ()
    """Milestones which it stands for in later cycles: it is asked instead of them, and the days named in it count."""
    tell: Tell | None = None
    call: Call | None = None
    ask: Ask | None = None
    expect: Expect | None = None
    required: bool = False
    needs: Literal["any", "all"] = "all"
    """Whether one answer is enough, or everybody's is needed."""
    passes: Passes | None = None
    """Without it, every answer counts."""
    when: tuple[Consequence, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_consequence(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("when"), dict):
            return {**value, "when": [value["when"]]}
        return value

    @model_validator(mode="before")
    @classmethod
    def _of_later_cycles(cls, value: Any) -> Any:
        """What stands for something in later cycles belongs to them; one name is a list of one."""
        if not isinstance(value, dict) or not value.get("instead_of"):
            return value
        named = value["instead_of"]
        return {"cycles": Cycles.LATER, **value, "instead_of": [named] if isinstance(named, str) else named}

    @model_validator(mode="after")
    def _asked_instead(self) -> Milestone:
        if self.instead_of and self.cycles is not Cycles.LATER:
            raise ValueError("'instead_of' belongs to later cycles; leave 'cycles' out")
        if self.instead_of and self.ask is None:
            raise ValueError("'instead_of' is for what is asked anew, so it needs 'ask'")
        return self

    @model_validator(mode="after")
    def _one_of_each(self) -> Milestone:
        if (self.at is None) == (self.every is None):
            raise ValueError("a milestone has either 'at' or 'every'")
        if sum(value is not None for value in (self.tell, self.call, self.ask, self.expect)) != 1:
            raise ValueError("a milestone does exactly one of: tell, call, ask, expect")
        if self.when and self.ask is None:
            raise ValueError("'when' follows an answer, so it needs 'ask'")
        if self.passes and self.ask is None:
            raise ValueError("'passes' judges an answer, so it needs 'ask'")
        if self.required and (self.tell or self.call):
            raise ValueError("a message cannot be required; only what is asked or expected can be waited for")
        if self.required and self.every is not None:
            raise ValueError(
                "a recurring milestone cannot be required; give the one that matters a milestone of its own"
            )
        return self

    @property
    def news(self) -> Tell | Call | None:
        """What people are told, where they are told something."""
        return self.tell or self.call

    @property
    def label(self) -> str:
        return self.title or self.id.replace("_", " ").replace("-", " ").capitalize()
