"""A whole cohort's record: what became of everybody and everything, in sums. Knows no store and no names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean
from typing import Any

from programs.attention import matter
from programs.lifecycle import GoalStatus, RelationshipStatus, StepStatus
from programs.plan import Plan, StepKind
from programs.spec import Role, Shape
from programs.summary.cohort_shape import (
    KIND,
    VERSION,
    CohortData,
    CohortMilestone,
    CohortPhase,
    GoalFigure,
    LevelRecord,
    LineRecord,
    MatchRate,
    MeetingSums,
    NeedSums,
    RelationshipSums,
)
from programs.summary.cohort_text import markdown
from programs.summary.figures import ResponseFacts, figures
from programs.summary.people import BondFacts, Line, ParticipantFacts, standing
from programs.summary.tallies import AimFacts, MilestoneFacts, PassageFacts
from programs.survey import measure

UNDECIDED = "no_common_decision"
"""Of members who chose different next steps, or were not asked for any."""

MATCH_TARGET = 70
"""Per cent of those who look for a relationship; what programs of this kind commonly aim at."""

_UNREACHED = (GoalStatus.OPEN, GoalStatus.NOT_REACHED)

_CAME_ABOUT = (
    RelationshipStatus.AGREED,
    RelationshipStatus.ACTIVE,
    RelationshipStatus.PAUSED,
    RelationshipStatus.CLOSED,
)


@dataclass(frozen=True)
class CohortFacts:
    """Everything the sums are made of. `as_of` is the day for which they hold."""

    plan: Plan
    cohort: str
    as_of: date
    participants: tuple[ParticipantFacts, ...] = field(default=())
    bonds: tuple[BondFacts, ...] = field(default=())
    passages: tuple[PassageFacts, ...] = field(default=())
    milestones: tuple[MilestoneFacts, ...] = field(default=())
    responses: tuple[ResponseFacts, ...] = field(default=())
    meetings: int = 0
    minutes: int = 0
    relationships_met: int = 0
    goals: tuple[AimFacts, ...] = field(default=())
    actions: Mapping[str, int] = field(default_factory=dict)
    """Items of action plans by status."""
    attention: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By kind: how often something needed somebody, and how often that was over or seen to."""


@dataclass(frozen=True)
class CohortRecord:
    """The record as data, for the books, and as text, for people."""

    data: CohortData

    @property
    def text(self) -> str:
        return markdown(self.data)


def summarise_cohort(facts: CohortFacts) -> CohortRecord:
    """The record of the cohort as it stands. Its people's lines add up to the people enrolled."""
    program = facts.plan.program
    data: CohortData = {
        "record": KIND,
        "version": VERSION,
        "cohort": facts.cohort,
        "program": {"id": program.program, "version": program.version, "title": program.title},
        "starts_on": facts.plan.starts_on.isoformat(),
        "as_of": facts.as_of.isoformat(),
        "enrolled": len(facts.participants),
        "people": _people(facts),
        "match_rate": _match_rate(facts),
        "relationships": _relationships(facts.bonds),
        "phases": _phases(facts),
        "milestones": _milestones(facts, alone=False),
        "milestones_alone": _milestones(facts, alone=True),
        "meetings": _meetings(facts),
        "goals": _goals(facts),
        "goals_set": _goals_set(facts.goals),
        "actions": dict(sorted(facts.actions.items())),
        "attention": _attention(facts),
        "scores": figures(facts.plan, facts.responses),
    }
    return CohortRecord(data)


def _people(facts: CohortFacts) -> list[LineRecord]:
    """Only lines in which somebody stands."""
    theirs: dict[int, list[BondFacts]] = defaultdict(list)
    for bond in _last_of_their_line(facts.bonds):
        for participant, _ in bond.members:
            theirs[participant].append(bond)
    counted: dict[tuple[Line, str], Counter[str]] = defaultdict(Counter)
    for person in facts.participants:
        stands = standing(person, theirs.get(person.id, ()))
        counted[stands.line, stands.reason or ""][person.roles] += 1
    order = list(Line)
    return [
        {"line": str(line), "reason": reason or None, "by_roles": dict(sorted(roles.items())), "total": roles.total()}
        for (line, reason), roles in sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    ]


def _last_of_their_line(bonds: Sequence[BondFacts]) -> list[BondFacts]:
    """Without those that another carries on: of several cycles the last says what became of people."""
    carried_on = {bond.previous_id for bond in bonds}
    return [bond for bond in bonds if bond.id not in carried_on]


def _match_rate(facts: CohortFacts) -> MatchRate:
    """Of those who look: mentees, and in a circle everybody."""
    role = Role.MEMBER if facts.plan.program.relationships.shape is Shape.CIRCLE else Role.MENTEE
    seekers = {person.id for person in facts.participants if role in person.roles.split(",")}
    found = {
        participant
        for bond in facts.bonds
        if bond.status in _CAME_ABOUT
        for participant, as_role in bond.members
        if as_role == role
    } & seekers
    rate = round(100 * len(found) / len(seekers), 1) if seekers else None
    return {
        "role": str(role),
        "looking": len(seekers),
        "matched": len(found),
        "per_cent": rate,
        "target": MATCH_TARGET,
        "reached": rate is not None and rate >= MATCH_TARGET,
    }


def _relationships(bonds: Sequence[BondFacts]) -> RelationshipSums:
    closed = [bond for bond in bonds if bond.status == RelationshipStatus.CLOSED]
    lengths = [(bond.closed_on - bond.started_on).days for bond in closed if bond.closed_on and bond.started_on]
    return {
        "total": len(bonds),
        "by_status": _counts(bond.status for bond in bonds),
        "completed": sum(bond.planned for bond in closed),
        "closed_early": sum(not bond.planned for bond in closed),
        "closed_by_reason": _counts(bond.reason or "other" for bond in closed),
        "to_be_rematched": sum(bond.rematch for bond in closed),
        "went_on_as": _counts(bond.decided_next or UNDECIDED for bond in closed if bond.planned),
        "carried_on": sum(bond.previous_id is not None for bond in bonds),
        "mean_days": _mean(lengths),
    }


def _phases(facts: CohortFacts) -> list[CohortPhase]:
    phases: list[CohortPhase] = []
    for phase in facts.plan.program.shared_phases:
        passages = [passage for passage in facts.passages if passage.phase == phase.id]
        lengths = {passage: (passage.left_on - passage.entered_on).days for passage in passages if passage.left_on}
        left = sum(passage.count for passage in lengths)
        days = sum(length * passage.count for passage, length in lengths.items())
        phases.append(
            {
                "id": phase.id,
                "title": phase.label,
                "entered": sum(passage.count for passage in passages),
                "left": left,
                "mean_days": round(days / left, 1) if left else None,
                "shortest": min(lengths.values(), default=None),
                "longest": max(lengths.values(), default=None),
            }
        )
    return phases


def _milestones(facts: CohortFacts, alone: bool) -> list[CohortMilestone]:
    """Of relationships, or of what people go through alone before the match."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts.milestones:
        counts[fact.key][fact.status] += fact.count
    return [
        {
            "key": step.key,
            "title": step.label,
            "required": step.required,
            "counts": dict(sorted(counts[step.key].items())),
            "reached_per_cent": _reach(counts[step.key]),
        }
        for step in facts.plan.steps
        if step.kind is not StepKind.TELL and counts[step.key] and step.phase.alone is alone
    ]


def _reach(counts: Mapping[str, int]) -> float | None:
    """Of those whose time is over, reached or not; what was skipped, waived or cancelled was nobody's to reach."""
    reached, missed = counts.get(StepStatus.REACHED, 0), counts.get(StepStatus.MISSED, 0)
    return round(100 * reached / (reached + missed), 1) if reached + missed else None


def _attention(facts: CohortFacts) -> list[NeedSums]:
    return [
        {"kind": kind, "title": matter(kind).title, "raised": raised, "cleared": cleared}
        for kind, (raised, cleared) in sorted(facts.attention.items())
    ]


def _meetings(facts: CohortFacts) -> MeetingSums:
    started = sum(bond.started_on is not None for bond in facts.bonds)
    return {
        "count": facts.meetings,
        "minutes": facts.minutes,
        "relationships": facts.relationships_met,
        "mean_per_relationship": round(facts.meetings / started, 1) if started else None,
    }


def _goals(facts: CohortFacts) -> list[GoalFigure]:
    answers: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for response in facts.responses:
        answers[response.form].append(response.answers)
    goals: list[GoalFigure] = []
    for goal in facts.plan.program.goals:
        form_id = goal.measure.split(".", 1)[0]
        measured = measure(goal, facts.plan.program.forms[form_id], answers[form_id])
        goals.append(
            {
                "id": goal.id,
                "objective": goal.objective,
                "measure": goal.measure,
                "target": str(goal.target),
                "figure": round(measured.figure, 2) if measured else None,
                "people": measured.people if measured else None,
                "reached": measured.reached if measured else None,
            }
        )
    return goals


def _goals_set(aims: Sequence[AimFacts]) -> list[LevelRecord]:
    """Relationships before members; only levels at which a goal was set."""
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    unsaid: Counter[str] = Counter()
    for aim in aims:
        levels[aim.of][aim.status] += aim.count
        unsaid[aim.of] += aim.not_said if aim.status in _UNREACHED else 0
    return [
        {
            "of": of,
            "set": counts.total(),
            "reached": counts["reached"],
            "by_status": dict(sorted(counts.items())),
            "not_said": unsaid[of],
        }
        for of, counts in sorted(levels.items(), reverse=True)
    ]


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(str(word) for word in words).items()))


def _mean(values: Sequence[int]) -> float | None:
    return round(fmean(values), 1) if values else None
