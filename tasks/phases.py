"""Phases that are over, as sets: left when their time has come and their required milestones are reached; and overruns."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, case, exists, func, null, or_, select, update

from programs import before
from programs.lifecycle import RUNNING, StepStatus
from programs.spec import Then
from programs.ways import By, Way
from tasks.asks import withdraw
from tasks.circumstances import overrun_of
from tasks.conditions import choose
from tasks.history import move_all
from tasks.models import Ask, Flag, Passage, Relationship, Step
from tasks.passages import CURRENT, depart, go, is_gone, may_go
from tasks.sql import changed, day, insert_from, joined, text
from tasks.turn import Turn

SETTLED = (StepStatus.REACHED, StepStatus.WAIVED)
_UNSETTLED_REQUIRED = (
    exists()
    .where(
        Step.relationship_id == Relationship.id,
        Step.visit == Relationship.visit,
        Step.required,
        Step.status.not_in(SETTLED),
    )
    .correlate(Relationship)
)


def over(turn: Turn, phase_id: str | None = None) -> ColumnElement[bool]:
    """Running relationships whose phase may be left: its time has come and nothing required is outstanding."""
    looking = [phase.id for phase in turn.plan.program.alone_phases if before.looks(phase)]
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(RUNNING)
        & (Relationship.phase.not_in(looking) if phase_id is None else Relationship.phase == phase_id)
        & (Relationship.ends_on <= turn.reach)
        & Relationship.ending_on.is_(None)
        & ~_UNSETTLED_REQUIRED
    )


def leave(conn: Connection, turn: Turn, phase_id: str) -> int:
    """Let all leave the phase who can, each by the first way that is open, on the day on which they could."""
    leaving = over(turn, phase_id)
    settled = (
        select(func.max(Step.settled_on))
        .where(Step.relationship_id == Relationship.id, Step.visit == Relationship.visit, Step.required)
        .correlate(Relationship)
        .scalar_subquery()
    )
    left_on = case((settled > Relationship.ends_on, settled), else_=Relationship.ends_on)
    departing = Passage.relationship_id.in_(select(Relationship.id).where(leaving)) & Passage.left_on.is_(None)
    day_left = select(left_on).where(Relationship.id == Passage.relationship_id).scalar_subquery()
    if not changed(conn, update(Passage).where(departing).values(left_on=day_left)):
        return 0
    moved = 0
    for way in turn.plan.ways(phase_id):
        if way.by is By.OVER:
            choose(conn, turn, way, leaving)
            for day_of_leaving in _days_left(conn, way, leaving):
                moved += depart(conn, turn, way, day_of_leaving, leaving & is_gone(way, day_of_leaving))
    return moved


def _days_left(conn: Connection, way: Way, leaving: ColumnElement[bool]) -> list[date]:
    by_it = leaving & Passage.left_on.is_not(None) & (Passage.way == way.key)
    days = select(Passage.left_on).join(Relationship, CURRENT).where(by_it).distinct()
    return sorted(day for day in conn.execute(days).scalars() if day)


def overrunning(turn: Turn, phase_id: str | None = None) -> ColumnElement[bool]:
    """Relationships whose overrun has come, except those that still have time to answer what is required."""
    has_time = exists().where(
        Step.relationship_id == Relationship.id,
        Step.visit == Relationship.visit,
        Step.required,
        or_(
            (Step.status == StepStatus.PLANNED)
            & Step.opens_on.is_not(None),  # what waits for something late is late too
            (Step.status == StepStatus.OPEN) & (Step.due_on >= turn.today),
        ),
    )
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(RUNNING)
        & (Relationship.phase.is_not(None) if phase_id is None else Relationship.phase == phase_id)
        & (Relationship.overrun_on <= turn.reach)
        & Relationship.ending_on.is_(None)
        & ~has_time.correlate(Relationship)
    )


def overrun(conn: Connection, turn: Turn, phase_id: str) -> int:
    """Do what the phase declares for relationships that cannot leave it: wait for somebody, move on, or close."""
    phase = turn.plan.program.phase(phase_id)
    assert phase.overrun
    late = overrunning(turn, phase_id)
    if phase.overrun.then is Then.CLOSE:
        return _close(conn, turn, phase.overrun.reason, late)
    if phase.overrun.then is Then.GO:
        (way,) = (way for way in turn.plan.ways(phase_id) if way.by is By.OVERRUN)
        exhausted = _close(conn, turn, phase.overrun.reason, late & ~may_go(way)) if way.at_most else 0
        return exhausted + go(conn, turn, way, late)
    if phase.overrun.then is Then.MOVE_ON:
        mine = exists().where(Relationship.id == Step.relationship_id, Relationship.visit == Step.visit, late)
        outstanding = (Step.cohort_id == turn.cohort_id) & Step.required & mine
        asked = Ask.step_id.in_(select(Step.id).where(outstanding, Step.status == StepStatus.OPEN))
        withdraw(conn, turn, asked, "the phase took too long")
        move_all(conn, turn, Step, "waive", outstanding, why="the phase took too long", settled_on=turn.today)
    else:
        columns = {
            "cohort_id": Relationship.cohort_id,
            "relationship_id": Relationship.id,
            "participant_id": Relationship.lead_id if phase.alone else null(),
            "subject": joined("P", Relationship.lead_id) if phase.alone else joined("R", Relationship.id),
            "kind": text("overrun"),
            "source": overrun_of(),
            "note": text("required milestones are outstanding and the phase should be over"),
            "raised_on": day(turn.today),
        }
        insert_from(conn, Flag, columns, select(Relationship.id).where(late))
    return changed(conn, update(Relationship).where(late).values(overrun_on=None))


def _close(conn: Connection, turn: Turn, reason: str | None, where: ColumnElement[bool]) -> int:
    values = {"ending_on": turn.today, "ending_reason": reason, "ending_by": "program", "overrun_on": None}
    return changed(conn, update(Relationship).where(where).values(**values))
