"""Which days have become long enough ago since the cohort was run last, by what its program declares. Asks no rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_

from programs.dates import Span
from tasks.sql import Column
from tasks.turn import Turn


@dataclass(frozen=True)
class Passed:
    """The days that have become long enough ago since the last run."""

    after: date | BindParameter[date] | None
    until: date | BindParameter[date]

    def __call__(self, column: Column) -> ColumnElement[bool]:
        return column <= self.until if self.after is None else and_(column > self.after, column <= self.until)


@dataclass(frozen=True)
class Late:
    """The days by which something has taken too long now, and had not at the last run."""

    waiting: Passed
    unmatched: Passed


def since(turn: Turn, last_run_on: date | None) -> Late:
    """What is late on this day, and was not when the cohort was run last."""
    declared = turn.plan.program.attention

    def passed(span: Span) -> Passed:
        return Passed(span.before(last_run_on) if last_run_on else None, span.before(turn.today))

    return Late(passed(declared.waiting), passed(declared.unmatched))
