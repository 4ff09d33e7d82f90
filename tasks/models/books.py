"""The outbox and the history."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, CohortKey, Day, Key, Long, Moment, Name, ParticipantKey, RelationshipKey


class Message(Base):
    """The outbox: template and ids; the text is made when it is sent and never stored."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "cohort_id", "status", "not_before"), Index(None, "relationship_id", "status"))
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    participant_id: Mapped[ParticipantKey]
    relationship_id: Mapped[RelationshipKey | None]
    ask_id: Mapped[int | None] = mapped_column(ForeignKey("ask.id", ondelete="CASCADE"), index=True)
    template: Mapped[Name]
    subject_key: Mapped[Name | None]
    """What it is about: a step's key or a phase."""
    idempotency_key: Mapped[str] = mapped_column(String(160), unique=True)
    message_id: Mapped[str] = mapped_column(String(250))
    status: Mapped[Name]
    queued_at: Mapped[Moment]
    not_before: Mapped[Day]
    expires_on: Mapped[Day | None]
    """The last day on which it still makes sense."""
    sent_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[Moment | None]
    error: Mapped[Long | None]


class History(Base):
    """Every move of a status: what, from where to where, when, by whom and why."""

    __tablename__ = "history"
    __table_args__ = (Index(None, "noun", "noun_id"), Index(None, "cohort_id", "happened_on"))
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    noun: Mapped[Name]
    noun_id: Mapped[int]
    event: Mapped[Name]
    before: Mapped[Name | None]
    after: Mapped[Name | None]
    happened_on: Mapped[Day]
    recorded_at: Mapped[Moment]
    by: Mapped[Name]
    why: Mapped[Long | None]
