"""The phases of the lifecycle, how long each takes, and the ways out of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from programs.dates import Span
from programs.spec.base import Declared, DueWords, Item, Line, NudgeWords, Role, Slug, Source, SpanWords, Text
from programs.spec.milestones import Milestone, Then, with_destination


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
        return with_destination(self)


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
    on_return: Literal["begins anew", "goes on"] = "begins anew"
    """For whoever comes back to the phase: it begins anew, with its whole length, or goes on with the time that was left."""
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
    def goes_on(self) -> bool:
        """Whether whoever comes back to it has only the time that was left."""
        return self.on_return == "goes on"

    @property
    def label(self) -> str:
        return self.title or self.id.replace("-", " ").replace("_", " ").capitalize()
