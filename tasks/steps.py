"""Steps of the plan, per relationship and always as sets: opened when due, reached, missed or skipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, null, or_, select, true, update

from programs.lifecycle import RUNNING, AskStatus, RelationshipStatus, StepStatus
from programs.plan import Plan, StepKind
from programs.plan import Step as PlanStep
from tasks import turns
from tasks.anchors import anchor_after
from tasks.history import move_all
from tasks.models import Ask, Goal, Meeting, Member, Participant, Relationship, Step
from tasks.outbox import queue
from tasks.sql import Column, add_days, day, insert_from, number, text
from tasks.turn import Turn

_last_on = func.coalesce(Step.closes_on, Step.due_on)
"""Of what is expected: the last day on which it still counts, a weekend after the day on which it is due included."""


def has_role(step: PlanStep) -> ColumnElement[bool]:
    return or_(*(Participant.roles.contains(str(role)) for role in step.roles))


def due(turn: Turn) -> ColumnElement[bool]:
    """Planned steps whose day has come, of relationships that are running and go on."""
    running = exists().where(
        Relationship.id == Step.relationship_id,
        Relationship.status.in_(RUNNING),
        Relationship.ending_on.is_(None),
    )
    return (
        (Step.cohort_id == turn.cohort_id)
        & (Step.status == StepStatus.PLANNED)
        & (Step.opens_on <= turn.reach)
        & running
    )


def in_window(today: date) -> ColumnElement[bool]:
    """Not too late to be opened. What is required is never too late."""
    return or_(Step.closes_on.is_(None), Step.closes_on >= today)


def open_steps(conn: Connection, turn: Turn, key: str) -> int:
    """Open the step wherever it is due: ask, tell or start looking, and queue the mails."""
    step = turn.plan.by_key[key]
    opening = due(turn) & (Step.key == key) & in_window(turn.today)
    if step.kind is StepKind.TELL:
        _tell(conn, turn, step, opening)
        return move_all(conn, turn, Step, "reach", opening, opened_on=turn.today, settled_on=turn.today)
    if step.form is not None:
        _delay(conn, turn, step, opening)
        _ask(conn, turn, step, opening)
        _announce(conn, turn, step, opening)
    return move_all(conn, turn, Step, "open", opening, opened_on=turn.today)


def ask_newcomers(conn: Connection, turn: Turn, relationship_id: int) -> None:
    """Who has joined a relationship is asked what is open in it, as far as there is still time."""
    still = or_(Step.closes_on.is_(None), Step.closes_on >= turn.today)
    mine = (Step.relationship_id == relationship_id) & (Step.status == StepStatus.OPEN) & still
    for key in conn.execute(select(Step.key).where(mine).distinct()).scalars().all():
        step = turn.plan.by_key[key]
        if step.form is not None:
            _ask(conn, turn, step, mine & (Step.key == key))
            _announce(conn, turn, step, mine & (Step.key == key))


def skip_steps(conn: Connection, turn: Turn, key: str) -> int:
    """Leave out what can no longer be opened in time; it is listed, not caught up with."""
    late = due(turn) & (Step.key == key) & ~in_window(turn.today)
    return move_all(
        conn, turn, Step, "skip", late, why="its window was over before it could be opened", settled_on=turn.today
    )


def miss_expectations(conn: Connection, turn: Turn) -> int:
    """Close the windows of what was expected and did not come."""
    meetings = expectations_over(turn) & Step.key.in_(turns.expected_meetings(turn))
    of_circles = conn.execute(select(Step.id).where(meetings)).scalars().all() if turns.go_round(turn) else ()
    missed = move_all(conn, turn, Step, "miss", expectations_over(turn), settled_on=turn.today)
    turns.miss(conn, turn, of_circles)
    return missed


def expectations_over(turn: Turn) -> ColumnElement[bool]:
    stopped = exists().where(Relationship.id == Step.relationship_id, Relationship.status == RelationshipStatus.PAUSED)
    return (
        (Step.cohort_id == turn.cohort_id)
        & (Step.status == StepStatus.OPEN)
        & (Step.kind == StepKind.EXPECT)
        & (Step.due_on < turn.today)  # it closes no earlier, and this has an index
        & (_last_on < turn.today)
        & ~Step.required
        & ~stopped
    )


def reach_met(conn: Connection, turn: Turn, relationships: ColumnElement[bool]) -> int:
    """Mark expected meetings as reached where one was held in the window and was long enough."""
    reached = 0
    for (minutes, required, _), keys in _meetings(turn.plan).items():
        held = exists().where(
            Meeting.relationship_id == Step.relationship_id,
            Meeting.minutes >= minutes,
            Meeting.held_on >= Step.opens_on,
            true() if required else Meeting.held_on <= _last_on,
        )
        reached += _reach_expected(conn, turn, keys, relationships & held, StepStatus.MISSED, StepStatus.SKIPPED)
    return reached


def _meetings(plan: Plan) -> dict[tuple[int, bool, str], list[str]]:
    """The expected meetings by what reaches them; each by itself that another one waits for, or that waits for something."""
    alike: defaultdict[tuple[int, bool, str], list[str]] = defaultdict(list)
    for step in plan.steps:
        if step.expect is None or step.expect.meeting is None:
            continue
        alone = step.awaits is not None or any(other.follows(step.key) for other in plan.steps)
        alike[step.expect.meeting.minutes, step.required, step.key if alone else ""].append(step.key)
    return alike


def reach_goals(conn: Connection, turn: Turn, relationships: ColumnElement[bool]) -> int:
    """Mark expected goals as reached where as many have been set."""
    reached = 0
    for step in turn.plan.steps:
        if step.expect is None or step.expect.goals is None:
            continue
        goals = select(func.count(Goal.id)).where(Goal.relationship_id == Step.relationship_id).correlate(Step)
        enough = goals.scalar_subquery() >= step.expect.goals
        reached += _reach_expected(conn, turn, [step.key], relationships & enough)
    return reached


def _reach_expected(
    conn: Connection, turn: Turn, keys: Sequence[str], where: ColumnElement[bool], *also: StepStatus
) -> int:
    waiting = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN, *also))
    mine = (Step.cohort_id == turn.cohort_id) & Step.key.in_(keys) & waiting
    reached = move_all(conn, turn, Step, "reach", mine & where, settled_on=turn.today)
    for key in keys if reached else ():
        anchor_after(conn, turn, key, Step.cohort_id == turn.cohort_id)
    return reached


def _delay(conn: Connection, turn: Turn, step: PlanStep, opening: ColumnElement[bool]) -> None:
    """Where a step opens later than planned, people still get the time they were promised."""
    late = opening & (Step.opens_on < turn.today)
    days = select(Step.opens_on, Step.due_on, Step.closes_on).where(late).distinct()
    for opens_on, due_on, closes_on in conn.execute(days).all():
        due_day = turn.plan.due_when_opened(step, turn.today, closes_on, due_on)
        same = late & (Step.opens_on == opens_on) & (Step.due_on == due_on)
        conn.execute(update(Step).where(same).values(due_on=due_day))


def _tell(conn: Connection, turn: Turn, step: PlanStep, opening: ColumnElement[bool]) -> None:
    assert step.message
    rows = _members(step).where(opening)
    key: tuple[Any, ...] = ("step", Step.id, "tell", Member.participant_id)
    if step.call:  # however many relationships somebody is in, it is one call
        key = ("call", step.key, Step.occurrence, Member.participant_id)
    queue(
        conn, turn, rows, step.message, key,
        participant=Member.participant_id, relationship=Step.relationship_id, about=step.key, expires_on=Step.closes_on,
    )  # fmt: skip


def _ask(conn: Connection, turn: Turn, step: PlanStep, opening: ColumnElement[bool]) -> None:
    """One ask for each member in the roles asked, with the day of its first reminder that is still ahead."""
    assert step.form
    first = step.nudges[0].days if step.nudges else None
    columns = {
        "cohort_id": Step.cohort_id,
        "relationship_id": Step.relationship_id,
        "step_id": Step.id,
        "participant_id": Member.participant_id,
        "role": _as_what(step),
        "visit": Step.visit,
        "key": Step.key,
        "occurrence": Step.occurrence,
        "form": text(step.form),
        "status": text(AskStatus.OPEN),
        "opened_on": day(turn.today),
        "due_on": Step.due_on,
        "closes_on": Step.closes_on,
        "remind_on": null() if first is None else add_days(Step.due_on, number(first)),
        "reminder": number(0),
    }
    insert_from(conn, Ask, columns, _members(step).where(opening))


def _announce(conn: Connection, turn: Turn, step: PlanStep, opening: ColumnElement[bool]) -> None:
    assert step.message
    rows = select(Ask.id).join(Step, Step.id == Ask.step_id).where(opening)
    queue(
        conn, turn, rows, step.message, ("ask", Ask.id, "open"),
        participant=Ask.participant_id, relationship=Ask.relationship_id, ask=Ask.id, about=step.key,
        expires_on=Ask.closes_on,
    )  # fmt: skip


def _members(step: PlanStep) -> Select[Any]:
    """Those who are meant. Who is alone in several roles is asked once in each phase, also for what is asked of one role only."""
    meant: ColumnElement[bool] = Member.role.in_([str(role) for role in step.roles])
    if step.phase.alone:
        meant |= exists().where(Participant.id == Member.participant_id, has_role(step)).correlate(Member)
    present = (Member.relationship_id == Step.relationship_id) & Member.left_on.is_(None) & meant
    return select(Step.id).join(Member, present)


def _as_what(step: PlanStep) -> Column:
    """In which of their roles somebody is asked: who is alone may have another that the question is for."""
    roles = [str(role) for role in step.roles]
    return case((Member.role.in_(roles), Member.role), else_=text(roles[0])) if step.phase.alone else Member.role
