"""Proposing relationships: who is looking, who has a place, what matching says, and the proposals with their reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, true, update

from programs.codes import code, number
from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus
from programs.matching import Left, Pair, Pairing, Person, Terms, pair
from programs.spec import Approval, Rule, RuleKind, Shape
from tasks.models import Base, Closure, Member, Participant, Relationship
from tasks.models import Person as PersonRow
from tasks.offers import approve
from tasks.sql import BATCH, insert_all
from tasks.turn import Turn


@dataclass(frozen=True)
class Proposed:
    """What one matching round came to."""

    round: int
    pairing: Pairing
    relationships: int


def seeking(turn: Turn) -> ColumnElement[bool]:
    """Participants who look for a relationship as a mentee, once matching has begun."""
    ahead = turn.plan.program.matching.ahead
    begins_on = ahead.before(turn.plan.starts_on) if ahead else turn.today
    looking = (Participant.cohort_id == turn.cohort_id) & (Participant.seeking_on <= turn.today)
    return looking & (Participant.status != ParticipantStatus.WITHDRAWN) & (begins_on <= turn.today)


def propose(conn: Connection, turn: Turn) -> Proposed:
    """One round of matching for all who look for a relationship. Nobody's existing relationship is touched."""
    mentees = _people(conn, seeking(turn))
    mentors = _people(conn, _with_role(turn, "mentor"))
    held, past = _held(conn, turn), _past(conn, turn)
    pairing = pair(mentees, mentors, _terms(turn), on=turn.today, past=past, held=held)
    round_ = 1 + (conn.execute(select(func.max(Relationship.round)).where(_mine(turn))).scalar() or 0)
    groups = _grouped(turn, pairing.pairs)
    _store(conn, turn, round_, groups)
    _remember_unmatched(conn, pairing.unmatched)
    if turn.plan.program.matching.approval is Approval.NONE and groups:
        approve(conn, turn)
    return Proposed(round_, pairing, len(groups))


def _terms(turn: Turn) -> Terms:
    """Two people who were together in this cohort, or turned each other down, are never brought together again in it."""
    terms = Terms.of(turn.plan.program)
    rules = terms.matching.rules
    if any(rule.kind is RuleKind.NOT_BEFORE for rule in rules):
        return terms
    never_again = Rule(kind=RuleKind.NOT_BEFORE)
    return replace(terms, matching=terms.matching.model_copy(update={"rules": (*rules, never_again)}))


def _mine(turn: Turn) -> ColumnElement[bool]:
    return Relationship.cohort_id == turn.cohort_id


def _with_role(turn: Turn, role: str) -> ColumnElement[bool]:
    named = or_(Participant.roles == role, Participant.roles == "mentee,mentor")
    active = Participant.status != ParticipantStatus.WITHDRAWN
    return (Participant.cohort_id == turn.cohort_id) & named & active


def _people(conn: Connection, where: ColumnElement[bool]) -> list[Person]:
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


def _held(conn: Connection, turn: Turn) -> dict[str, int]:
    """Places of mentors that are taken: by relationships on the way, under way, and brought to their planned end."""
    taken = or_(Relationship.status.in_((*PENDING, *LIVE)), Closure.planned)
    rows = conn.execute(
        select(Member.participant_id, func.count(Relationship.id.distinct()))
        .join(Relationship, Relationship.id == Member.relationship_id)
        .outerjoin(Closure, Closure.relationship_id == Relationship.id)
        .where(_mine(turn), Member.role == "mentor", taken)
        .group_by(Member.participant_id)
    )
    return {code("P", participant): count for participant, count in rows}


def _past(conn: Connection, turn: Turn) -> set[tuple[str, str]]:
    """(mentee, mentor) of everybody in this cohort who already had to do with each other, here or in another cohort."""
    across = any(rule.kind is RuleKind.NOT_BEFORE for rule in turn.plan.program.matching.rules)
    here = select(Participant.person_id, Participant.id).where(Participant.cohort_id == turn.cohort_id)
    present = {row.person_id: code("P", row.id) for row in conn.execute(here)}
    mentee, mentor = Member.__table__.alias("mentee"), Member.__table__.alias("mentor")
    one, other = Participant.__table__.alias("one"), Participant.__table__.alias("other")
    rows = conn.execute(
        select(one.c.person_id, other.c.person_id)
        .select_from(mentee)
        .join(mentor, (mentor.c.relationship_id == mentee.c.relationship_id) & (mentor.c.role == "mentor"))
        .join(one, one.c.id == mentee.c.participant_id)
        .join(other, other.c.id == mentor.c.participant_id)
        .where(mentee.c.role == "mentee", true() if across else one.c.cohort_id == turn.cohort_id)
        .distinct()
    )
    return {(present[a], present[b]) for a, b in rows if a in present and b in present}


def _grouped(turn: Turn, pairs: Sequence[Pair]) -> list[tuple[Pair, ...]]:
    """One relationship per pair; in a program of groups, one per mentor."""
    if turn.plan.program.relationships.shape is not Shape.GROUP:
        return [(one,) for one in pairs]
    by_mentor: dict[str, list[Pair]] = {}
    for one in pairs:
        by_mentor.setdefault(one.mentor, []).append(one)
    return [tuple(group) for group in by_mentor.values()]


def _store(conn: Connection, turn: Turn, round_: int, groups: Sequence[tuple[Pair, ...]]) -> None:
    """Relationships with their members; the mentees stop looking."""
    for start in range(0, len(groups), BATCH):
        batch = groups[start : start + BATCH]
        rows = [_row(turn, round_, group) for group in batch]
        statement = insert(Relationship).returning(Relationship.id, sort_by_parameter_order=True)
        ids = conn.execute(statement, rows).scalars().all()
        members = [
            {"relationship_id": relationship, "participant_id": number(who, "P"), "role": role}
            for relationship, group in zip(ids, batch, strict=True)
            for who, role in _members(group)
        ]
        insert_all(conn, Member, members)
        mentees = [number(one.mentee, "P") for group in batch for one in group]
        found = update(Participant).where(Participant.id.in_(mentees))
        conn.execute(found.values(seeking_on=None, unmatched=None))


def _members(group: tuple[Pair, ...]) -> list[tuple[str, str]]:
    return [(group[0].mentor, "mentor"), *((one.mentee, "mentee") for one in group)]


def _row(turn: Turn, round_: int, group: tuple[Pair, ...]) -> dict[str, Any]:
    return {
        "cohort_id": turn.cohort_id,
        "status": RelationshipStatus.PROPOSED,
        "round": round_,
        "score": sum(one.units for one in group),
        "reasons": {"pairs": [_reasons(one) for one in group]},
        "proposed_on": turn.today,
        "visit": 0,
        "silence_rung": 0,
    }


def _reasons(one: Pair) -> dict[str, Any]:
    return {
        "mentee": one.mentee,
        "mentor": one.mentor,
        "points": one.points,
        "rank": one.rank,
        "possible": one.possible,
        "criteria": [
            {"criterion": reason.criterion, "points": reason.points, "words": reason.words} for reason in one.reasons
        ],
    }


def _remember_unmatched(conn: Connection, left: Sequence[Left]) -> None:
    """Why nobody was found, kept with the person; they look again as soon as a place becomes free."""
    rows = [{"who": number(one.key, "P"), "why": json.dumps(_why(one), ensure_ascii=False)} for one in left]
    table = Base.metadata.tables["participant"]
    if rows:
        statement = update(table).where(table.c.id == bindparam("who"))
        conn.execute(statement.values(seeking_on=None, unmatched=bindparam("why")), rows)


def _why(one: Left) -> dict[str, Any]:
    return {"why": one.why, "possible": one.possible, "obstacles": [str(obstacle) for obstacle in one.obstacles]}
