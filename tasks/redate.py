"""The end of a phase moved while relationships are in it: what is planned in it, what is asked, and all that comes after moves along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, exists, or_, select, update

from programs.awaited import Named
from programs.lifecycle import AskStatus, StepStatus
from programs.plan import PhaseDays, StepDays
from programs.spec import Phase
from tasks.models import Ask, Passage, Relationship, Step
from tasks.named import named_on
from tasks.passages import expected_end
from tasks.planned import plan_dated
from tasks.sql import add_days, number
from tasks.turn import Turn

_DAYS = ("opens_on", "due_on", "closes_on")


def move_end(
    conn: Connection, turn: Turn, phase: Phase, old: PhaseDays, new: PhaseDays, ids: Sequence[int], named: Named
) -> None:
    """Let the phase of these relationships, which all have the same days, end on another day."""
    these = Relationship.id.in_(ids)
    set_end(conn, turn, phase, new, these, named)
    before = {(one.step.key, one.occurrence): one for one in turn.plan.days(phase, old)}
    after = {(one.step.key, one.occurrence): one for one in turn.plan.days(phase, new)}
    for name, dated in after.items():
        if name in before:
            shift_by_plan(conn, turn, before[name], dated, ids)
    plan_dated(conn, turn, [dated for name, dated in after.items() if name not in before], these)
    for key, occurrence in before.keys() - after.keys():
        room = _mine(ids) & (Step.key == key) & (Step.occurrence == occurrence) & (Step.status == StepStatus.PLANNED)
        conn.execute(delete(Step).where(room))
    _shift_named(conn, turn, phase, old, new, ids)
    follow_steps(conn, turn, ids)


def set_end(
    conn: Connection, turn: Turn, phase: Phase, days: PhaseDays, these: ColumnElement[bool], named: Named
) -> None:
    """The phase's end, its overrun, the expected end of it all with its notice, and what the passage says."""
    values = {
        "ends_on": days.ends_on,
        "latest_on": days.latest_on,
        "overrun_on": phase.overrun.after.after(days.latest_on) if phase.overrun else None,
        "expected_end_on": expected_end(turn, phase, days.latest_on, named),
        "notice_on": expected_end(turn, phase, days.latest_on, named, notice=True),
    }
    conn.execute(update(Relationship).where(these).values(**values))
    present = exists().where(these, Relationship.id == Passage.relationship_id, Relationship.visit == Passage.visit)
    conn.execute(update(Passage).where(present).values(planned_until=days.latest_on))


def expect_end(conn: Connection, turn: Turn, where: ColumnElement[bool], named: Named) -> None:
    """The expected end of relationships that have yet to come to a phase whose end has been named."""
    stays = select(Relationship.phase, Relationship.latest_on).where(where, Relationship.latest_on.is_not(None))
    for phase, latest_on in conn.execute(stays.distinct()).all():
        present = turn.plan.program.phase(phase)
        end = expected_end(turn, present, latest_on, named)
        there = where & (Relationship.phase == phase) & (Relationship.latest_on == latest_on)
        other = there & (Relationship.expected_end_on != end)
        values = {"expected_end_on": end, "notice_on": expected_end(turn, present, latest_on, named, notice=True)}
        conn.execute(update(Relationship).where(other).values(**values))


def shift_by_plan(conn: Connection, turn: Turn, old: StepDays, new: StepDays, ids: Sequence[int]) -> None:
    """Move a step by as much as its days in the plan differ, from wherever a pause or the operator has put it."""
    here = _mine(ids) & (Step.key == new.step.key) & (Step.occurrence == new.occurrence)
    for status, names in ((StepStatus.PLANNED, _DAYS), (StepStatus.OPEN, _DAYS[1:])):
        moved = {}
        for name in names:
            before, after = getattr(old, name), getattr(new, name)
            if before and after and before != after:
                later = add_days(getattr(Step, name), number((after - before).days))
                moved[name] = case((later < turn.today, turn.today), else_=later) if after < before else later
        if moved:
            conn.execute(update(Step).where(here, Step.status == status).values(**moved))


def _shift_named(
    conn: Connection, turn: Turn, phase: Phase, old: PhaseDays, new: PhaseDays, ids: Sequence[int]
) -> None:
    """A day that was named beyond the end of the phase gets room, or loses it."""
    for step in turn.plan.steps_of(phase.id):
        if not step.named_in:
            continue
        named = named_on(phase, step.named_in)
        rows = conn.execute(select(Relationship.id, named).where(Relationship.id.in_(ids))).all()
        for day in {row[1] for row in rows if row[1]}:
            those = [row[0] for row in rows if row[1] == day]
            anchor_on = date.fromisoformat(day)
            before, after = (turn.plan.anchored(step, anchor_on, days) for days in (old, new))
            shift_by_plan(conn, turn, before, after, those)


def follow_steps(conn: Connection, turn: Turn, ids: Sequence[int]) -> None:
    """Open asks are due, taken and brought to mind as their steps say."""
    step = (Step.id == Ask.step_id) & (Step.status == StepStatus.OPEN)
    differ = or_(Step.due_on != Ask.due_on, Step.closes_on != Ask.closes_on)
    theirs = Ask.relationship_id.in_(ids) & (Ask.status == AskStatus.OPEN)
    moved = conn.execute(select(Ask.id).where(theirs, exists().where(step, differ))).scalars().all()
    days: dict[str, Any] = {
        name: select(getattr(Step, name)).where(step).scalar_subquery() for name in ("due_on", "closes_on")
    }
    conn.execute(update(Ask).where(Ask.id.in_(moved)).values(days))
    remind_again(conn, turn, Ask.id.in_(moved))


def off_weekends(conn: Connection, turn: Turn, relationship_id: int) -> None:
    """What has come to be due on a weekend by having been moved along is due when the program says, as long as it is taken."""
    ahead = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    steps = select(Step.id, Step.due_on, Step.closes_on).where(Step.relationship_id == relationship_id, ahead)
    for step, due_on, closes_on in conn.execute(steps.where(Step.due_on.is_not(None))).all():
        moved = turn.plan.due_by(due_on, closes_on)
        if moved != due_on:
            conn.execute(update(Step).where(Step.id == step).values(due_on=moved))
            asks = (Ask.step_id == step) & (Ask.status == AskStatus.OPEN)
            conn.execute(update(Ask).where(asks).values(due_on=moved))
            remind_on(conn, turn, asks)


def remind_again(conn: Connection, turn: Turn, asks: ColumnElement[bool]) -> None:
    """Asks that are due on another day are brought to mind again by the reminders that lie ahead."""
    for key in conn.execute(select(Ask.key).where(asks).distinct()).scalars().all():
        nudges, _ = turn.plan.reminders(key)
        if nudges:
            first = add_days(Ask.due_on, number(nudges[0].days))
            conn.execute(update(Ask).where(asks, Ask.key == key).values(remind_on=first, reminder=0))


def remind_on(conn: Connection, turn: Turn, asks: ColumnElement[bool]) -> None:
    """Asks whose days have moved are brought to mind by the reminders that have not gone out yet."""
    for key in conn.execute(select(Ask.key).where(asks).distinct()).scalars().all():
        nudges, _ = turn.plan.reminders(key)
        for index, nudge in enumerate(nudges):
            waiting = asks & (Ask.key == key) & (Ask.reminder == index)
            conn.execute(update(Ask).where(waiting).values(remind_on=add_days(Ask.due_on, number(nudge.days))))


def _mine(ids: Sequence[int]) -> ColumnElement[bool]:
    present = (Relationship.id == Step.relationship_id) & (Relationship.visit == Step.visit)
    return Step.relationship_id.in_(ids) & exists().where(present)
