"""Phases per relationship, as sets: entering one, leaving it when it is over and its required milestones are reached, and overruns."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select, update

from programs.lifecycle import RelationshipStatus, StepStatus
from programs.plan import StepKind
from programs.spec import Phase, Then
from tasks.asks import withdraw
from tasks.history import move_all, note
from tasks.models import Ask, Flag, Member, Passage, Relationship, Step
from tasks.outbox import queue
from tasks.sql import changed, day, insert_from, joined, text
from tasks.steps import plan_steps
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


def enter(conn: Connection, turn: Turn, phase: Phase, entered_on: date, where: ColumnElement[bool]) -> int:
    """Put the relationships into the phase as of a day: its days, its steps, and a word to the members."""
    days = turn.plan.enter(phase, entered_on)
    expected = turn.plan.expected_end(phase, days.latest_on)
    overrun_on = phase.overrun.after.after(days.latest_on) if phase.overrun else None
    values = {
        "phase": phase.id,
        "visit": Relationship.visit + 1,
        "entered_on": entered_on,
        "ends_on": days.ends_on,
        "latest_on": days.latest_on,
        "overrun_on": overrun_on,
        "expected_end_on": expected,
        "notice_on": case((Relationship.notice_on.is_not(None), turn.plan.notice_on(expected)), else_=None),
    }
    count = changed(conn, update(Relationship).where(where).values(**values))
    entered = _just_entered(turn, phase, entered_on)
    plan_steps(conn, turn, phase.id, days, entered)
    if phase.guide or phase.checklist:  # of the phase in which it begins, the introduction tells
        _tell(conn, turn, phase, entered & (Relationship.visit > 1))
    columns = {
        "relationship_id": Relationship.id,
        "visit": Relationship.visit,
        "phase": Relationship.phase,
        "entered_on": Relationship.entered_on,
        "planned_until": Relationship.latest_on,
    }
    insert_from(conn, Passage, columns, select(Relationship.id).where(entered))
    return count


def _just_entered(turn: Turn, phase: Phase, entered_on: date) -> ColumnElement[bool]:
    """Those whose present visit has no passage yet; the passage is written last."""
    known = exists().where(Passage.relationship_id == Relationship.id, Passage.visit == Relationship.visit)
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & (Relationship.status == RelationshipStatus.ACTIVE)
        & (Relationship.phase == phase.id)
        & (Relationship.entered_on == entered_on)
        & ~known.correlate(Relationship)
    )


def _tell(conn: Connection, turn: Turn, phase: Phase, entered: ColumnElement[bool]) -> None:
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(entered, Member.left_on.is_(None)), "phase",
        ("relationship", Relationship.id, "phase", Relationship.visit, Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id, about=phase.id,
    )  # fmt: skip


def over(turn: Turn, phase_id: str | None = None) -> ColumnElement[bool]:
    """Running relationships whose phase may be left: its time has come and nothing required is outstanding."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & (Relationship.status == RelationshipStatus.ACTIVE)
        & (Relationship.phase.is_not(None) if phase_id is None else Relationship.phase == phase_id)
        & (Relationship.ends_on <= turn.today)
        & Relationship.ending_on.is_(None)
        & ~_UNSETTLED_REQUIRED
    )


def leave(conn: Connection, turn: Turn, phase_id: str) -> int:
    """Let all leave the phase who can, each on the day on which they could, and enter the next; after the last one comes the end."""
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
    gone = exists().where(
        Passage.relationship_id == Relationship.id,
        Passage.visit == Relationship.visit,
        Passage.left_on.is_not(None),
    )
    following, moved = turn.plan.next_phase(phase_id), 0
    for left_on_day in _days_left(conn, leaving):
        on_day = leaving & gone.where(Passage.left_on == left_on_day).correlate(Relationship)
        note(conn, turn, Relationship, "leave", on_day, f"left {phase_id} on {left_on_day}")
        _drop_leftovers(conn, turn, left_on_day, on_day)
        moved += enter(conn, turn, following, left_on_day, on_day) if following else _end(conn, left_on_day, on_day)
    return moved


def _days_left(conn: Connection, leaving: ColumnElement[bool]) -> list[date]:
    current = (Passage.relationship_id == Relationship.id) & (Passage.visit == Relationship.visit)
    days = select(Passage.left_on).join(Relationship, current).where(leaving, Passage.left_on.is_not(None)).distinct()
    return sorted(day for day in conn.execute(days).scalars() if day)


def _drop_leftovers(conn: Connection, turn: Turn, left_on: date, leaving: ColumnElement[bool]) -> None:
    """What would have opened after that day, and what belongs to the phase beyond it, is cancelled; open asks stay open, and so
    does what is expected once: a first meeting may still be held in the next phase.

    What should have opened before, had anything run, is still opened, or skipped when its window is over.
    """
    mine = exists().where(Relationship.id == Step.relationship_id, Relationship.visit == Step.visit, leaving)
    unopened = (Step.status == StepStatus.PLANNED) & or_(Step.opens_on.is_(None), Step.opens_on >= left_on)
    unsettled = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    of_phase = Step.key.not_in([step.key for step in turn.plan.steps if step.expect and step.outlasts_its_phase])
    looked_for = unsettled & (Step.kind == StepKind.EXPECT) & of_phase & (Step.due_on >= left_on)
    where = (Step.cohort_id == turn.cohort_id) & or_(unopened, looked_for) & mine
    move_all(conn, turn, Step, "cancel", where, why="the phase was left", settled_on=turn.today)


def _end(conn: Connection, left_on: date, where: ColumnElement[bool]) -> int:
    values = {"ending_on": left_on, "ending_reason": "completed", "ending_by": "program", "ending_rematch": False}
    return changed(conn, update(Relationship).where(where).values(**values))


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
        & (Relationship.status == RelationshipStatus.ACTIVE)
        & (Relationship.phase.is_not(None) if phase_id is None else Relationship.phase == phase_id)
        & (Relationship.overrun_on <= turn.today)
        & Relationship.ending_on.is_(None)
        & ~has_time.correlate(Relationship)
    )


def overrun(conn: Connection, turn: Turn, phase_id: str) -> int:
    """Do what the phase declares for relationships that cannot leave it: wait for somebody, move on, or close."""
    phase = turn.plan.program.phase(phase_id)
    assert phase.overrun
    late = overrunning(turn, phase_id)
    if phase.overrun.then is Then.CLOSE:
        values = {"ending_on": turn.today, "ending_reason": phase.overrun.reason, "ending_by": "program"}
        return changed(conn, update(Relationship).where(late).values(**values, overrun_on=None))
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
            "subject": joined("R", Relationship.id),
            "kind": text("overrun"),
            "source": text(f"overrun {phase_id}"),
            "note": text("required milestones are outstanding and the phase should be over"),
            "raised_on": day(turn.today),
        }
        insert_from(conn, Flag, columns, select(Relationship.id).where(late))
    return changed(conn, update(Relationship).where(late).values(overrun_on=None))
