"""Answers that are kept but do not count yet: the question stays open, and whoever gave one is told so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from programs.lifecycle import AskStatus
from programs.survey import matches
from tasks.models import Ask, Response
from tasks.outbox import queue
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted


def suffices(turn: Turn, one: Accepted) -> bool:
    """Whether it is an answer as the milestone wants it; without such a wish, every answer is."""
    step = turn.plan.by_key.get(one.ask.key)
    wanted = step.milestone.passes if step and step.milestone else None
    return wanted is None or matches(wanted, one.form, one.answers)


def ask_again(conn: Connection, turn: Turn, short: Sequence[Accepted]) -> int:
    """Tell those whose answer is not enough yet; each further answer that is not is answered as well."""
    version = select(func.max(Response.version)).where(Response.ask_id == Ask.id).correlate(Ask).scalar_subquery()
    still_open = Ask.id.in_([one.ask.id for one in short]) & (Ask.status == AskStatus.OPEN)
    return queue(
        conn, turn, select(Ask.id).where(still_open), "again", ("ask", Ask.id, "again", version),
        participant=Ask.participant_id, relationship=Ask.relationship_id, ask=Ask.id, about=Ask.key,
        expires_on=Ask.closes_on,
    )  # fmt: skip
