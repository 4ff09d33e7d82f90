"""A member leaves, and the relationship goes on without them: a group or a circle that is still one.

What is asked of the others stays; a circle that has become too small joins another, goes on small, or ends.
Nobody is told why somebody left.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from programs.attention import Kind
from programs.codes import code
from programs.lifecycle import LIVE, RelationshipStatus
from programs.matching import joinable
from programs.spec import Shape
from programs.spec.program import Size
from tasks import seekers, turns
from tasks.anchors import anchor_after
from tasks.asks import settle_asked, withdraw
from tasks.endings import Ending, request
from tasks.history import note
from tasks.models import Ask, Flag, Member, Participant, Relationship, Step
from tasks.outbox import queue
from tasks.sql import day, insert_all, insert_from, joined, number, text
from tasks.steps import ask_newcomers
from tasks.turn import Turn

MERGED = "merged"
TOO_FEW = "too_few"
"""Reasons of endings, where the program has them."""


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
    merged = [one for one in small if turn.plan.program.relationships.merge and _join(conn, turn, one)]
    _tell(conn, turn, these & Relationship.id.not_in(merged), "member_left", joined("P", number(participant_id)))
    _flag(conn, turn, Relationship.id.in_([one for one in small if one not in merged]))
    return merged


def why_too_few(turn: Turn, reason: str) -> str:
    """With what reason a relationship ends that is none any more without the one who leaves for `reason`."""
    declared = turn.plan.program
    alone = declared.relationships.shape is Shape.CIRCLE and TOO_FEW in declared.closure.reasons
    return TOO_FEW if alone else reason


def _too_small(conn: Connection, turn: Turn, ids: Sequence[int]) -> list[int]:
    least = (turn.plan.program.relationships.size or Size()).at_least
    counted = (
        select(Member.relationship_id, func.count())
        .where(Member.relationship_id.in_(ids), Member.left_on.is_(None), Member.role != "mentor")
        .group_by(Member.relationship_id)
    )
    return sorted(relationship for relationship, present in conn.execute(counted) if present < least)


def _join(conn: Connection, turn: Turn, small: int) -> int | None:
    """Let the members of a small circle go over to another that has room. Returns which; None where there is none."""
    row = conn.execute(select(Relationship.status, Relationship.phase).where(Relationship.id == small)).one()
    movers = _present(conn, small)
    if row.status != RelationshipStatus.ACTIVE:
        return None
    people = {who.key: who for who in seekers.people(conn, Participant.cohort_id == turn.cohort_id)}
    past = seekers.past(conn, turn)
    for hosts in _hosts(conn, turn, small, row.phase, len(movers)):
        found = joinable(
            [people[code("P", who)] for who in movers],
            {host: [people[code("P", who)] for who in _present(conn, host)] for host in hosts},
            seekers.program(turn),
            on=turn.today,
            past=past,
        )
        if found:
            _move(conn, turn, small, found[0], movers)
            return found[0]
    return None


def _hosts(conn: Connection, turn: Turn, small: int, phase: str, movers: int) -> list[list[int]]:
    """Running circles with room: those in the same phase, then those in each earlier one."""
    most = (turn.plan.program.relationships.size or Size()).at_most
    rows = conn.execute(
        select(Relationship.id, Relationship.phase)
        .join(Member, Member.relationship_id == Relationship.id)
        .where(
            Relationship.cohort_id == turn.cohort_id, Relationship.status == RelationshipStatus.ACTIVE,
            Relationship.ending_on.is_(None), Relationship.id != small, Member.left_on.is_(None),
        )
        .group_by(Relationship.id, Relationship.phase)
        .having(func.count() <= most - movers)
    ).all()  # fmt: skip
    order = [one.id for one in turn.plan.program.phases]
    so_far = reversed(order[: order.index(phase) + 1])
    return [found for here in so_far if (found := sorted(row.id for row in rows if row.phase == here))]


def _present(conn: Connection, relationship: int) -> list[int]:
    mine = (Member.relationship_id == relationship) & Member.left_on.is_(None)
    return list(conn.execute(select(Member.participant_id).where(mine).order_by(Member.position, Member.id)).scalars())


def _move(conn: Connection, turn: Turn, small: int, host: int, movers: Sequence[int]) -> None:
    """They take their places behind those who are there, are asked what is open there, and the circle they leave ends."""
    one, other = code("R", small), code("R", host)
    conn.execute(
        update(Member).where(Member.relationship_id == small, Member.left_on.is_(None)).values(left_on=turn.today)
    )
    behind = 1 + (conn.execute(select(func.max(Member.position)).where(Member.relationship_id == host)).scalar() or 0)
    rows = [
        {"relationship_id": host, "participant_id": who, "role": "member", "position": behind + place}
        for place, who in enumerate(movers)
    ]
    insert_all(conn, Member, rows)
    note(conn, turn, Relationship, "join", Relationship.id == host, f"the members of {one} joined")
    ask_newcomers(conn, turn, host)
    turns.settle(conn, turn, [host])
    request(conn, turn, [small], Ending(MERGED, by="program", note=f"joined {other}", rematch=False))
    _tell(conn, turn, Relationship.id == host, "circles_joined", joined("R", number(small)))


def _tell(conn: Connection, turn: Turn, where: ColumnElement[bool], message: str, occasion: ColumnElement[str]) -> None:
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(where, Member.left_on.is_(None)), message,
        ("relationship", Relationship.id, message, occasion, Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip


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
