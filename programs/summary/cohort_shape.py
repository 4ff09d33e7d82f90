"""The shape of a cohort's record, version 1, as JSON. Where a figure would show too few people's answers, there is None."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from programs.summary.shape import ProgramRef

KIND = "mentorflow.cohort"
VERSION = 1


class LineRecord(TypedDict):
    """People in one line; everybody enrolled stands in exactly one."""

    line: str
    """active, paused, waiting, completed, closed_early, withdrawn or not_matched."""
    reason: str | None
    by_roles: dict[str, int]
    """`mentor`, `mentee`, `mentee,mentor` for people in both roles, or `member`."""
    total: int


class MatchRate(TypedDict):
    role: str
    looking: int
    matched: int
    per_cent: float | None
    target: int
    reached: bool


class RelationshipSums(TypedDict):
    total: int
    by_status: dict[str, int]
    completed: int
    closed_early: int
    closed_by_reason: dict[str, int]
    to_be_rematched: int
    went_on_as: NotRequired[dict[str, int]]
    """Next step → completed relationships whose members all chose it."""
    carried_on: NotRequired[int]
    """Of the total, new cycles of relationships that had ended before."""
    mean_days: float | None
    """From start to close."""


class CohortPhase(TypedDict):
    id: str
    title: str
    entered: int
    left: int
    """Into the next phase, or at the planned end; the lengths are of these."""
    mean_days: float | None
    shortest: int | None
    longest: int | None


class CohortMilestone(TypedDict):
    key: str
    title: str
    required: bool
    counts: dict[str, int]
    reached_per_cent: float | None


class MeetingSums(TypedDict):
    count: int
    minutes: int
    relationships: int
    """In which there was at least one."""
    mean_per_relationship: float | None
    """Of those that have started."""


class GoalFigure(TypedDict):
    id: str
    objective: str
    measure: str
    target: str
    figure: float | None
    people: int | None
    reached: bool | None


class LevelRecord(TypedDict):
    """Goals that relationships, or their members, set themselves."""

    of: str
    """`relationship` or `member`."""
    set: int
    reached: int
    by_status: dict[str, int]
    not_said: NotRequired[int]
    """Of those open or not reached, how many of which nobody ever said how far they are."""


class RoleFigure(TypedDict):
    mean: float
    people: int


class Figure(TypedDict):
    key: str
    title: str
    question: str
    ask: str
    type: str
    least: int | None
    most: int | None
    mean: float
    people: int
    by_role: dict[str, RoleFigure]
    """Empty for what is only to be shown as a figure over all: the difference of two figures could be one person."""


class NeedSums(TypedDict):
    """How often something needed somebody, and how often that was over or seen to by the end."""

    kind: str
    title: str
    raised: int
    cleared: int


class CohortData(TypedDict):
    record: str
    version: int
    cohort: str
    program: ProgramRef
    starts_on: str
    as_of: str
    enrolled: int
    people: list[LineRecord]
    match_rate: MatchRate
    relationships: RelationshipSums
    phases: list[CohortPhase]
    milestones: list[CohortMilestone]
    """Counted by relationships."""
    milestones_alone: NotRequired[list[CohortMilestone]]
    """Before the match, counted by people; in records without it, these are among the others."""
    meetings: MeetingSums
    goals: list[GoalFigure]
    goals_set: NotRequired[list[LevelRecord]]
    actions: NotRequired[dict[str, int]]
    """Items of action plans by status."""
    attention: NotRequired[list[NeedSums]]
    scores: list[Figure]
