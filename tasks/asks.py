"""Asks while they are open, as sets: reminded, and expired when their window is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from programs.dates import Nudge
from programs.lifecycle import RUNNING, AskStatus, RelationshipStatus, StepStatus
from programs.plan import CONSENT
from tasks.history import move_all
from tasks.models import Ask, Relationship, Step
from tasks.outbox import queue
from tasks.sql import add_days, changed, number
from tasks.turn import Turn

STALE = 3
"""Days after which a reminder that could not go out says something that is no longer true."""


def remindable(turn: Turn) -> ColumnElement[bool]:
    """Open asks whose next reminder has come."""
    return (Ask.cohort_id == turn.cohort_id) & (Ask.status == AskStatus.OPEN) & (Ask.remind_on <= turn.reach)


def remind(conn: Connection, turn: Turn, key: str) -> int:
    """Send the newest reminder that is due and still fresh; older ones are passed over, so that a pause makes no burst."""
    nudges, template = turn.plan.reminders(key)
    sent = 0
    waiting = remindable(turn) & (Ask.key == key)
    for index, nudge in enumerate(nudges):
        following = nudges[index + 1] if index + 1 < len(nudges) else None
        sent += _send(conn, turn, template, waiting, nudge, following, index)
    for index, nudge in enumerate(nudges):
        ahead = add_days(Ask.due_on, number(nudge.days))
        later = waiting & (Ask.reminder <= index) & (ahead > turn.reach)
        conn.execute(update(Ask).where(later).values(remind_on=ahead, reminder=index))
    conn.execute(update(Ask).where(waiting).values(remind_on=None, reminder=len(nudges)))
    return sent


def _send(
    conn: Connection,
    turn: Turn,
    template: str,
    waiting: ColumnElement[bool],
    nudge: Nudge,
    following: Nudge | None,
    index: int,
) -> int:
    nudge_on = add_days(Ask.due_on, number(nudge.days))
    newest = add_days(Ask.due_on, number(following.days)) > turn.reach if following else Ask.id.is_not(None)
    since = turn.today - timedelta(days=STALE)
    fresh = (
        (nudge_on <= turn.reach) & (nudge_on >= since) & (nudge_on > Ask.opened_on) & newest & (Ask.reminder <= index)
    )
    running = Relationship.status.in_((*RUNNING, RelationshipStatus.OFFERED))
    active = exists().where(Relationship.id == Ask.relationship_id, running)
    return queue(
        conn, turn, select(Ask.id).where(waiting, fresh, active), template, ("ask", Ask.id, "remind", str(index), Ask.due_on),
        participant=Ask.participant_id, relationship=Ask.relationship_id, ask=Ask.id, about=Ask.key,
        expires_on=turn.today + timedelta(days=STALE),
    )  # fmt: skip


def expirable(turn: Turn) -> ColumnElement[bool]:
    """Open asks whose last day is over; proposals have an expiry of their own, and a pause stops the clock."""
    stopped = exists().where(Relationship.id == Ask.relationship_id, Relationship.status == RelationshipStatus.PAUSED)
    return (
        (Ask.cohort_id == turn.cohort_id)
        & (Ask.status == AskStatus.OPEN)
        & (Ask.closes_on < turn.today)
        & Ask.key.not_like(f"{CONSENT}.%")
        & ~stopped
    )


def expire(conn: Connection, turn: Turn) -> int:
    """Close the windows that are over. A step of which nothing is open any more is reached or missed by what did come in."""
    expired = move_all(conn, turn, Ask, "expire", expirable(turn), remind_on=None)
    settle_asked(conn, turn, turn.today, _has(AskStatus.EXPIRED))
    return expired


def settle_asked(
    conn: Connection, turn: Turn, settled_on: date, where: ColumnElement[bool], only: str | None = None
) -> int:
    """Settle open steps that were asked: reached when answered as needed, missed when nothing is open and it was not."""
    asked = [step for step in turn.plan.steps if step.form is not None and only in (None, step.key)]
    alike: defaultdict[tuple[bool, bool], list[str]] = defaultdict(list)
    for step in asked:
        any_is_enough = step.milestone is not None and step.milestone.needs == "any"
        alike[any_is_enough, step.is_exchanged].append(step.key)
    return sum(_settle(conn, turn, settled_on, where & Step.key.in_(keys), *how) for how, keys in alike.items())


def _settle(
    conn: Connection, turn: Turn, settled_on: date, where: ColumnElement[bool], any_is_enough: bool, exchanged: bool
) -> int:
    mine = (Step.cohort_id == turn.cohort_id) & (Step.status == StepStatus.OPEN) & where
    still_open, answered, unanswered = map(_has, (AskStatus.OPEN, AskStatus.ANSWERED, AskStatus.EXPIRED))
    done = answered if any_is_enough else and_(answered, ~unanswered)
    values: dict[str, Any] = {"exchange_on" if exchanged else "shared_on": settled_on}
    reached = mine & done if any_is_enough else mine & ~still_open & done
    settled = move_all(conn, turn, Step, "reach", reached, settled_on=settled_on, **values)
    missed = mine & ~still_open & or_(unanswered, ~answered)
    return settled + move_all(conn, turn, Step, "miss", missed, settled_on=settled_on, **values)


def _has(status: AskStatus) -> ColumnElement[bool]:
    return exists().where(Ask.step_id == Step.id, Ask.status == status).correlate(Step)


def withdraw(conn: Connection, turn: Turn, relationships: ColumnElement[bool], why: str) -> int:
    """Take back what is still asked in relationships that need it no more."""
    open_there = (Ask.cohort_id == turn.cohort_id) & (Ask.status == AskStatus.OPEN)
    return move_all(conn, turn, Ask, "withdraw", open_there & relationships, why=why, remind_on=None)


def changed_due(conn: Connection, where: ColumnElement[bool], days: int) -> int:
    """Move open asks by a number of days."""
    values = {name: add_days(getattr(Ask, name), number(days)) for name in ("due_on", "closes_on", "remind_on")}
    return changed(conn, update(Ask).where(where, Ask.status == AskStatus.OPEN).values(**values))
