"""What a summary record is made from: plain values about one relationship, gathered by whoever can read the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from programs.plan import Plan


@dataclass(frozen=True)
class MemberFacts:
    """A participant in the relationship. Ids only: a record holds no names."""

    id: int
    role: str
    accepted_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class PhaseFacts:
    """One phase as it was gone through; `left_on` None counts as the day of the end. `way`: the key of the declared way out."""

    visit: int
    phase: str
    entered_on: date
    planned_until: date
    left_on: date | None = None
    way: str | None = None


@dataclass(frozen=True)
class StepFacts:
    """One occurrence of a step of the plan. `status` is a word of StepStatus."""

    visit: int
    key: str
    occurrence: int
    status: str
    required: bool = False
    due_on: date | None = None
    settled_on: date | None = None
    lead: int | None = None
    """In a circle, for a meeting that was not held: who was to lead it."""


@dataclass(frozen=True)
class MeetingFacts:
    held_on: date
    minutes: int
    led_by: int | None = None
    """In a circle: who took the mentor's part."""


@dataclass(frozen=True)
class GoalFacts:
    """`key` ends in the id of the question that asked for the goal; `set_by` is a participant."""

    key: str
    set_by: int
    text: str
    status: str
    progress: int
    set_on: date
    settled_on: date | None = None
    term: str | None = None
    of: str = "member"
    said_on: date | None = None
    """The day on which somebody last said how far it is; None where nobody has."""


@dataclass(frozen=True)
class ActionFacts:
    """An item of the action plan. `question` asked for it, None for one that was added; `to` is a participant, None: all."""

    text: str
    status: str
    set_on: date
    to: int | None = None
    due_on: date | None = None
    settled_on: date | None = None
    goal: str | None = None
    question: str | None = None
    comments: int = 0


@dataclass(frozen=True)
class TickFacts:
    """A done item of a checklist, counted from 1."""

    participant: int
    phase: str
    item: int
    ticked_on: date


@dataclass(frozen=True)
class AnswerFacts:
    """The version of a response that counts, with everything in it: what may be shown is decided here, not by the gatherer."""

    participant: int
    role: str
    visit: int
    key: str
    occurrence: int
    form: str
    answered_on: date
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class PauseFacts:
    """`until_on` is None for a pause in which the relationship ended."""

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class AskedFacts:
    """The mentor as a choice of the mentee, 1 being the first, `of` so many then possible; `before`: asks that came to nothing."""

    choice: int
    of: int
    before: int = 0


@dataclass(frozen=True)
class EndingFacts:
    """How it ended. `by` is `program`, `operator`, a role, the code of a participant, or whoever else the books name."""

    reason: str
    closed_on: date
    by: str
    planned: bool
    note: str | None = None
    rematch: bool = False


@dataclass(frozen=True)
class RelationshipFacts:
    """Everything that is known of one relationship at its end."""

    plan: Plan
    cohort: str
    id: int
    round: int
    proposed_on: date
    ending: EndingFacts
    members: tuple[MemberFacts, ...]
    previous_id: int | None = None
    next_id: int | None = None
    """The new cycle that carries it on."""
    cycle: int = 1
    asked: AskedFacts | None = None
    """Where the mentee leads."""
    agreed_on: date | None = None
    started_on: date | None = None
    planned_end_on: date | None = None
    phases: tuple[PhaseFacts, ...] = field(default=())
    steps: tuple[StepFacts, ...] = field(default=())
    meetings: tuple[MeetingFacts, ...] = field(default=())
    goals: tuple[GoalFacts, ...] = field(default=())
    actions: tuple[ActionFacts, ...] = field(default=())
    ticks: tuple[TickFacts, ...] = field(default=())
    answers: tuple[AnswerFacts, ...] = field(default=())
    pauses: tuple[PauseFacts, ...] = field(default=())
    days_extended: int = 0
