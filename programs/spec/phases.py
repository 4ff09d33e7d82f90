"""The phases of the lifecycle and what happens in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import Field, model_validator

from programs.dates import Nudge, Span
from programs.spec.base import (
    Declared,
    DueWords,
    Item,
    Line,
    NudgeWords,
    Role,
    Slug,
    Source,
    SpanWords,
    Text,
    WhenWords,
)
from programs.spec.news import Call, Tell


class Lasts(Declared):
    """How long a phase takes: exactly, or between two lengths that differ from one relationship to the next."""

    at_least: SpanWords
    at_most: SpanWords
    until: Source | None = None
    """MILESTONE.QUESTION: the day that was answered there is the last, within the two lengths; unanswered, the longest."""

    @model_validator(mode="before")
    @classmethod
    def _one_length(cls, value: Any) -> Any:
        return {"at_least": value, "at_most": value} if isinstance(value, (str, Span)) else value

    @property
    def is_fixed(self) -> bool:
        return bool(self.at_least == self.at_most)


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


W = TypeVar("W", "Consequence", "Overrun")


def _with_destination(way: W) -> W:
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
        return _with_destination(self)


class Passes(Declared):
    """Which answers count; others are kept, but the question stays open."""

    question: Slug
    answer: str | int | bool
    """An option; yes or no; or a comparison such as '>= 80'."""


class Milestone(Declared):
    """A dated point of a phase."""

    id: Slug
    title: Line | None = None
    at: WhenWords | None = None
    every: SpanWords | None = None
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


class Reflect(Declared):
    """The survey at the end, asked of all members and exchanged as far as its questions allow."""

    form: Slug
    due: DueWords | None = None
    """Default: the end of the phase."""
    remind: tuple[NudgeWords, ...] = ()
    message: Slug = "reflect"
    reminder: Slug = "reminder"

    @model_validator(mode="before")
    @classmethod
    def _name_only(cls, value: Any) -> Any:
        return {"form": value} if isinstance(value, str) else value


class Overrun(Declared):
    """What becomes of a relationship whose phase should be over but whose required milestones are not reached."""

    after: SpanWords
    then: Literal[Then.WAIT, Then.MOVE_ON, Then.CLOSE, Then.GO]
    to: Slug | None = None
    """For `go`: the phase that follows."""
    at_most: int | None = Field(default=None, ge=1)
    """For `go`: how often; after that the relationship ends with the reason."""
    reason: Slug | None = None

    @model_validator(mode="after")
    def _complete(self) -> Overrun:
        if self.then is Then.CLOSE and self.reason is None:
            raise ValueError("'then: close' needs a 'reason'")
        if self.at_most is not None and self.reason is None:
            raise ValueError("'at_most' needs a 'reason': how the relationship ends after that")
        return _with_destination(self)


class Path(Declared):
    """A way out of a phase, beside the next phase of the file. The first that holds is taken."""

    to: Slug
    """A phase, or `end`."""
    when: Literal["over", "contact", "operator"] = "over"
    """When the phase is over; as soon as there is contact again; or when the operator says so."""
    milestone: Slug | None = None
    """For `over`: the milestone whose answer decides; without it the way is always open."""
    question: Slug | None = None
    answer: str | int | bool | None = None
    by: Literal["any", "all"] = "all"
    at_most: int | None = Field(default=None, ge=1)
    """How often a relationship goes this way."""
    reason: Slug | None = None
    """For `end`: how it ended. Default: completed."""

    @model_validator(mode="after")
    def _consistent(self) -> Path:
        if (self.milestone is None) != (self.answer is None):
            raise ValueError("a path that depends on an answer has both 'milestone' and 'answer'")
        if self.milestone and self.when != "over":
            raise ValueError(f"a path by {self.when} does not depend on an answer")
        if self.reason and self.to != "end":
            raise ValueError("'reason' belongs to a path to 'end'")
        return self


class Phase(Declared):
    """A named stretch of the lifecycle."""

    id: Slug
    title: Line | None = None
    lasts: Lasts
    alone: bool = False
    """Before anybody is matched: each participant goes through it alone."""
    roles: tuple[Role, ...] = ()
    """For a phase gone through alone: who does; nobody named means everybody."""
    until: Literal["required milestones reached", "proposed", "matched"] | None = None
    """For a phase gone through alone also: until somebody is proposed, or the relationship starts."""
    paths: tuple[Path, ...] = ()
    overrun: Overrun | None = None
    guide: Text | None = None
    checklist: dict[Role, tuple[Item, ...]] = Field(default_factory=dict)
    milestones: tuple[Milestone, ...] = ()
    reflect: Reflect | None = None
    next: tuple[Slug, ...] = ()
    """What a relationship may go on as; asked of everybody together with the reflection."""

    @model_validator(mode="after")
    def _ends(self) -> Phase:
        if not self.lasts.is_fixed and self.until is None and self.lasts.until is None:
            raise ValueError("a phase that lasts 'at least … at most …' needs 'until: required milestones reached'")
        if (self.roles or self.until in ("proposed", "matched")) and not self.alone:
            raise ValueError("'roles' and 'until: matched' belong to phases with 'alone: true'")
        if self.next and self.reflect is None:
            raise ValueError("'next' is asked together with the reflection, so it needs 'reflect'")
        return self

    @property
    def label(self) -> str:
        return self.title or self.id.replace("-", " ").replace("_", " ").capitalize()
