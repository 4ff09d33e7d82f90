"""The tables: the domain's nouns, in singular. Knows no verbs; every status is a word of `programs.lifecycle`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Naive datetimes are refused: they would be read in the zone of some machine."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(80))]
"""An id of the program language: a phase, a step, a form, a role, a status, an event."""
Long = Annotated[str, mapped_column(Text)]
Day = Annotated[date, mapped_column(Date)]
Moment = Annotated[datetime, mapped_column(Instant)]
Data = Annotated[dict[str, Any], mapped_column(JSON)]

CohortKey = Annotated[int, mapped_column(ForeignKey("cohort.id", ondelete="CASCADE"))]
PersonKey = Annotated[int, mapped_column(ForeignKey("person.id", ondelete="CASCADE"))]
ParticipantKey = Annotated[int, mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)]
RelationshipKey = Annotated[int, mapped_column(ForeignKey("relationship.id", ondelete="CASCADE"))]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Cohort(Base):
    """One dated run of a program. The plan is the one it was launched with."""

    __tablename__ = "cohort"
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    uid: Mapped[str] = mapped_column(String(16))
    """Random; makes Message-IDs of two installations differ."""
    program: Mapped[Name]
    status: Mapped[Name]
    starts_on: Mapped[Day]
    timezone: Mapped[Name]
    plan: Mapped[Data]
    plan_hash: Mapped[str] = mapped_column(String(64))
    launched_at: Mapped[Moment]
    last_run_on: Mapped[Day | None]
    """The calendar never goes back: a run before this day is refused."""
    closed_on: Mapped[Day | None]
    record: Mapped[Data | None]
    record_text: Mapped[Long | None]


class Person(Base):
    """Who somebody is, apart from any cohort; all personal data of identity is here."""

    __tablename__ = "person"
    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    first_name: Mapped[str] = mapped_column(String(120))
    last_name: Mapped[str] = mapped_column(String(120))


class Participant(Base):
    """A person in a cohort."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("cohort_id", "person_id"), Index(None, "cohort_id", "seeking_on"))
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    person_id: Mapped[PersonKey] = mapped_column(index=True)
    roles: Mapped[str] = mapped_column(String(40))
    """Sorted, separated by a comma: `mentee`, `mentor` or `mentee,mentor`."""
    capacity: Mapped[int]
    """How many relationships they take as a mentor."""
    status: Mapped[Name]
    fields: Mapped[Data]
    seeking_on: Mapped[Day | None]
    """As a mentee: the day from which they look for a relationship; None once looked for or found."""
    unmatched: Mapped[Long | None]
    """Why the last look found nobody, as JSON text without names."""
    enrolled_on: Mapped[Day]
    withdrawn_on: Mapped[Day | None]
    withdrawn_why: Mapped[Name | None]


class Gate(Base):
    """That a participant has passed one of the gates."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("participant_id", "gate"),)
    id: Mapped[Key]
    participant_id: Mapped[ParticipantKey]
    gate: Mapped[Name]
    passed_on: Mapped[Day]
    by: Mapped[Name]


class Relationship(Base):
    """Mentors and mentees brought together."""

    __tablename__ = "relationship"
    __table_args__ = (
        Index(None, "cohort_id", "status", "phase", "ends_on"),
        Index(None, "cohort_id", "status", "silence_on"),
        Index(None, "cohort_id", "status", "notice_on"),
        Index(None, "cohort_id", "status", "ending_on"),
        Index(None, "cohort_id", "status", "answer_by"),
        Index(None, "cohort_id", "follow_up_on"),
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


class Member(Base):
    """A participant in a relationship, in a role."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("relationship_id", "participant_id"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    participant_id: Mapped[ParticipantKey]
    role: Mapped[Name]
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
    term: Mapped[Name | None]
    text: Mapped[Long]
    status: Mapped[Name]
    progress: Mapped[int]
    """Per cent."""
    set_on: Mapped[Day]
    settled_on: Mapped[Day | None]


class Meeting(Base):
    """A logged session of a relationship."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("relationship_id", "held_on"),)
    id: Mapped[Key]
    relationship_id: Mapped[RelationshipKey]
    held_on: Mapped[Day]
    minutes: Mapped[int]
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


class Flag(Base):
    """Something about a relationship that somebody has to look at."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("relationship_id", "kind", "source"), Index(None, "cohort_id", "cleared_on"))
    id: Mapped[Key]
    cohort_id: Mapped[CohortKey]
    relationship_id: Mapped[RelationshipKey]
    kind: Mapped[Name]
    """`at_risk`, `answer`, `overrun`."""
    source: Mapped[str] = mapped_column(String(160))
    """What raised it, so that the same thing raises it once."""
    note: Mapped[Long | None]
    raised_on: Mapped[Day]
    cleared_on: Mapped[Day | None]


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
