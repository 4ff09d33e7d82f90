"""What relationships go on as: the decision of all members, and the new cycle that carries a relationship on without matching or consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select, update
from sqlalchemy.orm import aliased

from programs.lifecycle import AskStatus, ParticipantStatus, RelationshipStatus
from programs.plan import StepKind
from programs.spec import NewCycle, Role
from programs.survey import NEXT_STEP, ON_TOGETHER, reflection_form, visible
from tasks.history import move_all
from tasks.models import Ask, Member, Participant, Relationship, Response
from tasks.sql import add_days, insert_from, number, text
from tasks.starts import begin
from tasks.turn import Turn

Wishes = dict[int, dict[int, str | None]]
"""Relationship → participant → what they would like to go on as."""


def asks_what_next(turn: Turn, key: str) -> bool:
    """Whether the step is a reflection that also asks how to go on."""
    step = turn.plan.by_key.get(key)
    return step is not None and step.kind is StepKind.REFLECT and bool(step.phase.next)


def decide(conn: Connection, turn: Turn, relationships: Sequence[int]) -> None:
    """Note what all members who are still there chose; one wish that differs, or is missing, leaves it undecided."""
    keys = [step.key for step in turn.plan.steps if asks_what_next(turn, step.key)]
    if not keys or not relationships:
        return
    wishes = _wishes(conn, turn, keys, relationships)
    decided: defaultdict[str | None, list[int]] = defaultdict(list)
    for relationship, members in _staying(conn, relationships).items():
        chosen = {wishes.get(relationship, {}).get(member) for member in members}
        decided[chosen.pop() if len(chosen) == 1 else None].append(relationship)
    for step, ids in decided.items():
        conn.execute(update(Relationship).where(Relationship.id.in_(ids)).values(decided_next=step))


def _wishes(conn: Connection, turn: Turn, keys: Sequence[str], relationships: Sequence[int]) -> Wishes:
    """The last that each said; what is kept from the record decides nothing, since the record would tell it."""
    query = (
        select(Ask.relationship_id, Ask.participant_id, Ask.key, Response.answers)
        .join(Response, Response.ask_id == Ask.id)
        .where(Ask.relationship_id.in_(relationships), Ask.key.in_(keys), Ask.status == AskStatus.ANSWERED)
        .order_by(Ask.id, Response.version)
    )
    wishes: Wishes = defaultdict(dict)
    for row in conn.execute(query):
        form = reflection_form(turn.plan.program, turn.plan.by_key[row.key].phase)
        said = visible(form, row.answers, "record").get(NEXT_STEP)
        wishes[row.relationship_id][row.participant_id] = said
    return wishes


def _staying(conn: Connection, relationships: Sequence[int]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    query = select(Member.relationship_id, Member.participant_id).where(Member.left_on.is_(None))
    for relationship, participant in conn.execute(query.where(Member.relationship_id.in_(relationships))):
        found[relationship].append(participant)
    return found


def carry_on(conn: Connection, turn: Turn, ids: Sequence[int]) -> int:
    """For each of the just closed that all want to go on as such: a new relationship of the same people, agreed for the day after.

    Nobody is asked again and nobody is matched. Repeating it adds nothing.
    """
    declared = turn.plan.program.closure.new_cycle
    if declared is None:
        return 0
    old = Relationship
    columns = {
        "cohort_id": old.cohort_id,
        "status": text(RelationshipStatus.PROPOSED),
        "round": old.round,
        "score": old.score,
        "reasons": old.reasons,
        "previous_id": old.id,
        "proposed_on": old.closed_on,
        "agreed_on": add_days(old.closed_on, number(1)),
        "visit": number(0),
        "silence_rung": number(0),
        "lead_id": old.lead_id,
        "cycle": old.cycle + number(1),
    }
    going_on = old.id.in_(ids) & _wants_another_cycle(turn, declared) & _is_still_whole() & ~is_carried_on()
    if not insert_from(conn, Relationship, columns, select(old.id).where(going_on)):
        return 0
    new = Relationship.previous_id.in_(ids) & (Relationship.status == RelationshipStatus.PROPOSED)
    _take_along(conn, new)
    return move_all(conn, turn, Relationship, "carry on", new, why="everybody chose to go on together")


def _wants_another_cycle(turn: Turn, declared: NewCycle) -> ColumnElement[bool]:
    return and_(
        Relationship.status == RelationshipStatus.CLOSED,
        Relationship.ending_reason.in_(turn.plan.program.closure.planned_reasons),
        Relationship.decided_next.in_(ON_TOGETHER),
        Relationship.cycle <= declared.at_most,
    )


def _is_still_whole() -> ColumnElement[bool]:
    """Nobody who stayed has left the cohort, and there are two sides, or two peers."""
    there = (Member.relationship_id == Relationship.id) & Member.left_on.is_(None)
    gone = exists().where(
        there, Participant.id == Member.participant_id, Participant.status == ParticipantStatus.WITHDRAWN
    )
    sides = select(func.count(Member.role.distinct())).where(there).correlate(Relationship).scalar_subquery()
    peers = (
        select(func.count(Member.id)).where(there, Member.role == Role.MEMBER).correlate(Relationship).scalar_subquery()
    )
    return ~gone.correlate(Relationship) & ((sides > 1) | (peers > 1))


def is_carried_on() -> ColumnElement[bool]:
    """Relationships that another one carries on."""
    later = aliased(Relationship)
    return exists(select(later.id).where(later.previous_id == Relationship.id).correlate(Relationship))


def _take_along(conn: Connection, new: ColumnElement[bool]) -> None:
    """The same people in the same roles, in the same order of turns."""
    columns = {
        "relationship_id": Relationship.id,
        "participant_id": Member.participant_id,
        "role": Member.role,
        "position": Member.position,
        "accepted_on": Relationship.proposed_on,
    }
    old = select(Member.id).join(Relationship, Relationship.previous_id == Member.relationship_id)
    insert_from(conn, Member, columns, old.where(new, Member.left_on.is_(None)).order_by(Member.id))
    is_there = exists().where(Member.relationship_id == Relationship.id, Member.participant_id == Relationship.lead_id)
    lead = case((is_there.correlate(Relationship), Relationship.lead_id), else_=None)
    conn.execute(update(Relationship).where(new, Relationship.lead_id.is_not(None)).values(lead_id=lead))


def awaiting(turn: Turn) -> ColumnElement[bool]:
    """New cycles whose first day has come."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & (Relationship.status == RelationshipStatus.AGREED)
        & (Relationship.cycle > 1)
        & (Relationship.agreed_on <= turn.today)
    )


def go_on(conn: Connection, turn: Turn) -> int:
    """Begin new cycles, each as of its day, in the phase that the program names."""
    declared = turn.plan.program.closure.new_cycle
    if declared is None:
        return 0
    first, ready = turn.plan.program.phase(declared.begins), awaiting(turn)
    days: Any = conn.execute(select(Relationship.agreed_on).where(ready).distinct()).scalars()
    return sum(
        begin(conn, turn, first, on, ready & (Relationship.agreed_on == on), message="new_cycle") for on in sorted(days)
    )
