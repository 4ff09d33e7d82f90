"""The days of steps that wait for something: a milestone, a first meeting, or a day that somebody names. Always as sets."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from programs.dates import Anchor
from programs.lifecycle import StepStatus
from programs.plan import PhaseDays
from programs.plan import Step as PlanStep
from tasks.models import Meeting, Relationship, Step
from tasks.named import named_on, reached_on
from tasks.sql import changed
from tasks.turn import Turn


def anchor_entered(conn: Connection, turn: Turn, phase_id: str, entered: ColumnElement[bool]) -> None:
    """Date what waits for something that has happened before the phase was entered."""
    for step in turn.plan.steps_of(phase_id):
        if step.anchor is Anchor.FIRST_MEETING:
            _anchor_met(conn, turn, step, entered)
        elif step.named_in:
            anchor_named(conn, turn, step, entered)
        elif step.awaits and step.awaits.phase.id != phase_id:
            _anchor_reached(conn, turn, step, entered)


def _anchor_met(conn: Connection, turn: Turn, step: PlanStep, entered: ColumnElement[bool]) -> None:
    """The first meeting may have been held in an earlier phase."""
    first = (
        select(func.min(Meeting.held_on))
        .where(Meeting.relationship_id == Relationship.id)
        .correlate(Relationship)
        .scalar_subquery()
    )
    for met_on in conn.execute(select(first).where(entered).distinct()).scalars().all():
        if met_on is not None:
            those = select(Relationship.id).where(entered, first == met_on).correlate(None)
            anchor_waiting(conn, turn, step, met_on, Step.relationship_id.in_(those))


def _anchor_reached(conn: Connection, turn: Turn, step: PlanStep, entered: ColumnElement[bool]) -> None:
    """What is followed may have been reached in an earlier phase."""
    assert step.awaits
    settled = reached_on(step.phase, step.awaits)
    for settled_on in conn.execute(select(settled).select_from(Relationship).where(entered).distinct()).scalars().all():
        if settled_on is not None:
            those = select(Relationship.id).where(entered, settled == settled_on).correlate(None)
            anchor_waiting(conn, turn, step, settled_on, Step.relationship_id.in_(those))


def anchor_named(
    conn: Connection, turn: Turn, step: PlanStep, where: ColumnElement[bool], since: date | None = None
) -> int:
    """Date a step by the day that was named for it. With `since`, also one that has a day already but has not opened."""
    assert step.named_in
    named, dated = named_on(step.phase, step.named_in), 0
    for day in conn.execute(select(named).select_from(Relationship).where(where).distinct()).scalars().all():
        if day is not None:
            those = Step.relationship_id.in_(select(Relationship.id).where(where, named == day).correlate(None))
            dated += anchor_waiting(conn, turn, step, date.fromisoformat(day), those, since)
    return dated


def anchor_after(conn: Connection, turn: Turn, key: str, where: ColumnElement[bool]) -> None:
    """Date the steps that waited for this one, where it has been reached, or let off."""
    for waiting in turn.plan.steps:
        if not waiting.follows(key):
            continue
        other = Step.__table__.alias("awaited")
        happened = exists().where(
            other.c.relationship_id == Step.relationship_id,
            other.c.visit == Step.visit if key in _of_phase(turn, waiting) else other.c.visit <= Step.visit,
            other.c.key == key,
            other.c.status.in_((StepStatus.REACHED, StepStatus.WAIVED)),
        )
        anchor_waiting(conn, turn, waiting, turn.today, where & happened)


def _of_phase(turn: Turn, step: PlanStep) -> set[str]:
    return {one.key for one in turn.plan.steps_of(step.phase.id)}


def anchor_waiting(
    conn: Connection,
    turn: Turn,
    step: PlanStep,
    anchor_on: date,
    where: ColumnElement[bool],
    since: date | None = None,
) -> int:
    """Date the steps that waited for an event which has now happened on `anchor_on`; phase days differ per relationship.

    With `since`, steps that have a day but have not opened are dated anew, on that day at the earliest.
    """
    waiting = (Step.cohort_id == turn.cohort_id) & (Step.key == step.key) & (Step.status == StepStatus.PLANNED) & where
    if since is None:
        waiting &= Step.opens_on.is_(None)
    rows = conn.execute(
        select(Relationship.entered_on, Relationship.ends_on, Relationship.latest_on)
        .join(Step, Step.relationship_id == Relationship.id)
        .where(waiting, Step.visit == Relationship.visit)
        .distinct()
    ).all()
    dated = 0
    for entered_on, ends_on, latest_on in rows:
        if entered_on is None or ends_on is None or latest_on is None:
            continue
        days = turn.plan.anchored(step, anchor_on, PhaseDays(entered_on, ends_on, latest_on), since)
        same = exists().where(
            Relationship.id == Step.relationship_id,
            Relationship.visit == Step.visit,
            Relationship.entered_on == entered_on,
            Relationship.ends_on == ends_on,
            Relationship.latest_on == latest_on,
        )
        statement = update(Step).where(waiting, same)
        dated += changed(conn, statement.values(opens_on=days.opens_on, due_on=days.due_on, closes_on=days.closes_on))
    return dated
