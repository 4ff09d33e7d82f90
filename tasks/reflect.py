"""What members may read of each other's answers, and the exchange after a reflection, of which they are told. The answers stay here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from programs.lifecycle import ParticipantStatus
from programs.spec import Form
from programs.summary import AnswerFacts
from programs.survey import visible
from tasks.answer import form_for
from tasks.models import Ask, Member, Participant, Relationship, Response, Step
from tasks.outbox import queue
from tasks.said_before import said_before
from tasks.sql import changed
from tasks.turn import Turn


def exchangeable(turn: Turn, key: str | None = None) -> ColumnElement[bool]:
    """What is exchanged and everybody has answered, or whose window is over, and of which nobody was told yet."""
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
    rows = rows.join(Participant, Participant.id == Member.participant_id)
    there = Member.left_on.is_(None) & (Participant.status != ParticipantStatus.WITHDRAWN)
    queue(
        conn, turn, rows.where(ready, there, answered_by_another > 0), "feedback_shared",
        ("step", Step.id, "shared", Member.participant_id),
        participant=Member.participant_id, relationship=Step.relationship_id, about=key,
    )  # fmt: skip
    return changed(conn, update(Step).where(ready).values(exchange_on=None, shared_on=turn.today))


@dataclass(frozen=True)
class Readable:
    """What a member of that role said about one thing, as far as it may be read, and the form in which it was asked."""

    role: str
    about: str
    form: Form
    answers: Mapping[str, Any]

    def as_data(self) -> dict[str, Any]:
        return {"from": self.role, "about": self.about, "answers": dict(self.answers)}


def shared_with(conn: Connection, turn: Turn, relationship_id: int, participant_id: int) -> list[dict[str, Any]]:
    """What one member may read, as data."""
    return [one.as_data() for one in readable(conn, turn, relationship_id, participant_id)]


def readable(conn: Connection, turn: Turn, relationship_id: int, participant_id: int) -> list[Readable]:
    """What one member may read of what the others answered, only as far as it is shared with partners.

    Of what they said before the match, once they are together; of everything else once it has been shared: a reflection by
    its exchange, a form when everybody has answered it or its time is over.
    """
    newest = select(Response.ask_id, func.max(Response.version).label("version")).group_by(Response.ask_id).subquery()
    rows = conn.execute(
        select(Ask.key, Ask.form, Ask.role, Response.answers)
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
    alone = _said_before(conn, relationship_id, participant_id)
    told = [(one.key, one.form, one.role, one.answers) for one in alone] + [tuple(row) for row in rows]
    found = (_readable(turn, *one) for one in told)
    return [one for one in found if one.answers]


def _readable(turn: Turn, key: str, form_id: str, role: str, answers: Mapping[str, Any]) -> Readable:
    form = form_for(turn, key, form_id)
    return Readable(role, _about(turn, key, form_id), form, visible(form, answers, "partner"))


def _said_before(conn: Connection, relationship_id: int, participant_id: int) -> list[AnswerFacts]:
    begun = (Relationship.id == relationship_id) & Relationship.started_on.is_not(None)
    together = select(Relationship.id).where(begun, _is_member(relationship_id, participant_id))
    said = said_before(conn, list(conn.execute(together).scalars())).get(relationship_id, ())
    return [one for one in said if one.participant != participant_id]


def _about(turn: Turn, key: str, form: str) -> str:
    step = turn.plan.by_key.get(key)
    return step.label if step and step.milestone else turn.plan.program.form_title(form)


def takes_part(conn: Connection, relationship_id: int, participant_id: int) -> bool:
    """Whether they are, or were, a member of the relationship."""
    return bool(conn.execute(select(_is_member(relationship_id, participant_id))).scalar())


def _is_member(relationship_id: int, participant_id: int) -> ColumnElement[bool]:
    return (
        select(Member.id)
        .where(Member.relationship_id == relationship_id, Member.participant_id == participant_id)
        .exists()
    )
