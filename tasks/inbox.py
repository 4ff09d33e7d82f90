"""What has been asked of people and by what an answer that was collected elsewhere finds its way to it. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from programs.codes import code
from programs.errors import NotFoundError
from programs.lifecycle import AskStatus
from tasks.models import Ask, Cohort, Member, Message, Participant, Person, Relationship, Response
from tasks.people import full_name
from tasks.sql import BATCH


@dataclass(frozen=True)
class AskRow:
    """One ask and who it was put to."""

    id: int
    participant_id: int
    relationship_id: int
    email: str
    email_key: str
    first_name: str
    last_name: str
    role: str
    key: str
    occurrence: int
    form: str
    status: str
    opened_on: date
    due_on: date | None

    @property
    def code(self) -> str:
        return code("A", self.id)


@dataclass(frozen=True)
class Said:
    """An answer as it is kept."""

    answers: Mapping[str, Any]
    answered_on: date
    received_at: datetime


def open_asks(conn: Connection, cohort_id: int) -> Sequence[AskRow]:
    """What waits for an answer, the most urgent first."""
    return _rows(conn, (Ask.cohort_id == cohort_id) & (Ask.status == AskStatus.OPEN))


def all_asks(conn: Connection, cohort_id: int) -> Sequence[AskRow]:
    """Whatever was asked in a cohort, and whatever became of it."""
    return _rows(conn, Ask.cohort_id == cohort_id)


def said(conn: Connection, asks: Sequence[int]) -> dict[int, Said]:
    """The newest answer to each of these asks that has one."""
    found: dict[int, Said] = {}
    for start in range(0, len(asks), BATCH):
        mine = Response.ask_id.in_(asks[start : start + BATCH])
        newest = select(Response.ask_id, func.max(Response.version).label("version")).where(mine)
        last = newest.group_by(Response.ask_id).subquery()
        rows = conn.execute(
            select(Response.ask_id, Response.answers, Response.answered_on, Response.received_at).join(
                last, (last.c.ask_id == Response.ask_id) & (last.c.version == Response.version)
            )
        )
        found |= {row.ask_id: Said(row.answers, row.answered_on, row.received_at) for row in rows}
    return found


def asked_at(conn: Connection, asks: Sequence[int]) -> dict[int, datetime]:
    """When the first mail about each of these asks was queued: the moment at which it was opened, not the day it counts from."""
    found: dict[int, datetime] = {}
    for start in range(0, len(asks), BATCH):
        query = select(Message.ask_id, func.min(Message.queued_at)).where(
            Message.ask_id.in_(asks[start : start + BATCH])
        )
        found |= {ask: at for ask, at in conn.execute(query.group_by(Message.ask_id)) if ask is not None}
    return found


def members(conn: Connection, cohort_id: int) -> dict[int, dict[int, str]]:
    """Who is in each relationship of a cohort: names by participant."""
    rows = conn.execute(
        select(Member.relationship_id, Member.participant_id, Person.first_name, Person.last_name)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .join(Participant, Participant.id == Member.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Relationship.cohort_id == cohort_id)
        .order_by(Member.id)
    )
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for relationship, participant, first, last in rows:
        found[relationship][participant] = full_name(first, last)
    return found


def asked(conn: Connection, ask_id: int) -> tuple[str, AskRow]:
    """One ask, whatever became of it, and the cohort in which it was asked. Raises NotFoundError."""
    found = _rows(conn, Ask.id == ask_id)
    if not found:
        raise NotFoundError(
            f"nothing was asked under the id {code('A', ask_id)}; what waits for an answer is told by: mentorflow answer COHORT"
        )
    cohort = conn.execute(
        select(Cohort.name).join(Ask, Ask.cohort_id == Cohort.id).where(Ask.id == ask_id)
    ).scalar_one()
    return cohort, found[0]


def _rows(conn: Connection, where: ColumnElement[bool]) -> Sequence[AskRow]:
    rows = conn.execute(
        select(
            Ask.id, Ask.participant_id, Ask.relationship_id, Person.email, Person.email_key, Person.first_name,
            Person.last_name, Ask.role, Ask.key, Ask.occurrence, Ask.form, Ask.status, Ask.opened_on, Ask.due_on,
        )
        .join(Participant, Participant.id == Ask.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(where)
        .order_by(Ask.due_on, Ask.id)
    )  # fmt: skip
    return [AskRow(*row) for row in rows]
