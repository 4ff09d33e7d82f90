"""What an operator should see of a cohort: counts over sets, and the ids of what waits for somebody. Reads no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from programs.codes import code
from programs.lifecycle import (
    ALONE,
    LIVE,
    AskStatus,
    CohortStatus,
    MessageStatus,
    ParticipantStatus,
    RelationshipStatus,
    StepStatus,
)
from tasks import hurdles
from tasks.engaged import gets_several, is_engaged
from tasks.models import Ask, Closure, Cohort, Message, Participant, Relationship, Step
from tasks.needs import needs
from tasks.turn import Turn

SHOWN = 20
"""Ids listed one by one; a count says how many there are in all."""

LISTED = "on the attention list"

AHEAD = 8
"""Coming days that are listed."""

_WAITING_MAILS = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.DEAD)


@dataclass(frozen=True)
class Waiting:
    """Something that needs somebody: how many, and the ids of the first."""

    what: str
    count: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coming:
    """A day on which something opens: the step's key, and for how many relationships."""

    on: date
    key: str
    count: int


@dataclass(frozen=True)
class Dashboard:
    """One look at a cohort."""

    participants: dict[str, int]
    """By status."""
    seeking: int
    unmatched: int
    fewer: int
    """Mentees who have fewer mentors than they should."""
    getting_ready: dict[str, int]
    """People who go through a phase alone before they are matched, by that phase."""
    relationships: dict[str, int]
    """By status."""
    phases: dict[str, int]
    """Running relationships by the phase they are in."""
    closures: dict[str, int]
    """By reason."""
    mails: dict[str, int]
    waiting: tuple[Waiting, ...]
    coming: tuple[Coming, ...]


def dashboard(conn: Connection, turn: Turn) -> Dashboard:
    """The cohort as it stands. Every figure comes from one statement, however many people there are."""
    mine, people = Relationship.cohort_id == turn.cohort_id, Participant.cohort_id == turn.cohort_id
    mail = (Message.cohort_id == turn.cohort_id) & Message.status.in_(_WAITING_MAILS)
    here = people & (Participant.status != ParticipantStatus.WITHDRAWN)
    left = here & Participant.unmatched.is_not(None) & Participant.seeking_on.is_(None)
    is_open = conn.execute(select(Cohort.status).where(Cohort.id == turn.cohort_id)).scalar() == CohortStatus.OPEN
    return Dashboard(
        participants=_by(conn, Participant.status, people),
        seeking=_count(conn, Participant.id, here & Participant.seeking_on.is_not(None)) if is_open else 0,
        unmatched=_count(conn, Participant.id, left & ~is_engaged()),
        fewer=_count(conn, Participant.id, left & is_engaged()) if gets_several(turn) else 0,
        getting_ready=_by(conn, Relationship.phase, mine & (Relationship.status == RelationshipStatus.PREPARING)),
        relationships=_by(conn, Relationship.status, mine & Relationship.status.not_in(ALONE)),
        phases=_by(conn, Relationship.phase, mine & Relationship.status.in_(LIVE)),
        closures=_closures(conn, turn),
        mails=_by(conn, Message.status, mail),
        waiting=tuple(one for one in _waiting(conn, turn, is_open) if one.count),
        coming=_coming(conn, turn),
    )


def _waiting(conn: Connection, turn: Turn, is_open: bool) -> list[Waiting]:
    dead = (Message.cohort_id == turn.cohort_id) & (Message.status == MessageStatus.DEAD)
    refused = _some(conn, "mails that were refused, for", "P", Message.participant_id, dead)
    return [_listed(conn, turn), *_undecided(conn, turn), refused] if is_open else [_listed(conn, turn), refused]


def _listed(conn: Connection, turn: Turn) -> Waiting:
    """What is on the attention list; in a closed cohort, what was said and not heard yet."""
    found = needs(conn, turn)
    return Waiting(LISTED, len(found), tuple(dict.fromkeys(one.whom for one in found))[:SHOWN])


def _undecided(conn: Connection, turn: Turn) -> list[Waiting]:
    """What somebody can still do something about, which in a closed cohort nobody can."""
    late = (Step.cohort_id == turn.cohort_id) & (Step.status == StepStatus.OPEN) & Step.required
    late &= Step.due_on < turn.today
    late &= Step.relationship_id.not_in(select(Relationship.id).where(_of(turn, RelationshipStatus.PREPARING)))
    asked = (Ask.cohort_id == turn.cohort_id) & (Ask.status == AskStatus.OPEN)
    found = [_some(conn, "proposals to approve", "R", Relationship.id, _of(turn, RelationshipStatus.PROPOSED))]
    found.append(_some(conn, "required and overdue", "R", Step.relationship_id, late))
    found += [
        Waiting(_gate(one), one.count, tuple(who for who, _ in one.people[:SHOWN]))
        for one in hurdles.who_waits(conn, turn)
    ]
    found.append(Waiting("forms not answered yet", _count(conn, Ask.id, asked)))
    return found


def _gate(one: hurdles.Waiting) -> str:
    opened = f" ({one.gate.id}, opened by the operator)" if one.gate.by == "operator" else ""
    return f"before the gate “{one.gate.label}”{opened}, the longest since {one.since}"


def _some(conn: Connection, what: str, kind: str, column: Any, where: ColumnElement[bool]) -> Waiting:
    count = conn.execute(select(func.count(column.distinct())).where(where)).scalar_one()
    ids = conn.execute(select(column).where(where).distinct().order_by(column).limit(SHOWN)).scalars() if count else ()
    return Waiting(what, count, tuple(code(kind, one) for one in ids))


def _coming(conn: Connection, turn: Turn) -> tuple[Coming, ...]:
    ahead = (Step.cohort_id == turn.cohort_id) & (Step.status == StepStatus.PLANNED) & (Step.opens_on > turn.today)
    query = select(Step.opens_on, Step.key, func.count()).where(ahead).group_by(Step.opens_on, Step.key)
    rows = conn.execute(query.order_by(Step.opens_on, Step.key).limit(AHEAD))
    return tuple(Coming(day, key, count) for day, key, count in rows if day is not None)


def _closures(conn: Connection, turn: Turn) -> dict[str, int]:
    query = select(Closure.reason, func.count()).join(Relationship, Relationship.id == Closure.relationship_id)
    rows = conn.execute(query.where(Relationship.cohort_id == turn.cohort_id).group_by(Closure.reason))
    return {row[0]: row[1] for row in rows}


def _of(turn: Turn, status: str) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == status)


def _count(conn: Connection, column: Any, where: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count(column)).where(where)).scalar_one()


def _by(conn: Connection, column: Any, where: ColumnElement[bool]) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(select(column, func.count()).where(where).group_by(column))}
