"""What is due in a cohort today, by stage. Every question is answered by an index, so that a day with nothing to do costs the same for all sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from programs.plan import StepKind
from tasks import (
    asks,
    attention,
    conclude,
    contact,
    cycles,
    deliver,
    endings,
    follow_up,
    let_go,
    merging,
    offers,
    phases,
    prepare,
    reflect,
    seekers,
    starts,
    steps,
)
from tasks.daily import composed, count, counts, said
from tasks.models import Ask, Cohort, Participant, Relationship, Step
from tasks.turn import Stage, Turn, Work

CHANGING = (Stage.MATCH, Stage.MILESTONES, Stage.REFLECT, Stage.CLOSE)
"""The stages that change a cohort; enrolling needs a roster, and delivering changes only the mails."""


def due(conn: Connection, turn: Turn, stage: Stage) -> list[Work]:
    """The work of one stage, in the order in which it is to be done."""
    return [work for find in _FINDERS.get(stage, ()) for work in find(conn, turn)]


Finder = Callable[[Connection, Turn], list[Work]]


def _one(stage: Stage, verb: str, number: int, key: str = "") -> list[Work]:
    return [Work(stage, verb, key, number)] if number else []


def _count(conn: Connection, table: Any, where: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(where)).scalar() or 0


def _preparations(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.MATCH, "prepare", count(conn, turn, Participant, prepare.due), "for the match")


def _lapses(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.MATCH, "lapse", count(conn, turn, Relationship, offers.unanswered), "proposals")


def _seekers(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.MATCH, "propose", count(conn, turn, Participant, seekers.seeking), "relationships")


def _offers(conn: Connection, turn: Turn) -> list[Work]:
    waiting = counts(conn, turn, Relationship.consent, offers.to_ask)
    return [Work(Stage.MATCH, "offer", role, number) for role, number in sorted(waiting.items())]


def _starts(conn: Connection, turn: Turn) -> list[Work]:
    if turn.plan.starts_on > turn.reach or turn.is_off:
        return []
    return _one(Stage.MATCH, "start", _count(conn, Relationship, starts.startable(turn)), "relationships")


def _cycles(conn: Connection, turn: Turn) -> list[Work]:
    if turn.plan.program.closure.new_cycle is None:
        return []
    return _one(Stage.MATCH, "go on", count(conn, turn, Relationship, cycles.awaiting), "relationships")


def _openings(conn: Connection, turn: Turn, stage: Stage) -> list[Work]:
    """Steps to open, and steps whose window is over, in the order of the program."""
    question = composed(turn, ("openings", stage), partial(_opening, stage))
    known = {row[0]: row[1:] for row in conn.execute(question, said(turn))}
    work = []
    for step in turn.plan.steps:
        opening, there = known.get(step.key, (0, 0))
        work += _one(stage, "skip", there - opening, step.key) + _one(stage, "open", opening, step.key)
    return work


def _opening(stage: Stage, turn: Turn) -> Select[Any]:
    """Of each step: how often it can still be opened in time, and how often it is due."""
    in_time = func.sum(case((steps.in_window(turn.today), 1), else_=0))
    kind = Step.kind == StepKind.REFLECT
    where = steps.due(turn) & (kind if stage is Stage.REFLECT else ~kind)
    return select(Step.key, in_time, func.count()).where(where).group_by(Step.key)


def _milestones(conn: Connection, turn: Turn) -> list[Work]:
    return _openings(conn, turn, Stage.MILESTONES)


def _reflections(conn: Connection, turn: Turn) -> list[Work]:
    return _openings(conn, turn, Stage.REFLECT)


def _reminders(conn: Connection, turn: Turn) -> list[Work]:
    waiting = counts(conn, turn, Ask.key, asks.remindable)
    return [Work(Stage.MILESTONES, "remind", key, number) for key, number in sorted(waiting.items())]


def _expiries(conn: Connection, turn: Turn) -> list[Work]:
    expired = _one(Stage.MILESTONES, "expire", count(conn, turn, Ask, asks.expirable), "asks")
    return expired + _one(Stage.MILESTONES, "miss", count(conn, turn, Step, steps.expectations_over), "expectations")


def _passages(conn: Connection, turn: Turn) -> list[Work]:
    over = counts(conn, turn, Relationship.phase, phases.over)
    return [Work(Stage.MILESTONES, "leave", p.id, over[p.id]) for p in turn.plan.program.phases if p.id in over]


def _overruns(conn: Connection, turn: Turn) -> list[Work]:
    late = counts(conn, turn, Relationship.phase, phases.overrunning)
    return [Work(Stage.MILESTONES, "overrun", p.id, late[p.id]) for p in turn.plan.program.phases if p.id in late]


def _silences(conn: Connection, turn: Turn) -> list[Work]:
    silent = counts(conn, turn, Relationship.silence_rung, contact.silent)
    return [Work(Stage.MILESTONES, "silence", str(rung + 1), number) for rung, number in sorted(silent.items())]


def _exchanges(conn: Connection, turn: Turn) -> list[Work]:
    ready = counts(conn, turn, Step.key, reflect.exchangeable)
    return [Work(Stage.REFLECT, "exchange", key, number) for key, number in sorted(ready.items())]


def _notices(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "notice", count(conn, turn, Relationship, endings.notable), "of the end")


def _let_go(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "let go", count(conn, turn, Relationship, let_go.leaving), "before the match")


def _mergers(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "merge", merging.due(conn, turn), "circles")


def _closings(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "close", count(conn, turn, Relationship, endings.ending), "relationships")


def _follow_ups(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "follow up", count(conn, turn, Relationship, follow_up.due), "closed relationships")


def _attention(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "attention", attention.outstanding(conn, turn))


def _conclusion(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.CLOSE, "conclude", count(conn, turn, Cohort, conclude.concludable), "cohort")


def _deliveries(conn: Connection, turn: Turn) -> list[Work]:
    return _one(Stage.DELIVER, "deliver", deliver.due(conn, turn), "mails")


_FINDERS: dict[Stage, tuple[Finder, ...]] = {
    Stage.MATCH: (_preparations, _lapses, _seekers, _offers, _starts, _cycles),
    Stage.MILESTONES: (_passages, _expiries, _milestones, _reminders, _overruns, _silences),
    Stage.REFLECT: (_reflections, _exchanges),
    Stage.CLOSE: (_notices, _let_go, _mergers, _closings, _follow_ups, _attention, _conclusion),
    Stage.DELIVER: (_deliveries,),
}
