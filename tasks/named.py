"""Days that members named in answers, read for many relationships at once: of each answer its newest version, of several members
the latest day. Knows nothing of what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, exists, func, select

from programs.awaited import Awaited, Named
from programs.lifecycle import AskStatus, RelationshipStatus, StepStatus
from programs.spec import Phase
from tasks.models import Ask, Member, Relationship, Response, Step
from tasks.turn import Turn

_ALONE = (RelationshipStatus.PREPARING, RelationshipStatus.PREPARED)


def named_on(phase: Phase, source: Awaited) -> ColumnElement[Any]:
    """The day that a relationship named for something in the phase, as text; NULL as long as nobody has answered.

    A day belongs to the cycle in which it was named: in a later one, only what is asked anew counts.
    """
    return _by_cycle(_named_on, phase, source)


def _by_cycle(
    found: Callable[[Phase, Awaited], ScalarSelect[Any]], phase: Phase, source: Awaited
) -> ColumnElement[Any]:
    """What is found for the source; in later cycles, for what stands for it there."""
    if source.anew is None:
        return found(phase, source)
    return case((Relationship.cycle > 1, found(phase, source.anew)), else_=found(phase, source))


def _named_on(phase: Phase, source: Awaited) -> ScalarSelect[Any]:
    ask, later = Ask.__table__.alias("named_ask"), Ask.__table__.alias("later_ask")
    given, corrected = Response.__table__.alias("given"), Response.__table__.alias("corrected")
    again = (later.c.key == source.key) & (later.c.status == AskStatus.ANSWERED)
    if source.phase.alone and not phase.alone:
        whose = _of_a_member(ask)
        newer = exists().where(again, later.c.participant_id == ask.c.participant_id, later.c.id > ask.c.id)
    else:
        whose = ask.c.relationship_id == Relationship.id
        newer = exists().where(again, later.c.relationship_id == ask.c.relationship_id, later.c.visit > ask.c.visit)
        if source.phase.id == phase.id:
            whose &= ask.c.visit == Relationship.visit
    version = exists().where(corrected.c.ask_id == given.c.ask_id, corrected.c.version > given.c.version)
    assert source.question
    return (
        select(func.max(given.c.answers[source.question].as_string()))
        .join_from(ask, given, given.c.ask_id == ask.c.id)
        .where(ask.c.key == source.key, ask.c.status == AskStatus.ANSWERED, whose, ~newer, ~version)
        .correlate(Relationship)
        .scalar_subquery()
    )


def reached_on(phase: Phase, source: Awaited) -> ColumnElement[Any]:
    """The day on which a relationship reached a milestone of an earlier phase, or was let off it; of the same cycle."""
    return _by_cycle(_reached_on, phase, source)


def _reached_on(phase: Phase, source: Awaited) -> ScalarSelect[Any]:
    step = Step.__table__.alias("earlier_step")
    whose = step.c.relationship_id == Relationship.id
    if source.phase.alone and not phase.alone:
        whose = step.c.relationship_id.in_(_alone_rows()) & (Relationship.cycle == 1)
    return (
        select(func.max(step.c.settled_on))
        .where(step.c.key == source.key, step.c.status.in_((StepStatus.REACHED, StepStatus.WAIVED)), whose)
        .correlate(Relationship)
        .scalar_subquery()
    )


def of_asks(phase: Phase, source: Awaited, asks: Sequence[int]) -> ColumnElement[bool]:
    """The relationships that are, or may come to be, in the phase, and to which these asks for a day belong."""
    theirs = Ask.__table__.alias("their_ask")
    if not source.phase.alone or phase.alone:
        return Relationship.id.in_(select(theirs.c.relationship_id).where(theirs.c.id.in_(asks)))
    member = Member.__table__.alias("named_by")
    people = select(theirs.c.participant_id).where(theirs.c.id.in_(asks))
    present = member.c.participant_id.in_(people) & member.c.left_on.is_(None)
    own = Relationship.status.in_(_ALONE)
    return Relationship.id.in_(select(member.c.relationship_id).where(present)) & ~own


def _of_a_member(ask: Any) -> ColumnElement[bool]:
    """Answers that the present members gave before they were matched; for the first cycle."""
    member = Member.__table__.alias("present")
    present = select(member.c.participant_id).where(
        member.c.relationship_id == Relationship.id, member.c.left_on.is_(None)
    )
    own = Relationship.__table__.alias("own")
    alone = exists().where(own.c.id == ask.c.relationship_id, own.c.status.in_(_ALONE)).correlate(ask)
    return and_(Relationship.cycle == 1, ask.c.participant_id.in_(present.correlate(Relationship)), alone)


def _alone_rows() -> Any:
    """What stands for each present member before the match."""
    member, before = Member.__table__.alias("present"), Member.__table__.alias("before")
    own = Relationship.__table__.alias("own")
    return (
        select(own.c.id)
        .join(before, before.c.relationship_id == own.c.id)
        .join(member, member.c.participant_id == before.c.participant_id)
        .where(member.c.relationship_id == Relationship.id, member.c.left_on.is_(None), own.c.status.in_(_ALONE))
        .correlate(Relationship)
    )


def by_ends(
    conn: Connection, turn: Turn, where: ColumnElement[bool], entering: Phase | None = None
) -> list[tuple[Named, ColumnElement[bool]]]:
    """The relationships by the last days of phases that they have named; nothing is named yet in a phase that they now enter."""
    sources = {
        phase: named_on(turn.plan.program.phase(phase), source)
        for phase, source in turn.plan.ends_named.items()
        if entering is None or not phase == source.phase.id == entering.id
    }
    if not sources:
        return [({}, where)]
    rows = conn.execute(select(*sources.values()).select_from(Relationship).where(where).distinct()).all()
    return [(_read(list(sources), row), where & _same(list(sources.values()), row)) for row in rows]


def _read(phases: Sequence[str], row: Sequence[str | None]) -> Named:
    return {phase: date.fromisoformat(day) for phase, day in zip(phases, row, strict=True) if day}


def _same(columns: Sequence[ColumnElement[Any]], row: Sequence[str | None]) -> ColumnElement[bool]:
    pairs = zip(columns, row, strict=True)
    return and_(*(column == day if day else column.is_(None) for column, day in pairs))
