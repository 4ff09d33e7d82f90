"""What ends relationships before their time, where, and after which of these endings somebody new is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from programs.plan import Plan
from programs.spec import Phase, Program, Then
from programs.ways import COMPLETED, END, rungs

_CLOSING = (Then.CLOSE, Then.REMATCH)
MERGED = "merged"


@dataclass(frozen=True)
class EarlyEnd:
    """What ends a relationship, or lets somebody go, before its time."""

    phase: str | None
    """None where it can happen in every phase of a relationship."""
    when: str
    reasons: tuple[str, ...]
    """One, or those between which the operator chooses."""


def early_ends(plan: Plan) -> tuple[EarlyEnd, ...]:
    """By an answer, by waiting too long for what is required, by silence, by becoming too few, and by the operator.

    Each once; those of single phases first, in the order of the phases.
    """
    program = plan.program
    own = [end for phase in program.phases for end in _in(phase, plan)]
    silent = [EarlyEnd(None, _silence(plan, number), (reason,)) for number, reason in _silent_everywhere(program)]
    small = (
        [EarlyEnd(None, "when it is too small and another has room", (MERGED,))] if program.relationships.merge else []
    )
    told = dict.fromkeys([*own, *silent, *small])
    return (*told, *_by_the_operator(plan, {reason for end in told for reason in end.reasons}))


def rematched(program: Program) -> frozenset[str]:
    """The reasons after which somebody new is looked for."""
    rules = (rule for phase in program.shared_phases for one in phase.milestones for rule in one.when)
    asked = {rule.reason for rule in rules if rule.then is Then.REMATCH or (rule.then is Then.CLOSE and rule.rematch)}
    declared = program.closure.rematch.reasons if program.closure.rematch else ()
    return frozenset([*declared, *(reason for reason in asked if reason)])


def _in(phase: Phase, plan: Plan) -> Iterator[EarlyEnd]:
    asked = [(step.label, rule) for step in plan.steps if step.phase.id == phase.id for rule in step.consequences]
    for label, rule in asked:
        if rule.then in _CLOSING:
            yield EarlyEnd(phase.id, f"by “{label}”", (rule.reason or "",))
    if phase.overrun and phase.overrun.reason:
        again = " again" if phase.overrun.then is Then.GO else ""
        yield EarlyEnd(phase.id, f"when it takes too long{again}", (phase.overrun.reason,))
    everywhere = () if phase.alone else _silent_everywhere(plan.program)
    for number, reason in _silent(plan.program, phase):
        if (number, reason) not in everywhere:
            yield EarlyEnd(phase.id, _silence(plan, number), (reason,))


def _silent(program: Program, phase: Phase) -> tuple[tuple[int, str], ...]:
    """The steps of the silence ladder that close in the phase, by their numbers, with their reasons."""
    return tuple((number, rung.reason or "") for number, rung in rungs(program, phase.id) if rung.then is Then.CLOSE)


def _silent_everywhere(program: Program) -> tuple[tuple[int, str], ...]:
    first, *others = (_silent(program, phase) for phase in program.shared_phases)
    return tuple(one for one in first if all(one in other for other in others))


def _silence(plan: Plan, number: int) -> str:
    return f"after {plan.program.silence[number].after} of silence"


def _by_the_operator(plan: Plan, told: set[str]) -> Iterator[EarlyEnd]:
    """For the reasons that nothing else brings about: first those after which somebody new is looked for."""
    program = plan.program
    ways = (way for phase in program.phases for way in plan.ways(phase.id))
    known = told | {way.reason for way in ways if way.to == END} | {COMPLETED, *program.closure.planned_reasons}
    left, again = [reason for reason in program.closure.reasons if reason not in known], rematched(program)
    for reasons in (tuple(one for one in left if one in again), tuple(one for one in left if one not in again)):
        if reasons:
            yield EarlyEnd(None, "by the operator", reasons)
