"""Gathers what is known of many relationships at once: one query per noun and batch, never one per relationship."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, func, select
from sqlalchemy.orm import aliased

from programs.lifecycle import AskStatus, RelationshipStatus
from programs.plan import Plan
from programs.spec import Objective
from programs.summary import (
    ActionFacts,
    AnswerFacts,
    AskedFacts,
    EndingFacts,
    GoalFacts,
    MeetingFacts,
    MemberFacts,
    PauseFacts,
    PhaseFacts,
    RelationshipFacts,
    StepFacts,
    TickFacts,
)
from programs.ways import By
from tasks import extensions
from tasks.models import (
    Action,
    Ask,
    Closure,
    Comment,
    Goal,
    History,
    Meeting,
    Member,
    Passage,
    Relationship,
    Response,
    Step,
    Tick,
)
from tasks.said_before import said_before
from tasks.turn import Turn

_NO_REASON = "other"

F = TypeVar("F")
Found = dict[int, tuple[F, ...]]


def gather(conn: Connection, turn: Turn, ids: Sequence[int]) -> list[RelationshipFacts]:
    """The facts of these relationships, in the order of their ids. What is missing in the database is missing in the list."""
    rows = _relationships(conn, turn, ids)
    ends = {row.id: _ending(turn, row).closed_on for row in rows}
    members, phases, steps = _members(conn, ids), _phases(conn, turn, ends), _steps(conn, ids)
    meetings, goals, ticks = _meetings(conn, ids), _goals(conn, ids), _ticks(conn, ids)
    answers, actions = _answers(conn, turn, ids), _actions(conn, ids)
    pauses, longer = _own_time(conn, ids)
    asked = _asked(conn, turn, ids)
    return [
        RelationshipFacts(
            plan=turn.plan,
            cohort=turn.cohort,
            id=row.id,
            round=row.round,
            proposed_on=row.proposed_on,
            ending=_ending(turn, row),
            members=members.get(row.id, ()),
            previous_id=row.previous_id,
            next_id=row.next_id,
            cycle=row.cycle,
            asked=asked.get(row.id),
            agreed_on=row.agreed_on,
            started_on=_lived_on(turn.plan, row.started_on, ends[row.id]),
            planned_end_on=row.planned_end_on,
            phases=phases.get(row.id, ()),
            steps=steps.get(row.id, ()),
            meetings=meetings.get(row.id, ()),
            goals=goals.get(row.id, ()),
            actions=actions.get(row.id, ()),
            ticks=ticks.get(row.id, ()),
            answers=answers.get(row.id, ()),
            pauses=pauses.get(row.id, ()),
            days_extended=longer.get(row.id, 0),
        )
        for row in rows
    ]


def _relationships(conn: Connection, turn: Turn, ids: Sequence[int]) -> Sequence[Row[Any]]:
    r, c, later = Relationship, Closure, aliased(Relationship)
    query = (
        select(
            *(r.id, r.round, r.previous_id, later.id.label("next_id"), r.cycle),
            *(r.proposed_on, r.agreed_on, r.started_on, r.planned_end_on, r.closed_on),
            *(r.ending_reason, r.ending_by, r.ending_note, r.ending_rematch),
            *(c.reason, c.by, c.note, c.rematch, c.planned, c.closed_on.label("recorded_on")),
        )
        .outerjoin(c, c.relationship_id == r.id)
        .outerjoin(later, later.previous_id == r.id)
        .where(r.cohort_id == turn.cohort_id, r.id.in_(ids))
        .order_by(r.id)
    )
    return conn.execute(query).all()


def _asked(conn: Connection, turn: Turn, ids: Sequence[int]) -> dict[int, AskedFacts]:
    """How the mentees who lead came to their mentors; what one of them did not want to ask is no ask."""
    if turn.plan.program.matching.objective is not Objective.MENTEE_LED:
        return {}
    mine, other, earlier = aliased(Member), aliased(Member), aliased(Relationship)
    over = earlier.status.in_((RelationshipStatus.DECLINED, RelationshipStatus.LAPSED))
    query = (
        select(mine.relationship_id, func.count())
        .join(other, (other.participant_id == mine.participant_id) & (other.id < mine.id))
        .join(earlier, earlier.id == other.relationship_id)
        .where(mine.relationship_id.in_(ids), mine.role == "mentee", over, other.accepted_on.is_not(None))
        .group_by(mine.relationship_id)
    )
    before = dict(conn.execute(query).tuples().all())
    first = (Relationship.id.in_(ids)) & Relationship.previous_id.is_(None)
    pairs = {
        row.id: row.reasons["pairs"][0]
        for row in conn.execute(select(Relationship.id, Relationship.reasons).where(first))
        if row.reasons.get("pairs")
    }
    return {
        one: AskedFacts(pair["rank"], pair["possible"], before.get(one, 0))
        for one, pair in pairs.items()
        if pair.get("rank")
    }


def _ending(turn: Turn, row: Row[Any]) -> EndingFacts:
    """From the closure where there is one, else as it stands on the day it is closed."""
    if row.recorded_on is not None:
        return EndingFacts(row.reason, row.recorded_on, row.by, row.planned, row.note, row.rematch)
    reason = row.ending_reason or _NO_REASON
    return EndingFacts(
        reason=reason,
        closed_on=row.closed_on or turn.today,
        by=row.ending_by or "program",
        planned=reason in turn.plan.program.closure.planned_reasons,
        note=row.ending_note,
        rematch=bool(row.ending_rematch),
    )


def _members(conn: Connection, ids: Sequence[int]) -> Found[MemberFacts]:
    m = Member
    query = select(m.relationship_id, m.participant_id, m.role, m.accepted_on, m.left_on)
    ordered = query.where(m.relationship_id.in_(ids)).order_by(m.role.desc(), m.participant_id)
    return _grouped(conn.execute(ordered), lambda row: MemberFacts(*row[1:]))


def _phases(conn: Connection, turn: Turn, ends: Mapping[int, date]) -> Found[PhaseFacts]:
    """On the days on which people lived them: the calendar goes on without regard to weekends, and nobody begins anything on one."""
    p = Passage
    query = select(p.relationship_id, p.visit, p.phase, p.entered_on, p.planned_until, p.left_on, p.way)
    found = _grouped(_of(conn, query, p.relationship_id, list(ends)), lambda row: row)
    return {one: tuple(lived(turn.plan, passages, ends[one])) for one, passages in found.items()}


def lived(plan: Plan, passages: Sequence[Row[Any]], until: date) -> Iterator[PhaseFacts]:
    """What somebody did on a weekend was done on that day; what a weekend has put off was not."""
    by_time = {way.key for phase in plan.program.phases for way in plan.ways(phase.id) if way.by is By.OVER}
    began_on: date | None = None
    for one in sorted(passages, key=lambda one: one.visit):
        entered_on = began_on or _lived_on(plan, one.entered_on, until)
        began_on = _lived_on(plan, one.left_on, until) if one.way in by_time else one.left_on
        yield PhaseFacts(one.visit, one.phase, entered_on, plan.working_day(one.planned_until), began_on, one.way)


def _lived_on(plan: Plan, day: date | None, until: date) -> Any:
    return day and min(plan.working_day(day), until)


def _steps(conn: Connection, ids: Sequence[int]) -> Found[StepFacts]:
    s = Step
    query = select(
        s.relationship_id, s.visit, s.key, s.occurrence, s.status, s.required, s.due_on, s.settled_on, s.lead_id
    )
    return _grouped(_of(conn, query, s.relationship_id, ids), lambda row: StepFacts(*row[1:]))


def _meetings(conn: Connection, ids: Sequence[int]) -> Found[MeetingFacts]:
    query = select(Meeting.relationship_id, Meeting.held_on, Meeting.minutes, Meeting.led_by)
    return _grouped(_of(conn, query, Meeting.relationship_id, ids), lambda row: MeetingFacts(*row[1:]))


def _goals(conn: Connection, ids: Sequence[int]) -> Found[GoalFacts]:
    g = Goal
    query = select(
        *(g.relationship_id, g.key, g.participant_id, g.text, g.status, g.progress, g.set_on, g.settled_on, g.term),
        *(g.of, g.said_on),
    )
    return _grouped(_of(conn, query, g.relationship_id, ids), lambda row: GoalFacts(*row[1:]))


def _actions(conn: Connection, ids: Sequence[int]) -> Found[ActionFacts]:
    a = Action
    comments = select(func.count(Comment.id)).where(Comment.action_id == a.id).scalar_subquery()
    columns = (a.relationship_id, a.text, a.status, a.set_on, a.participant_id, a.due_on, a.settled_on)
    query = select(*columns, Goal.key, a.source, comments.label("comments")).outerjoin(Goal, Goal.id == a.goal_id)
    rows = _of(conn, query, a.relationship_id, ids)
    return _grouped(rows, _action)


def _action(row: Row[Any]) -> ActionFacts:
    _, text, status, set_on, to, due_on, settled_on, goal, source, said = row
    return ActionFacts(text, status, set_on, to, due_on, settled_on, goal, asked_by(source), said)


def asked_by(source: str) -> str | None:
    """The question whose answer wrote an item down; None for what was added by hand."""
    kind, *parts = source.split(" ")
    return parts[1] if kind == "ask" else None


def _ticks(conn: Connection, ids: Sequence[int]) -> Found[TickFacts]:
    t = Tick
    query = select(t.relationship_id, t.participant_id, t.phase, t.item, t.ticked_on)
    return _grouped(_of(conn, query, t.relationship_id, ids), lambda row: TickFacts(*row[1:]))


def _answers(conn: Connection, turn: Turn, ids: Sequence[int]) -> Found[AnswerFacts]:
    """Of each ask the version that counts: the last. What members said before they were matched comes first."""
    a, r = Ask, Response
    query = (
        select(
            *(a.relationship_id, a.id, a.participant_id, a.role, a.visit, a.key, a.occurrence, a.form),
            *(r.answered_on, r.answers),
        )
        .join(r, r.ask_id == a.id)
        .where(a.relationship_id.in_(ids), a.status == AskStatus.ANSWERED)
        .order_by(a.id, r.version)
    )
    newest = {row.id: row for row in conn.execute(query)}
    together = _grouped(newest.values(), lambda row: AnswerFacts(*row[2:]))
    alone = said_before(conn, ids) if turn.plan.program.alone_phases else {}
    return {one: (*alone.get(one, ()), *together.get(one, ())) for one in {*alone, *together}}


def _own_time(conn: Connection, ids: Sequence[int]) -> tuple[Found[PauseFacts], dict[int, int]]:
    """What moved a relationship's own calendar: its pauses, and by how many days it was extended."""
    h = History
    moved = h.event.in_(("pause", "resume", extensions.EVENT))
    query = select(h.noun_id, h.event, h.happened_on, h.why).where(h.noun == Relationship.__tablename__, moved)
    rows = conn.execute(query.where(h.noun_id.in_(ids)).order_by(h.id)).all()
    return _pauses(rows), extensions.added_up(row for row in rows if row.event == extensions.EVENT)


def _pauses(moves: Iterable[Row[Any]]) -> Found[PauseFacts]:
    pauses: dict[int, list[PauseFacts]] = defaultdict(list)
    for row in moves:
        if row.event == "pause":
            pauses[row.noun_id].append(PauseFacts(row.happened_on))
        elif row.event == "resume" and pauses[row.noun_id]:
            pauses[row.noun_id].append(PauseFacts(pauses[row.noun_id].pop().from_on, row.happened_on))
    return {relationship: tuple(found) for relationship, found in pauses.items()}


def _of(conn: Connection, query: Any, column: Any, ids: Sequence[int]) -> Iterable[Row[Any]]:
    where: ColumnElement[bool] = column.in_(ids)
    return conn.execute(query.where(where))


def _grouped(rows: Iterable[Row[Any]], make: Callable[[Row[Any]], F]) -> Found[F]:
    """By the first column."""
    found: dict[int, list[F]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(make(row))
    return {relationship: tuple(facts) for relationship, facts in found.items()}
