"""People who are let go before the match: by their own answer, or because they never decided. Without fault, and without a record."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from tasks.alone import end_with_a_word, preparing
from tasks.models import Relationship
from tasks.sql import BATCH
from tasks.turn import Turn
from tasks.withdraw import leave


def leaving(turn: Turn) -> ColumnElement[bool]:
    """Those whose way ends before a match."""
    return preparing(turn) & (Relationship.ending_on <= turn.today)


def let_go(conn: Connection, turn: Turn) -> int:
    """They leave the cohort with a kind word; what was only proposed to them is taken back."""
    reasons = conn.execute(select(Relationship.ending_reason).where(leaving(turn)).distinct()).scalars().all()
    return sum(_let_go(conn, turn, reason) for reason in sorted(one for one in reasons if one))


def _let_go(conn: Connection, turn: Turn, reason: str) -> int:
    these = leaving(turn) & (Relationship.ending_reason == reason)
    people = list(conn.execute(select(Relationship.lead_id).where(these).order_by(Relationship.id)).scalars())
    count = end_with_a_word(conn, turn, these, reason)
    for start in range(0, len(people), BATCH):
        leave(conn, turn, [one for one in people[start : start + BATCH] if one is not None], reason)
    return count
