"""What a batch of queued mails will say, read with three queries for all of them. Sends nothing, and decides nothing about sending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from programs.codes import code
from programs.render import Context
from tasks.mail import Envelope
from tasks.models import Ask, Closure, Cohort, Member, Message, Participant, Person, Relationship
from tasks.scribe import Companion, Scribe
from tasks.settings import Settings
from tasks.turn import Turn


@dataclass(frozen=True)
class Letter:
    """A queued mail, ready to be written: which template, with what, to whom."""

    id: int
    template: str
    attempts: int
    context: Context
    envelope: Envelope


def write(conn: Connection, turn: Turn, settings: Settings, ids: Sequence[int]) -> list[Letter]:
    """The letters of these messages, in the order of their ids."""
    rows = _messages(conn, ids)
    members = _companions(conn, {row.relationship_id for row in rows if row.relationship_id})
    next_steps = _next_steps(conn, {row.relationship_id for row in rows if row.template == "closed"})
    scribe = Scribe(turn, settings, members, next_steps)
    return [
        Letter(row.id, row.template, row.attempts, scribe.context(row), _envelope(row, turn, settings)) for row in rows
    ]


def _messages(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    m, r, a, c = Message, Relationship, Ask, Closure
    query = (
        select(
            *(m.id, m.template, m.attempts, m.subject_key, m.message_id, m.queued_at, m.relationship_id, m.ask_id),
            m.expires_on,
            *(
                m.participant_id,
                Participant.roles,
                Participant.seeking_on,
                Person.first_name,
                Person.last_name,
                Person.email,
                Cohort.uid,
            ),
            *(
                r.status,
                r.phase,
                r.latest_on,
                r.overrun_on,
                r.cycle,
                r.started_on,
                r.expected_end_on,
                r.answer_by,
                r.reasons,
            ),
            *(r.lead_id, r.last_contact_on, r.ending_reason, r.ending_by, c.reason, c.by, c.rematch),
            *(a.key, a.form, a.role, a.due_on, a.closes_on),
        )
        .join(Participant, Participant.id == m.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .join(Cohort, Cohort.id == m.cohort_id)
        .outerjoin(r, r.id == m.relationship_id)
        .outerjoin(c, c.relationship_id == r.id)
        .outerjoin(a, a.id == m.ask_id)
        .where(m.id.in_(ids))
        .order_by(m.id)
    )
    return conn.execute(query).all()


def _companions(conn: Connection, relationships: Iterable[int]) -> Mapping[int, list[Companion]]:
    query = (
        select(
            *(Member.relationship_id, Member.participant_id, Member.role, Member.left_on),
            *(Person.first_name, Person.last_name, Person.email),
        )
        .join(Participant, Participant.id == Member.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Member.relationship_id.in_(relationships))
        .order_by(Member.id)
    )
    found: dict[int, list[Companion]] = defaultdict(list)
    for row in conn.execute(query):
        found[row.relationship_id].append(Companion(*row))
    return found


def _next_steps(conn: Connection, relationships: set[int]) -> dict[int, str]:
    """In words, as the record has it."""
    if not relationships:
        return {}
    rows = conn.execute(
        select(Closure.relationship_id, Closure.record).where(Closure.relationship_id.in_(relationships))
    )
    steps = {row.relationship_id: row.record.get("closure", {}).get("next_step", {}) for row in rows}
    return {key: step["words"] for key, step in steps.items() if step.get("words") and step.get("decided") != "nothing"}


def _envelope(row: Row[Any], turn: Turn, settings: Settings) -> Envelope:
    thread = f"{code('R', row.relationship_id)}.{row.uid}@{turn.mail_domain}" if row.relationship_id else None
    name = f"{row.first_name} {row.last_name}"
    return Envelope(settings.mail_from, name, row.email, row.message_id, row.queued_at, thread)
