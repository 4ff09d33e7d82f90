"""The operator's own decisions about who is with whom: what they would cost, and proposals made again around them.

Only proposals that nobody has approved yet give way; whatever is under way, or offered, stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select, update

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus
from programs.matching import Decided, decide
from programs.spec import Shape
from tasks import seekers
from tasks.history import move_all
from tasks.models import Member, Participant, Relationship
from tasks.pairing import Formed, remember_unmatched, store
from tasks.turn import Turn

Wish = tuple[str, str]
"""Mentee and mentor, as P-…"""


@dataclass(frozen=True)
class Overruled:
    """What became of the proposals."""

    kept: int
    replaced: int
    proposed: int
    forbidden: int


@dataclass(frozen=True)
class _Waiting:
    """A proposal of one pair that waits for the operator."""

    relationship: int
    pair: Wish
    decided: bool
    """By the operator, in an earlier decision."""


def preview(conn: Connection, turn: Turn, force: Collection[Wish], forbid: Collection[Wish]) -> Decided:
    """The matching around the decisions beside the one without, and what each decision costs. Changes nothing.

    What was decided earlier stands, unless somebody it concerns is decided about again.
    """
    program = seekers.program(turn)
    if program.relationships.shape is not Shape.PAIR:
        raise MentorflowError(
            f"decisions about two people are for pairs, and '{turn.cohort}' forms {program.relationships.shape}s; "
            "reject single proposals instead, and match again"
        )
    standing = [one.pair for one in _waiting(conn, turn) if _stands(one, force, forbid)]
    places = Counter(mentor for _, mentor in standing)
    return decide(
        [who for who in seekers.people(conn, _looking(turn)) if who.key not in {mentee for mentee, _ in standing}],
        seekers.mentors(conn, turn),
        program,
        on=turn.today,
        past=seekers.past(conn, turn, proposed=False),
        held=places + Counter(seekers.held(conn, turn, proposed=False)),
        force=force,
        forbid=forbid,
    )


def kept_apart(conn: Connection, turn: Turn, forbid: Collection[Wish]) -> set[Wish]:
    """Those of the pairs who are kept apart already: by an earlier decision, or because they were together before."""
    engaged = {one.pair for one in _pairs(conn, turn, (*PENDING, *LIVE))}
    return (set(forbid) & seekers.past(conn, turn, proposed=False)) - engaged


def overrule(conn: Connection, turn: Turn, force: Collection[Wish], forbid: Collection[Wish]) -> Overruled:
    """Propose again around the decisions. Proposals that stay the same stay; two who are kept apart are so for good."""
    found = preview(conn, turn, force, forbid).after
    waiting = {one.pair: one for one in _waiting(conn, turn) if not _stands(one, force, forbid)}
    wanted = {(one.mentee, one.mentor): one for one in found.pairs}
    kept = {pair for pair in waiting.keys() & wanted.keys() if wanted[pair].decided == waiting[pair].decided}
    gone = waiting.keys() - kept - set(forbid)
    _give_way(conn, turn, [waiting[pair].relationship for pair in gone])
    _keep_apart(conn, turn, forbid, {pair: one.relationship for pair, one in waiting.items()})
    store(conn, turn, [Formed.of_pairs([one]) for pair, one in wanted.items() if pair not in kept])
    remember_unmatched(conn, turn, found.unmatched, found.fewer)
    return Overruled(len(kept), len(gone), len(wanted) - len(kept), len(set(forbid)))


def _stands(one: _Waiting, force: Collection[Wish], forbid: Collection[Wish]) -> bool:
    return one.decided and one.pair not in forbid and one.pair[0] not in {mentee for mentee, _ in force}


def _looking(turn: Turn) -> ColumnElement[bool]:
    """Everybody without anything but a proposal: those who seek, were left over, or wait for the operator."""
    proposed = (
        select(Member.participant_id)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(_proposals(turn), Member.role == "mentee")
    )
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    return here & or_(seekers.seeking(turn), Participant.unmatched.is_not(None), Participant.id.in_(proposed))


def _proposals(turn: Turn) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)


def _waiting(conn: Connection, turn: Turn) -> list[_Waiting]:
    return _pairs(conn, turn, (RelationshipStatus.PROPOSED,))


def _pairs(conn: Connection, turn: Turn, statuses: Collection[RelationshipStatus]) -> list[_Waiting]:
    here = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(statuses)
    mentee, mentor = Member.__table__.alias("mentee"), Member.__table__.alias("mentor")
    rows = conn.execute(
        select(Relationship.id, mentee.c.participant_id, mentor.c.participant_id, Relationship.reasons)
        .join(mentee, (mentee.c.relationship_id == Relationship.id) & (mentee.c.role == "mentee"))
        .join(mentor, (mentor.c.relationship_id == Relationship.id) & (mentor.c.role == "mentor"))
        .where(here)
        .order_by(Relationship.id)
    )
    return [
        _Waiting(
            number, (code("P", one), code("P", other)), any(pair.get("decided") for pair in reasons.get("pairs", ()))
        )
        for number, one, other, reasons in rows
    ]


def _give_way(conn: Connection, turn: Turn, relationships: Sequence[int]) -> None:
    """Proposals that nobody heard of end without a word; the two may be brought together later."""
    theirs = _proposals(turn) & Relationship.id.in_(relationships)
    conn.execute(update(Member).where(Member.relationship_id.in_(relationships)).values(left_on=turn.today))
    move_all(conn, turn, Relationship, "reject", theirs, why="another decision", closed_on=turn.today)


def _keep_apart(conn: Connection, turn: Turn, forbid: Collection[Wish], proposed: Mapping[Wish, int]) -> None:
    """A rejected proposal for each, which is what keeps two apart in every later matching."""
    new = [pair for pair in sorted(set(forbid)) if pair not in proposed]
    store(conn, turn, [Formed(((mentor, "mentor"), (mentee, "mentee")), 0, {"pairs": []}) for mentee, mentor in new])
    found = {one.pair: one.relationship for one in _waiting(conn, turn)}
    ids = [found[pair] for pair in set(forbid)]
    theirs = _proposals(turn) & Relationship.id.in_(ids)
    move_all(conn, turn, Relationship, "reject", theirs, why="kept apart by a decision", closed_on=turn.today)
