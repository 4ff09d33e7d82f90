"""Who has somebody as a mentee or peer, and whether that is as many as the program gives them. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from programs.codes import code
from programs.lifecycle import LIVE, PENDING, AskStatus, RelationshipStatus
from programs.plan import CONSENT
from tasks.models import Ask, Closure, Member, Participant, Relationship
from tasks.turn import Turn

ENGAGED = (*PENDING, *LIVE)


def is_engaged() -> ColumnElement[bool]:
    """Mentees and peers who have a relationship, or one on the way."""
    return (
        exists()
        .where(
            Member.participant_id == Participant.id,
            Member.role != "mentor",
            Member.left_on.is_(None),
            Member.relationship_id == Relationship.id,
            Relationship.status.in_(ENGAGED),
        )
        .correlate(Participant)
    )


def has_enough(turn: Turn) -> ColumnElement[bool]:
    """Mentees and peers who look for nobody further: where each gets several mentors, those who have had as many."""
    if not gets_several(turn):
        return is_engaged()
    enough: ColumnElement[bool] = (
        _taken().correlate(Participant).scalar_subquery() >= turn.plan.program.relationships.mentors
    )
    return enough


def gets_several(turn: Turn) -> bool:
    return turn.plan.program.relationships.mentors > 1


def had(conn: Connection, turn: Turn, proposed: bool = True) -> dict[str, int]:
    """How many of their mentors mentees have, by P-…; without `proposed`, what waits for the operator does not count.

    Empty where everybody gets one: then whoever looks has none.
    """
    if not gets_several(turn):
        return {}
    waits = Relationship.status == RelationshipStatus.PROPOSED
    rows = conn.execute(
        _taken(Member.participant_id, here=Relationship.cohort_id == turn.cohort_id)
        .where(~waits if not proposed else Relationship.id.is_not(None))
        .group_by(Member.participant_id)
    )
    return {code("P", participant): count for participant, count in rows}


def _taken(*columns: Any, here: ColumnElement[bool] | None = None) -> Any:
    """What counts as one of a mentee's mentors: whatever is on the way or runs, and what ended without a wish for another.

    So does what they never answered: nobody is asked again and again.
    """
    whose = (Member.participant_id == Participant.id) if here is None else here
    return (
        select(*columns, func.count(Relationship.id.distinct()))
        .select_from(Member)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .outerjoin(Closure, Closure.relationship_id == Relationship.id)
        .where(whose, Member.role != "mentor", Member.left_on.is_(None))
        .where(or_(Relationship.status.in_(ENGAGED), _ended_for_good(), _was_not_answered()))
    )


def _ended_for_good() -> ColumnElement[bool]:
    """A new cycle takes the place of the one that it carries on."""
    later = aliased(Relationship)
    carried_on = exists(select(later.id).where(later.previous_id == Relationship.id).correlate(Relationship))
    return or_(and_(Closure.planned, ~carried_on), and_(~Closure.planned, ~Closure.rematch))


def _was_not_answered() -> ColumnElement[bool]:
    silent = exists().where(
        Ask.relationship_id == Relationship.id,
        Ask.participant_id == Member.participant_id,
        Ask.key.like(f"{CONSENT}.%"),
        Ask.status == AskStatus.EXPIRED,
    )
    return and_(Relationship.status == RelationshipStatus.LAPSED, silent.correlate(Relationship, Member))
