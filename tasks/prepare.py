"""What people do before they are matched, each alone: begun at their enrollment, and ended when somebody is found for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, select, update

from programs import before
from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus
from programs.spec import Role
from programs.ways import plain
from tasks.alone import end_prepared, go_as, in_roles, preparing, stop
from tasks.history import note
from tasks.models import Member, Participant, Relationship
from tasks.passages import enter, ladder_from
from tasks.readiness import make_available
from tasks.sql import changed, day, insert_from, number, text
from tasks.turn import Turn


def due(turn: Turn) -> ColumnElement[bool]:
    """Participants who have not begun yet with what comes before the match."""
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.prepare_on <= turn.today)
    return here & (Participant.status != ParticipantStatus.WITHDRAWN)


def begin(conn: Connection, turn: Turn) -> int:
    """Let all begin whose day has come, as of that day, each in the first phase of their roles."""
    program = turn.plan.program
    for roles in before.combinations(program):
        if not before.prepares_as(program, roles):
            continue
        theirs = due(turn) & (Participant.roles == before.written(roles)) & ~_has_begun(turn)
        days = conn.execute(select(Participant.prepare_on).where(theirs).distinct()).scalars().all()
        for begins_on in sorted(one for one in days if one):
            _begin_on(conn, turn, roles, begins_on, theirs & (Participant.prepare_on == begins_on))
    note(conn, turn, Participant, "prepare", due(turn))
    count = changed(conn, update(Participant).where(due(turn)).values(prepare_on=None))
    make_available(conn, turn)
    return count


def _has_begun(turn: Turn) -> ColumnElement[bool]:
    begun = select(Relationship.lead_id).where(preparing(turn), Relationship.lead_id.is_not(None))
    return Participant.id.in_(begun)


def _begin_on(
    conn: Connection, turn: Turn, roles: Collection[Role], begins_on: date, where: ColumnElement[bool]
) -> None:
    first = before.phases_of(turn.plan.program, roles)[0]
    ladder = ladder_from(turn, first.id, turn.today)
    columns: dict[str, Any] = {
        "cohort_id": Participant.cohort_id,
        "status": text(RelationshipStatus.PREPARING),
        "round": number(0),
        "score": number(0),
        "reasons": literal({}, Relationship.__table__.c.reasons.type),
        "proposed_on": day(begins_on),
        "lead_id": Participant.id,
        "visit": number(0),
        "last_contact_on": day(turn.today),
        "silence_on": day(ladder["silence_on"]),
        "silence_rung": number(ladder["silence_rung"]),
        "cycle": number(1),
    }
    insert_from(conn, Relationship, columns, select(Participant.id).where(where))
    fresh = preparing(turn) & Relationship.phase.is_(None)
    member = {
        "relationship_id": Relationship.id,
        "participant_id": Relationship.lead_id,
        "role": text(before.acts_as(first, roles)),
        "position": number(0),
    }
    insert_from(conn, Member, member, select(Relationship.id).where(fresh))
    enter(conn, turn, first, begins_on, fresh)


def found(conn: Connection, turn: Turn, until: str) -> int:
    """End the phases in which people look for somebody, for those to whom somebody is `proposed`, or who are `matched`."""
    program = turn.plan.program
    statuses = LIVE if until == "matched" else (*PENDING, *LIVE)
    together = (
        select(Member.participant_id)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id, Relationship.status.in_(statuses), Member.left_on.is_(None))
    )
    ended = 0
    for phase in program.alone_phases:
        if phase.until != until:
            continue
        theirs = preparing(turn) & (Relationship.phase == phase.id) & Relationship.lead_id.in_(together.correlate(None))
        for roles in before.combinations(program):
            following = before.onward(program, plain(program, phase).to, roles)
            those = theirs & in_roles(roles)
            if following is None:
                ended += end_prepared(conn, turn, turn.today, those)
            else:
                stop(conn, turn, turn.today, those, f"{until} in {phase.id}")
                go_as(conn, following, roles, those)
                ended += enter(conn, turn, following, turn.today, those, phase.id)
    return ended
