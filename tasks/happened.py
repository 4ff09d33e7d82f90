"""What has come into a cohort's history since a point: counts and first ids, for events. Reads no names and no reasons."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from programs.codes import code
from tasks.models import History
from tasks.turn import Turn

SHOWN = 20
KINDS = {"relationship": "R", "participant": "P", "ask": "A"}
"""The nouns that have short ids; of the others only the number is told."""


@dataclass(frozen=True)
class Fact:
    """Something that happened to many: which noun, which event, how often, and to whom first."""

    noun: str
    event: str
    count: int
    ids: tuple[str, ...]


def mark(conn: Connection) -> int:
    """Where history ends now."""
    return conn.execute(select(func.max(History.id))).scalar() or 0


def since(conn: Connection, turn: Turn, start: int) -> list[Fact]:
    """What came after the mark, by noun and event."""
    new = (History.id > start) & (History.cohort_id == turn.cohort_id)
    query = select(History.noun, History.event, func.count()).where(new).group_by(History.noun, History.event)
    return [
        Fact(noun, event, count, _first(conn, start, turn, noun, event))
        for noun, event, count in conn.execute(query.order_by(History.noun, History.event)).all()
    ]


def _first(conn: Connection, start: int, turn: Turn, noun: str, event: str) -> tuple[str, ...]:
    if noun not in KINDS:
        return ()
    new = (History.id > start) & (History.cohort_id == turn.cohort_id)
    query = select(History.noun_id).where(new, History.noun == noun, History.event == event)
    return tuple(code(KINDS[noun], one) for one in conn.execute(query.order_by(History.id).limit(SHOWN)).scalars())
