"""The attention list as it is read: who needs whom to do what, since when and why; and what of it nobody was told yet. Ids only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from programs.attention import Kind, Who, matter
from programs.codes import code
from programs.lifecycle import ALONE
from tasks.models import Flag, Member, Participant, Relationship
from tasks.sql import BATCH
from tasks.turn import Turn

RAISED = "raised"
CLEARED = "cleared"


@dataclass(frozen=True)
class Need:
    """One line of the list."""

    whom: str
    """R-… or, where it is about one person, P-…."""
    kind: str
    title: str
    who: str
    """Who has to act."""
    what: str
    why: str | None
    since: date
    cleared_on: date | None
    urgent: bool


@dataclass(frozen=True)
class News:
    """Something that was raised or cleared, and is to be told once."""

    number: int
    what: str
    """`raised` or `cleared`."""
    need: Need


def needs(conn: Connection, turn: Turn) -> list[Need]:
    """Everything that needs somebody now: what is urgent first, then the oldest."""
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None)
    return sorted((_need(row) for row in _rows(conn, open_)), key=lambda need: (not need.urgent, need.since))


def about(conn: Connection, where: ColumnElement[bool]) -> list[Need]:
    """What needs, or needed, somebody, in the order in which it was raised."""
    return [_need(row) for row in _rows(conn, where)]


def of_participant(conn: Connection, participant_id: int) -> list[Need]:
    """About this person, before they are in a relationship or apart from it."""
    return about(conn, about_person(participant_id))


def about_person(participant_id: int) -> ColumnElement[bool]:
    """What is listed under P-…: of the person, and of what they go through alone."""
    alone = (
        select(Relationship.id)
        .join(Member, Member.relationship_id == Relationship.id)
        .where(Member.participant_id == participant_id, Relationship.status.in_(ALONE))
    )
    return or_(Flag.participant_id == participant_id, Flag.relationship_id.in_(alone))


def counts(conn: Connection, turn: Turn) -> dict[str, int]:
    """How much is open, by kind."""
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None)
    return {row[0]: row[1] for row in conn.execute(select(Flag.kind, func.count()).where(open_).group_by(Flag.kind))}


def news(conn: Connection, turn: Turn) -> list[News]:
    """What was raised or cleared and not told yet. What came and went untold is no news any more."""
    return [News(row.id, CLEARED if row.cleared_on else RAISED, _need(row)) for row in _rows(conn, _untold(turn))]


def has_news(conn: Connection, turn: Turn) -> bool:
    return conn.execute(select(Flag.id).where(_untold(turn)).limit(1)).first() is not None


def note_told(conn: Connection, told: Sequence[News]) -> None:
    """It has been said; nobody says it again."""
    for what in (RAISED, CLEARED):
        ids = [one.number for one in told if one.what == what]
        for start in range(0, len(ids), BATCH):
            conn.execute(update(Flag).where(Flag.id.in_(ids[start : start + BATCH])).values(told=what))


def _untold(turn: Turn) -> ColumnElement[bool]:
    raised = Flag.told.is_(None) & Flag.cleared_on.is_(None)
    cleared = (Flag.told == RAISED) & Flag.cleared_on.is_not(None)
    return (Flag.cohort_id == turn.cohort_id) & or_(raised, cleared)


def _rows(conn: Connection, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Before there is a relationship, it is about the one member."""
    alone = (Relationship.id == Flag.relationship_id) & Relationship.status.in_(ALONE)
    whom = func.coalesce(Flag.participant_id, Member.participant_id)
    return conn.execute(
        select(*Flag.__table__.c, whom.label("whom"), Participant.roles)
        .outerjoin(Relationship, alone)
        .outerjoin(Member, Member.relationship_id == Relationship.id)
        .outerjoin(Participant, Participant.id == whom)
        .where(where)
        .order_by(Flag.raised_on, Flag.id)
    ).all()


def _need(row: Row[Any]) -> Need:
    known = matter(row.kind)
    return Need(
        whom=code("P", row.whom) if row.whom else code("R", row.relationship_id),
        kind=row.kind,
        title=known.title,
        who=_who(row, known.who),
        what=known.what,
        why=row.note or None,
        since=row.raised_on,
        cleared_on=row.cleared_on,
        urgent=known.urgent,
    )


def _who(row: Row[Any], who: Who) -> str:
    if row.kind == Kind.CONSENT:
        return str(row.source).partition(" ")[0]
    if row.roles and who is not Who.OPERATOR:
        return str(row.roles).replace(",", " and ")
    return str(who)
