"""One relationship, or one participant, as an operator looks at it: where it stands and how it came there. Reads only.

Answers are not part of it: an operator sees that somebody answered, and reads what the record may hold in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from programs.codes import code
from programs.errors import NotFoundError
from tasks.models import (
    Action,
    Ask,
    Closure,
    Cohort,
    Flag,
    Gate,
    Goal,
    History,
    Meeting,
    Member,
    Participant,
    Passage,
    Person,
    Relationship,
    Step,
)
from tasks.needs import Need, about, of_participant
from tasks.sql import BATCH


@dataclass(frozen=True)
class RelationshipStory:
    """Rows as they are stored; every sequence is in the order of time."""

    row: Row[Any]
    cohort: str
    members: Sequence[Row[Any]]
    passages: Sequence[Row[Any]]
    steps: Sequence[Row[Any]]
    asks: Sequence[Row[Any]]
    goals: Sequence[Row[Any]]
    meetings: Sequence[Row[Any]]
    needs: Sequence[Need]
    actions: Sequence[Row[Any]]
    """Counted by status; the plan itself has a command of its own."""
    history: Sequence[Row[Any]]
    closure: Row[Any] | None
    carried_on_by: int | None
    """The new cycle, where there is one."""


@dataclass(frozen=True)
class ParticipantStory:
    """Who somebody is in a cohort, and all they have to do with."""

    row: Row[Any]
    cohort: str
    gates: Sequence[Row[Any]]
    needs: Sequence[Need]
    relationships: Sequence[Row[Any]]
    asks: Sequence[Row[Any]]
    history: Sequence[Row[Any]]


def cohort_of_relationship(conn: Connection, relationship_id: int) -> str:
    """The name of the cohort it belongs to. Raises NotFoundError."""
    found = _cohort(conn, Relationship, Relationship.id == relationship_id)
    if found is None:
        raise NotFoundError(f"there is no relationship {code('R', relationship_id)}; see: mentorflow status COHORT")
    return found


def cohort_of_participant(conn: Connection, participant_id: int) -> str:
    """The name of the cohort they take part in. Raises NotFoundError."""
    found = _cohort(conn, Participant, Participant.id == participant_id)
    if found is None:
        raise NotFoundError(f"there is no participant {code('P', participant_id)}")
    return found


def relationship(conn: Connection, relationship_id: int) -> RelationshipStory:
    """Everything about a relationship but its answers. Raises NotFoundError."""
    cohort = cohort_of_relationship(conn, relationship_id)
    table = Relationship.__table__
    of = {name: table_.relationship_id == relationship_id for name, table_ in _PARTS.items()}
    return RelationshipStory(
        row=conn.execute(select(table).where(table.c.id == relationship_id)).one(),
        cohort=cohort,
        members=_members(conn, Member.relationship_id == relationship_id),
        passages=_rows(conn, Passage, of["passage"], Passage.visit),
        steps=_rows(conn, Step, of["step"], func.coalesce(Step.opens_on, Step.opened_on, date.max), Step.id),
        asks=_asks(conn, of["ask"]),
        goals=_rows(conn, Goal, of["goal"], Goal.set_on, Goal.id),
        meetings=_rows(conn, Meeting, of["meeting"], Meeting.held_on),
        needs=about(conn, Flag.relationship_id == relationship_id),
        actions=_counted(conn, relationship_id),
        history=_history(conn, "relationship", relationship_id),
        carried_on_by=conn.execute(select(Relationship.id).where(Relationship.previous_id == relationship_id)).scalar(),
        closure=conn.execute(
            select(Closure.reason, Closure.planned, Closure.rematch, Closure.note, Closure.by, Closure.closed_on).where(
                Closure.relationship_id == relationship_id
            )
        ).first(),
    )


def participant(conn: Connection, participant_id: int) -> ParticipantStory:
    """Everything about a participant but their answers. Raises NotFoundError."""
    cohort = cohort_of_participant(conn, participant_id)
    columns = (*Participant.__table__.c, Person.email, Person.first_name, Person.last_name)
    return ParticipantStory(
        row=conn.execute(
            select(*columns).join(Person, Person.id == Participant.person_id).where(Participant.id == participant_id)
        ).one(),
        cohort=cohort,
        gates=_rows(conn, Gate, Gate.participant_id == participant_id, Gate.passed_on),
        needs=of_participant(conn, participant_id),
        relationships=conn.execute(
            select(Relationship.id, Relationship.status, Relationship.phase, Relationship.started_on, Member.role)
            .join(Member, Member.relationship_id == Relationship.id)
            .where(Member.participant_id == participant_id)
            .order_by(Relationship.id)
        ).all(),
        asks=_asks(conn, Ask.participant_id == participant_id),
        history=_history(conn, "participant", participant_id),
    )


def closures(conn: Connection, relationship_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """How these relationships ended, each with its record as data and as text."""
    found: list[Row[Any]] = []
    for start in range(0, len(relationship_ids), BATCH):
        batch = relationship_ids[start : start + BATCH]
        found += _rows(conn, Closure, Closure.relationship_id.in_(batch), Closure.relationship_id)
    return found


def cohort_record(conn: Connection, cohort: str) -> tuple[dict[str, Any] | None, str | None]:
    """The cohort's own record, as data and as text; nothing while the cohort is open."""
    row = conn.execute(select(Cohort.record, Cohort.record_text).where(Cohort.name == cohort)).one()
    return row.record, row.record_text


_PARTS: dict[str, Any] = {"passage": Passage, "step": Step, "ask": Ask, "goal": Goal, "meeting": Meeting}


def _cohort(conn: Connection, table: Any, where: ColumnElement[bool]) -> str | None:
    return conn.execute(select(Cohort.name).join(table, table.cohort_id == Cohort.id).where(where)).scalar()


def _rows(conn: Connection, table: Any, where: ColumnElement[bool], *order: Any) -> Sequence[Row[Any]]:
    return conn.execute(select(*table.__table__.c).where(where).order_by(*order)).all()


def _members(conn: Connection, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return conn.execute(
        select(
            Member.participant_id, Member.role, Member.accepted_on, Member.left_on,
            Person.first_name, Person.last_name, Person.email,
        )
        .join(Participant, Participant.id == Member.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(where)
        .order_by(Member.role.desc(), Member.id)
    ).all()  # fmt: skip


def _asks(conn: Connection, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return _rows(conn, Ask, where, Ask.opened_on, Ask.id)


def _counted(conn: Connection, relationship_id: int) -> Sequence[Row[Any]]:
    query = select(Action.status, func.count().label("items")).where(Action.relationship_id == relationship_id)
    return conn.execute(query.group_by(Action.status).order_by(Action.status)).all()


def _history(conn: Connection, noun: str, number: int) -> Sequence[Row[Any]]:
    return _rows(conn, History, (History.noun == noun) & (History.noun_id == number), History.id)
