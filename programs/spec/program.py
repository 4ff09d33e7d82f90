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
from programs.spec.milestones import Then
from programs.spec.phases import Phase


class Shape(StrEnum):
    PAIR = "pair"
    GROUP = "group"
    CIRCLE = "circle"
    TEAM = "team"
    """Several mentors and several mentees together, as given."""


class Size(Declared):
    at_least: int = Field(default=2, ge=2)
    at_most: int = Field(default=6, ge=2)


class Turns(Declared):
    """A circle has no fixed mentor: from meeting to meeting another member takes that part."""

    title: Line = "leads the meeting"
    missed: Literal["passes", "stays"] = "stays"
    """When an expected meeting is not held: the turn passes to the next, or stays."""
    message: Slug = "turn"
    """The mail to the member whose turn it is."""


class Relationships(Declared):
    """Who is brought together."""

    shape: Shape = Shape.PAIR
    reverse: bool = False
    """The junior person mentors the senior one."""
    mentor_capacity: int = Field(default=1, ge=0, le=100)
    """How many relationships a mentor takes, unless their own row says otherwise. A group is one relationship."""
    mentors: int = Field(default=1, ge=1, le=10)
    """How many mentors each mentee gets. Everybody gets a first one before anybody gets a second."""
    turns: Turns | None = None
    """For circles."""
    merge: bool = False
    """For circles: one that has become too small joins another that has room."""
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
    then: Literal[Then.REMIND, Then.AT_RISK, Then.CLOSE, Then.GO]
    to: Slug | None = None
    """For `go`: the phase that follows."""
    during: tuple[Slug, ...] = ()
    """The phases in which it counts; none named means all."""
    message: Slug | None = None
    reason: Slug | None = None

    @model_validator(mode="after")
    def _complete(self) -> Rung:
        if self.then is Then.REMIND and self.message is None:
            raise ValueError("'then: remind' needs a 'message'")
        if self.then is Then.CLOSE and self.reason is None:
            raise ValueError("'then: close' needs a 'reason'")
        if (self.then is Then.GO) != (self.to is not None):
            raise ValueError("'then: go' and 'to', the phase that follows, belong together")
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
    reasons: tuple[Slug, ...] = ()
    """After which endings it is asked; without any, after those that were planned."""
    message: Slug = "follow_up"


class NewCycle(Declared):
    """What becomes of a relationship whose members all choose `new_cycle`: it goes on as a new one, linked to the old."""

    begins: Slug
    """The phase in which the new cycle begins."""
    at_most: int = Field(default=3, ge=1, le=20)
    """How many cycles may follow the first."""


class Attention(Declared):
    """What somebody is to look at, beside what answers and silence flag."""

    scores_apart: int | None = Field(default=3, ge=1)
    """When members answer the same scale question of a step this far apart."""
    expired: bool = True
    """Required asks that nobody answered in time."""
    waiting: SpanWords = Span(7, Unit.DAY)
    """How long people may stand before a gate, a proposal, or an approval until it counts."""
    unmatched: SpanWords = Span(4, Unit.WEEK)
    """How long nobody may be found for somebody while others are still on their way to the match; at once where nobody is."""
    unanswered: int | None = Field(default=2, ge=1)
    """Where mentees lead: how many asks in a row a mentor lets go by until it counts."""


class Extensions(Declared):
    """How much longer than planned the operator may let a relationship go on."""

    at_least: SpanWords = Span(1, Unit.DAY)
    """Each time."""
    at_most: SpanWords
    """All together."""


class Closure(Declared):
    """How relationships end."""

    reasons: tuple[Slug, ...] = ("completed", "no_fit", "no_contact", "left_organisation", "conduct", "other")
    planned: tuple[Slug, ...] = ()
    """Reasons beside `completed` with which a relationship comes to its planned end, such as `graduated`."""
    notice: SpanWords = Span(14, Unit.DAY)
    rematch: Rematch | None = None
    follow_up: FollowUp | None = None
    new_cycle: NewCycle | None = None
    extensions: Extensions | None = None
    """Without it, there is no limit."""

    @property
    def planned_reasons(self) -> tuple[str, ...]:
        return ("completed", *self.planned)


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
    """Where everything goes that is planned for a weekend. Phases are counted as if nothing had moved, so that none grows."""
    extends: str | None = None
    """Another program, of which only what differs is written; or `standard`, the forms and mails that every program has
    unless it declares its own: to name it says where they come from, and changes nothing."""
    goals: tuple[ProgramGoal, ...] = ()
    # Defaults need no reading, so that none of these models has to be built for them.
    relationships: Relationships = Relationships.model_construct()
    enrollment: Enrollment = Enrollment.model_construct()
    matching: Matching = Matching.model_construct()
    phases: tuple[Phase, ...] = Field(min_length=1, max_length=100)
    silence: tuple[Rung, ...] = ()
    closure: Closure = Closure.model_construct()
    attention: Attention = Attention.model_construct()
    forms: dict[Slug, Form] = Field(default_factory=dict)
    messages: dict[Slug, Message] = Field(default_factory=dict)
    retention: Retention = Retention.model_construct()

    def phase(self, phase_id: str) -> Phase:
        """Raises KeyError for a phase that the program does not have."""
        for phase in self.phases:
            if phase.id == phase_id:
                return phase
        raise KeyError(phase_id)

    @property
    def alone_phases(self) -> tuple[Phase, ...]:
        """Those that participants go through before they are matched."""
        return tuple(phase for phase in self.phases if phase.alone)

    @property
    def shared_phases(self) -> tuple[Phase, ...]:
        """Those of relationships; the first is where one starts."""
        return tuple(phase for phase in self.phases if not phase.alone)

    def form_title(self, form_id: str) -> str:
        """The form's own title, or its id in words."""
        return self.forms[form_id].title or form_id.replace("_", " ").replace("-", " ").capitalize()

    @property
    def roles(self) -> tuple[Role, ...]:
        if self.relationships.shape is Shape.CIRCLE:
            return (Role.MEMBER,)
        return (Role.MENTOR, Role.MENTEE)
