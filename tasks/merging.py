"""A circle that has become too small joins another: at once where one has room, or as soon as one has.

It is tried again only after something has happened to circles since the last run; days on which nothing does look at nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from programs.attention import Kind
from programs.codes import code
from programs.lifecycle import RelationshipStatus
from programs.matching import joinable
from programs.spec.program import Size
from tasks import goals, seekers, turns
from tasks.endings import Ending, request
from tasks.history import note
from tasks.models import Cohort, Flag, History, Member, Participant, Relationship
from tasks.outbox import queue
from tasks.sql import insert_all, joined, number
from tasks.steps import ask_newcomers
from tasks.turn import Turn

MERGED = "merged"
"""The reason of the ending."""

_NEWS = ("start", "part", "leave", "pause", "resume", "join")
"""What happens to a circle and may give another a place to go: it begins, has room, or comes into another phase."""


def size(turn: Turn) -> Size:
    return turn.plan.program.relationships.size or Size()


def due(conn: Connection, turn: Turn) -> int:
    """How many circles that are too small can join another now."""
    return sum(_host(conn, turn, one) is not None for one in _waiting(conn, turn))


def merge(conn: Connection, turn: Turn) -> int:
    """Let them, the longest waiting first. Returns how many did."""
    return sum(join(conn, turn, one) is not None for one in _waiting(conn, turn))


def _waiting(conn: Connection, turn: Turn) -> Sequence[int]:
    """Circles that are on the list as too small, where anything has happened to circles since the last run."""
    if not turn.plan.program.relationships.merge or turn.is_off:
        return ()
    last_run_on = select(Cohort.last_run_on).where(Cohort.id == turn.cohort_id).scalar_subquery()
    news = exists().where(
        History.cohort_id == turn.cohort_id,
        History.happened_on >= func.coalesce(last_run_on, turn.today),
        History.noun == Relationship.__tablename__,
        History.event.in_(_NEWS),
    )
    small = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None) & (Flag.kind == Kind.TOO_SMALL)
    rows = (
        select(Flag.relationship_id)
        .join(Relationship, Relationship.id == Flag.relationship_id)
        .where(small, Relationship.status == RelationshipStatus.ACTIVE, Relationship.ending_on.is_(None), news)
        .order_by(Flag.raised_on, Flag.id)
    )
    return [one for one in dict.fromkeys(conn.execute(rows).scalars()) if one is not None]


def join(conn: Connection, turn: Turn, small: int) -> int | None:
    """Let the members of a small circle go over to another that has room. Returns which; None where there is none."""
    host = _host(conn, turn, small) if turn.plan.program.relationships.merge else None
    if host:
        _move(conn, turn, small, host, _present(conn, small))
    return host


def _host(conn: Connection, turn: Turn, small: int) -> int | None:
    """The circle that it may join."""
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
            return found[0]
    return None


def _hosts(conn: Connection, turn: Turn, small: int, phase: str, movers: int) -> list[list[int]]:
    """Running circles with room: those in the same phase, then those in each earlier one."""
    most = size(turn).at_most
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
        {
            "relationship_id": host, "participant_id": who, "role": "member",
            "position": behind + place, "accepted_on": turn.today,
        }
        for place, who in enumerate(movers)
    ]  # fmt: skip
    insert_all(conn, Member, rows)
    note(conn, turn, Relationship, "join", Relationship.id == host, f"the members of {one} joined")
    goals.go_along(conn, turn, small, host, movers)
    ask_newcomers(conn, turn, host)
    turns.settle(conn, turn, [host])
    grown = (Flag.relationship_id == host) & (Flag.kind == Kind.TOO_SMALL) & Flag.cleared_on.is_(None)
    if len(_present(conn, host)) >= size(turn).at_least:
        conn.execute(update(Flag).where(grown).values(cleared_on=turn.today))
    request(conn, turn, [small], Ending(MERGED, by="program", note=f"joined {other}", rematch=False))
    tell(conn, turn, Relationship.id == host, "circles_joined", joined("R", number(small)))


def tell(conn: Connection, turn: Turn, where: ColumnElement[bool], message: str, occasion: ColumnElement[str]) -> None:
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(where, Member.left_on.is_(None)), message,
        ("relationship", Relationship.id, message, occasion, Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip
