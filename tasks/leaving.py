"""A member leaves, and the relationship goes on without them: a group or a circle that is still one.

What is asked of the others stays; a circle that has become too small joins another, goes on small until it can, or ends.
Nobody is told why somebody left.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from programs.attention import Kind
from programs.codes import code
from programs.lifecycle import LIVE
from programs.spec import Shape
from tasks import merging, turns
from tasks.anchors import anchor_after
from tasks.asks import settle_asked, withdraw
from tasks.history import note
from tasks.models import Ask, Flag, Member, Relationship, Step
from tasks.sql import day, insert_from, joined, number, text
from tasks.turn import Turn

TOO_FEW = "too_few"
"""A reason of endings, where the program has it."""


def go_on(conn: Connection, turn: Turn, participant_id: int) -> list[int]:
    """Their running relationships that are still one without them: two peers, or a mentor with a mentee."""
    if turn.plan.program.relationships.shape is Shape.PAIR:
        return []
    rows = conn.execute(
        select(Member.relationship_id, Member.role)
        .where(Member.relationship_id.in_(_theirs(turn, participant_id)), Member.left_on.is_(None))
        .where(Member.participant_id != participant_id)
    )
    roles: dict[int, list[str]] = {}
    for relationship, role in rows:
        roles.setdefault(relationship, []).append(role)
    return sorted(
        one for one, others in roles.items() if others.count("member") > 1 or {"mentor", "mentee"} <= set(others)
    )


def _theirs(turn: Turn, participant_id: int) -> Select[tuple[int]]:
    mine = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(LIVE)
    theirs = select(Member.relationship_id).join(Relationship, Relationship.id == Member.relationship_id)
    return theirs.where(mine, Member.participant_id == participant_id, Member.left_on.is_(None))


def part(conn: Connection, turn: Turn, ids: Sequence[int], participant_id: int) -> list[int]:
    """Somebody leaves these relationships, which go on. Returns those that are to be closed now: circles that joined another."""
    if not ids:
        return []
    these = Relationship.id.in_(ids)
    mine = Member.relationship_id.in_(ids) & (Member.participant_id == participant_id)
    conn.execute(update(Member).where(mine, Member.left_on.is_(None)).values(left_on=turn.today))
    withdraw(conn, turn, Ask.relationship_id.in_(ids) & (Ask.participant_id == participant_id), "left the relationship")
    note(conn, turn, Relationship, "part", these, f"{code('P', participant_id)} left")
    settle_asked(conn, turn, turn.today, Step.relationship_id.in_(ids))
    for step in turn.plan.steps:
        anchor_after(conn, turn, step.key, Step.relationship_id.in_(ids))
    turns.settle(conn, turn, ids)
    small = _too_small(conn, turn, ids)
    merged = [one for one in small if merging.join(conn, turn, one)]
    merging.tell(conn, turn, these & Relationship.id.not_in(merged), "member_left", joined("P", number(participant_id)))
    _flag(conn, turn, Relationship.id.in_([one for one in small if one not in merged]))
    return merged


def why_too_few(turn: Turn, reason: str) -> str:
    """With what reason a relationship ends that is none any more without the one who leaves for `reason`."""
    declared = turn.plan.program
    alone = declared.relationships.shape is Shape.CIRCLE and TOO_FEW in declared.closure.reasons
    return TOO_FEW if alone else reason


def _too_small(conn: Connection, turn: Turn, ids: Sequence[int]) -> list[int]:
    least = merging.size(turn).at_least
    counted = (
        select(Member.relationship_id, func.count())
        .where(Member.relationship_id.in_(ids), Member.left_on.is_(None), Member.role != "mentor")
        .group_by(Member.relationship_id)
    )
    return sorted(relationship for relationship, present in conn.execute(counted) if present < least)


def _flag(conn: Connection, turn: Turn, where: ColumnElement[bool]) -> None:
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "subject": joined("R", Relationship.id),
        "kind": text(Kind.TOO_SMALL),
        "source": text(f"left on {turn.today}"),
        "note": text("fewer members than it should have, and it joined no other"),
        "raised_on": day(turn.today),
    }
    insert_from(conn, Flag, columns, select(Relationship.id).where(where))
