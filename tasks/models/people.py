"""Cohorts, and the people in them."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, CohortKey, Data, Day, Key, Long, Moment, Name, ParticipantKey, PersonKey


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
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        Index(None, "cohort_id", "status"),
        Index(None, "cohort_id", "seeking_on"),
        Index(None, "cohort_id", "prepare_on"),
        Index(None, "cohort_id", "enrolled_on"),
    )
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
    prepare_on: Mapped[Day | None]
    """The day from which they go through the phases before the match; None once begun, or where there are none."""
    available_on: Mapped[Day | None]
    """Since when they may be matched, in any role; None while something before the match is outstanding."""
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
