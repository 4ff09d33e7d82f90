"""Who may be matched: as a set, whenever something before the match has been done. Knows no verbs that lead there."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, case, exists, or_, select, update

from programs import before
from programs.lifecycle import ALONE, ParticipantStatus
from programs.spec import Role, Shape
from tasks.history import note
from tasks.hurdles import is_ready
from tasks.models import Member, Participant, Relationship
from tasks.sql import changed
from tasks.turn import Turn


def make_available(conn: Connection, turn: Turn) -> int:
    """Whoever is through with everything before the match may be matched from today on; mentees and members look for somebody."""
    if not before.has_any(turn.plan.program):
        return 0
    ready = is_ready(turn)
    if not note(conn, turn, Participant, "become available", ready):
        return 0
    offers = Participant.roles.contains(str(Role.MENTOR))
    seeks = or_(Participant.roles.contains(str(Role.MENTEE)), Participant.roles == str(Role.MEMBER))
    has_places = turn.plan.program.relationships.shape is not Shape.PAIR or _any(conn, ready & offers)
    looking = case((seeks & ~_was_matched(turn), turn.today), else_=Participant.seeking_on)
    count = changed(conn, update(Participant).where(ready).values(available_on=turn.today, seeking_on=looking))
    if has_places:
        _look_again(conn, turn)
    return count


def _look_again(conn: Connection, turn: Turn) -> None:
    """There are new places for those for whom nobody was found; that nobody was stays with them, and they come first."""
    left_over = Participant.unmatched.is_not(None) & Participant.seeking_on.is_(None)
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    free = here & left_over & Participant.available_on.is_not(None)
    conn.execute(update(Participant).where(free).values(seeking_on=turn.today))


def _any(conn: Connection, where: ColumnElement[bool]) -> bool:
    return conn.execute(select(Participant.id).where(where).limit(1)).first() is not None


def _was_matched(turn: Turn) -> ColumnElement[bool]:
    """Other than as a mentor; such people look again when their relationship ends, not when they have done something more."""
    matched = (
        select(Member.participant_id)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id, Relationship.status.not_in(ALONE), Member.role != "mentor")
    )
    return exists(matched.where(Member.participant_id == Participant.id).correlate(Participant))
