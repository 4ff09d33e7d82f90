"""Who may be matched: as a set, whenever something before the match has been done. Knows no verbs that lead there."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, case, exists, or_, select, update

from programs import before
from programs.lifecycle import ALONE
from programs.spec import Role
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
    seeks = or_(Participant.roles.contains(str(Role.MENTEE)), Participant.roles == str(Role.MEMBER))
    looking = case((seeks & ~_was_matched(turn), turn.today), else_=Participant.seeking_on)
    return changed(conn, update(Participant).where(ready).values(available_on=turn.today, seeking_on=looking))


def _was_matched(turn: Turn) -> ColumnElement[bool]:
    """Other than as a mentor; such people look again when their relationship ends, not when they have done something more."""
    matched = (
        select(Member.participant_id)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id, Relationship.status.not_in(ALONE), Member.role != "mentor")
    )
    return exists(matched.where(Member.participant_id == Participant.id).correlate(Participant))
