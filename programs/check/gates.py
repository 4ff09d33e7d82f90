"""Gates can be passed by everybody who comes to them, and answers that do not pass could have."""

from __future__ import annotations

from programs.check import uses
from programs.check.finding import Finding, Findings, repeated, unknown
from programs.document import Trail
from programs.spec import Cycles, Gate, Milestone, Phase, Program, Then
from programs.ways import reachable
from programs.words import listing


def gates_can_be_passed(program: Program) -> Findings:
    """A gate is opened by the operator, or it is a required milestone that asks everybody whom it concerns."""
    milestones = {milestone.id: (phase, milestone) for _, phase, milestone in uses.milestones(program)}
    for at, gate in enumerate(program.enrollment.gates):
        trail = ("enrollment", "gates", at)
        if gate.by == "operator":
            if gate.id in milestones:
                message = f"'{gate.id}' is a milestone, and the operator opens the gate"
                hint = "give the gate a name of its own, or leave 'by: operator' out"
                yield Finding((*trail, "id"), message, hint, about=gate.id)
            continue
        yield from unknown(trail, "milestone", gate.id, milestones)
        if gate.id in milestones:
            yield from _asks_everybody(trail, program, gate, *milestones[gate.id])
    yield from repeated(("enrollment", "gates"), "gate", program.enrollment.gate_ids)


def _asks_everybody(trail: Trail, program: Program, gate: Gate, phase: Phase, milestone: Milestone) -> Findings:
    if milestone.ask is None:
        message = f"'{gate.id}' asks nothing, so nobody can pass it"
        yield Finding(trail, message, "a gate is a milestone with 'ask'", about=gate.id)
        return
    concerned = gate.roles or (phase.roles if phase.alone else ()) or program.roles
    missing = [role for role in concerned if role in program.roles and role not in milestone.ask.roles]
    if missing:
        hint = "a gate asks everybody" if not gate.roles else "a gate asks everybody whom it concerns"
        yield Finding(trail, f"'{gate.id}' is not asked of: {listing(missing)}", hint, about=gate.id)
    if not milestone.required:
        message = f"'{gate.id}' is not required, so it keeps nobody back"
        yield Finding(trail, message, "write 'required: true' at it", about=gate.id)
    if _is_passed_over(program, phase):
        message = f"'{gate.id}' is a gate, and '{phase.id}' goes on without it when it takes too long: no gate is opened by time"
        hint = f"write 'then: wait' or 'then: close' there, or take '{gate.id}' off the gates"
        yield Finding(trail, message, hint, about=gate.id)
    if milestone.cycles is Cycles.LATER:
        message = f"'{gate.id}' is asked in later cycles only, so nobody passes it before the first"
        yield Finding(trail, message, "leave 'cycles' out of it", about=gate.id)
    if gate.before == "matching" and not phase.alone:
        message = f"'{gate.id}' is asked in '{phase.id}', which begins after the match"
        hint = "ask it in a phase with 'alone: true', or leave 'before: matching' out"
        yield Finding((*trail, "before"), message, hint, about=gate.id)


def _is_passed_over(program: Program, phase: Phase) -> bool:
    """Whether it is left unfinished once it has taken too long, and not come back to."""
    late = phase.overrun
    if late is None or late.then not in (Then.MOVE_ON, Then.GO):
        return False
    return late.to is None or phase.id not in reachable(program, late.to)
