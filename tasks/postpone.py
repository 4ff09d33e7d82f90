"""The operator gives a milestone of one relationship another day: what lies after it in the phase moves along, and so does the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, or_, select, update

from programs.codes import code
from programs.dates import Span, Unit
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import RelationshipStatus, StepStatus
from programs.plan import PhaseDays
from tasks.history import note
from tasks.models import Relationship, Step
from tasks.named import by_ends
from tasks.redate import follow_steps, set_end
from tasks.sql import add_days, number
from tasks.turn import Turn

_AHEAD = (StepStatus.PLANNED, StepStatus.OPEN)
_FARTHEST = Span(50, Unit.YEAR)


@dataclass(frozen=True)
class Postponed:
    """What moved: by how many days (fewer than none: it was brought forward), and the day on which all is expected to end."""

    key: str
    days: int
    ends_on: date


def postpone(
    conn: Connection, turn: Turn, relationship_id: int, milestone: str, to: date, why: str | None = None
) -> Postponed:
    """Let a milestone of the present phase be due on another day. The same day again changes nothing.

    Raises MentorflowError for what is over, has no day yet, or would be due in the past, NotFoundError for what is not there.
    """
    row = _running(conn, turn, relationship_id, milestone)
    step = _step(conn, turn, row, milestone)
    if to < turn.today:
        raise MentorflowError(
            f"{to} is past; {step.key} of {code('R', row.id)} can be due on {turn.today} at the earliest"
        )
    if to > _FARTHEST.after(turn.today):
        raise MentorflowError(f"{to} is more than {_FARTHEST} from {turn.today}; name an earlier day")
    days = (to - step.due_on).days
    if days:
        _move(conn, turn, row, step, days)
        said = f": {why}" if why else ""
        note(conn, turn, Step, "postpone", Step.id == step.id, f"from {step.due_on} to {to}{said}")
        moved = f"{step.key} to {to}, and what follows by {days} days{said}"
        note(conn, turn, Relationship, "postpone", Relationship.id == row.id, moved)
    end: Any = conn.execute(select(Relationship.expected_end_on).where(Relationship.id == row.id)).scalar_one()
    return Postponed(step.key, days, date.fromisoformat(str(end)))


def _running(conn: Connection, turn: Turn, relationship_id: int, milestone: str) -> Row[Any]:
    table = Relationship.__table__
    mine = (table.c.id == relationship_id) & (table.c.cohort_id == turn.cohort_id)
    row = conn.execute(select(table).where(mine)).first()
    name = code("R", relationship_id)
    if row is None:
        raise NotFoundError(f"cohort '{turn.cohort}' has no relationship {name}")
    if row.status == RelationshipStatus.PAUSED:
        raise MentorflowError(f"{name} is paused, so {milestone} has no day that could be moved; resume {name} first")
    running = row.status == RelationshipStatus.ACTIVE
    if not running or row.ending_on is not None:
        raise MentorflowError(f"{name} is {'ending' if running else row.status}; {milestone} cannot be moved")
    return row


def _step(conn: Connection, turn: Turn, row: Row[Any], milestone: str) -> Row[Any]:
    """The step of the present phase that lies ahead; of what recurs, the next."""
    keys = [step.key for step in turn.plan.steps if milestone in (step.key, step.key.split(".", 1)[1])]
    if not keys:
        known = ", ".join(step.key for step in turn.plan.steps)
        raise NotFoundError(f"{turn.plan.program.title} has no milestone '{milestone}'; it has {known}")
    table = Step.__table__
    mine = (table.c.relationship_id == row.id) & (table.c.visit == row.visit) & table.c.key.in_(keys)
    steps = conn.execute(select(table).where(mine).order_by(table.c.occurrence)).all()
    ahead = [step for step in steps if step.status in _AHEAD]
    dated = [step for step in ahead if step.due_on is not None]
    if dated:
        return dated[0]
    if ahead:
        raise MentorflowError(f"{ahead[0].key} of {code('R', row.id)} has no day yet: {_awaited(turn, ahead[0].key)}")
    if steps:
        last = steps[-1]
        raise MentorflowError(
            f"{last.key} of {code('R', row.id)} was {last.status} on {last.settled_on}; its day is over"
        )
    raise MentorflowError(
        f"{code('R', row.id)} is in phase '{row.phase}'; only what is ahead in it can be moved, not {keys[0]}"
    )


def _awaited(turn: Turn, key: str) -> str:
    milestone = turn.plan.by_key[key].milestone
    return f"it comes {milestone.at}" if milestone else "it waits"


def _move(conn: Connection, turn: Turn, row: Row[Any], step: Row[Any], days: int) -> None:
    """What is due after the step moves by as many days, but nothing into the past."""
    mine = (Step.relationship_id == row.id) & (Step.visit == row.visit)
    later = mine & or_(Step.id == step.id, Step.due_on > step.due_on)
    for status, names in (
        (StepStatus.PLANNED, ("opens_on", "due_on", "closes_on")),
        (StepStatus.OPEN, ("due_on", "closes_on")),
    ):
        values = {name: _not_past(turn, getattr(Step, name), days) for name in names}
        conn.execute(update(Step).where(later, Step.status == status).values(values))
    phase = turn.plan.program.phase(row.phase)
    until = PhaseDays(row.entered_on, _end(turn, row.ends_on, days), _end(turn, row.latest_on, days))
    for named, where in by_ends(conn, turn, Relationship.id == row.id):
        set_end(conn, turn, phase, until, where, named)
    follow_steps(conn, turn, [row.id])


def _not_past(turn: Turn, column: Any, days: int) -> ColumnElement[Any]:
    moved = add_days(column, number(days))
    return case((moved < turn.today, turn.today), else_=moved)


def _end(turn: Turn, day: date, days: int) -> date:
    """An end that is past stays, unless it is put off."""
    moved = Span(abs(days), Unit.DAY).after(day) if days > 0 else Span(-days, Unit.DAY).before(day)
    return max(moved, min(day, turn.today))
