"""Programs in which the mentees lead: whom each may ask now, when an ask is taken back, and when asking has been in vain.

An ask is a proposal on its way to the mentor. Knows the books only; who suits whom best is the matching's matter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, exists, false, func, or_, select, update

from programs.attention import Kind
from programs.codes import code
from programs.lifecycle import LIVE, RelationshipStatus
from programs.matching import Person
from programs.spec import Objective, Role
from tasks import offers, seekers
from tasks.asks import withdraw
from tasks.circumstances import asks_let_go_by, unanswered
from tasks.history import move_all, note
from tasks.models import Ask, Closure, Flag, Member, Participant, Relationship
from tasks.sql import day, insert_all, insert_from, joined, text
from tasks.turn import Turn

IN_VAIN = Kind.ASKED_IN_VAIN

_ASKED = (RelationshipStatus.PROPOSED, RelationshipStatus.OFFERED)


def leads(turn: Turn) -> bool:
    return turn.plan.program.matching.objective is Objective.MENTEE_LED


def with_room(conn: Connection, turn: Turn, mentors: Sequence[Person]) -> list[Person]:
    """The mentors, with as many places as asks may still be put to them: none without a free place.

    Where the mentors are not asked for their consent, there are never more asks than free places.
    """
    asked = seekers.places(conn, turn, Relationship.status.in_(_ASKED))
    settled = seekers.places(conn, turn, _settled())
    matching = turn.plan.program.matching

    def room(who: Person) -> int:
        free, open_ = who.capacity - settled.get(who.key, 0), asked.get(who.key, 0)
        most = matching.open_asks if Role.MENTOR in matching.consent else min(matching.open_asks, free)
        return max(0, most - open_) if free > 0 else 0

    return [replace(who, capacity=room(who)) for who in mentors]


def _settled() -> ColumnElement[bool]:
    """What takes a place for good: what is agreed, what runs, and what came to its planned end."""
    return or_(Relationship.status.in_((RelationshipStatus.AGREED, *LIVE)), seekers.kept())


def order(conn: Connection, turn: Turn) -> dict[str, int]:
    """Whose turn it is to choose: those left out before come first, then those who have been looking longest."""
    first = seekers.left_out(conn, turn)
    rows = conn.execute(select(Participant.id, Participant.seeking_on).where(seekers.seeking(turn)))
    keys = {code("P", row.id): (first.get(code("P", row.id), 0), -row.seeking_on.toordinal()) for row in rows}
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
    return {who: ranks[key] for who, key in keys.items()}


def give_up(conn: Connection, turn: Turn) -> int:
    """Whoever has asked so often in vain asks no more until the operator says so, and is put on the list. Returns how many."""
    most = turn.plan.program.matching.asks
    if most is None or not leads(turn):
        return 0
    vain = _in_vain(conn, turn)
    helped = dict(
        conn.execute(
            select(Flag.participant_id, func.count()).where(Flag.cohort_id == turn.cohort_id, Flag.kind == IN_VAIN)
            .group_by(Flag.participant_id)
        ).tuples().all()
    )  # fmt: skip
    here = conn.execute(select(Participant.id).where(seekers.seeking(turn)).order_by(Participant.id)).scalars()
    lost = [who for who in here if vain.get(who, 0) >= most * (helped.get(who, 0) + 1)]
    rows = [
        {
            "cohort_id": turn.cohort_id,
            "participant_id": who,
            "subject": f"P{who}",
            "kind": str(IN_VAIN),
            "source": f"asks {vain[who]}",
            "note": f"asked {vain[who]} mentors in vain",
            "raised_on": turn.today,
        }
        for who in lost
    ]
    insert_all(conn, Flag, rows)
    for who in lost:
        told = {"why": f"{vain[who]} mentors were asked in vain", "possible": vain[who], "obstacles": []}
        this = Participant.id == who
        conn.execute(update(Participant).where(this).values(seeking_on=None, unmatched=json.dumps(told)))
        note(conn, turn, Participant, "ask no more", this, told["why"] if isinstance(told["why"], str) else None)
    return len(lost)


def _in_vain(conn: Connection, turn: Turn) -> dict[int, int]:
    """How many asks of each mentee were declined or not answered. What a mentee did not want to ask is no ask."""
    wanted = Member.accepted_on.is_not(None) if Role.MENTEE in turn.plan.program.matching.consent else ~false()
    over = (RelationshipStatus.DECLINED, RelationshipStatus.LAPSED)
    rows = conn.execute(
        select(Member.participant_id, func.count())
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id, Relationship.status.in_(over), Member.role == "mentee", wanted)
        .group_by(Member.participant_id)
    )
    return dict(rows.tuples().all())


def ask_again(conn: Connection, turn: Turn) -> int:
    """The operator has helped: who has no open flag any more looks again, for as many asks as before."""
    return offers.look_again(conn, turn)


def lapse(conn: Connection, turn: Turn) -> int:
    """Give up on proposals nobody answered in time; the operator hears of mentors who let one ask after the other go by."""
    count = offers.lapse(conn, turn)
    often = asks_let_go_by(turn)
    if count and often is not None:
        it = unanswered(turn, often)
        raised = exists().where(Flag.participant_id == Participant.id, Flag.kind == it.kind, Flag.cleared_on.is_(None))
        asked = Member.relationship_id.in_(
            select(Relationship.id).where(
                Relationship.cohort_id == turn.cohort_id, Relationship.status == RelationshipStatus.LAPSED,
                Relationship.closed_on == turn.today,
            )
        )  # fmt: skip
        lately = exists().where(Member.participant_id == Participant.id, Member.role == str(Role.MENTOR), asked)
        columns = {
            "cohort_id": Participant.cohort_id,
            "participant_id": Participant.id,
            "subject": joined("P", Participant.id),
            "kind": text(it.kind),
            "source": it.source,
            "note": it.note,
            "raised_on": day(turn.today),
        }
        insert_from(conn, Flag, columns, it.rows.where(lately, ~raised))
    return count


def take_back(conn: Connection, turn: Turn, agreed: Sequence[int]) -> int:
    """Where a mentor has accepted, asks for which there is no place any more are taken back; those who asked look again."""
    if not leads(turn) or not agreed:
        return 0
    settled = (
        select(func.count(Relationship.id.distinct()))
        .join(Member, Member.relationship_id == Relationship.id)
        .outerjoin(Closure, Closure.relationship_id == Relationship.id)
        .where(Member.participant_id == Participant.id, Member.role == "mentor", _settled())
        .correlate(Participant)
        .scalar_subquery()
    )
    said_yes = select(Member.participant_id).where(Member.relationship_id.in_(agreed), Member.role == "mentor")
    full = conn.execute(
        select(Participant.id).where(Participant.id.in_(said_yes), Participant.capacity <= settled)
    ).scalars()
    theirs = exists().where(
        Member.relationship_id == Relationship.id, Member.role == "mentor", Member.participant_id.in_(full.all())
    )
    mine = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(_ASKED) & theirs
    ids = conn.execute(select(Relationship.id).where(mine)).scalars().all()
    if not ids:
        offers.look_again(conn, turn)
        return 0
    withdraw(conn, turn, Ask.relationship_id.in_(ids), "the place was given to somebody else")
    why = "the mentor has no place left"
    count = move_all(conn, turn, Relationship, "reject", Relationship.id.in_(ids), why=why, closed_on=turn.today)
    offers.seek_again(conn, turn, Relationship.id.in_(ids), turn.today)
    return count
