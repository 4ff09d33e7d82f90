"""Questions that are asked of every cohort, several times a day: composed once for a plan, then asked with the day of the moment.

To compose a question takes SQLAlchemy longer than the database takes to answer that there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Integer, Select, bindparam, func, select

from tasks.turn import Turn

Condition = Callable[[Turn], ColumnElement[bool]]
"""Rows by the cohort and its days. It may compare the days, but not reckon with them or decide by them."""

_composed: dict[Hashable, Select[Any]] = {}
_KEPT = 512


@dataclass(frozen=True)
class AnyTurn(Turn):
    """A turn of any cohort with the plan, on any day."""

    @property
    def reach(self) -> Any:
        return bindparam("reach", type_=Date)


def any_turn(turn: Turn) -> Turn:
    """The turn with places for the cohort, for today and for the day up to which what is planned has come."""
    cohort: Any = bindparam("cohort", type_=Integer)
    today: Any = bindparam("today", type_=Date)
    return AnyTurn(cohort, turn.cohort, turn.plan, today, turn.now)


def composed(turn: Turn, question: Hashable, compose: Callable[[Turn], Select[Any]]) -> Select[Any]:
    """The question about the plan, composed when it is asked for the first time."""
    key = (turn.plan.hash, question)
    if key not in _composed:
        if len(_composed) >= _KEPT:
            _composed.clear()
        _composed[key] = compose(any_turn(turn))
    return _composed[key]


def said(turn: Turn) -> dict[str, int | date]:
    """What stands in the places of a composed question."""
    return {"cohort": turn.cohort_id, "today": turn.today, "reach": turn.reach}


def count(conn: Connection, turn: Turn, table: Any, where: Condition) -> int:
    """How many rows of the table there are."""
    question = composed(turn, (table, where), lambda any_: select(func.count()).select_from(table).where(where(any_)))
    return conn.execute(question, said(turn)).scalar() or 0


def counts(conn: Connection, turn: Turn, column: Any, where: Condition) -> dict[Any, int]:
    """How many rows there are of each value of the column."""
    question = composed(
        turn, (str(column), where), lambda any_: select(column, func.count()).where(where(any_)).group_by(column)
    )
    return {row[0]: row[1] for row in conn.execute(question, said(turn))}
