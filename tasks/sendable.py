"""Which queued mails may go out, and which make no sense any more: conditions over `message`, nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_

from programs.lifecycle import ENDED, AskStatus, MessageStatus, ParticipantStatus, RelationshipStatus
from tasks.models import Ask, Message, Participant, Relationship
from tasks.turn import Turn

AFTERWARDS = ("closed", "feedback_shared", "follow_up", "unmatched", "let_go")
"""Messages that are sent about a relationship that is over."""

FAREWELL = "let_go"
"""The one message for somebody who takes part no more."""

_SHARED = "feedback_shared"
"""Belongs to an ask that has been answered."""


_THROUGH = (RelationshipStatus.PREPARED, RelationshipStatus.LEFT)


def claimable(turn: Turn, now: datetime) -> ColumnElement[bool]:
    """Queued, and neither waiting for its day nor for another attempt."""
    return (
        (Message.cohort_id == turn.cohort_id)
        & (Message.status == MessageStatus.QUEUED)
        & (Message.not_before <= turn.today)
        & or_(Message.lease_until.is_(None), Message.lease_until <= now)
    )


def abandoned(turn: Turn, now: datetime) -> ColumnElement[bool]:
    """Claimed by somebody who has not been heard of since."""
    mine = (Message.cohort_id == turn.cohort_id) & (Message.status == MessageStatus.SENDING)
    return mine & (Message.lease_until < now)


def outdated(turn: Turn) -> ColumnElement[bool]:
    """Still queued after the last day on which it made sense."""
    return _queued(turn) & (Message.expires_on < turn.today)


def unwanted(turn: Turn) -> ColumnElement[bool]:
    """Queued for somebody who has left, about something that is over, or about a question that is answered."""
    return _queued(turn) & is_pointless()


def is_pointless() -> ColumnElement[bool]:
    gone = exists().where(Participant.id == Message.participant_id, Participant.status == ParticipantStatus.WITHDRAWN)
    settled = exists().where(Ask.id == Message.ask_id, Ask.status != AskStatus.OPEN)
    over = exists().where(Relationship.id == Message.relationship_id, Relationship.status.in_((*ENDED, *_THROUGH)))
    return or_(
        gone.correlate(Message) & (Message.template != FAREWELL),
        settled.correlate(Message) & (Message.template != _SHARED),
        over.correlate(Message) & Message.ask_id.is_(None) & Message.template.not_in(AFTERWARDS),
    )


def _queued(turn: Turn) -> ColumnElement[bool]:
    return (Message.cohort_id == turn.cohort_id) & (Message.status == MessageStatus.QUEUED)
