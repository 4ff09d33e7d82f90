"""The question put to members some time after their relationship has closed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, null, select, update

from programs.lifecycle import AskStatus, ParticipantStatus
from programs.plan import FOLLOW_UP
from programs.spec import FollowUp
from tasks.history import note
from tasks.models import Ask, Member, Participant, Relationship
from tasks.outbox import queue
from tasks.sql import changed, day, insert_from, number, text
from tasks.turn import Turn


def due(turn: Turn) -> ColumnElement[bool]:
    """Closed relationships whose follow-up has come."""
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.follow_up_on <= turn.reach)


def ask(conn: Connection, turn: Turn) -> int:
    """Ask the members once. Where the window has passed in the meantime, nobody is asked any more."""
    declared = turn.plan.program.closure.follow_up
    assert declared
    late = due(turn) & (Relationship.follow_up_on < declared.due.before(turn.today))
    note(conn, turn, Relationship, "skip", late, "the time for the follow-up was over before it could be asked")
    skipped = changed(conn, update(Relationship).where(late).values(follow_up_on=None))
    return skipped + _ask(conn, turn, declared)


def _ask(conn: Connection, turn: Turn, declared: FollowUp) -> int:
    roles = [str(role) for role in declared.roles or turn.plan.program.roles]
    closes_on = turn.plan.working_day(declared.due.after(turn.today))
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "step_id": null(),
        "participant_id": Member.participant_id,
        "role": Member.role,
        "visit": number(0),
        "key": text(FOLLOW_UP),
        "occurrence": number(0),
        "form": text(declared.form),
        "status": text(AskStatus.OPEN),
        "opened_on": day(turn.today),
        "due_on": day(closes_on),
        "closes_on": day(closes_on),
        "reminder": number(0),
    }
    present = (
        select(Relationship.id)
        .join(Member, Member.relationship_id == Relationship.id)
        .join(Participant, Participant.id == Member.participant_id)
        .where(Member.role.in_(roles), Participant.status != ParticipantStatus.WITHDRAWN)
    )
    insert_from(conn, Ask, columns, present.where(due(turn)))
    asked = select(Ask.id).join(Relationship, Relationship.id == Ask.relationship_id)
    queue(
        conn, turn, asked.where(due(turn), Ask.key == FOLLOW_UP), declared.message, ("ask", Ask.id, "open"),
        participant=Ask.participant_id, relationship=Ask.relationship_id, ask=Ask.id, about=FOLLOW_UP,
        expires_on=closes_on,
    )  # fmt: skip
    return changed(conn, update(Relationship).where(due(turn)).values(follow_up_on=None))
