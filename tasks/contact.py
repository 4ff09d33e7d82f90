"""Signs of life: meetings, answers and ticks, and what their absence leads to, rung by rung."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, case, exists, or_, select, true, update

from programs.lifecycle import RUNNING, RelationshipStatus
from programs.spec import Rung, Then
from programs.ways import rungs
from tasks.models import Flag, Member, Relationship
from tasks.outbox import queue
from tasks.passages import go
from tasks.sql import add_days, changed, day, insert_from, joined, text
from tasks.sql import number as numeral
from tasks.turn import Turn

AT_RISK = "at_risk"

Ladder: TypeAlias = tuple[tuple[int, Rung], ...]
"""Steps of the ladder with their numbers."""


def touch(conn: Connection, turn: Turn, relationships: Sequence[int], contact_on: date) -> None:
    """Note a contact: the ladder begins anew, and a relationship that was at risk is so no more."""
    if not relationships:
        return
    mine = Relationship.id.in_(relationships)
    fresher = mine & or_(Relationship.last_contact_on.is_(None), Relationship.last_contact_on <= contact_on)
    conn.execute(update(Relationship).where(fresher).values(last_contact_on=contact_on, **_anew(turn, contact_on)))
    raised = Flag.relationship_id.in_(relationships) & (Flag.kind == AT_RISK) & Flag.cleared_on.is_(None)
    conn.execute(update(Flag).where(raised, Flag.raised_on <= contact_on).values(cleared_on=turn.today))


def _ladders(turn: Turn) -> list[tuple[ColumnElement[bool], Ladder]]:
    """The steps that count, for each set of phases in which others do."""
    phases: defaultdict[Ladder, list[str]] = defaultdict(list)
    for phase in turn.plan.program.phases:
        phases[rungs(turn.plan.program, phase.id)].append(phase.id)
    if len(phases) == 1:
        return [(true(), ladder) for ladder in phases]
    return [(Relationship.phase.in_(names), ladder) for ladder, names in phases.items()]


def _anew(turn: Turn, contact_on: date) -> dict[str, Any]:
    """The first step of whichever ladder counts in the phase that each is in."""
    ladders = [(there, _afresh(turn, counted, contact_on)) for there, counted in _ladders(turn)]
    if len(ladders) == 1:
        return ladders[0][1]
    return {
        "silence_on": case(
            *((there, _on(first["silence_on"])) for there, first in ladders), else_=Relationship.silence_on
        ),
        "silence_rung": case(
            *((there, first["silence_rung"]) for there, first in ladders), else_=Relationship.silence_rung
        ),
    }


def _on(value: Any) -> Any:
    return day(value) if value is None or isinstance(value, date) else value


def _afresh(turn: Turn, ladder: Ladder, contact_on: date) -> dict[str, Any]:
    """The first step; a phase with steps of its own counts from entering it at the earliest."""
    if not ladder:
        return {"silence_on": None, "silence_rung": 0}
    number, rung = ladder[0]
    first_on = rung.after.after(contact_on)
    if len(ladder) == len(turn.plan.program.silence):
        return {"silence_on": first_on, "silence_rung": number}
    since_entered = add_days(Relationship.entered_on, numeral(rung.after.days or 0))
    later = case((Relationship.entered_on > contact_on, since_entered), else_=first_on)
    return {"silence_on": later, "silence_rung": number}


def silent(turn: Turn, rung: int | None = None) -> ColumnElement[bool]:
    """Running relationships, and people who get ready, that have been silent long enough for the next rung."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & Relationship.status.in_(RUNNING)
        & (Relationship.silence_on <= turn.reach)
        & Relationship.ending_on.is_(None)
        & (Relationship.silence_rung >= 0 if rung is None else Relationship.silence_rung == rung)
    )


def climb(conn: Connection, turn: Turn, rung: int) -> int:
    """Do what the rung says, and set the day of the next: never sooner than the declared time after this one."""
    ladder = turn.plan.program.silence
    step, reached = ladder[rung], silent(turn, rung)
    if step.then is Then.CLOSE:
        ending = {
            "ending_on": turn.today,
            "ending_reason": step.reason,
            "ending_by": "program",
        }
        return changed(conn, update(Relationship).where(reached).values(**ending, silence_on=None))
    if step.then is Then.GO:
        ways = [way for phase in turn.plan.program.phases for way in turn.plan.ways(phase.id)]
        return sum(go(conn, turn, way, reached) for way in ways if way.rung == rung)
    if step.then is Then.REMIND:
        _remind(conn, turn, step, rung, reached)
    else:
        _raise_flag(conn, turn, step, reached)
    return sum(
        changed(conn, update(Relationship).where(reached & there).values(**_next(turn, counted, rung)))
        for there, counted in _ladders(turn)
    )


def _next(turn: Turn, ladder: Ladder, rung: int) -> dict[str, object]:
    following = next(((number, one) for number, one in ladder if number > rung), None)
    if following is None:
        return {"silence_on": None, "silence_rung": rung + 1}
    wait = (following[1].after.days or 0) - (turn.plan.program.silence[rung].after.days or 0)
    return {"silence_on": turn.today + timedelta(days=wait), "silence_rung": following[0]}


def _remind(conn: Connection, turn: Turn, step: Rung, rung: int, reached: ColumnElement[bool]) -> None:
    assert step.message
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    since = (Relationship.visit, Relationship.last_contact_on)
    key = ("relationship", Relationship.id, "silence", str(rung), *since, Member.participant_id)
    queue(
        conn, turn, rows.where(reached, Member.left_on.is_(None)), step.message, key,
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip


def _raise_flag(conn: Connection, turn: Turn, step: Rung, reached: ColumnElement[bool]) -> None:
    is_alone = Relationship.status == RelationshipStatus.PREPARING
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "participant_id": case((is_alone, Relationship.lead_id), else_=None),
        "subject": case((is_alone, joined("P", Relationship.lead_id)), else_=joined("R", Relationship.id)),
        "kind": text(AT_RISK),
        "source": joined("silence since ", Relationship.last_contact_on),
        "note": case(
            (is_alone, text(f"no answer or tick for {step.after}, before the match")),
            else_=text(f"no meeting, answer or tick for {step.after}"),
        ),
        "raised_on": day(turn.today),
    }
    insert_from(conn, Flag, columns, select(Relationship.id).where(reached))


def is_flagged(kind: str) -> ColumnElement[bool]:
    """Relationships with an open flag of that kind."""
    raised = exists().where(Flag.relationship_id == Relationship.id, Flag.kind == kind, Flag.cleared_on.is_(None))
    return case((raised, True), else_=False)
