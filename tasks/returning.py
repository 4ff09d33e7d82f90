"""Coming back to a phase that goes on where it was left: how much of its time was left, for many relationships at once."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select

from programs.plan import PhaseDays
from programs.spec import Phase
from tasks.models import Passage, Relationship


def by_time_left(
    conn: Connection, phase: Phase, where: ColumnElement[bool]
) -> list[tuple[timedelta | None, ColumnElement[bool]]]:
    """The relationships by how long the phase would still have lasted when they left it; None for those who never were in it."""
    if not phase.goes_on:
        return [(None, where)]
    last = _last(phase)
    days = (
        select(Passage.planned_until, Passage.left_on)
        .join(Relationship, (Relationship.id == Passage.relationship_id) & (Passage.visit == last))
        .where(where)
        .distinct()
    )
    found: list[tuple[timedelta | None, ColumnElement[bool]]] = [(None, where & last.is_(None))]
    for until, left_on in conn.execute(days).all():
        same = exists().where(
            Passage.relationship_id == Relationship.id,
            Passage.visit == last,
            Passage.planned_until == until,
            Passage.left_on == left_on,
        )
        found.append((max(until - left_on, timedelta(days=1)), where & same.correlate(Relationship)))
    return found


def _last(phase: Phase) -> ColumnElement[int]:
    """The visit on which a relationship was in the phase before."""
    earlier = Passage.__table__.alias("earlier")
    mine = (
        (earlier.c.relationship_id == Relationship.id) & (earlier.c.phase == phase.id) & earlier.c.left_on.is_not(None)
    )
    return select(func.max(earlier.c.visit)).where(mine).correlate(Relationship).scalar_subquery()


def days_left(entered_on: date, left: timedelta) -> PhaseDays:
    """From the day of coming back until the time that was left is over."""
    return PhaseDays(entered_on, entered_on + left, entered_on + left)


def as_if_never_left(phase: Phase, days: PhaseDays) -> PhaseDays:
    """Its days as if all of it had been lived in one stretch: what is once in it keeps its place."""
    whole = phase.lasts.at_most.after(days.entered_on) - days.entered_on
    return PhaseDays(min(days.entered_on, days.latest_on - whole), days.ends_on, days.latest_on)
