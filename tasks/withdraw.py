"""Somebody leaves a cohort: what they are in ends, what is proposed to them is taken back, and they are matched no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, exists, select

from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus
from tasks import leaving
from tasks.alone import end_left, end_with_a_word
from tasks.asks import withdraw as withdraw_asks
from tasks.cohorts import require_open
from tasks.endings import Ending, check_reason, request
from tasks.history import move_all
from tasks.models import Ask, Member, Participant, Relationship
from tasks.offers import seek_again
from tasks.turn import Turn


def withdraw(conn: Connection, turn: Turn, participant_id: int, ending: Ending) -> list[int]:
    """Take a participant out of the cohort. Returns the relationships that are to be closed now; a second time, none.

    What was to end anyway keeps its reason. What goes on without them goes on; a circle that has become too small for that may join another.

    Raises MentorflowError for an unknown reason, and where the cohort is closed.
    """
    check_reason(turn.plan.program, ending.reason)
    status = conn.execute(select(Participant.status).where(Participant.id == participant_id)).scalar()
    if status != ParticipantStatus.WITHDRAWN:
        require_open(conn, turn, "its record says who took part, and nobody leaves it")
    running, ending_today = Relationship.status.in_(LIVE), Relationship.ending_on <= turn.today
    theirs = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    once_theirs = theirs.where(Relationship.cohort_id == turn.cohort_id, Member.participant_id == participant_id)
    marked = list(conn.execute(once_theirs.where(running, ending_today)).scalars())
    ids = list(conn.execute(select(Relationship.id).where(_theirs(turn, [participant_id]), running)).scalars())
    going_on = [one for one in leaving.go_on(conn, turn, participant_id) if one not in marked]
    if fresh := [one for one in ids if one not in (*going_on, *marked)]:
        request(conn, turn, fresh, replace(ending, reason=leaving.why_too_few(turn, ending.reason)))
    end_with_a_word(conn, turn, Relationship.lead_id == participant_id, ending.reason)
    leave(conn, turn, [participant_id], ending.reason)
    return sorted([*marked, *fresh, *leaving.part(conn, turn, going_on, participant_id)])


def leave(conn: Connection, turn: Turn, participants: Sequence[int], reason: str) -> None:
    """They are matched no more, and what was only proposed to them is taken back. What runs is not touched."""
    pending = _theirs(turn, participants) & Relationship.status.in_(PENDING)
    _take_back(conn, turn, list(conn.execute(select(Relationship.id).where(pending)).scalars()))
    end_left(conn, turn, turn.today, Relationship.lead_id.in_(participants), reason)
    gone = {
        "withdrawn_on": turn.today,
        "withdrawn_why": reason,
        "seeking_on": None,
        "unmatched": None,
        "prepare_on": None,
    }
    move_all(conn, turn, Participant, "withdraw", Participant.id.in_(participants), why=reason, **gone)


def _theirs(turn: Turn, participants: Sequence[int]) -> ColumnElement[bool]:
    member = exists().where(
        Member.relationship_id == Relationship.id, Member.participant_id.in_(participants), Member.left_on.is_(None)
    )
    return (Relationship.cohort_id == turn.cohort_id) & member.correlate(Relationship)


def _take_back(conn: Connection, turn: Turn, ids: list[int]) -> None:
    """Proposals that had not begun; the others who were meant to be in them look again."""
    if not ids:
        return
    these = Relationship.id.in_(ids)
    withdraw_asks(conn, turn, Ask.relationship_id.in_(ids), "a member left the cohort")
    move_all(conn, turn, Relationship, "reject", these, why="a member left the cohort", closed_on=turn.today)
    seek_again(conn, turn, these & (Relationship.status == RelationshipStatus.REJECTED), turn.today)
