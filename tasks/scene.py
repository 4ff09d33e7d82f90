"""What a rehearsal looks at to know what its people would do next. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, exists, func, select

from programs.codes import code
from programs.lifecycle import ActionStatus, AskStatus, RelationshipStatus
from tasks.meetings import Ticked
from tasks.models import Action, Ask, Closure, Cohort, Meeting, Member, Relationship, Tick
from tasks.sql import BATCH
from tasks.turn import Turn


@dataclass(frozen=True)
class Asked:
    """An ask, as the person who got it sees it."""

    id: int
    participant_id: int
    relationship_id: int
    key: str
    occurrence: int
    form: str
    role: str
    is_open: bool
    closes_on: date | None
    started_on: date | None
    cycle: int


@dataclass(frozen=True)
class Running:
    """A relationship that is under way."""

    id: int
    started_on: date
    last_meeting_on: date
    """The day before it started where none has been held."""
    has_ticked: bool
    """Whether anything of the present phase's checklist is done."""
    entered_on: date
    """The day on which the present phase began."""


@dataclass(frozen=True)
class Planned:
    """An open item of an action plan."""

    id: int
    relationship: int
    number: int
    """Its place in the plan, from 1."""
    participant: int | None
    set_on: date


def asks_after(conn: Connection, cohort_id: int, newest: int) -> list[Asked]:
    """Asks of the cohort with a higher id, oldest first."""
    return _asked(conn, (Ask.cohort_id == cohort_id) & (Ask.id > newest))


def asks(conn: Connection, ids: Sequence[int]) -> list[Asked]:
    """The asks with these ids."""
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    return [one for batch in batches for one in _asked(conn, Ask.id.in_(batch))]


def _asked(conn: Connection, where: object) -> list[Asked]:
    rows = conn.execute(
        select(
            Ask.id, Ask.participant_id, Ask.relationship_id, Ask.key, Ask.occurrence, Ask.form, Ask.role, Ask.status, Ask.closes_on,
            Relationship.started_on, Relationship.cycle,
        )
        .join(Relationship, Relationship.id == Ask.relationship_id)
        .where(where)  # type: ignore[arg-type]
        .order_by(Ask.id)
    )  # fmt: skip
    return [
        Asked(
            row.id, row.participant_id, row.relationship_id, row.key, row.occurrence, row.form, row.role,
            row.status == AskStatus.OPEN, row.closes_on, row.started_on, row.cycle,
        )
        for row in rows
    ]  # fmt: skip


def running(conn: Connection, cohort_id: int) -> list[Running]:
    """Relationships under way, but for those that are about to end, with their last meeting."""
    last = select(func.max(Meeting.held_on)).where(Meeting.relationship_id == Relationship.id).scalar_subquery()
    ticked = exists().where(Tick.relationship_id == Relationship.id, Tick.phase == Relationship.phase)
    rows = conn.execute(
        select(
            Relationship.id,
            Relationship.started_on,
            last.label("last"),
            ticked.label("ticked"),
            Relationship.entered_on,
        )
        .where(
            Relationship.cohort_id == cohort_id,
            Relationship.status == RelationshipStatus.ACTIVE,
            Relationship.ending_on.is_(None),
        )
        .order_by(Relationship.id)
    )
    return [
        Running(row.id, row.started_on, row.last or date.min, bool(row.ticked), row.entered_on or row.started_on)
        for row in rows
    ]


def checklists(conn: Connection, turn: Turn, relationships: Sequence[int]) -> list[Ticked]:
    """Every item of the present phase's checklist for every present member of the relationships."""
    rows = conn.execute(
        select(Member.relationship_id, Member.participant_id, Member.role, Relationship.phase)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(Relationship.id.in_(relationships), Relationship.phase.is_not(None), Member.left_on.is_(None))
        .order_by(Member.id)
    )
    lists = {
        phase.id: {str(role): len(items) for role, items in phase.checklist.items()}
        for phase in turn.plan.program.phases
    }
    counts = [(row, lists[row.phase].get(row.role, 0)) for row in rows]
    return [
        Ticked(row.relationship_id, row.participant_id, tuple(range(1, count + 1))) for row, count in counts if count
    ]


def open_items(conn: Connection, cohort_id: int) -> list[Planned]:
    """Open items of action plans of relationships under way, oldest first."""
    earlier = Action.__table__.alias("earlier")
    number = (
        select(func.count())
        .select_from(earlier)
        .where(earlier.c.relationship_id == Action.relationship_id, earlier.c.id <= Action.id)
        .scalar_subquery()
    )
    mine = (Relationship.cohort_id == cohort_id) & (Relationship.status == RelationshipStatus.ACTIVE)
    query = select(
        Action.id, Action.relationship_id, number.label("number"), Action.participant_id, Action.set_on
    ).join(Relationship, Relationship.id == Action.relationship_id)
    rows = conn.execute(query.where(mine, Action.status == ActionStatus.OPEN).order_by(Action.id))
    return [Planned(*row) for row in rows]


def present(conn: Connection, relationship: int) -> list[int]:
    """Who is in a relationship now."""
    here = (Member.relationship_id == relationship) & Member.left_on.is_(None)
    return list(conn.execute(select(Member.participant_id).where(here).order_by(Member.id)).scalars())


def has_proposals(conn: Connection, cohort_id: int) -> bool:
    waiting = exists().where(Relationship.cohort_id == cohort_id, Relationship.status == RelationshipStatus.PROPOSED)
    return bool(conn.execute(select(waiting)).scalar())


def in_main_phase(conn: Connection, turn: Turn) -> list[int]:
    """Relationships in the longest phase of the program, oldest first."""
    phases = turn.plan.program.shared_phases
    longest = max(phases, key=lambda phase: phase.lasts.at_most.after(turn.plan.starts_on))
    here = (Relationship.phase == longest.id) & (Relationship.status == RelationshipStatus.ACTIVE)
    found = select(Relationship.id).where(
        Relationship.cohort_id == turn.cohort_id, here, Relationship.ending_on.is_(None)
    )
    return list(conn.execute(found.order_by(Relationship.id)).scalars())


def whereabouts(conn: Connection, relationship_id: int) -> tuple[str | None, str]:
    """The phase that a relationship is in, and its status."""
    here = Relationship.id == relationship_id
    row = conn.execute(select(Relationship.phase, Relationship.status).where(here)).one()
    return row.phase, row.status


def is_paused(conn: Connection, relationship_id: int) -> bool:
    status = conn.execute(select(Relationship.status).where(Relationship.id == relationship_id)).scalar()
    return status == RelationshipStatus.PAUSED


def stored_record(conn: Connection, cohort_id: int) -> dict[str, Any]:
    """The record of a closed cohort, as data."""
    return dict(conn.execute(select(Cohort.record).where(Cohort.id == cohort_id)).scalar_one() or {})


def stored_text(conn: Connection, cohort_id: int) -> str:
    """The record of a closed cohort, as text."""
    return conn.execute(select(Cohort.record_text).where(Cohort.id == cohort_id)).scalar_one() or ""


def closure_texts(conn: Connection, cohort_id: int) -> Iterator[tuple[str, str]]:
    """(id, text) of every summary record."""
    rows = conn.execute(
        select(Relationship.id, Closure.text)
        .join(Closure, Closure.relationship_id == Relationship.id)
        .where(Relationship.cohort_id == cohort_id)
        .order_by(Relationship.id)
    )
    return ((code("R", row.id), row.text) for row in rows)
