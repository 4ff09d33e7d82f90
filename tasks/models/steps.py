"""What happens in a relationship: steps, asks and responses, goals, meetings, ticks."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, CohortKey, Data, Day, Key, Long, Moment, Name, ParticipantKey, RelationshipKey


class Step(Base):
    """A step of the plan, opened for one relationship."""

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("relationship_id", "visit", "key", "occurrence"),
        Index(None, "cohort_id", "status", "opens_on"),
        Index(None, "cohort_id", "status", "kind", "due_on"),
        Index(None, "cohort_id", "exchange_on"),
    )
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    relationship_id: Mapped[RelationshipKey]
    visit: Mapped[int]
    key: Mapped[Name]
    occurrence: Mapped[int]
    phase: Mapped[Name]
    kind: Mapped[Name]
    status: Mapped[Name]
    required: Mapped[bool]
    opens_on: Mapped[Day | None]
    due_on: Mapped[Day | None]
    closes_on: Mapped[Day | None]
    opened_on: Mapped[Day | None]
    settled_on: Mapped[Day | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """For meetings expected of a circle that were not held: the member who was to lead."""
    exchange_on: Mapped[Day | None]
    """For reflections: the day from which the members may read what the others share; None before and once done."""
    shared_on: Mapped[Day | None]
    """For reflections: the day on which they were told so."""


class Ask(Base):
    """A form put before one participant: consent, a step's form, the reflection, or the follow-up."""

    __tablename__ = "ask"
    __table_args__ = (
        UniqueConstraint("relationship_id", "participant_id", "visit", "key", "occurrence"),
        Index(None, "cohort_id", "status", "remind_on"),
        Index(None, "cohort_id", "status", "closes_on"),
        Index(None, "step_id", "status"),
    )
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    relationship_id: Mapped[RelationshipKey]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id", ondelete="CASCADE"))
    participant_id: Mapped[ParticipantKey]
    role: Mapped[Name]
    visit: Mapped[int]
    key: Mapped[Name]
    occurrence: Mapped[int]
    form: Mapped[Name]
    status: Mapped[Name]
    opened_on: Mapped[Day]
    due_on: Mapped[Day | None]
    closes_on: Mapped[Day | None]
    remind_on: Mapped[Day | None]
    """The day of the next reminder; None when there is none left."""
    reminder: Mapped[int] = mapped_column(default=0)
    """Which reminder that is, from 0."""
    answered_on: Mapped[Day | None]


class Response(Base):
    """One version of an answer; the highest version counts."""

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("ask_id", "version"),)
    id: Mapped[Key]
    ask_id: Mapped[int] = mapped_column(ForeignKey("ask.id", ondelete="CASCADE"))
    version: Mapped[int]
    answers: Mapped[Data]
    answered_on: Mapped[Day]
    received_at: Mapped[Moment]
    by: Mapped[Name]


class Goal(Base):
    """What a relationship, or one member of it, wants to reach."""

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("relationship_id", "participant_id", "key"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    participant_id: Mapped[ParticipantKey]
    """Who set it."""
    key: Mapped[Name]
    of: Mapped[Name] = mapped_column(default="member")
    """`member` or `relationship`: whose goal it is."""
    term: Mapped[Name | None]
    text: Mapped[Long]
    status: Mapped[Name]
    progress: Mapped[int]
    """Per cent."""
    said_on: Mapped[Day | None]
    """The day on which somebody last said how far it is; None where nobody has."""
    set_on: Mapped[Day]
    settled_on: Mapped[Day | None]


class Action(Base):
    """An item of a relationship's action plan."""

    __tablename__ = "action"
    __table_args__ = (UniqueConstraint("relationship_id", "source"), Index(None, "goal_id"))
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goal.id", ondelete="SET NULL"))
    participant_id: Mapped[ParticipantKey | None]
    """To whom it is assigned."""
    source: Mapped[str] = mapped_column(String(160))
    """What wrote it down, so that the same thing does it once."""
    text: Mapped[Long]
    status: Mapped[Name]
    due_on: Mapped[Day | None]
    set_on: Mapped[Day]
    settled_on: Mapped[Day | None]


class Comment(Base):
    """A word on an action, from a member or the operator."""

    __tablename__ = "comment"
    id: Mapped[Key]
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id", ondelete="CASCADE"), index=True)
    participant_id: Mapped[ParticipantKey | None]
    text: Mapped[Long]
    made_on: Mapped[Day]
    made_at: Mapped[Moment]
    by: Mapped[Name]


class Meeting(Base):
    """A logged session of a relationship."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("relationship_id", "held_on"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    held_on: Mapped[Day]
    minutes: Mapped[int]
    led_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """In a circle: the member who took the mentor's part."""
    logged_at: Mapped[Moment]
    by: Mapped[Name]


class Tick(Base):
    """A done item of a phase's checklist."""

    __tablename__ = "tick"
    __table_args__ = (UniqueConstraint("relationship_id", "participant_id", "phase", "item"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    participant_id: Mapped[ParticipantKey]
    phase: Mapped[Name]
    item: Mapped[int]
    """Position in the checklist of the participant's role, from 1."""
    ticked_on: Mapped[Day]
