"""Who is brought together, the phases they go through, what needs a look, and how it ended."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, CohortKey, Data, Day, Key, Long, Moment, Name, ParticipantKey, RelationshipKey


class Relationship(Base):
    """Mentors and mentees brought together."""

    __tablename__ = "relationship"
    __table_args__ = (
        Index(None, "cohort_id", "status", "phase", "ends_on"),
        Index(None, "cohort_id", "status", "silence_on"),
        Index(None, "cohort_id", "status", "notice_on"),
        Index(None, "cohort_id", "status", "ending_on", "ends_on"),
        Index(None, "cohort_id", "status", "ending_on", "overrun_on"),
        Index(None, "cohort_id", "status", "answer_by"),
        Index(None, "cohort_id", "follow_up_on"),
        Index(None, "previous_id"),
    )
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    status: Mapped[Name]
    round: Mapped[int]
    """Which matching proposed it, from 1."""
    score: Mapped[int]
    """In thousandths of a point."""
    reasons: Mapped[Data]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("relationship.id"))
    """The relationship it carries on."""
    proposed_on: Mapped[Day]
    consent: Mapped[Name | None]
    """While offered: the role whose turn it is to accept."""
    answer_by: Mapped[Day | None]
    """While offered: their last day to answer; None until they are asked."""
    agreed_on: Mapped[Day | None]
    started_on: Mapped[Day | None]
    planned_end_on: Mapped[Day | None]
    """As planned when it started; stays."""
    expected_end_on: Mapped[Day | None]
    """As things stand; moves with pauses, extensions and phases that take longer."""
    phase: Mapped[Name | None]
    visit: Mapped[int] = mapped_column(default=0)
    """How many phases have been entered."""
    entered_on: Mapped[Day | None]
    ends_on: Mapped[Day | None]
    """The first day on which the phase may be left."""
    latest_on: Mapped[Day | None]
    """The day on which it should be over."""
    overrun_on: Mapped[Day | None]
    """The day on which the phase's `overrun` happens."""
    paused_on: Mapped[Day | None]
    last_contact_on: Mapped[Day | None]
    silence_on: Mapped[Day | None]
    """The day of the next rung of the silence ladder."""
    silence_rung: Mapped[int] = mapped_column(default=0)
    notice_on: Mapped[Day | None]
    """The day of the notice of the end; None once given."""
    ending_on: Mapped[Day | None]
    """Set when it is to end; the close stage then closes it."""
    ending_reason: Mapped[Name | None]
    ending_by: Mapped[Name | None]
    ending_note: Mapped[Long | None]
    ending_rematch: Mapped[bool | None]
    closed_on: Mapped[Day | None]
    follow_up_on: Mapped[Day | None]
    """The day of the follow-up; None once asked."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"))
    """In a circle: the member whose turn it is; before the match: whoever goes through the phases alone."""
    cycle: Mapped[int] = mapped_column(default=1)
    """1, or one more than that of the relationship it carries on."""
    decided_next: Mapped[Name | None]
    """What all members chose to go on as."""


class Member(Base):
    """A participant in a relationship, in a role."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("relationship_id", "participant_id"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    participant_id: Mapped[ParticipantKey]
    role: Mapped[Name]
    position: Mapped[int] = mapped_column(default=0)
    """The place in the order in which a circle's members take their turns."""
    accepted_on: Mapped[Day | None]
    left_on: Mapped[Day | None]


class Passage(Base):
    """One phase as a relationship went through it."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("relationship_id", "visit"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    visit: Mapped[int]
    phase: Mapped[Name]
    entered_on: Mapped[Day]
    planned_until: Mapped[Day]
    left_on: Mapped[Day | None]
    way: Mapped[Name | None]
    """The way by which it was left, of `programs.ways`; None while it lasts, and where the relationship ended in it."""


class Flag(Base):
    """Something about a relationship or a participant that somebody has to look at."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("cohort_id", "subject", "kind", "source"),
        Index(None, "cohort_id", "cleared_on"),
        Index(None, "cohort_id", "told", "cleared_on"),
    )
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    relationship_id: Mapped[RelationshipKey | None] = mapped_column(index=True)
    participant_id: Mapped[ParticipantKey | None]
    """Whom it is about, where it is not about a relationship."""
    subject: Mapped[str] = mapped_column(String(24))
    """`R` or `P` and its number, so that the same thing is raised once for each."""
    kind: Mapped[Name]
    """One of `programs.attention`."""
    source: Mapped[str] = mapped_column(String(160))
    """What raised it, so that the same thing raises it once."""
    note: Mapped[Long | None]
    raised_on: Mapped[Day]
    cleared_on: Mapped[Day | None]
    cleared_by: Mapped[Name | None]
    """Who said that it is done; None where it passed by itself."""
    told: Mapped[Name | None]
    """`raised` or `cleared`: how much of it a run has told to those who listen; None for nothing yet."""


class Closure(Base):
    """The end of a relationship, with its summary record. Written once, never changed."""

    __tablename__ = "closure"
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey] = mapped_column(unique=True)
    reason: Mapped[Name]
    planned: Mapped[bool]
    rematch: Mapped[bool]
    note: Mapped[Long | None]
    closed_on: Mapped[Day]
    closed_at: Mapped[Moment]
    by: Mapped[Name]
    record: Mapped[Data]
    text: Mapped[Long]
