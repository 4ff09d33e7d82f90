"""Tells Prefect what happened in a cohort, so that operators can attach automations. One event per kind and run; ids and counts only."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.events import emit_event

from tasks.happened import SHOWN, Fact
from tasks.needs import News
from tasks.turn import Done, Turn

PREFIX = "mentorflow"

EACH = 200
"""Items of the attention list that have an event of their own in one run."""

NAMES = {
    ("cohort", "launch"): "cohort.launched",
    ("cohort", "conclude"): "cohort.closed",
    ("participant", "activate"): "participant.activated",
    ("participant", "withdraw"): "participant.withdrawn",
    ("relationship", "approve"): "relationship.approved",
    ("relationship", "accept"): "relationship.agreed",
    ("relationship", "reject"): "relationship.rejected",
    ("relationship", "decline"): "relationship.declined",
    ("relationship", "lapse"): "relationship.lapsed",
    ("relationship", "start"): "relationship.started",
    ("relationship", "leave"): "relationship.phase-passed",
    ("relationship", "pause"): "relationship.paused",
    ("relationship", "resume"): "relationship.resumed",
    ("relationship", "close"): "relationship.closed",
    ("step", "open"): "milestone.opened",
    ("step", "reach"): "milestone.reached",
    ("step", "miss"): "milestone.missed",
    ("step", "skip"): "milestone.skipped",
    ("message", "fail"): "mail.refused",
}
"""What history says → the name of the event. What is not named here is nobody's trigger."""

BY_WORK = {"propose": "proposals.waiting", "silence": "relationship.silent", "conclude": "cohort.closed"}
"""Work that leaves no such row of history."""


def emit(turn: Turn, facts: Sequence[Fact], done: Sequence[Done]) -> list[str]:
    """Emit what happened; returns the names."""
    told: dict[str, dict[str, object]] = {}
    for fact in facts:
        name = NAMES.get((fact.noun, fact.event))
        if name:
            told[name] = {"count": fact.count, "ids": list(fact.ids)}
    for one in done:
        name = BY_WORK.get(one.work.verb)
        if name and one.count:
            told.setdefault(name, {"count": one.count})
    for name, payload in told.items():
        emit_event(f"{PREFIX}.{name}", resource=_resource(turn), payload={**payload, "on": turn.today.isoformat()})
    return list(told)


def emit_needs(turn: Turn, news: Sequence[News]) -> None:
    """One event for each item that is new on the attention list or gone from it; of very many, the rest in one for each kind."""
    for one in news[:EACH]:
        told: dict[str, object] = {
            "kind": one.need.kind,
            "whom": one.need.whom,
            "who": one.need.who,
            "since": one.need.since.isoformat(),
        }
        _emit_need(turn, one.what, told)
    rest: dict[tuple[str, str], list[str]] = {}
    for one in news[EACH:]:
        rest.setdefault((one.what, one.need.kind), []).append(one.need.whom)
    for (what, kind), whom in rest.items():
        _emit_need(turn, what, {"kind": kind, "count": len(whom), "ids": whom[:SHOWN]})


def _emit_need(turn: Turn, what: str, told: dict[str, object]) -> None:
    payload = {**told, "on": turn.today.isoformat()}
    emit_event(f"{PREFIX}.attention.{what}", resource=_resource(turn), payload=payload)


def _resource(turn: Turn) -> dict[str, str]:
    return {
        "prefect.resource.id": f"{PREFIX}.cohort.{turn.cohort}",
        "prefect.resource.name": turn.cohort,
        f"{PREFIX}.program": turn.plan.program.program,
    }
