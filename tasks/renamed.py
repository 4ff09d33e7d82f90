"""What follows when somebody names a day in an answer, or corrects it: steps and the ends of phases that wait for it get their days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, select

from programs.awaited import Awaited
from programs.lifecycle import RUNNING, AskStatus, RelationshipStatus
from programs.plan import PhaseDays
from programs.spec import Phase
from tasks.anchors import anchor_named
from tasks.history import note
from tasks.models import Ask, Relationship
from tasks.named import by_ends, of_asks
from tasks.redate import expect_end, move_end
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted


def follow(conn: Connection, turn: Turn, key: str, group: Sequence[Accepted]) -> None:
    """Date what waits for these answers anew, where the day in them is another one than before."""
    _date(conn, turn, key, lambda source: _changed(source, group))


def after_pause(conn: Connection, turn: Turn, relationship_id: int, paused_on: date) -> None:
    """Days that were named during the pause count as they were named: they are not among those that it moved."""
    answered = (Ask.relationship_id == relationship_id) & (Ask.status == AskStatus.ANSWERED)
    given: dict[str, list[int]] = {}
    for key, ask in conn.execute(select(Ask.key, Ask.id).where(answered, Ask.answered_on >= paused_on)).all():
        given.setdefault(key, []).append(ask)
    for key, asks in given.items():
        _date(conn, turn, key, partial(_all, asks))


def _all(asks: Sequence[int], _: Awaited) -> Sequence[int]:
    return asks


def _date(conn: Connection, turn: Turn, key: str, named_by: Callable[[Awaited], Sequence[int]]) -> None:
    """As long as a relationship is paused, its calendar is left alone."""
    runs = Relationship.status != RelationshipStatus.PAUSED
    for step in turn.plan.steps:
        if step.named_in and step.named_in.key == key and (asks := named_by(step.named_in)):
            here = of_asks(step.phase, step.named_in, asks) & (Relationship.phase == step.phase.id) & runs
            anchor_named(conn, turn, step, here, since=turn.today)
    for phase_id, source in turn.plan.ends_named.items():
        if source.key == key and (asks := named_by(source)):
            _end(conn, turn, turn.plan.program.phase(phase_id), source, asks)


def _changed(source: Awaited, group: Sequence[Accepted]) -> list[int]:
    def day(answers: Mapping[str, Any]) -> Any:
        return answers.get(str(source.question))

    return [one.ask.id for one in group if day(one.answers) and day(one.answers) != day(one.before)]


def _end(conn: Connection, turn: Turn, phase: Phase, source: Awaited, asks: Sequence[int]) -> None:
    """Who is in the phase leaves it on another day; for who has yet to come to it, the expected end is another one."""
    live = Relationship.status.in_(RUNNING) & Relationship.ending_on.is_(None)
    theirs = of_asks(phase, source, asks) & live
    in_it = list(conn.execute(select(Relationship.id).where(theirs, Relationship.phase == phase.id)).scalars())
    for named, where in by_ends(conn, turn, Relationship.id.in_(in_it)):
        for old in _days(conn, where):
            wanted = turn.plan.enter(phase, old.entered_on, named).latest_on
            until = max(wanted, min(turn.today, old.latest_on))
            if until == old.latest_on:
                continue
            new = PhaseDays(old.entered_on, until, until)
            ids = list(conn.execute(select(Relationship.id).where(where, _in(old))).scalars())
            why = f"{phase.id} lasts until {until}, as answered in {source.milestone.id}"
            note(conn, turn, Relationship, "redate", Relationship.id.in_(ids), why)
            move_end(conn, turn, phase, old, new, ids, named)
    others = list(conn.execute(select(Relationship.id).where(theirs, Relationship.phase != phase.id)).scalars())
    for named, where in by_ends(conn, turn, Relationship.id.in_(others)):
        expect_end(conn, turn, where, named)


def _days(conn: Connection, where: ColumnElement[bool]) -> list[PhaseDays]:
    columns = (Relationship.entered_on, Relationship.ends_on, Relationship.latest_on)
    rows = conn.execute(select(*columns).where(where).distinct()).all()
    return [PhaseDays(*row) for row in rows if all(isinstance(day, date) for day in row)]


def _in(days: PhaseDays) -> ColumnElement[bool]:
    return (
        (Relationship.entered_on == days.entered_on)
        & (Relationship.ends_on == days.ends_on)
        & (Relationship.latest_on == days.latest_on)
    )
