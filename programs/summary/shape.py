"""The shape of a relationship's summary record, version 1, as JSON. Days are ISO 8601 texts, lengths whole days.

A later version may add keys; a key that changes its meaning raises VERSION. Readers ignore keys that they do not know.
"""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

KIND = "mentorflow.summary"
VERSION = 1


class ProgramRef(TypedDict):
    id: str
    version: int
    title: str


class MemberRecord(TypedDict):
    id: str
    """Of the participant, such as P-7F3K2."""
    role: str
    accepted_on: str | None
    left_on: str | None


class AskedRecord(TypedDict):
    choice: int
    """Of the mentee, from 1, when this mentor was asked."""
    of: int
    """Mentors who were possible for them then: those asked before are not."""
    in_vain_before: int
    """Asks that were declined or not answered."""


class DatesRecord(TypedDict):
    proposed_on: str
    agreed_on: str | None
    started_on: str | None
    planned_end_on: str | None
    """As planned on the day it started."""
    closed_on: str
    days: int | None
    """From start to close."""
    days_planned: int | None
    days_paused: int
    days_extended: int
    """By the operator, in all."""


class LeftBy(TypedDict):
    """By which of the declared ways a phase was left."""

    by: str
    """date, completion, answer, contact, operator, silence or overrun."""
    milestone: str | None
    """By answer: what it is called where it was asked."""
    roles: list[str]
    """By answer: of whom it was asked. Who answered what is not told."""


class PhaseRecord(TypedDict):
    id: str
    title: str
    visit: int
    """The how-many-eth phase entered; a phase gone back to is there twice."""
    entered_on: str
    left_on: str
    days: int
    days_planned: int
    """At the most."""
    passed: bool
    """False for the phase in which the relationship ended early."""
    left_by: NotRequired[LeftBy | None]
    """None where the relationship ended in it by none of its ways."""


class OccurrenceRecord(TypedDict):
    number: int
    visit: int
    status: str
    """reached, missed, skipped, waived or cancelled."""
    due_on: str | None
    settled_on: str | None


class MilestoneRecord(TypedDict):
    key: str
    title: str
    kind: str
    """ask, expect or reflect; messages that ask nothing are no milestones to reach."""
    required: bool
    counts: dict[str, int]
    occurrences: list[OccurrenceRecord]


class MilestonesRecord(TypedDict):
    counts: dict[str, int]
    """Status → occurrences, over all milestones; every status is there."""
    items: list[MilestoneRecord]


class MeetingsRecord(TypedDict):
    count: int
    minutes: int
    first_on: str | None
    last_on: str | None
    mean_gap: float | None
    """Days from one meeting to the next; None with fewer than two."""
    longest_gap: int | None


class TurnRecord(TypedDict):
    """A member's turn to take the mentor's part in a circle."""

    on: str
    """The day of the meeting, or the day by which it was expected."""
    participant: str
    held: bool


class ChecklistRecord(TypedDict):
    phase: str
    title: str
    participant: str
    role: str
    done: int
    of: int
    open: list[str]


class ActionRecord(TypedDict):
    """An item of the action plan."""

    text: str | None
    """None where its words are not meant for the record."""
    goal: str | None
    """The key of the goal that it serves."""
    assigned_to: str | None
    role: str | None
    status: str
    """open, done or dropped."""
    set_on: str
    due_on: str | None
    settled_on: str | None
    comments: int


class GoalRecord(TypedDict):
    key: NotRequired[str]
    said_on: NotRequired[str | None]
    """The day on which somebody last said how far it is; None where nobody has, so that `progress` says nothing."""
    asked_again: NotRequired[bool]
    """Whether anybody was asked how far it is."""
    of: NotRequired[str]
    """`member` or `relationship`: whose goal it is."""
    set_by: str
    role: str
    term: str | None
    text: str
    status: str
    progress: int
    set_on: str
    settled_on: str | None


class SideRecord(TypedDict):
    """What one member answered."""

    id: str
    role: str
    value: Any


class ScoreRecord(TypedDict):
    key: str
    title: str
    occurrence: int
    question: str
    ask: str
    least: int | None
    most: int | None
    by: list[SideRecord]
    gap: float | None
    """Between the highest and the lowest answer; None where fewer than two answered."""


class WordsRecord(TypedDict):
    key: str
    title: str
    occurrence: int
    question: str
    ask: str
    by: SideRecord


class OutcomeSide(TypedDict):
    id: str
    role: str
    outcome: Any
    expected: Any
    """What the same member had said to the question of the same id before, or what was said to the question that `beside` names."""


class OutcomeRecord(TypedDict):
    question: str
    ask: str
    least: int | None
    most: int | None
    by: list[OutcomeSide]
    mean: float | None
    gap: float | None
    beside: NotRequired[str | None]
    """The earlier question, where the program names one."""


class NextStepRecord(TypedDict):
    decided: str | None
    """What every remaining member wished for; None where they differ or somebody did not say."""
    words: str | None
    wishes: list[SideRecord]


class ClosureRecord(TypedDict):
    reason: str
    planned: bool
    closed_by: str
    note: str | None
    rematch: bool
    next_step: NextStepRecord


class Links(TypedDict, total=False):
    """Added later; a record without them is of a relationship that stands by itself, and tells ids where titles are missing."""

    cycle: int
    """1, or one more than that of the relationship that it carried on."""
    carried_on_by: str | None
    """The relationship that carries it on."""
    actions: list[ActionRecord]
    titles_not_entered: list[str]
    """What the phases that were not entered are called."""


class RecordData(Links):
    record: str
    version: int
    relationship: str
    follows: str | None
    """The relationship that it carried on."""
    cohort: str
    program: ProgramRef
    round: int
    members: list[MemberRecord]
    dates: DatesRecord
    phases: list[PhaseRecord]
    asked: NotRequired[AskedRecord | None]
    """Where the mentee leads; None where nobody had to be asked."""
    phases_not_entered: list[str]
    milestones: MilestonesRecord
    meetings: MeetingsRecord
    turns: NotRequired[list[TurnRecord]]
    """Of circles that take turns."""
    checklist: list[ChecklistRecord]
    goals: list[GoalRecord]
    scores: list[ScoreRecord]
    words: list[WordsRecord]
    outcome: list[OutcomeRecord]
    closure: ClosureRecord
