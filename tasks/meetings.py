"""What members do between the steps: meetings, ticks on the checklist, goals in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, exists, func, select

from programs.codes import code
from programs.dates import Anchor
from programs.errors import MentorflowError
from programs.lifecycle import LIVE, StepStatus
from tasks.contact import touch
from tasks.history import move_all
from tasks.models import Meeting, Member, Relationship, Step, Tick
from tasks.sql import insert_all
from tasks.steps import anchor_after, anchor_waiting, reach_met
from tasks.turn import Turn


@dataclass(frozen=True)
class Held:
    """A meeting that took place."""

    relationship_id: int
    held_on: date
    minutes: int


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
            "logged_at": turn.now,
            "by": turn.by,
        }
        for meeting in held
    ]
    insert_all(conn, Meeting, rows)
    _follow(conn, turn, held)
    return _count(conn, started) - before


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


def tick(conn: Connection, turn: Turn, relationship_id: int, participant_id: int, item: int) -> bool:
    """Tick an item of the present phase's checklist, counted from 1. False when it was ticked already."""
    role = conn.execute(
        select(Member.role).where(Member.relationship_id == relationship_id, Member.participant_id == participant_id)
    ).scalar()
    live = Relationship.status.in_(LIVE) & (Relationship.cohort_id == turn.cohort_id)
    phase_id = conn.execute(select(Relationship.phase).where(live, Relationship.id == relationship_id)).scalar()
    name = code("R", relationship_id)
    if role is None or phase_id is None:
        raise MentorflowError(f"{code('P', participant_id)} has no running relationship {name}")
    items = {str(key): value for key, value in turn.plan.program.phase(phase_id).checklist.items()}.get(role, ())
    if not 1 <= item <= len(items):
        raise MentorflowError(
            f"the checklist of a {role} in phase '{phase_id}' has {len(items)} items; there is no {item}"
        )
    known = exists().where(
        Tick.relationship_id == relationship_id,
        Tick.participant_id == participant_id,
        Tick.phase == phase_id,
        Tick.item == item,
    )
    if conn.execute(select(known)).scalar():
        return False
    row = {"relationship_id": relationship_id, "participant_id": participant_id, "phase": phase_id, "item": item}
    insert_all(conn, Tick, [{**row, "ticked_on": turn.today}])
    touch(conn, turn, [relationship_id], turn.today)
    _checklist_done(conn, turn, relationship_id, phase_id)
    return True


def _checklist_done(conn: Connection, turn: Turn, relationship_id: int, phase_id: str) -> None:
    """Reach what expects the checklist to be done, once every member has ticked everything."""
    expecting = [step.key for step in turn.plan.steps_of(phase_id) if step.expect and step.expect.checklist]
    if not expecting:
        return
    checklist = {str(role): len(items) for role, items in turn.plan.program.phase(phase_id).checklist.items()}
    members = conn.execute(select(Member.role).where(Member.relationship_id == relationship_id)).scalars()
    needed = sum(checklist.get(role, 0) for role in members)
    mine = (Tick.relationship_id == relationship_id) & (Tick.phase == phase_id)
    if conn.execute(select(func.count()).select_from(Tick).where(mine)).scalar() == needed:
        open_there = (Step.relationship_id == relationship_id) & Step.key.in_(expecting)
        waiting = Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
        move_all(conn, turn, Step, "reach", open_there & waiting, settled_on=turn.today)
        for key in expecting:
            anchor_after(conn, turn, key, Step.relationship_id == relationship_id)
