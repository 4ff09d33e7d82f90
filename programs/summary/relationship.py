"""One relationship's summary record, made from its facts. Knows no store, and lets nothing through that was told in confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import fmean

from programs.codes import code
from programs.lifecycle import StepStatus
from programs.plan import Plan, Step, StepKind
from programs.spec import Objective
from programs.summary import aims, answers
from programs.summary.asked import asked
from programs.summary.facts import EndingFacts, MeetingFacts, MemberFacts, PhaseFacts, RelationshipFacts, StepFacts
from programs.summary.left import left_by
from programs.summary.outcome import outcome
from programs.summary.shape import (
    KIND,
    VERSION,
    ChecklistRecord,
    ClosureRecord,
    DatesRecord,
    MeetingsRecord,
    MemberRecord,
    MilestoneRecord,
    MilestonesRecord,
    NextStepRecord,
    PhaseRecord,
    RecordData,
)
from programs.summary.text import markdown
from programs.summary.turns import turns
from programs.survey import ON_TOGETHER
from programs.ways import replaced

_SETTLED = (StepStatus.REACHED, StepStatus.MISSED, StepStatus.SKIPPED, StepStatus.WAIVED, StepStatus.CANCELLED)


@dataclass(frozen=True)
class SummaryRecord:
    """The record as data, for the books, and as text, for people."""

    data: RecordData

    @property
    def text(self) -> str:
        return markdown(self.data)


def summarise(facts: RelationshipFacts) -> SummaryRecord:
    """The record of a relationship that ends or has ended. Equal facts give equal records."""
    plan = facts.plan
    told = answers.told(plan, facts.answers)
    entered = {passed.phase for passed in facts.phases}
    left_out = [phase for phase in plan.program.shared_phases if phase.id not in entered]
    data: RecordData = {
        "record": KIND,
        "version": VERSION,
        "relationship": code("R", facts.id),
        "cycle": facts.cycle,
        "follows": code("R", facts.previous_id) if facts.previous_id else None,
        "carried_on_by": code("R", facts.next_id) if facts.next_id else None,
        "cohort": facts.cohort,
        "program": {"id": plan.program.program, "version": plan.program.version, "title": plan.program.title},
        "round": facts.round,
        "members": _members(facts),
        "dates": _dates(facts),
        "phases": _phases(facts),
        "phases_not_entered": [phase.id for phase in left_out],
        "titles_not_entered": [phase.label for phase in left_out],
        "milestones": _milestones(plan, facts.steps),
        "meetings": _meetings(facts.meetings),
        "checklist": _checklist(facts),
        "goals": aims.goals(facts),
        "actions": aims.actions(facts),
        "scores": answers.scores(told),
        "words": answers.words(told),
        "outcome": outcome(told, replaced(plan.program)),
        "closure": _closure(facts, told),
    }
    if plan.program.matching.objective is Objective.MENTEE_LED:
        data["asked"] = asked(facts)
    if plan.program.relationships.turns:
        data["turns"] = turns(facts)
    return SummaryRecord(data)


def _closure(facts: RelationshipFacts, told: Sequence[answers.Told]) -> ClosureRecord:
    return {
        "reason": facts.ending.reason,
        "planned": facts.ending.planned,
        "closed_by": _who(facts.ending, facts),
        "note": facts.ending.note,
        "rematch": facts.ending.rematch,
        "next_step": _next_step(facts, told),
    }


def _next_step(facts: RelationshipFacts, told: Sequence[answers.Told]) -> NextStepRecord:
    """What they wished for, and that it does not come where they have had all the cycles that the program has."""
    step, declared = answers.next_step(told, facts.members), facts.plan.program.closure.new_cycle
    if declared and facts.cycle > declared.at_most and step["decided"] in ON_TOGETHER:
        step["words"] = f"{step['words']} (the program has no further one)"
    return step


def _members(facts: RelationshipFacts) -> list[MemberRecord]:
    return [
        {
            "id": code("P", member.id),
            "role": member.role,
            "accepted_on": _iso(member.accepted_on),
            "left_on": _iso(member.left_on),
        }
        for member in facts.members
    ]


def _dates(facts: RelationshipFacts) -> DatesRecord:
    started, closed = facts.started_on, facts.ending.closed_on
    planned = facts.planned_end_on
    return {
        "proposed_on": facts.proposed_on.isoformat(),
        "agreed_on": _iso(facts.agreed_on),
        "started_on": _iso(started),
        "planned_end_on": _iso(planned),
        "closed_on": closed.isoformat(),
        "days": (closed - started).days if started else None,
        "days_planned": (planned - started).days if started and planned else None,
        "days_paused": sum(((pause.until_on or closed) - pause.from_on).days for pause in facts.pauses),
        "days_extended": facts.days_extended,
    }


def _phases(facts: RelationshipFacts) -> list[PhaseRecord]:
    last = max((entered.visit for entered in facts.phases), default=0)
    return [
        _phase(entered, facts.plan, facts.ending, is_last=entered.visit == last)
        for entered in sorted(facts.phases, key=lambda entered: entered.visit)
    ]


def _phase(entered: PhaseFacts, plan: Plan, ending: EndingFacts, *, is_last: bool) -> PhaseRecord:
    titles = {phase.id: phase.label for phase in plan.program.phases}
    left_on = entered.left_on or ending.closed_on
    return {
        "id": entered.phase,
        "title": titles.get(entered.phase, entered.phase),
        "visit": entered.visit,
        "entered_on": entered.entered_on.isoformat(),
        "left_on": left_on.isoformat(),
        "days": (left_on - entered.entered_on).days,
        "days_planned": (entered.planned_until - entered.entered_on).days,
        "passed": ending.planned or not is_last,
        "left_by": left_by(plan, entered),
    }


def _milestones(plan: Plan, steps: Sequence[StepFacts]) -> MilestonesRecord:
    awaited = [step for step in plan.steps if step.kind is not StepKind.TELL]
    found: dict[str, list[StepFacts]] = {step.key: [] for step in awaited}
    for fact in sorted(steps, key=lambda fact: (fact.visit, fact.occurrence)):
        if fact.key in found:
            found[fact.key].append(fact)
    items = [_milestone(step, found[step.key]) for step in awaited if found[step.key]]
    total = Counter(occurrence["status"] for item in items for occurrence in item["occurrences"])
    return {"counts": {str(status): total[status] for status in _SETTLED}, "items": items}


def _milestone(step: Step, facts: Sequence[StepFacts]) -> MilestoneRecord:
    return {
        "key": step.key,
        "title": step.label,
        "kind": str(step.kind),
        "required": step.required,
        "counts": dict(Counter(_settled(fact) for fact in facts)),
        "occurrences": [
            {
                "number": fact.occurrence,
                "visit": fact.visit,
                "status": _settled(fact),
                "due_on": _iso(fact.due_on),
                "settled_on": _iso(fact.settled_on),
            }
            for fact in facts
        ],
    }


def _settled(fact: StepFacts) -> str:
    """What was still to come when the relationship ended was cancelled by its end."""
    return fact.status if fact.status in _SETTLED else str(StepStatus.CANCELLED)


def _meetings(meetings: Sequence[MeetingFacts]) -> MeetingsRecord:
    days = sorted(meeting.held_on for meeting in meetings)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return {
        "count": len(days),
        "minutes": sum(meeting.minutes for meeting in meetings),
        "first_on": _iso(days[0] if days else None),
        "last_on": _iso(days[-1] if days else None),
        "mean_gap": round(fmean(gaps), 1) if gaps else None,
        "longest_gap": max(gaps, default=None),
    }


def _checklist(facts: RelationshipFacts) -> list[ChecklistRecord]:
    """One line for each phase that was entered and each member who had a checklist in it and was there then."""
    left_on = {passed.phase: passed.left_on or facts.ending.closed_on for passed in facts.phases}
    ticked = {(tick.participant, tick.phase, tick.item) for tick in facts.ticks}
    lines: list[ChecklistRecord] = []
    for phase in facts.plan.program.shared_phases:
        for member in facts.members:
            items = next((items for role, items in phase.checklist.items() if role == member.role), ())
            if phase.id not in left_on or not items or _joined_after(member, left_on[phase.id]):
                continue
            missing = [item for place, item in enumerate(items, start=1) if (member.id, phase.id, place) not in ticked]
            lines.append(
                {
                    "phase": phase.id,
                    "title": phase.label,
                    "participant": code("P", member.id),
                    "role": member.role,
                    "done": len(items) - len(missing),
                    "of": len(items),
                    "open": missing,
                }
            )
    return lines


def _joined_after(member: MemberFacts, day: date) -> bool:
    return member.accepted_on is not None and member.accepted_on > day


def _who(ending: EndingFacts, facts: RelationshipFacts) -> str:
    """A member by role: a record names nobody."""
    roles = {code("P", member.id): member.role for member in facts.members}
    return roles.get(ending.by, ending.by)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
