"""A whole program, as declared."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from programs.dates import Span, Unit, Weekend
from programs.spec.base import Declared, Line, Role, Slug, SpanWords, Text
from programs.spec.enrollment import Enrollment
from programs.spec.forms import Form, Message
from programs.spec.matching import Matching
from programs.spec.phases import Phase, Then


class Shape(StrEnum):
    PAIR = "pair"
    GROUP = "group"
    CIRCLE = "circle"


class Size(Declared):
    at_least: int = Field(default=2, ge=2)
    at_most: int = Field(default=6, ge=2)


class Relationships(Declared):
    """Who is brought together."""

    shape: Shape = Shape.PAIR
    reverse: bool = False
    """The junior person mentors the senior one."""
    mentor_capacity: int = Field(default=1, ge=0, le=100)
    """How many relationships a mentor takes, unless their own row says otherwise. A group is one relationship."""
    mentors: int = Field(default=1, ge=1, le=10)
    """How many mentors each mentee gets. Everybody gets a first one before anybody gets a second."""
    size: Size | None = None
    """Mentees of a group beside its mentor, or members of a circle."""


class Target(Declared):
    """A measurable aim: `average >= 4`, `share >= 70%`."""

    statistic: Literal["average", "share"]
    comparison: Literal[">=", "<="]
    value: float

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(r"(average|share) (>=|<=) (\d+(?:\.\d+)?)(%?)", value.strip())
        if match is None or (match[1] == "share") != bool(match[4]):
            raise ValueError(f"'{value}' is not a target; write 'average >= 4' or 'share >= 70%'")
        return {"statistic": match[1], "comparison": match[2], "value": float(match[3])}

    def __str__(self) -> str:
        return f"{self.statistic} {self.comparison} {self.value:g}{'%' if self.statistic == 'share' else ''}"


class ProgramGoal(Declared):
    """Why the organisation runs the program, measured at the end."""

    id: Slug
    objective: Line
    measure: str = Field(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")
    """FORM.QUESTION of a scale, number, progress or yes/no question."""
    target: Target


class Rung(Declared):
    """One step of the silence ladder."""

    after: SpanWords
    then: Literal[Then.REMIND, Then.AT_RISK, Then.CLOSE]
    message: Slug | None = None
    reason: Slug | None = None

    @model_validator(mode="after")
    def _complete(self) -> Rung:
        if self.then is Then.REMIND and self.message is None:
            raise ValueError("'then: remind' needs a 'message'")
        if self.then is Then.CLOSE and self.reason is None:
            raise ValueError("'then: close' needs a 'reason'")
        if self.after.days is None:
            raise ValueError(f"silence is counted in days or weeks, not '{self.after}'")
        return self


class Rematch(Declared):
    reasons: tuple[Slug, ...] = Field(min_length=1)
    after: SpanWords = Span(2, Unit.WEEK)


class FollowUp(Declared):
    after: SpanWords
    form: Slug
    due: SpanWords = Span(14, Unit.DAY)
    roles: tuple[Role, ...] = ()
    message: Slug = "follow_up"


class Closure(Declared):
    """How relationships end."""

    reasons: tuple[Slug, ...] = ("completed", "no_fit", "no_contact", "left_organisation", "conduct", "other")
    notice: SpanWords = Span(14, Unit.DAY)
    rematch: Rematch | None = None
    follow_up: FollowUp | None = None


def _after_the_last_closure(words: str) -> Span:
    return Span.parse(words.removesuffix(" after the last closure"))


class Retention(Declared):
    """How long what is known of people is kept."""

    answers: SpanWords = Span(2, Unit.YEAR)
    people: Line = "1 year after the last closure"

    @field_validator("people")
    @classmethod
    def _readable(cls, people: str) -> str:
        _after_the_last_closure(people)
        return people

    @property
    def people_after(self) -> Span:
        return _after_the_last_closure(self.people)


class Program(Declared):
    """A mentoring program: one reusable lifecycle, declared in one file."""

    program: Slug
    version: int = Field(default=1, ge=1)
    title: Line
    summary: Text | None = None
    timezone: str = "UTC"
    weekend: Weekend = Weekend.NONE
    """Where a milestone or a due day goes that falls on a weekend."""
    extends: str | None = None
    goals: tuple[ProgramGoal, ...] = ()
    relationships: Relationships = Relationships()
    enrollment: Enrollment = Enrollment()
    matching: Matching = Matching()
    phases: tuple[Phase, ...] = Field(min_length=1, max_length=100)
    silence: tuple[Rung, ...] = ()
    closure: Closure = Closure()
    forms: dict[Slug, Form] = Field(default_factory=dict)
    messages: dict[Slug, Message] = Field(default_factory=dict)
    retention: Retention = Retention()

    def phase(self, phase_id: str) -> Phase:
        """Raises KeyError for a phase that the program does not have."""
        for phase in self.phases:
            if phase.id == phase_id:
                return phase
        raise KeyError(phase_id)

    def form_title(self, form_id: str) -> str:
        """The form's own title, or its id in words."""
        return self.forms[form_id].title or form_id.replace("_", " ").replace("-", " ").capitalize()

    @property
    def roles(self) -> tuple[Role, ...]:
        if self.relationships.shape is Shape.CIRCLE:
            return (Role.MEMBER,)
        return (Role.MENTOR, Role.MENTEE)
