"""Who takes part in a matching: those who look for a relationship, those who have places, and who has met before. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from programs.codes import code
from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus
from programs.matching import Person
from programs.spec import Program, Rule, RuleKind, Shape
from tasks.models import Closure, Member, Participant, Relationship
from tasks.models import Person as PersonRow
from tasks.turn import Turn


def seeking(turn: Turn) -> ColumnElement[bool]:
    """Participants who look for a relationship, other than as a mentor, once matching has begun."""
    ahead = turn.plan.program.matching.ahead
    begins_on = ahead.before(turn.plan.starts_on) if ahead else turn.today
    looking = (Participant.cohort_id == turn.cohort_id) & (Participant.seeking_on <= turn.today)
    looking &= Participant.available_on.is_not(None)
    return looking & (Participant.status != ParticipantStatus.WITHDRAWN) & (begins_on <= turn.reach)


def left_out(conn: Connection, turn: Turn) -> dict[str, int]:
    """Those of them for whom nobody was found last time: they come first."""
    rows = conn.execute(select(Participant.id).where(seeking(turn), Participant.unmatched.is_not(None)))
    return {code("P", participant): 1 for participant in rows.scalars()}


def mentors(conn: Connection, turn: Turn) -> list[Person]:
    named = or_(Participant.roles == "mentor", Participant.roles == "mentee,mentor")
    free = (Participant.status != ParticipantStatus.WITHDRAWN) & Participant.available_on.is_not(None)
    return people(conn, (Participant.cohort_id == turn.cohort_id) & named & free)


def people(conn: Connection, where: ColumnElement[bool]) -> list[Person]:
    rows = conn.execute(
        select(Participant.id, Participant.fields, Participant.capacity, PersonRow.email)
        .join(PersonRow, PersonRow.id == Participant.person_id)
        .where(where)
        .order_by(Participant.id)
    )
    return [Person(code("P", row.id), _typed(row.fields), row.capacity, row.email) for row in rows]


def _typed(fields: dict[str, Any]) -> dict[str, object]:
    """JSON has lists where matching speaks of tags."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def held(conn: Connection, turn: Turn, proposed: bool = True) -> dict[str, int]:
    """Places of mentors that are taken: by relationships on the way, under way, and brought to their planned end.

    A new cycle takes the place of the one that it carries on. Without `proposed`, those that wait for the operator take none.
    """
    pending = PENDING if proposed else tuple(status for status in PENDING if status is not RelationshipStatus.PROPOSED)
    return places(conn, turn, or_(Relationship.status.in_((*pending, *LIVE)), kept()))


def kept() -> ColumnElement[bool]:
    """What came to its planned end keeps its mentor's place, unless a new cycle carries it on and takes it."""
    later = aliased(Relationship)
    carried_on = exists(select(later.id).where(later.previous_id == Relationship.id).correlate(Relationship))
    return Closure.planned & ~carried_on


def places(conn: Connection, turn: Turn, taken: ColumnElement[bool]) -> dict[str, int]:
    """How many places of each mentor such relationships take."""
    rows = conn.execute(
        select(Member.participant_id, func.count(Relationship.id.distinct()))
        .join(Relationship, Relationship.id == Member.relationship_id)
        .outerjoin(Closure, Closure.relationship_id == Relationship.id)
        .where(Relationship.cohort_id == turn.cohort_id, Member.role == "mentor", taken)
        .group_by(Member.participant_id)
    )
    return {code("P", participant): count for participant, count in rows}


def past(conn: Connection, turn: Turn, proposed: bool = True) -> set[tuple[str, str]]:
    """(mentee, mentor), or two members, of all in this cohort who already had to do with each other, here or elsewhere.

    Proposals that gave way to a decision do not count, and without `proposed` none of those that wait for the operator.
    """
    across = any(rule.kind is RuleKind.NOT_BEFORE for rule in turn.plan.program.matching.rules)
    here = select(Participant.person_id, Participant.id).where(Participant.cohort_id == turn.cohort_id)
    present = {row.person_id: code("P", row.id) for row in conn.execute(here)}
    mentee, mentor = Member.__table__.alias("mentee"), Member.__table__.alias("mentor")
    one, other = Participant.__table__.alias("one"), Participant.__table__.alias("other")
    peers = and_(mentee.c.role == "member", mentor.c.role == "member", mentee.c.id < mentor.c.id)
    gave_way = Relationship.status == RelationshipStatus.REPLACED
    waits = Relationship.status == RelationshipStatus.PROPOSED
    rows = conn.execute(
        select(one.c.person_id, other.c.person_id)
        .select_from(mentee)
        .join(mentor, mentor.c.relationship_id == mentee.c.relationship_id)
        .join(Relationship, Relationship.id == mentee.c.relationship_id)
        .join(one, one.c.id == mentee.c.participant_id)
        .join(other, other.c.id == mentor.c.participant_id)
        .where(or_(and_(mentee.c.role == "mentee", mentor.c.role == "mentor"), peers))
        .where(true() if across else one.c.cohort_id == turn.cohort_id)
        .where(~gave_way, true() if proposed else ~waits)
        .distinct()
    )
    return {(present[a], present[b]) for a, b in rows if a in present and b in present}


def apart(conn: Connection, turn: Turn) -> set[tuple[str, str]]:
    """Two of the same side of groups or circles whom the operator keeps apart."""
    if turn.plan.program.relationships.shape is Shape.PAIR:
        return set()
    mine = (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.REJECTED)
    rows = conn.execute(
        select(Relationship.id, Relationship.reasons, Member.participant_id)
        .join(Member, Member.relationship_id == Relationship.id)
        .where(mine, Member.role == "member", Member.left_on.is_(None))
        .order_by(Relationship.id, Member.id)
    )
    kept: dict[int, list[str]] = {}
    for row in rows:
        if row.reasons.get("apart"):
            kept.setdefault(row.id, []).append(code("P", row.participant_id))
    return {(one, other) for one, other in kept.values()}


def program(turn: Turn) -> Program:
    """Two people who were together in this cohort, or turned each other down, are never brought together again in it."""
    declared = turn.plan.program
    if any(rule.kind is RuleKind.NOT_BEFORE for rule in declared.matching.rules):
        return declared
    rules = (*declared.matching.rules, Rule(kind=RuleKind.NOT_BEFORE))
    return declared.model_copy(update={"matching": declared.matching.model_copy(update={"rules": rules})})
