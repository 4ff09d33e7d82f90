"""A relationship's own calendar: pause, resume, extend, and letting it off a milestone. Everything that follows moves along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, update

from programs.codes import code
from programs.dates import Span, Unit
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import LIVE, RELATIONSHIP, AskStatus, RelationshipStatus, StepStatus, move
from programs.plan import PhaseDays
from programs.spec import Phase
from programs.words import count
from tasks import extensions, gates
from tasks.anchors import anchor_after
from tasks.history import move_all, note
from tasks.models import Ask, Flag, Passage, Relationship, Step
from tasks.named import by_ends
from tasks.passages import gone
from tasks.planned import OF_ALL
from tasks.redate import move_end, off_weekends, remind_on
from tasks.renamed import after_pause
from tasks.sql import add_days, number
from tasks.turn import Turn

_FARTHEST = Span(50, Unit.YEAR)
"""How far ahead anybody plans; farther is a slip of the hand."""

_MOVING = ("entered_on", "ends_on", "latest_on", "overrun_on", "expected_end_on", "notice_on", "silence_on")


def pause(conn: Connection, turn: Turn, relationship_id: int, why: str | None = None) -> bool:
    """Stop the clock. False when it stands still already. Raises for a relationship that is not running."""
    row = _row(conn, turn, relationship_id)
    if row.status == RelationshipStatus.PAUSED:
        return False
    move(RELATIONSHIP, RelationshipStatus(row.status), "pause", code("R", relationship_id))
    move_all(conn, turn, Relationship, "pause", Relationship.id == relationship_id, why=why, paused_on=turn.today)
    conn.execute(update(Ask).where(_open_asks(relationship_id)).values(remind_on=None))
    return True


def resume(conn: Connection, turn: Turn, relationship_id: int) -> int | None:
    """Let the clock run again; every day ahead moves by the days of the pause, which are returned; None where none was."""
    row = _row(conn, turn, relationship_id)
    if row.status == RelationshipStatus.ACTIVE:
        return None
    move(RELATIONSHIP, RelationshipStatus(row.status), "resume", code("R", relationship_id))
    days: int = (turn.today - row.paused_on).days
    if days < 0:
        raise MentorflowError(
            f"{code('R', relationship_id)} has been paused since {row.paused_on}; it cannot be resumed on {turn.today}"
        )
    mine = Relationship.id == relationship_id
    moved = {name: add_days(getattr(Relationship, name), number(days)) for name in _MOVING}
    move_all(conn, turn, Relationship, "resume", mine, why=f"after {days} days", paused_on=None, **moved)
    here = (Passage.relationship_id == relationship_id) & (Passage.visit == row.visit)
    conn.execute(update(Passage).where(here).values(planned_until=add_days(Passage.planned_until, number(days))))
    _move_steps(conn, relationship_id, days)
    _move_asks(conn, turn, relationship_id, days)
    off_weekends(conn, turn, relationship_id)
    after_pause(conn, turn, relationship_id, row.paused_on)
    return days


def _move_steps(conn: Connection, relationship_id: int, days: int) -> None:
    mine = (Step.relationship_id == relationship_id) & (Step.visit != OF_ALL)
    ahead = mine & Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    planned = ahead & (Step.status == StepStatus.PLANNED)
    conn.execute(update(Step).where(planned).values(opens_on=add_days(Step.opens_on, number(days))))
    later = {name: add_days(getattr(Step, name), number(days)) for name in ("due_on", "closes_on")}
    conn.execute(update(Step).where(ahead).values(**later))


def _move_asks(conn: Connection, turn: Turn, relationship_id: int, days: int) -> None:
    later = {name: add_days(getattr(Ask, name), number(days)) for name in ("due_on", "closes_on")}
    conn.execute(update(Ask).where(_open_asks(relationship_id)).values(**later))
    remind_on(conn, turn, _open_asks(relationship_id))


def extend(conn: Connection, turn: Turn, relationship_id: int, span: Span, why: str | None = None) -> date:
    """Let the present phase last longer; recurring milestones go on, later ones and the end move. Returns the expected end."""
    row = _row(conn, turn, relationship_id)
    if row.status not in LIVE or row.phase is None or row.ending_on is not None:
        raise MentorflowError(
            f"{code('R', relationship_id)} is {row.status}; only a running relationship can be extended"
        )
    phase = turn.plan.program.phase(row.phase)
    mine = Relationship.id == relationship_id
    days = _extended(turn, row, phase, span, gone(conn, turn, mine))
    _allow(conn, turn, relationship_id, span)
    note(conn, turn, Relationship, extensions.EVENT, mine, extensions.said(span, why))
    for named, _ in by_ends(conn, turn, mine):
        move_end(conn, turn, phase, PhaseDays(row.entered_on, row.ends_on, row.latest_on), days, [row.id], named)
    end: Any = conn.execute(select(Relationship.expected_end_on).where(mine)).scalar_one()
    return date.fromisoformat(str(end))


def _allow(conn: Connection, turn: Turn, relationship_id: int, span: Span) -> None:
    """Raises MentorflowError for more, or less at a time, than the program allows."""
    program, name = turn.plan.program, code("R", relationship_id)
    limits = program.closure.extensions
    if limits is None:
        return
    had = extensions.days(conn, [relationship_id]).get(relationship_id, 0)
    more, most, least = ((one.after(turn.today) - turn.today).days for one in (span, limits.at_most, limits.at_least))
    if more < least:
        raise MentorflowError(
            f"{name} cannot be extended by {span}: {program.title} extends by {limits.at_least} or more"
        )
    if had + more > most:
        rest = f"{count(most - had, 'day')} are left" if most > had else "nothing is left"
        raise MentorflowError(
            f"{name} cannot be extended by {span}: {program.title} allows {limits.at_most} in all, and after "
            f"{count(had, 'day')} so far {rest}"
        )


def _extended(turn: Turn, row: Row[Any], phase: Phase, span: Span, taken: Mapping[str, int]) -> PhaseDays:
    """The new days of the phase, after so many times of ways that may be gone only so often.

    Raises MentorflowError for what is no extension, or beyond all planning.
    """
    name = code("R", row.id)
    if not span.count:
        raise MentorflowError(f"{span} is no extension of {name}; write how much longer, like '2 weeks'")
    try:
        days = PhaseDays(row.entered_on, span.after(row.ends_on), span.after(row.latest_on))
        end = turn.plan.expected_end(phase, days.latest_on, taken)
        farthest = _FARTHEST.after(turn.today)
    except (OverflowError, ValueError):
        raise MentorflowError(
            f"{name} cannot be extended by {span}: calendars end with the year {date.max.year}"
        ) from None
    if end > farthest:
        raise MentorflowError(f"{name} would end on {end}, more than {_FARTHEST} from {turn.today}; extend it by less")
    return days


def waive(conn: Connection, turn: Turn, relationship_id: int, key: str, why: str | None = None) -> int:
    """Let a relationship off a milestone, named as PHASE.MILESTONE or by its id alone; whoever is let off the form of a gate has passed it.

    Returns how many steps that was.
    """
    row = _row(conn, turn, relationship_id)
    matching = [step.key for step in turn.plan.steps if key in (step.key, step.key.split(".", 1)[1])]
    if not matching:
        known = ", ".join(step.key for step in turn.plan.steps)
        raise NotFoundError(f"{turn.plan.program.title} has no milestone '{key}'; it has {known}")
    if row.status not in LIVE:
        raise MentorflowError(f"{code('R', relationship_id)} is {row.status}; nothing can be waived any more")
    mine = (Step.relationship_id == relationship_id) & Step.key.in_(matching)
    open_asks = Ask.step_id.in_(select(Step.id).where(mine)) & (Ask.status == AskStatus.OPEN)
    move_all(conn, turn, Ask, "withdraw", open_asks, why="waived", remind_on=None)
    waived = move_all(conn, turn, Step, "waive", mine, why=why, settled_on=turn.today)
    if waived:
        gates.pass_waived(conn, turn, relationship_id, matching, why)
    for let_off in matching:
        anchor_after(conn, turn, let_off, Step.relationship_id == relationship_id)
    flagged = (Flag.relationship_id == relationship_id) & (Flag.kind == "overrun") & Flag.cleared_on.is_(None)
    conn.execute(update(Flag).where(flagged).values(cleared_on=turn.today))
    return waived


def _open_asks(relationship_id: int) -> Any:
    return (Ask.relationship_id == relationship_id) & (Ask.status == AskStatus.OPEN)


def _row(conn: Connection, turn: Turn, relationship_id: int) -> Row[Any]:
    table = Relationship.__table__
    mine = (table.c.id == relationship_id) & (table.c.cohort_id == turn.cohort_id)
    row = conn.execute(select(table).where(mine)).first()
    if row is None:
        raise NotFoundError(f"cohort '{turn.cohort}' has no relationship {code('R', relationship_id)}")
    return row
