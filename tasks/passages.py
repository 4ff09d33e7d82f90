"""From one phase into the next, as sets: every way that a relationship can go is gone here, on a given day, with its row of history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, true, update

from programs import before
from programs.awaited import Named
from programs.lifecycle import RUNNING, AskStatus, StepStatus
from programs.plan import StepKind
from programs.spec import Phase, Then
from programs.ways import COMPLETED, END, By, Way, rungs
from tasks.alone import end_prepared, go_as, in_roles
from tasks.asks import settle_asked, withdraw
from tasks.history import move_all, note
from tasks.models import Ask, Member, Passage, Relationship, Step, Tick
from tasks.named import by_ends
from tasks.outbox import queue
from tasks.planned import plan_steps
from tasks.readiness import make_available
from tasks.returning import as_if_never_left, by_time_left, days_left
from tasks.sql import changed, insert_from
from tasks.turn import Turn
from tasks.wording import left, reason

CURRENT = (Passage.relationship_id == Relationship.id) & (Passage.visit == Relationship.visit)


def enter(
    conn: Connection, turn: Turn, phase: Phase, entered_on: date, where: ColumnElement[bool], origin: str | None = None
) -> int:
    """Put the relationships into the phase as of a day: its days, its steps, and a word to the members."""
    return sum(
        _enter(conn, turn, phase, entered_on, these, origin, named, rest)
        for named, those in by_ends(conn, turn, where, entering=phase)
        for rest, these in by_time_left(conn, phase, those)
    )


def _enter(
    conn: Connection,
    turn: Turn,
    phase: Phase,
    entered_on: date,
    where: ColumnElement[bool],
    origin: str | None,
    named: Named,
    rest: timedelta | None,
) -> int:
    days = days_left(entered_on, rest) if rest else turn.plan.enter(phase, entered_on, named)
    expected = expected_end(turn, phase, days.latest_on, named)
    notice = expected_end(turn, phase, days.latest_on, named, notice=True)
    values = {
        "phase": phase.id,
        "visit": Relationship.visit + 1,
        "entered_on": entered_on,
        "ends_on": days.ends_on,
        "latest_on": days.latest_on,
        "overrun_on": phase.overrun.after.after(days.latest_on) if phase.overrun else None,
        "expected_end_on": expected,
        "notice_on": case((Relationship.notice_on.is_not(None), notice), else_=None),
    }
    if origin is not None and rungs(turn.plan.program, origin) != rungs(turn.plan.program, phase.id):
        values |= ladder_from(turn, phase.id, entered_on)
    count = changed(conn, update(Relationship).where(where).values(**values))
    entered = _just_entered(turn, phase, entered_on)
    plan_steps(conn, turn, phase.id, days, entered, as_if_never_left(phase, days) if rest else None)
    _reach_ticked(conn, turn, phase, entered_on, entered)
    if phase.guide or phase.checklist:  # of the phase in which it begins, the introduction tells
        _tell(conn, turn, phase, entered if phase.alone else entered & (Relationship.visit > 1))
    columns = {
        "relationship_id": Relationship.id,
        "visit": Relationship.visit,
        "phase": Relationship.phase,
        "entered_on": Relationship.entered_on,
        "planned_until": Relationship.latest_on,
    }
    insert_from(conn, Passage, columns, select(Relationship.id).where(entered))
    return count


def ladder_from(turn: Turn, phase_id: str, day: date) -> dict[str, Any]:
    """The silence ladder begun anew in a phase: its first step, counted from the day."""
    counted = rungs(turn.plan.program, phase_id)
    if not counted:
        return {"silence_on": None, "silence_rung": 0}
    number, rung = counted[0]
    return {"silence_on": rung.after.after(day), "silence_rung": number}


def expected_end(
    turn: Turn, phase: Phase, latest_on: date, named: Named, notice: bool = False
) -> ColumnElement[date] | date:
    """The day on which it will all be over, or that of the notice. Ways that are gone only so often make it differ."""

    def day(taken: dict[str, int]) -> date:
        end = turn.plan.expected_end(phase, latest_on, taken, named=named)
        return turn.plan.notice_on(end) if notice else end

    limits = [[(way, times) for times in range((way.at_most or 0) + 1)] for way in turn.plan.limited_ways]
    if not limits:
        return day({})
    cases = [
        (and_(true(), *(times_gone(way) == times for way, times in some)), day({way.key: n for way, n in some}))
        for some in product(*limits)
    ]
    return case(*cases, else_=day({}))


def _just_entered(turn: Turn, phase: Phase, entered_on: date) -> ColumnElement[bool]:
    """Those whose present visit has no passage yet; the passage is written last."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(RUNNING)
        & (Relationship.phase == phase.id)
        & (Relationship.entered_on == entered_on)
        & ~exists().where(CURRENT).correlate(Relationship)
    )


def _reach_ticked(conn: Connection, turn: Turn, phase: Phase, entered_on: date, entered: ColumnElement[bool]) -> None:
    """A checklist that was done on an earlier visit stays done: there is nothing left to tick."""
    keys = [step.key for step in turn.plan.steps_of(phase.id) if step.expect and step.expect.checklist]
    if not keys:
        return
    items = case({str(role): len(lines) for role, lines in phase.checklist.items()}, value=Member.role, else_=0)
    mine = (Member.relationship_id == Step.relationship_id) & Member.left_on.is_(None)
    needed = select(func.sum(items)).where(mine).correlate(Step).scalar_subquery()
    of_phase = (Tick.relationship_id == Step.relationship_id) & (Tick.phase == phase.id)
    ticked = select(func.count(Tick.id)).where(of_phase).correlate(Step).scalar_subquery()
    theirs = Step.relationship_id.in_(select(Relationship.id).where(entered, Relationship.visit > 1).correlate(None))
    planned = theirs & Step.key.in_(keys) & (Step.status == StepStatus.PLANNED)
    move_all(conn, turn, Step, "reach", planned & (ticked >= needed) & (ticked > 0), settled_on=entered_on)


def _tell(conn: Connection, turn: Turn, phase: Phase, entered: ColumnElement[bool]) -> None:
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(entered, Member.left_on.is_(None)), "phase_alone" if phase.alone else "phase",
        ("relationship", Relationship.id, "phase", Relationship.visit, Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id, about=phase.id,
    )  # fmt: skip


def times_gone(way: Way) -> ColumnElement[int]:
    """How often a relationship has gone that way."""
    gone = select(func.count(Passage.id)).where(Passage.relationship_id == Relationship.id, Passage.way == way.key)
    return gone.correlate(Relationship).scalar_subquery()


def gone(conn: Connection, turn: Turn, where: ColumnElement[bool]) -> dict[str, int]:
    """How often the one relationship has gone each way that may be gone only so often by default."""
    ways = turn.plan.limited_ways
    if not ways:
        return {}
    row = conn.execute(select(*(times_gone(way) for way in ways)).select_from(Relationship).where(where)).one()
    return {way.key: times for way, times in zip(ways, row, strict=True)}


def may_go(way: Way) -> ColumnElement[bool]:
    """Relationships that have not gone the way as often as they may."""
    return true() if way.at_most is None else times_gone(way) < way.at_most


def here(turn: Turn, phase_id: str) -> ColumnElement[bool]:
    """Running relationships in the phase that are not about to end: nobody else goes anywhere."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(RUNNING)
        & (Relationship.phase == phase_id)
        & Relationship.ending_on.is_(None)
    )


def go(conn: Connection, turn: Turn, way: Way, where: ColumnElement[bool], why: str | None = None) -> int:
    """Let those go the way today, whatever is outstanding where they are, as far as they may still go it."""
    going = select(Relationship.id).where(here(turn, way.origin), where, may_go(way))
    leaving = update(Passage).where(Passage.relationship_id.in_(going), Passage.left_on.is_(None))
    if not changed(conn, leaving.values(left_on=turn.today, way=way.key)):
        return 0
    gone = here(turn, way.origin) & is_gone(way, turn.today)
    _let_off(conn, turn, gone)
    return depart(conn, turn, way, turn.today, gone, why)


def is_gone(way: Way, left_on: date) -> ColumnElement[bool]:
    """Relationships whose present passage is over since that day, by that way: they are still to be taken along it."""
    return exists().where(CURRENT, Passage.way == way.key, Passage.left_on == left_on).correlate(Relationship)


def _let_off(conn: Connection, turn: Turn, going: ColumnElement[bool]) -> None:
    """What was required, and is not reached, is not waited for any more."""
    mine = exists().where(Relationship.id == Step.relationship_id, Relationship.visit == Step.visit, going)
    outstanding = (Step.cohort_id == turn.cohort_id) & Step.required & mine
    asked = Ask.step_id.in_(select(Step.id).where(outstanding, Step.status == StepStatus.OPEN))
    withdraw(conn, turn, asked, "the phase was left")
    move_all(conn, turn, Step, "cancel", outstanding, why="the phase was left", settled_on=turn.today)


def depart(
    conn: Connection, turn: Turn, way: Way, left_on: date, where: ColumnElement[bool], why: str | None = None
) -> int:
    """Take those whose passage is over along the way, as of the day on which they left. `where` must still hold afterwards."""
    is_alone = turn.plan.program.phase(way.origin).alone
    day = turn.plan.working_day(left_on) if way.by is By.OVER else left_on
    note(conn, turn, Relationship, "leave", where, f"{left(turn.plan, way)} on {day}: {why or reason(turn.plan, way)}")
    _drop_leftovers(conn, turn, left_on, where)
    _ask_no_way(conn, turn, where)
    if way.to == END and not (is_alone and way.reason == COMPLETED):
        return _end(conn, way.reason, turn.plan.working_day(left_on), where)
    if is_alone:
        return _depart_alone(conn, turn, way, left_on, where)
    to_phase = turn.plan.program.phase(way.to)
    if not to_phase.goes_on:
        _ask_anew(conn, turn, way.to, where)
    return enter(conn, turn, to_phase, left_on, where, way.origin)


def _depart_alone(conn: Connection, turn: Turn, way: Way, left_on: date, where: ColumnElement[bool]) -> int:
    """Who is alone steps over phases that are not for their roles, and after the last of them is prepared."""
    gone = 0
    for roles in before.combinations(turn.plan.program):
        theirs = where & in_roles(roles)
        following = before.onward(turn.plan.program, way.to, roles)
        if following is None:
            gone += end_prepared(conn, turn, left_on, theirs)
        else:
            go_as(conn, following, roles, theirs)
            _ask_anew(conn, turn, following.id, theirs)
            gone += enter(conn, turn, following, left_on, theirs, way.origin)
    make_available(conn, turn)
    return gone


def _drop_leftovers(conn: Connection, turn: Turn, left_on: date, leaving: ColumnElement[bool]) -> None:
    """What would have opened after that day, and what belongs to the phase beyond it, is cancelled; open asks stay open unless
    they ask for the way, and so does what is expected once: a first meeting may still be held in the next phase.

    What should have opened before, had anything run, is still opened, or skipped when its window is over.
    """
    mine = exists().where(Relationship.id == Step.relationship_id, Relationship.visit == Step.visit, leaving)
    unopened = (Step.status == StepStatus.PLANNED) & or_(Step.opens_on.is_(None), Step.opens_on >= left_on)
    unsettled = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    of_phase = Step.key.not_in([step.key for step in turn.plan.steps if step.expect and step.outlasts_its_phase])
    looked_for = unsettled & (Step.kind == StepKind.EXPECT) & of_phase & (Step.due_on >= left_on)
    where = (Step.cohort_id == turn.cohort_id) & or_(unopened, looked_for) & mine
    move_all(conn, turn, Step, "cancel", where, why="the phase was left", settled_on=turn.today)


def _ask_no_way(conn: Connection, turn: Turn, leaving: ColumnElement[bool]) -> None:
    """Which way to go is asked no more once one has been gone; what some of them answered counts as answered."""
    keys = [step.key for step in turn.plan.steps if any(one.then is Then.GO for one in step.consequences)]
    if not keys:
        return
    mine = exists().where(Relationship.id == Step.relationship_id, Relationship.visit == Step.visit, leaving)
    undecided = (Step.cohort_id == turn.cohort_id) & (Step.status == StepStatus.OPEN) & Step.key.in_(keys) & mine
    withdraw(conn, turn, Ask.step_id.in_(select(Step.id).where(undecided)), "the phase was left")
    answered = exists().where(Ask.step_id == Step.id, Ask.status == AskStatus.ANSWERED).correlate(Step)
    move_all(conn, turn, Step, "cancel", undecided & ~answered, why="the phase was left", settled_on=turn.today)
    settle_asked(conn, turn, turn.today, undecided)


def _ask_anew(conn: Connection, turn: Turn, phase_id: str, where: ColumnElement[bool]) -> None:
    """What is still open of an earlier visit to the phase gives way to what is asked and expected now."""
    keys = [step.key for step in turn.plan.steps_of(phase_id) if not step.call]
    theirs = select(Relationship.id).where(where)
    before = Step.relationship_id.in_(theirs) & Step.key.in_(keys) & (Step.cohort_id == turn.cohort_id)
    withdraw(conn, turn, Ask.relationship_id.in_(theirs) & Ask.key.in_(keys), "it is asked anew")
    move_all(conn, turn, Step, "cancel", before, why="the phase begins anew", settled_on=turn.today)


def _end(conn: Connection, why: str, left_on: date, where: ColumnElement[bool]) -> int:
    values = {"ending_on": left_on, "ending_reason": why, "ending_by": "program"}
    values |= {"ending_rematch": False} if why == COMPLETED else {}
    return changed(conn, update(Relationship).where(where).values(**values))


def come_back(conn: Connection, turn: Turn, relationships: Sequence[int], contact_on: date) -> int:
    """Contact leads out of phases that say so, for those who have been in them since that day or earlier."""
    by_contact = [way for phase in turn.plan.program.phases for way in turn.plan.ways(phase.id) if way.by is By.CONTACT]
    again = Relationship.id.in_(relationships) & (Relationship.entered_on <= contact_on)
    there = conn.execute(select(Relationship.id, Relationship.phase).where(again)).all() if by_contact else ()
    moved = 0
    for way in by_contact:
        if ids := [row.id for row in there if row.phase == way.origin]:
            moved += go(conn, turn, way, Relationship.id.in_(ids))
    return moved
