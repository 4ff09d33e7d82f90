"""What members do between the steps: meetings, ticks on the checklist, goals in their own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, update

from programs.codes import code
from programs.dates import Anchor
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import LIVE, StepStatus
from programs.spec import Role
from programs.words import count
from tasks import turns
from tasks.anchors import anchor_waiting
from tasks.contact import touch
from tasks.history import move_all, note
from tasks.models import Meeting, Member, Relationship, Step, Tick
from tasks.passages import come_back
from tasks.sql import insert_all
from tasks.steps import reach_met
from tasks.turn import Turn

Held = turns.Held


def log_meetings(conn: Connection, turn: Turn, held: Sequence[Held]) -> int:
    """Log meetings; one a day and relationship, the same one twice is once. Returns how many were new.

    Raises MentorflowError, and logs nothing, for a relationship that is not running or a day that cannot be.
    """
    started = _started(conn, turn, {meeting.relationship_id for meeting in held})
    for meeting in held:
        _check(turn, meeting, started)
    before = _count(conn, started)
    rows = [
        {
            "relationship_id": meeting.relationship_id,
            "held_on": meeting.held_on,
            "minutes": meeting.minutes,
            "led_by": led_by,
            "logged_at": turn.now,
            "by": turn.by,
        }
        for meeting, led_by in zip(held, turns.leaders(conn, turn, held), strict=True)
    ]
    insert_all(conn, Meeting, rows)
    _follow(conn, turn, held)
    turns.settle(conn, turn, sorted(started))
    return _count(conn, started) - before


def logged(conn: Connection, relationship_id: int, held_on: date) -> int | None:
    """The minutes of the meeting on that day; None where there is none."""
    there = (Meeting.relationship_id == relationship_id) & (Meeting.held_on == held_on)
    return conn.execute(select(Meeting.minutes).where(there)).scalar()


def correct(conn: Connection, turn: Turn, meeting: Held) -> int:
    """Put right how long a logged meeting took, and return what was written before. What it has reached stays reached.

    Raises MentorflowError where no meeting was logged on that day, or the relationship is not running any more.
    """
    _check(turn, meeting, _started(conn, turn, {meeting.relationship_id}))
    before = logged(conn, meeting.relationship_id, meeting.held_on)
    if before is None:
        raise NotFoundError(
            f"{code('R', meeting.relationship_id)} has no meeting on {meeting.held_on} that could be corrected; log it first"
        )
    if before != meeting.minutes:
        mine = Meeting.relationship_id == meeting.relationship_id
        conn.execute(update(Meeting).where(mine, Meeting.held_on == meeting.held_on).values(minutes=meeting.minutes))
        why = f"the meeting on {meeting.held_on} took {meeting.minutes} minutes, not {before}"
        note(conn, turn, Relationship, "correct", Relationship.id == meeting.relationship_id, why)
        reach_met(conn, turn, Step.relationship_id == meeting.relationship_id)
    if meeting.led_by is not None:
        _correct_lead(conn, turn, meeting)
    return before


def _correct_lead(conn: Connection, turn: Turn, meeting: Held) -> None:
    """Somebody else led; whose turn it is follows from that."""
    turns.leaders(conn, turn, [meeting])
    this = (Meeting.relationship_id == meeting.relationship_id) & (Meeting.held_on == meeting.held_on)
    before = conn.execute(select(Meeting.led_by).where(this)).scalar()
    if before == meeting.led_by:
        return
    conn.execute(update(Meeting).where(this).values(led_by=meeting.led_by))
    instead = f", not by {code('P', before)}" if before else ""
    why = f"the meeting on {meeting.held_on} was led by {code('P', meeting.led_by or 0)}{instead}"
    note(conn, turn, Relationship, "correct", Relationship.id == meeting.relationship_id, why)
    turns.settle(conn, turn, [meeting.relationship_id])


def led_by(conn: Connection, relationship_id: int, held_on: date) -> int | None:
    """Who led the meeting on that day."""
    there = (Meeting.relationship_id == relationship_id) & (Meeting.held_on == held_on)
    return conn.execute(select(Meeting.led_by).where(there)).scalar()


def _started(conn: Connection, turn: Turn, ids: set[int]) -> dict[int, date]:
    live = Relationship.status.in_(LIVE) & (Relationship.cohort_id == turn.cohort_id)
    rows = conn.execute(select(Relationship.id, Relationship.started_on).where(live, Relationship.id.in_(ids)))
    return {row.id: row.started_on for row in rows}


def _check(turn: Turn, meeting: Held, started: dict[int, date]) -> None:
    name = code("R", meeting.relationship_id)
    if meeting.relationship_id not in started:
        raise MentorflowError(f"{name} is not running in cohort '{turn.cohort}', so no meeting can be logged")
    if meeting.held_on > turn.today:
        raise MentorflowError(f"{meeting.held_on} is still to come; log the meeting of {name} once it was held")
    if meeting.held_on < started[meeting.relationship_id]:
        began = started[meeting.relationship_id]
        raise MentorflowError(f"{name} began on {began}; a meeting on {meeting.held_on} was before that")
    if not 1 <= meeting.minutes <= 1440:
        raise MentorflowError(f"a meeting of {meeting.minutes} minutes cannot be; give a number from 1 to 1440")


def _count(conn: Connection, ids: dict[int, date]) -> int:
    return conn.execute(select(func.count()).where(Meeting.relationship_id.in_(list(ids)))).scalar() or 0


def _follow(conn: Connection, turn: Turn, held: Sequence[Held]) -> None:
    by_day: dict[date, list[int]] = {}
    for meeting in held:
        by_day.setdefault(meeting.held_on, []).append(meeting.relationship_id)
    for held_on, ids in sorted(by_day.items()):
        touch(conn, turn, ids, held_on)
        for step in turn.plan.steps:
            if step.anchor is Anchor.FIRST_MEETING:
                anchor_waiting(conn, turn, step, held_on, Step.relationship_id.in_(ids))
    reach_met(conn, turn, Step.relationship_id.in_([meeting.relationship_id for meeting in held]))
    for held_on, ids in sorted(by_day.items()):
        come_back(conn, turn, ids, held_on)


@dataclass(frozen=True)
class Ticked:
    """Items of the present phase's checklist that one member has done, counted from 1."""

    relationship_id: int
    participant_id: int
    items: tuple[int, ...]


def tick(conn: Connection, turn: Turn, relationship_id: int, participant_id: int, item: int) -> bool:
    """Tick one item. False when it was ticked already. Raises MentorflowError where there is no such item."""
    return tick_all(conn, turn, [Ticked(relationship_id, participant_id, (item,))]) > 0


def item(
    conn: Connection, turn: Turn, relationship_id: int, participant_id: int, number: int
) -> tuple[str, date | None]:
    """The words of an item of the present checklist, and when it was ticked. Raises MentorflowError where there is none."""
    members = _running_members(conn, turn, {relationship_id})
    _tick_rows(turn, members, Ticked(relationship_id, participant_id, (number,)))
    role, phase = members[relationship_id, participant_id]
    mine = (Tick.relationship_id == relationship_id) & (Tick.participant_id == participant_id)
    ticked = select(Tick.ticked_on).where(mine, Tick.phase == phase, Tick.item == number)
    return turn.plan.program.phase(phase).checklist[Role(role)][number - 1], conn.execute(ticked).scalar()


def tick_all(conn: Connection, turn: Turn, ticked: Sequence[Ticked]) -> int:
    """Tick items of many members; what is ticked already stays so. Returns how many were new.

    Raises MentorflowError, and ticks nothing, for somebody without a running relationship or an item that does not exist.
    """
    members = _running_members(conn, turn, {one.relationship_id for one in ticked})
    rows = [row for one in ticked for row in _tick_rows(turn, members, one)]
    touched = sorted({one.relationship_id for one in ticked})
    before = _ticks(conn, touched)
    insert_all(conn, Tick, rows)
    new = _ticks(conn, touched) - before
    if new:
        touch(conn, turn, touched, turn.today)
        _reach_done_checklists(conn, turn, members)
        come_back(conn, turn, touched, turn.today)
    return new


Members = dict[tuple[int, int], tuple[str, str]]
"""(relationship, participant) → (role, present phase)."""


def _running_members(conn: Connection, turn: Turn, ids: set[int]) -> Members:
    live = Relationship.status.in_(LIVE) & (Relationship.cohort_id == turn.cohort_id) & Relationship.phase.is_not(None)
    rows = conn.execute(
        select(Member.relationship_id, Member.participant_id, Member.role, Relationship.phase)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(live, Relationship.id.in_(ids), Member.left_on.is_(None))
    )
    return {(row.relationship_id, row.participant_id): (row.role, row.phase) for row in rows}


def _tick_rows(turn: Turn, members: Members, one: Ticked) -> list[dict[str, object]]:
    known = members.get((one.relationship_id, one.participant_id))
    if known is None:
        raise MentorflowError(
            f"{code('P', one.participant_id)} has no running relationship {code('R', one.relationship_id)} to tick for"
        )
    role, phase = known
    declared = turn.plan.program.phase(phase)
    items = declared.checklist.get(Role(role), ())
    for item in one.items:
        if not 1 <= item <= len(items):
            listed = "; ".join(f"{at} {words}" for at, words in enumerate(items, start=1))
            has = f"the checklist of a {role} in phase '{declared.label}' has {count(len(items), 'item')}"
            raise MentorflowError(f"{has}; there is no {item}{f': {listed}' if listed else ''}")
    row = {"relationship_id": one.relationship_id, "participant_id": one.participant_id, "phase": phase}
    return [{**row, "item": item, "ticked_on": turn.today} for item in one.items]


def _checklist_lengths(turn: Turn, phase: str) -> dict[str, int]:
    return {str(role): len(items) for role, items in turn.plan.program.phase(phase).checklist.items()}


def _ticks(conn: Connection, ids: Sequence[int]) -> int:
    return conn.execute(select(func.count()).where(Tick.relationship_id.in_(ids))).scalar_one()


def _reach_done_checklists(conn: Connection, turn: Turn, members: Members) -> None:
    """Reach what expects the checklist to be done, where every member has ticked everything."""
    expecting = {step.phase.id: step.key for step in turn.plan.steps if step.expect and step.expect.checklist}
    if not expecting:
        return
    needed: Counter[tuple[int, str]] = Counter()
    for (relationship, _), (role, phase) in members.items():
        needed[relationship, phase] += _checklist_lengths(turn, phase).get(role, 0)
    counted = select(Tick.relationship_id, Tick.phase, func.count()).where(
        Tick.relationship_id.in_({r for r, _ in needed})
    )
    have = {(row[0], row[1]): row[2] for row in conn.execute(counted.group_by(Tick.relationship_id, Tick.phase))}
    for phase, key in expecting.items():
        done = [r for (r, p), count in needed.items() if p == phase and have.get((r, p), 0) >= count]
        waiting = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
        mine = Step.relationship_id.in_(done) & (Step.key == key) & waiting
        move_all(conn, turn, Step, "reach", mine, settled_on=turn.today)
