"""Tells Prefect what happened in a cohort, so that operators can attach automations. One event per kind and run; ids and counts only."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.events import emit_event

from tasks.happened import Fact
from tasks.turn import Done, Turn

PREFIX = "mentorflow"

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


def _resource(turn: Turn) -> dict[str, str]:
    return {
        "prefect.resource.id": f"{PREFIX}.cohort.{turn.cohort}",
        "prefect.resource.name": turn.cohort,
        f"{PREFIX}.program": turn.plan.program.program,
    }
