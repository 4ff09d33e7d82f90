"""The exchange after a reflection: members are told that they may read what the others chose to share. The answers stay here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from programs.survey import visible
from tasks.answer import form_for
from tasks.models import Ask, Member, Response, Step
from tasks.outbox import queue
from tasks.sql import changed
from tasks.turn import Turn


def exchangeable(turn: Turn, key: str | None = None) -> ColumnElement[bool]:
    """Reflections that everybody has answered, or whose window is over, and of which nobody was told yet."""
    due = (Step.cohort_id == turn.cohort_id) & (Step.exchange_on <= turn.today)
    return due if key is None else due & (Step.key == key)


def exchange(conn: Connection, turn: Turn, key: str) -> int:
    """Open what is shared to the other members, and tell those who have something to read."""
    ready = exchangeable(turn, key)
    other = Response.__table__.alias("theirs")
    asked = Ask.__table__.alias("asked")
    answered_by_another = (
        select(func.count())
        .select_from(other.join(asked, asked.c.id == other.c.ask_id))
        .where(asked.c.step_id == Step.id, asked.c.participant_id != Member.participant_id)
        .correlate(Step, Member)
        .scalar_subquery()
    )
    rows = select(Step.id).join(Member, Member.relationship_id == Step.relationship_id)
    queue(
        conn, turn, rows.where(ready, Member.left_on.is_(None), answered_by_another > 0), "feedback_shared",
        ("step", Step.id, "shared", Member.participant_id),
        participant=Member.participant_id, relationship=Step.relationship_id, about=key,
    )  # fmt: skip
    return changed(conn, update(Step).where(ready).values(exchange_on=None, shared_on=turn.today))


def shared_with(conn: Connection, turn: Turn, relationship_id: int, participant_id: int) -> list[dict[str, Any]]:
    """What one member may read of the others' reflections: only after the exchange, and only what is shared with partners."""
    newest = select(Response.ask_id, func.max(Response.version).label("version")).group_by(Response.ask_id).subquery()
    rows = conn.execute(
        select(Ask.key, Ask.form, Ask.role, Ask.participant_id, Response.answers)
        .join(Step, Step.id == Ask.step_id)
        .join(newest, newest.c.ask_id == Ask.id)
        .join(Response, (Response.ask_id == Ask.id) & (Response.version == newest.c.version))
        .where(
            Ask.relationship_id == relationship_id,
            Ask.participant_id != participant_id,
            Step.shared_on.is_not(None),
            _is_member(relationship_id, participant_id),
        )
        .order_by(Ask.id)
    )
    return [
        {"from": row.role, "answers": visible(form_for(turn, row.key, row.form), row.answers, "partner")}
        for row in rows
    ]


def takes_part(conn: Connection, relationship_id: int, participant_id: int) -> bool:
    """Whether they are, or were, a member of the relationship."""
    return bool(conn.execute(select(_is_member(relationship_id, participant_id))).scalar())


def _is_member(relationship_id: int, participant_id: int) -> ColumnElement[bool]:
    return (
        select(Member.id)
        .where(Member.relationship_id == relationship_id, Member.participant_id == participant_id)
        .exists()
    )
