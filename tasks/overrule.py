"""The operator's own decisions about who is with whom: what they would cost, and proposals made again around them.

Only proposals that nobody has approved yet give way; whatever is under way, or offered, stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from programs.lifecycle import LIVE, PENDING, RelationshipStatus
from programs.matching import Circles, Decided
from programs.spec import Shape
from tasks import redeciding, seekers
from tasks.helpful import told
from tasks.history import move_all
from tasks.models import Member, Relationship
from tasks.pairing import Formed, about_circles, remember_unmatched, store, with_first
from tasks.redeciding import Wish, Wishes
from tasks.turn import Turn
from tasks.undecided import Waiting, proposals, waiting

__all__ = ["Overruled", "Wish", "Wishes", "gave_way", "kept_apart", "overrule", "preview", "together_already"]


@dataclass(frozen=True)
class Overruled:
    """What became of the proposals."""

    kept: int
    replaced: int
    proposed: int
    forbidden: int


def preview(conn: Connection, turn: Turn, wishes: Wishes) -> Decided[Any]:
    """The matching around the decisions beside the one without, and what each decision costs. Changes nothing.

    What was decided earlier stands, unless somebody it concerns is decided about again.
    """
    return redeciding.redone(conn, turn, wishes).found


def kept_apart(conn: Connection, turn: Turn, forbid: Collection[Wish]) -> set[Wish]:
    """Those of the pairs who are kept apart already: by an earlier decision, or because they were together before.

    Who is together now is not, unless that was decided since they are.
    """
    under_way = waiting(conn, turn, (*PENDING, *LIVE))
    engaged = {frozenset(pair): one.relationship for one in under_way for pair in redeciding.together(one)}
    past = seekers.past(conn, turn, proposed=False) | seekers.apart(conn, turn)
    if turn.plan.program.relationships.shape in (Shape.CIRCLE, Shape.GROUP):
        past |= {(other, one) for one, other in seekers.apart(conn, turn)}
    since = _decided_apart(conn, turn) if engaged else {}
    return {
        pair
        for pair in set(forbid) & past
        if (two := frozenset(pair)) not in engaged or since.get(two, 0) > engaged[two]
    }


def _decided_apart(conn: Connection, turn: Turn) -> dict[frozenset[str], int]:
    """Two to the rejected proposal with which it was last decided to keep them apart."""
    rejected = waiting(conn, turn, (RelationshipStatus.REJECTED,))
    return {frozenset(who for who, _ in one.members): one.relationship for one in rejected if "apart" in one.reasons}


def together_already(conn: Connection, turn: Turn, force: Collection[Wish]) -> set[Wish]:
    """Those of the pairs who are together by an earlier decision, or of whom more than the operator has heard."""
    decided = {frozenset(two) for one in waiting(conn, turn) for two in (*one.decided, *one.beside)}
    under_way = waiting(
        conn, turn, tuple(status for status in (*PENDING, *LIVE) if status != RelationshipStatus.PROPOSED)
    )
    engaged = {frozenset(pair) for one in under_way for pair in redeciding.together(one)}
    return {pair for pair in force if frozenset(pair) in decided | engaged}


def gave_way(conn: Connection, turn: Turn, relationships: Collection[int]) -> bool:
    """Whether all of these proposals were replaced."""
    mine = (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.REPLACED)
    found = conn.execute(select(Relationship.id).where(mine, Relationship.id.in_(relationships))).scalars()
    return set(found) == set(relationships)


def overrule(conn: Connection, turn: Turn, wishes: Wishes) -> Overruled:
    """Propose again around the decisions. Proposals that stay the same stay; two who are kept apart are so for good."""
    redone = redeciding.redone(conn, turn, wishes)
    there = {
        _mark(one.members, one.decided): one for one in waiting(conn, turn) if one.relationship not in redone.stand
    }
    wanted = {_mark(one.members, one.decided): one for one in redone.formed}
    kept, forbid = there.keys() & wanted.keys(), sorted(set(wishes.forbid))
    alone = {one.pairs[0]: one.relationship for one in there.values() if len(one.members) == 2 and one.pairs}
    apart = {alone[two] for two in forbid if two in alone}
    gone = [one.relationship for mark, one in there.items() if mark not in kept and one.relationship not in apart]
    _note_beside(conn, [(there[mark], wanted[mark]) for mark in kept])
    _give_way(conn, turn, gone)
    _keep_apart(conn, turn, [two for two in forbid if two not in alone], redone.peers, sorted(apart))
    helpful, new = told(redone.more), [one for mark, one in wanted.items() if mark not in kept]
    about = about_circles(redone.found.after) if isinstance(redone.found.after, Circles) else {}
    store(conn, turn, with_first(new, {**({} if redone.left or redone.fewer else helpful), **about}))
    remember_unmatched(conn, turn, redone.left, redone.fewer, helpful)
    return Overruled(len(kept), len(gone), len(wanted) - len(kept), len(forbid))


Mark = tuple[frozenset[tuple[str, str]], frozenset[Wish]]


def _mark(members: Sequence[tuple[str, str]], decided: Collection[Wish]) -> Mark:
    """What two proposals that are the same have in common: the members in their roles, and who of them was decided."""
    return frozenset((who, str(role)) for who, role in members), frozenset(decided)


def _note_beside(conn: Connection, same: Sequence[tuple[Waiting, Formed]]) -> None:
    """Two who are together already, and are to stay so."""
    for one, formed in same:
        if formed.reasons.get("beside", []) != one.reasons.get("beside", []):
            reasons = one.reasons | {"beside": formed.reasons.get("beside", [])}
            conn.execute(update(Relationship).where(Relationship.id == one.relationship).values(reasons=reasons))


def _give_way(conn: Connection, turn: Turn, relationships: Sequence[int]) -> None:
    """Proposals that nobody heard of end without a word; their members may be brought together later."""
    theirs = proposals(turn) & Relationship.id.in_(relationships)
    conn.execute(update(Member).where(Member.relationship_id.in_(relationships)).values(left_on=turn.today))
    move_all(conn, turn, Relationship, "give way", theirs, why="another decision", closed_on=turn.today)


def _keep_apart(
    conn: Connection, turn: Turn, new: Sequence[Wish], peers: Collection[Wish], proposed: Sequence[int]
) -> None:
    """A rejected proposal for each, which is what keeps two apart in every later matching."""
    before = {one.relationship for one in waiting(conn, turn)}
    store(conn, turn, [_of_two(one, other, (one, other) in peers) for one, other in new], found=False)
    ids = [*proposed, *({one.relationship for one in waiting(conn, turn)} - before)]
    theirs = proposals(turn) & Relationship.id.in_(ids)
    move_all(conn, turn, Relationship, "reject", theirs, why="kept apart by a decision", closed_on=turn.today)


def _of_two(one: str, other: str, peers: bool) -> Formed:
    roles = ("member", "member") if peers else ("mentee", "mentor")
    return Formed(((other, roles[1]), (one, roles[0])), 0, {"pairs": [], "apart": peers})
