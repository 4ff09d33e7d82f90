"""The start of what is agreed: on which day it could, and what its members are told. Decides nothing about who is agreed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, select, update

from programs.lifecycle import RelationshipStatus
from programs.spec import Phase
from tasks import turns
from tasks.alone import carry_goals
from tasks.history import move_all
from tasks.hurdles import could_start_on, gates_before_start, keeps_waiting
from tasks.models import Member, Relationship
from tasks.outbox import queue
from tasks.passages import enter, ladder_from
from tasks.prepare import found
from tasks.turn import Turn


def startable(turn: Turn) -> ColumnElement[bool]:
    """Agreed relationships of a cohort whose first day has come."""
    has_begun = turn.plan.starts_on <= turn.reach and not turn.is_off
    agreed = _mine(turn, RelationshipStatus.AGREED) & (Relationship.cycle == 1)
    if gates_before_start(turn.plan.program):
        agreed &= ~keeps_waiting(turn)
    return agreed if has_begun else agreed & Relationship.id.is_(None)


def start(conn: Connection, turn: Turn) -> int:
    """Start what is agreed, as of the day it could start, and tell the members about each other."""
    first = turn.plan.program.shared_phases[0]
    ready = startable(turn)
    days = conn.execute(select(could_start_on(turn)).where(ready).distinct()).scalars().all()
    dates = sorted({max(could, turn.plan.starts_on) for could in days if could})
    count = sum(_start_on(conn, turn, first, started_on, ready) for started_on in dates)
    found(conn, turn, "matched")
    return count


def _start_on(conn: Connection, turn: Turn, first: Phase, started_on: date, ready: ColumnElement[bool]) -> int:
    could = could_start_on(turn)
    that_day = ready & (could == started_on if started_on > turn.plan.starts_on else could <= started_on)
    return begin(conn, turn, first, started_on, that_day)


def begin(
    conn: Connection,
    turn: Turn,
    first: Phase,
    started_on: date,
    that_day: ColumnElement[bool],
    message: str = "introduction",
) -> int:
    """Start these agreed relationships in the phase, as of the day, and tell the members about each other."""
    end = turn.plan.expected_end(first, turn.plan.enter(first, started_on).latest_on)
    count = move_all(
        conn, turn, Relationship, "start", that_day,
        started_on=started_on, planned_end_on=end, notice_on=turn.plan.notice_on(end), last_contact_on=started_on,
        **ladder_from(turn, first.id, turn.today),
    )  # fmt: skip
    fresh = _mine(turn, RelationshipStatus.ACTIVE) & Relationship.phase.is_(None)
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id).where(fresh)
    queue(
        conn, turn, rows, message, ("relationship", Relationship.id, "introduction", Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip
    begun = conn.execute(select(Relationship.id).where(fresh)).scalars().all() if turns.go_round(turn) else ()
    if turn.plan.program.alone_phases:
        carry_goals(conn, turn, fresh)
    named = conn.execute(select(Relationship.id).where(fresh)).scalars().all() if turn.plan.ends_named else ()
    enter(conn, turn, first, started_on, fresh)
    planned = update(Relationship).where(Relationship.id.in_(named))
    conn.execute(planned.values(planned_end_on=Relationship.expected_end_on))
    turns.begin(conn, turn, Relationship.id.in_(begun))
    return count


def _mine(turn: Turn, status: RelationshipStatus) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == status)
