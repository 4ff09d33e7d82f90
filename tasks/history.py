"""The only way in which a status changes: the move, and the row of history that says so, in one transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, null, select, update

from programs.lifecycle import ACTION, ASK, GOAL, MESSAGE, PARTICIPANT, RELATIONSHIP, STEP, Moves, sources, target
from tasks.models import Action, Ask, Base, Goal, History, Message, Participant, Relationship, Step
from tasks.sql import Column, changed, day, insert_from, moment, number, text
from tasks.turn import Turn

MOVES: dict[type[Base], Moves] = {
    Relationship: RELATIONSHIP,
    Step: STEP,
    Ask: ASK,
    Participant: PARTICIPANT,
    Message: MESSAGE,
    Goal: GOAL,
    Action: ACTION,
}


def move_all(
    conn: Connection,
    turn: Turn,
    table: Any,
    event: str,
    where: ColumnElement[bool],
    *,
    why: str | Column | None = None,
    **values: Any,
) -> int:
    """Move every row for which the event is allowed and the condition holds. Returns how many were moved."""
    moves = MOVES[table]
    allowed = table.status.in_(sources(moves, event)) & where
    after = target(moves, event)
    columns = {
        "cohort_id": _cohort_of(table, turn),
        "noun": text(table.__tablename__),
        "noun_id": table.id,
        "event": text(event),
        "before": table.status,
        "after": text(after),
        "happened_on": day(turn.today),
        "recorded_at": moment(turn.now),
        "by": text(turn.by),
        "why": null() if why is None else text(why) if isinstance(why, str) else why,
    }
    if not insert_from(conn, History, columns, select(table.id).where(allowed)):
        return 0
    return changed(conn, update(table).where(allowed).values(status=after, **values))


def note(
    conn: Connection, turn: Turn, table: Any, event: str, where: ColumnElement[bool], why: str | None = None
) -> int:
    """A row of history for something that changes no status, such as a moved date."""
    columns = {
        "cohort_id": _cohort_of(table, turn),
        "noun": text(table.__tablename__),
        "noun_id": table.id,
        "event": text(event),
        "before": table.status,
        "after": table.status,
        "happened_on": day(turn.today),
        "recorded_at": moment(turn.now),
        "by": text(turn.by),
        "why": null() if why is None else text(why),
    }
    return insert_from(conn, History, columns, select(table.id).where(where))


def _cohort_of(table: Any, turn: Turn) -> Any:
    return table.cohort_id if hasattr(table, "cohort_id") else number(turn.cohort_id)
