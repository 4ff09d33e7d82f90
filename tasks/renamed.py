"""What follows when somebody names a day in an answer, or corrects it: steps and the ends of phases that wait for it get their days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, select, update

from programs.awaited import Awaited
from programs.lifecycle import RUNNING, AskStatus, RelationshipStatus, StepStatus
from programs.plan import PhaseDays
from programs.plan import Step as PlanStep
from programs.spec import Phase
from tasks.anchors import anchor_named
from tasks.history import note
from tasks.models import Ask, Relationship, Step
from tasks.named import by_ends, named_on, of_asks
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
        if step.named_in and key in step.named_in.keys and (asks := named_by(step.named_in)):
            here = of_asks(step.phase, step.named_in.of(key), asks) & (Relationship.phase == step.phase.id) & runs
            anchor_named(conn, turn, step, here, since=turn.today)
            _wait_again(conn, turn, step, step.named_in, here)
    for phase_id, source in turn.plan.ends_named.items():
        if key in source.keys and (asks := named_by(source)):
            _end(conn, turn, turn.plan.program.phase(phase_id), source.of(key), asks)


def _changed(source: Awaited, group: Sequence[Accepted]) -> list[int]:
    def day(answers: Mapping[str, Any]) -> Any:
        return answers.get(str(source.question))

    return [one.ask.id for one in group if day(one.answers) != day(one.before)]


def _wait_again(conn: Connection, turn: Turn, step: PlanStep, source: Awaited, where: ColumnElement[bool]) -> None:
    """Where no day is named any more, what has not opened yet has none either, as before anybody named one."""
    dated = (
        select(Step.relationship_id)
        .join(Relationship, (Relationship.id == Step.relationship_id) & (Relationship.visit == Step.visit))
        .where(where, named_on(step.phase, source).is_(None), Step.cohort_id == turn.cohort_id, Step.key == step.key)
        .where(Step.status == StepStatus.PLANNED, Step.opens_on.is_not(None))
    )
    ids = conn.execute(dated).scalars().all()
    theirs = Step.relationship_id.in_(ids) & (Step.key == step.key) & (Step.status == StepStatus.PLANNED)
    conn.execute(update(Step).where(theirs).values(opens_on=None, due_on=None, closes_on=None))
    why = f"{step.key} waits for a day, as none is named in {source.milestone.id} any more"
    note(conn, turn, Relationship, "redate", Relationship.id.in_(ids), why)


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
            said = "as answered in" if phase.id in named else "as no day is named any more in"
            why = f"{phase.id} lasts until {until}, {said} {source.milestone.id}"
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
