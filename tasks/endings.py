"""How relationships end: somebody asks for it or the plan is through, the close writes the record, and what comes after is prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, ScalarSelect, exists, func, or_, select, update

from programs.codes import code
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import LIVE, PENDING, AskStatus, MessageStatus, RelationshipStatus, StepStatus
from programs.plan import StepKind
from programs.spec import Program
from tasks import attention, cycles
from tasks.alone import end_all
from tasks.asks import withdraw
from tasks.history import move_all, note
from tasks.models import Ask, Closure, Goal, History, Member, Message, Participant, Passage, Relationship, Step
from tasks.offers import look_no_more, seek_again
from tasks.outbox import queue
from tasks.records import records_for
from tasks.sendable import AFTERWARDS
from tasks.sql import BATCH, changed, insert_all
from tasks.turn import Turn


@dataclass(frozen=True)
class Ending:
    """Why relationships are to end, in the words of the program, and who says so."""

    reason: str
    by: str = "operator"
    note: str | None = None
    rematch: bool | None = None
    """Whether the mentees want somebody new; None: as the program declares for the reason."""


def request(conn: Connection, turn: Turn, ids: Sequence[int] | None, ending: Ending) -> list[int]:
    """Mark running relationships, the named or all of the cohort, as ending today. Those that have ended are left as they are.

    Returns the ids that are now to be closed. Raises MentorflowError for an unknown reason, NotFoundError for an unknown id.
    """
    check_reason(turn.plan.program, ending.reason)
    mine = Relationship.cohort_id == turn.cohort_id
    if ids is not None:
        known = set(conn.execute(select(Relationship.id).where(mine, Relationship.id.in_(ids))).scalars())
        if unknown := [code("R", one) for one in ids if one not in known]:
            raise NotFoundError(f"cohort '{turn.cohort}' has no relationship {', '.join(unknown)}")
        mine &= Relationship.id.in_(ids)
    else:
        call_off(conn, turn)
        ending = replace(ending, rematch=bool(ending.rematch))
    running = mine & Relationship.status.in_(LIVE)
    values = {
        "ending_on": turn.today,
        "ending_reason": ending.reason,
        "ending_by": ending.by,
        "ending_note": ending.note,
        "ending_rematch": ending.rematch,
    }
    conn.execute(update(Relationship).where(running).values(**values))
    return list(conn.execute(select(Relationship.id).where(running).order_by(Relationship.id)).scalars())


_CALLED_OFF = "the cohort ends"


def call_off(conn: Connection, turn: Turn) -> int:
    """Before a whole cohort ends: what has not begun is taken back, and nobody looks for a relationship any more."""
    mine = Relationship.cohort_id == turn.cohort_id
    pending = select(Relationship.id).where(mine, Relationship.status.in_(PENDING))
    withdraw(conn, turn, Ask.relationship_id.in_(pending), "the cohort ends")
    end_all(conn, turn)
    here = (Participant.cohort_id == turn.cohort_id) & Participant.seeking_on.is_not(None)
    conn.execute(update(Participant).where(here).values(seeking_on=None))
    return move_all(conn, turn, Relationship, "reject", mine, why=_CALLED_OFF, closed_on=turn.today)


def called_off(conn: Connection, turn: Turn) -> int:
    """How many relationships were taken back on this day because the whole cohort ends."""
    noted = (History.cohort_id == turn.cohort_id) & (History.happened_on == turn.today) & (History.why == _CALLED_OFF)
    return conn.execute(select(func.count()).where(noted, History.noun == "relationship")).scalar_one()


def check_reason(program: Program, reason: str) -> None:
    """Raises MentorflowError for a reason that the program does not have."""
    if reason not in program.closure.reasons:
        known = ", ".join(program.closure.reasons)
        raise MentorflowError(f"'{reason}' is not a reason of {program.title}; its reasons are: {known}")


def ending(turn: Turn) -> ColumnElement[bool]:
    """Relationships that are to be closed now."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(LIVE)
        & (Relationship.ending_on <= turn.today)
    )


def close(conn: Connection, turn: Turn, only: Sequence[int] | None = None, *, goes_on: bool = True) -> int:
    """Close what is ending, each with its summary record. The record is written once and stays.

    Where the cohort does not go on, nobody goes on together in it, and nobody looks for the places that have become free.
    """
    where = ending(turn) if only is None else ending(turn) & Relationship.id.in_(only)
    ids = list(conn.execute(select(Relationship.id).where(where).order_by(Relationship.id)).scalars())
    for start in range(0, len(ids), BATCH):
        _close_batch(conn, turn, ids[start : start + BATCH], goes_on)
    return len(ids)


def _close_batch(conn: Connection, turn: Turn, ids: list[int], goes_on: bool) -> None:
    these = Relationship.id.in_(ids)
    _stop(conn, turn, ids)
    _decide_rematch(conn, turn, these)
    cycles.decide(conn, turn, ids)
    move_all(conn, turn, Relationship, "close", these, why=Relationship.ending_reason, closed_on=Relationship.ending_on)
    if goes_on:
        cycles.carry_on(conn, turn, ids)
    records = records_for(conn, turn, ids)
    rows = conn.execute(
        select(
            Relationship.id, Relationship.ending_reason, Relationship.ending_rematch, Relationship.ending_note,
            Relationship.ending_by, Relationship.closed_on,
        ).where(these)
    )  # fmt: skip
    closures = [
        {
            "relationship_id": row.id,
            "reason": row.ending_reason,
            "planned": row.ending_reason in turn.plan.program.closure.planned_reasons,
            "rematch": bool(row.ending_rematch),
            "note": row.ending_note,
            "closed_on": row.closed_on,
            "closed_at": turn.now,
            "by": row.ending_by,
            "record": records[row.id].data,
            "text": records[row.id].text,
        }
        for row in rows
    ]
    insert_all(conn, Closure, closures)
    _tell(conn, turn, these & ~cycles.is_carried_on())
    if goes_on:
        _free_places(conn, turn, these)
    look_no_more(conn, turn, these)
    _plan_follow_up(conn, turn, these & ~cycles.is_carried_on())


def _stop(conn: Connection, turn: Turn, ids: list[int]) -> None:
    """Nothing of a closing relationship stays open: steps, asks, flags, and mails that have not gone out."""
    open_steps = Step.relationship_id.in_(ids) & Step.status.in_((StepStatus.PLANNED, StepStatus.OPEN))
    _pass_on_what_was_shared(conn, turn, open_steps)
    move_all(conn, turn, Step, "cancel", open_steps, why="the relationship ended", settled_on=_end_of(Step))
    noted = Step.relationship_id.in_(ids) & (Step.status == StepStatus.MISSED) & (Step.settled_on > _end_of(Step))
    conn.execute(update(Step).where(noted).values(settled_on=_end_of(Step)))
    withdraw(conn, turn, Ask.relationship_id.in_(ids), "the relationship ended")
    move_all(conn, turn, Goal, "miss", Goal.relationship_id.in_(ids), settled_on=_end_of(Goal))
    waiting = Message.relationship_id.in_(ids) & (Message.status == MessageStatus.QUEUED)
    move_all(conn, turn, Message, "cancel", waiting & Message.template.not_in(AFTERWARDS), why="the relationship ended")
    attention.ended(conn, turn, ids)
    still_in = Passage.relationship_id.in_(ids) & Passage.left_on.is_(None)
    conn.execute(update(Passage).where(still_in).values(left_on=_end_of(Passage)))


def _end_of(table: type[Step | Goal | Passage]) -> ScalarSelect[date | None]:
    """The day on which it ends: nothing of it is over later than that, even where the run that closes it comes later."""
    return select(Relationship.ending_on).where(Relationship.id == table.relationship_id).scalar_subquery()


def _pass_on_what_was_shared(conn: Connection, turn: Turn, open_steps: ColumnElement[bool]) -> None:
    """Who has already looked back did so for the other as well, even if the relationship ends before both have."""
    answered = exists().where(Ask.step_id == Step.id, Ask.status == AskStatus.ANSWERED)
    reflections = open_steps & (Step.kind == StepKind.REFLECT) & answered
    conn.execute(update(Step).where(reflections).values(exchange_on=turn.today))


def _decide_rematch(conn: Connection, turn: Turn, these: ColumnElement[bool]) -> None:
    """Where nobody said whether the mentees want somebody new, the program's reasons do."""
    declared = turn.plan.program.closure.rematch
    reasons = declared.reasons if declared else ()
    undecided = these & Relationship.ending_rematch.is_(None)
    conn.execute(
        update(Relationship).where(undecided).values(ending_rematch=Relationship.ending_reason.in_(reasons or ("",)))
    )


def _tell(conn: Connection, turn: Turn, these: ColumnElement[bool]) -> None:
    """Those who go on together are told that, and no goodbye before it."""
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(these, Member.left_on.is_(None)), "closed",
        ("relationship", Relationship.id, "closed", Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip


def _free_places(conn: Connection, turn: Turn, these: ColumnElement[bool]) -> None:
    """After the pause the mentees look for somebody new, where that was wished; early endings free the mentor's place."""
    pause = turn.plan.program.closure.rematch
    early = these & Relationship.ending_reason.not_in(turn.plan.program.closure.planned_reasons)
    days = conn.execute(select(Relationship.closed_on).where(early).distinct()).scalars()
    for closed_on in sorted(day for day in days if day):
        that_day = early & (Relationship.closed_on == closed_on) & Relationship.ending_rematch.is_(True)
        seek_again(conn, turn, that_day, pause.after.after(closed_on) if pause else turn.today)
        attention.look_again(conn, turn, that_day)


def _plan_follow_up(conn: Connection, turn: Turn, these: ColumnElement[bool]) -> None:
    """What has remained is asked where something could, also of a cycle that was completed, unless the program names endings."""
    closure = turn.plan.program.closure
    if closure.follow_up is None:
        return
    planned = Relationship.ending_reason.in_(closure.planned_reasons) | (Relationship.cycle > 1)
    named = closure.follow_up.reasons
    meant = these & (Relationship.ending_reason.in_(named) if named else planned)
    days = conn.execute(select(Relationship.closed_on).where(meant).distinct()).scalars()
    for closed_on in [day for day in days if day]:
        ask_on = turn.plan.follow_up_on(closed_on)
        conn.execute(update(Relationship).where(meant, Relationship.closed_on == closed_on).values(follow_up_on=ask_on))


def notable(turn: Turn) -> ColumnElement[bool]:
    """Running relationships whose end is near enough to say so.

    Where the day of the notice lies beyond a phase that takes too long, the end is not near yet: it moves with the next phase.
    """
    in_phase = or_(
        Relationship.notice_on < Relationship.latest_on, Relationship.expected_end_on <= Relationship.latest_on
    )
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & (Relationship.status == RelationshipStatus.ACTIVE)
        & (Relationship.notice_on <= turn.reach)
        & in_phase
    )


def give_notice(conn: Connection, turn: Turn) -> int:
    """Tell the members that the planned end is near."""
    near = notable(turn)
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    queue(
        conn, turn, rows.where(near, Member.left_on.is_(None), Relationship.ending_on.is_(None)), "closing_notice",
        ("relationship", Relationship.id, "notice", Relationship.expected_end_on, Member.participant_id),
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip
    note(conn, turn, Relationship, "notice", near, "told that the end is near")
    return changed(conn, update(Relationship).where(near).values(notice_on=None))
