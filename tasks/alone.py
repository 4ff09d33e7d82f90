"""How going through phases alone comes to its end: prepared, or let go. Nobody else is in them, so there is no record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, exists, select, update

from programs import before
from programs.lifecycle import GoalStatus, MessageStatus, RelationshipStatus, StepStatus
from programs.spec import Phase, Role
from tasks.asks import withdraw
from tasks.history import move_all
from tasks.models import Ask, Flag, Goal, Member, Message, Participant, Passage, Relationship, Step
from tasks.outbox import queue
from tasks.sendable import AFTERWARDS, FAREWELL
from tasks.sql import insert_from, number, text
from tasks.turn import Turn


def preparing(turn: Turn) -> ColumnElement[bool]:
    """Those who are going through phases alone."""
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.PREPARING)


def in_roles(roles: Collection[Role]) -> ColumnElement[bool]:
    """Of those, who has exactly these roles."""
    theirs = (Participant.id == Relationship.lead_id) & (Participant.roles == before.written(roles))
    return exists().where(theirs).correlate(Relationship)


def go_as(conn: Connection, phase: Phase, roles: Collection[Role], entering: ColumnElement[bool]) -> None:
    """Who has several roles goes through the phase in the one that it is for."""
    if len(roles) > 1:
        theirs = Member.relationship_id.in_(select(Relationship.id).where(entering).correlate(None))
        conn.execute(update(Member).where(theirs).values(role=str(before.acts_as(phase, roles))))


def end_prepared(conn: Connection, turn: Turn, ended_on: date, where: ColumnElement[bool]) -> int:
    """They are through: nothing of it stays open, and what they set themselves to reach stays."""
    return _end(conn, turn, "prepare", ended_on, where, "through with what comes before the match")


def end_left(conn: Connection, turn: Turn, ended_on: date, where: ColumnElement[bool], why: str) -> int:
    """They are let go."""
    ids = list(conn.execute(select(Relationship.id).where(preparing(turn) & where)).scalars())
    goals = Goal.relationship_id.in_(ids)
    move_all(conn, turn, Goal, "drop", goals, settled_on=turn.today)
    return _end(conn, turn, "let go", ended_on, Relationship.id.in_(ids), why)


def end_with_a_word(conn: Connection, turn: Turn, where: ColumnElement[bool], why: str) -> int:
    """They are let go, and told so kindly."""
    leaving = preparing(turn) & where
    queue(
        conn, turn, select(Relationship.id).where(leaving), FAREWELL, ("relationship", Relationship.id, FAREWELL),
        participant=Relationship.lead_id, relationship=Relationship.id,
    )  # fmt: skip
    return end_left(conn, turn, turn.today, where, why)


def say_farewell(conn: Connection, turn: Turn, left: Select[tuple[int]]) -> int:
    """Who takes part no more without having gone through anything alone lately is told as kindly, once a day."""
    told = exists().where(
        Message.participant_id == Participant.id, Message.template == FAREWELL, Message.not_before == turn.today
    )
    rows = left.where(Participant.withdrawn_on == turn.today, ~told)
    occasion = ("participant", Participant.id, FAREWELL, turn.today.isoformat())
    return queue(conn, turn, rows, FAREWELL, occasion, participant=Participant.id)


def _end(conn: Connection, turn: Turn, event: str, ended_on: date, where: ColumnElement[bool], why: str) -> int:
    these = preparing(turn) & where
    stop(conn, turn, ended_on, these, why)
    theirs = select(Relationship.id).where(these).correlate(None)
    queued = Message.relationship_id.in_(theirs) & (Message.status == MessageStatus.QUEUED)
    move_all(conn, turn, Message, "cancel", queued & Message.template.not_in(AFTERWARDS), why=why)
    raised = Flag.relationship_id.in_(theirs) & Flag.cleared_on.is_(None)
    conn.execute(update(Flag).where(raised).values(cleared_on=turn.today))
    return move_all(conn, turn, Relationship, event, these, why=why, closed_on=ended_on)


def stop(conn: Connection, turn: Turn, stopped_on: date, these: ColumnElement[bool], why: str) -> None:
    """Nothing of their present phase stays open."""
    theirs = select(Relationship.id).where(these).correlate(None)
    unsettled = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    move_all(conn, turn, Step, "cancel", Step.relationship_id.in_(theirs) & unsettled, why=why, settled_on=turn.today)
    withdraw(conn, turn, Ask.relationship_id.in_(theirs), why)
    still_in = Passage.relationship_id.in_(theirs) & Passage.left_on.is_(None)
    conn.execute(update(Passage).where(still_in).values(left_on=stopped_on))


def end_all(conn: Connection, turn: Turn) -> int:
    """Before a whole cohort ends: nobody prepares for it any more."""
    waiting = (Participant.cohort_id == turn.cohort_id) & Participant.prepare_on.is_not(None)
    conn.execute(update(Participant).where(waiting).values(prepare_on=None))
    everybody = preparing(turn)
    if conn.execute(select(Relationship.id).where(everybody).limit(1)).first() is None:
        return 0
    return end_left(conn, turn, turn.today, everybody, "the cohort ends")


def carry_goals(conn: Connection, turn: Turn, fresh: ColumnElement[bool]) -> int:
    """What members set themselves to reach before the match is a goal of the relationship as well."""
    was = Relationship.__table__.alias("was")
    goal = Goal.__table__.alias("set_before")
    columns = {
        "relationship_id": Relationship.id,
        "participant_id": goal.c.participant_id,
        "key": goal.c.key,
        "of": goal.c.of,
        "term": goal.c.term,
        "text": goal.c.text,
        "status": text(GoalStatus.OPEN),
        "progress": number(0),
        "set_on": goal.c.set_on,
    }
    rows = (
        select(Relationship.id)
        .join(Member, Member.relationship_id == Relationship.id)
        .join(was, (was.c.lead_id == Member.participant_id) & (was.c.cohort_id == Relationship.cohort_id))
        .join(goal, goal.c.relationship_id == was.c.id)
        .where(
            fresh,
            Relationship.cycle == 1,
            was.c.status.in_((RelationshipStatus.PREPARED, RelationshipStatus.PREPARING)),
        )
        .order_by(was.c.id.desc())
    )
    return insert_from(conn, Goal, columns, rows)
