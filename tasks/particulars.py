"""What happened in a cohort that does not happen to everybody: in how many relationships, and whose records show it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select

from programs.attention import Kind
from programs.codes import code
from programs.lifecycle import ALONE, ActionStatus, GoalStatus, RelationshipStatus
from programs.spec import Objective, Role
from programs.ways import END, By, Way
from tasks.models import Action, Flag, Goal, History, Meeting, Member, Message, Participant, Passage, Relationship
from tasks.turn import Turn
from tasks.wording import reason

_HAPPENED = {
    "decline": "declined by a member",
    "lapse": "lapsed without an answer",
    "start": "started",
    "pause": "paused for a while",
    "extend": "extended",
    "carry on": "carried on in a new cycle",
}


@dataclass(frozen=True)
class Particular:
    """A relationship whose record is worth reading, and why."""

    id: str
    why: str


def ways(conn: Connection, turn: Turn) -> list[tuple[str, int]]:
    """In how many relationships each kind of thing happened; one relationship may have gone through several. Only what happened."""
    found = [
        *_before(conn, turn),
        *_courses(conn, turn),
        *_detours(conn, turn),
        *_around(conn, turn),
        *_ends(conn, turn),
    ]
    return [(what, count) for what, count in found if count]


def worth_opening(conn: Connection, turn: Turn) -> list[Particular]:
    """One record of each kind: with what is particular to the program, as planned, and early. Each relationship at most once."""
    found: dict[int, str] = {}
    for candidates in (_particular(conn, turn), _planned(turn), _early(turn)):
        for where, why in candidates:
            fresh = (Relationship.cohort_id == turn.cohort_id) & Relationship.id.not_in(found)
            closed = fresh & (Relationship.status == RelationshipStatus.CLOSED) & where
            one = conn.execute(select(Relationship.id).where(closed).order_by(Relationship.id).limit(1)).scalar()
            if one is not None:
                found[one] = why
                break
    return [Particular(code("R", one), why) for one, why in found.items()]


def _mine(turn: Turn) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & Relationship.status.not_in(ALONE)


def _before(conn: Connection, turn: Turn) -> Iterator[tuple[str, int]]:
    """Before the match: gates, second tries, and who was let go."""
    events = select(History.event, History.why, func.count()).where(History.cohort_id == turn.cohort_id)
    passed = conn.execute(events.where(History.noun == "participant", History.event == "pass").group_by(History.why))
    titles: dict[str | None, str] = {f"gate {one.id}": one.label for one in turn.plan.program.enrollment.gates}
    yield from (
        (f"people let through by the operator: {titles.get(why, _words(why))}", n) for _, why, n in passed.tuples()
    )
    again = select(func.count(Message.participant_id.distinct())).where(Message.cohort_id == turn.cohort_id)
    yield "people whose first answer was not enough yet", conn.scalar(again.where(Message.template == "again")) or 0
    let_go = events.where(History.noun == "relationship", History.event == "let go")
    let_go = let_go.where(History.why.in_(turn.plan.program.closure.reasons)).group_by(History.why)
    yield from ((f"people let go before the match: {_words(why)}", n) for _, why, n in conn.execute(let_go).tuples())
    vain = select(func.count(Flag.subject.distinct())).where(Flag.cohort_id == turn.cohort_id)
    yield "mentees who have asked in vain", conn.scalar(vain.where(Flag.kind == Kind.ASKED_IN_VAIN)) or 0


def _courses(conn: Connection, turn: Turn) -> Iterator[tuple[str, int]]:
    events = select(History.event, func.count(History.noun_id.distinct()))
    mine = events.where(History.cohort_id == turn.cohort_id, History.noun == "relationship")
    happened: dict[str, int] = dict(conn.execute(mine.group_by(History.event)).tuples().all())
    asked = turn.plan.program.matching.objective is Objective.MENTEE_LED
    for event, words in _HAPPENED.items():
        yield "asked, and declined" if asked and event == "decline" else words, happened.get(event, 0)
    begun = select(Participant.id).join(Member, Member.participant_id == Participant.id)
    begun = begun.join(Relationship, Relationship.id == Member.relationship_id).where(
        _mine(turn), Member.role == Role.MENTEE, Relationship.started_on.is_not(None), Relationship.cycle == 1
    )
    again = begun.group_by(Participant.id).having(func.count() > 1).subquery()
    yield "mentees matched again after an early end", conn.scalar(select(func.count()).select_from(again)) or 0


def _detours(conn: Connection, turn: Turn) -> Iterator[tuple[str, int]]:
    """Ways between phases that not every relationship goes, with what led there."""
    gone = (
        select(Passage.way, func.count(Passage.relationship_id.distinct()))
        .join(Relationship, Relationship.id == Passage.relationship_id)
        .where(_mine(turn), Passage.way.is_not(None))
        .group_by(Passage.way)
    )
    counts: dict[str | None, int] = dict(conn.execute(gone).tuples().all())
    return ((_told(turn, way), counts.get(way.key, 0)) for way in _unusual(turn))


def _unusual(turn: Turn) -> list[Way]:
    program = turn.plan.program
    return [
        way
        for phase in program.shared_phases
        for way in turn.plan.ways(phase.id)
        if not way.is_certain and way.to != END
    ]


def _told(turn: Turn, way: Way) -> str:
    origin, to = (turn.plan.program.phase(one).label for one in (way.origin, way.to))
    return f"“{origin}” → “{to}”: {reason(turn.plan, way)}"


def _around(conn: Connection, turn: Turn) -> Iterator[tuple[str, int]]:
    """What belongs to circles and to action plans."""
    left = select(func.count()).select_from(Member).join(Relationship, Relationship.id == Member.relationship_id)
    yield "members who left and whose circle went on", conn.scalar(left.where(_mine(turn), _left)) or 0
    led = select(func.count()).select_from(Meeting).join(Relationship, Relationship.id == Meeting.relationship_id)
    yield "meetings led in turn", conn.scalar(led.where(_mine(turn), Meeting.led_by.is_not(None))) or 0
    items = select(Action.status, func.count()).join(Relationship, Relationship.id == Action.relationship_id)
    by_status: dict[str, int] = dict(conn.execute(items.where(_mine(turn)).group_by(Action.status)).tuples().all())
    for status in ActionStatus:
        yield (
            f"items of action plans {'left open' if status is ActionStatus.OPEN else status}",
            by_status.get(status, 0),
        )


_left = Member.left_on.is_not(None) & (Relationship.closed_on.is_(None) | (Member.left_on < Relationship.closed_on))


def _ends(conn: Connection, turn: Turn) -> list[tuple[str, int]]:
    reasons = select(Relationship.ending_reason, func.count()).where(_mine(turn), Relationship.started_on.is_not(None))
    found = reasons.group_by(Relationship.ending_reason).order_by(func.count().desc(), Relationship.ending_reason)
    return [(f"closed: {_words(why)}", count) for why, count in conn.execute(found).tuples() if why]


_HOW = (By.CONTACT, By.ANSWER, By.OVER, By.OVERRUN, By.SILENCE, By.OPERATOR)
"""What led from phase to phase, the most telling first."""


def _particular(conn: Connection, turn: Turn) -> Iterator[tuple[ColumnElement[bool], str]]:
    for way in sorted(_unusual(turn), key=lambda one: _HOW.index(one.by)):
        went = exists().where(Passage.relationship_id == Relationship.id, Passage.way == way.key)
        yield went & (Relationship.ending_reason == "completed"), _told(turn, way)
    left = exists().where(Member.relationship_id == Relationship.id, Member.left_on < Relationship.closed_on)
    yield left, "a member left, and the others went on"
    yield Relationship.cycle > 1, "carried on an earlier one, in a new cycle"
    done = exists().where(Action.relationship_id == Relationship.id, Action.status == ActionStatus.DONE)
    yield done, "an action plan that was worked off"
    paused = exists().where(
        History.noun == "relationship", History.noun_id == Relationship.id, History.event == "pause"
    )
    yield paused, "paused for a while"


def _planned(turn: Turn) -> Iterator[tuple[ColumnElement[bool], str]]:
    completed = Relationship.ending_reason.in_(turn.plan.program.closure.planned_reasons)
    reached = exists().where(Goal.relationship_id == Relationship.id, Goal.status == GoalStatus.REACHED)
    yield completed & reached, "completed, with a goal reached"
    yield completed, "completed"


def _early(turn: Turn) -> Iterator[tuple[ColumnElement[bool], str]]:
    """Rather for a reason that the members gave than for silence."""
    for why in turn.plan.program.closure.reasons:
        if why not in turn.plan.program.closure.planned_reasons:
            yield Relationship.ending_reason == why, f"ended early: {_words(why)}"


def _words(reason: str | None) -> str:
    return str(reason or "").replace("_", " ")
