"""The steps of a phase given to the relationships that have entered it, always as sets: one for each occurrence, with its days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    String,
    bindparam,
    cast,
    exists,
    false,
    select,
    true,
)

from programs.lifecycle import StepStatus
from programs.plan import PhaseDays, StepDays
from programs.plan import Step as PlanStep
from programs.spec import Cycles
from tasks.anchors import anchor_entered
from tasks.models import Participant, Relationship, Step
from tasks.sql import insert_each, literal_day, number, text
from tasks.steps import has_role, reach_goals, reach_met
from tasks.turn import Turn

OF_ALL = 0
"""The visit of calls: they belong to no phase that a relationship is in, so they stay where they are when it moves on."""


def plan_steps(
    conn: Connection,
    turn: Turn,
    phase_id: str,
    days: PhaseDays,
    entered: ColumnElement[bool],
    whole: PhaseDays | None = None,
) -> int:
    """Give every relationship that has just entered the phase its steps, dated from the day of entering.

    Whoever comes back to go on is given what is still ahead, as it lies in the `whole` of the phase, and what recurs from now on.
    """
    phase = turn.plan.program.phase(phase_id)
    fresh = [dated for dated in turn.plan.days(phase, days) if not whole or dated.occurrence]
    planned = plan_dated(conn, turn, fresh, entered)
    for dated in turn.plan.days(phase, whole) if whole else ():
        if not dated.occurrence:
            planned += plan_dated(conn, turn, [dated], entered & _is_still_ahead(dated.step))
    planned += _plan_calls(conn, turn, days.entered_on, entered) if turn.plan.calls and not phase.alone else 0
    anchor_entered(conn, turn, phase_id, entered)
    theirs = Step.relationship_id.in_(select(Relationship.id).where(entered).correlate(None))
    reach_met(conn, turn, theirs)
    reach_goals(conn, turn, theirs)
    return planned


def _plan_calls(conn: Connection, turn: Turn, begun_on: date, entered: ColumnElement[bool]) -> int:
    """Whoever begins is told of all calls that are still to come, whatever phase they are in by then."""
    begun = entered & (Relationship.visit == 1)
    return plan_dated(
        conn, turn, [one for one in turn.plan.calls if one.closes_on and one.closes_on >= begun_on], begun
    )


def plan_dated(conn: Connection, turn: Turn, days: Sequence[StepDays], entered: ColumnElement[bool]) -> int:
    """Give the relationships occurrences of steps of their present phase, or of the calls for all, as far as they belong to the
    cycle that each is in."""
    alike: defaultdict[tuple[Any, ...], list[StepDays]] = defaultdict(list)
    for dated in days:
        step = dated.step
        alike[step.call, step.required, step.cycles, step.roles if step.phase.alone else ()].append(dated)
    return sum(_plan_alike(conn, turn, some, entered) for some in alike.values())


def _plan_alike(conn: Connection, turn: Turn, days: Sequence[StepDays], entered: ColumnElement[bool]) -> int:
    """Those that the same relationships get: they differ in what they are called and when they are."""
    step = days[0].step
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "visit": number(OF_ALL) if step.call else Relationship.visit,
        "key": bindparam("step_key", type_=String),
        "occurrence": cast(bindparam("step_occurrence", type_=Integer), Integer),
        "phase": bindparam("step_phase", type_=String),
        "kind": bindparam("step_kind", type_=String),
        "status": text(StepStatus.PLANNED),
        "required": true() if step.required else false(),
        "opens_on": literal_day(bindparam("step_opens_on", type_=Date)),
        "due_on": literal_day(bindparam("step_due_on", type_=Date)),
        "closes_on": literal_day(bindparam("step_closes_on", type_=Date)),
    }
    each = [
        {
            "step_key": one.step.key,
            "step_occurrence": one.occurrence,
            "step_phase": one.step.phase.id,
            "step_kind": one.step.kind,
            "step_opens_on": one.opens_on,
            "step_due_on": one.due_on,
            "step_closes_on": one.closes_on,
        }
        for one in days
    ]
    theirs = select(Relationship.id).where(entered, _in_cycle(step), _concerns(step))
    return insert_each(conn, Step, columns, theirs, each)


def _is_still_ahead(step: PlanStep) -> ColumnElement[bool]:
    """Relationships that have not come to the step on an earlier visit; to what is required, not with success."""
    settled = (StepStatus.OPEN, StepStatus.REACHED, StepStatus.WAIVED)
    come_to = settled if step.required else (*settled, StepStatus.MISSED, StepStatus.SKIPPED)
    before = exists().where(
        Step.relationship_id == Relationship.id,
        Step.visit < Relationship.visit,
        Step.key == step.key,
        Step.status.in_(come_to),
    )
    return ~before.correlate(Relationship)


def _in_cycle(step: PlanStep) -> ColumnElement[bool]:
    """Relationships in a cycle in which there is the step."""
    match step.cycles:
        case Cycles.FIRST:
            return Relationship.cycle == 1
        case Cycles.LATER:
            return Relationship.cycle > 1
        case _:
            return true()


def _concerns(step: PlanStep) -> ColumnElement[bool]:
    """Who is alone is not kept waiting by what is asked of another role."""
    if not step.phase.alone or not step.roles:
        return true()
    return exists().where(Participant.id == Relationship.lead_id, has_role(step)).correlate(Relationship)
