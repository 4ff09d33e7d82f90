"""Calls are for many at once: each lies on one day that is known from the beginning, and people hear of it in time."""

from __future__ import annotations

from datetime import date

from programs.check import uses
from programs.check.finding import Finding, Findings
from programs.check.phases import STARTS
from programs.dates import Span
from programs.plan import Plan
from programs.spec import Milestone, Phase, Program
from programs.ways import route


def calls_are_on_one_day(program: Program) -> Findings:
    """Nothing of their own moves the day: neither what a relationship does, nor whether it comes into the phase at all."""
    default = {phase.id for phase in route(program, program.shared_phases[0])} if program.shared_phases else set()
    for trail, phase, milestone in uses.milestones(program):
        if milestone.call is None:
            continue
        if milestone.at and milestone.at.anchor.is_event:
            message = f"a call is on the same day for all, and '{milestone.at}' is another day for everybody"
            yield Finding((*trail, "at"), message, "count from 'start'")
        elif phase.id not in default:
            how = "alone" if phase.alone else "by some only, on days of their own"
            message = f"a call is on the same day for all, and phase '{phase.id}' is gone through {how}"
            yield Finding((*trail, "call"), message, "move it into a phase that everybody comes to", key=True)


def calls_are_told_after_the_start(program: Program) -> Findings:
    """Whoever is to hear of a call 3 weeks ahead must be there 3 weeks before; the usual few days are just cut short."""
    early = {(phase.id, one.id): ahead for phase, one, ahead in _before_the_start(program)}
    for trail, phase, milestone in uses.milestones(program):
        if ahead := early.get((phase.id, milestone.id)):
            message = f"{ahead} ahead of this call the cohort has not begun, so there is nobody to be told"
            yield Finding((*trail, "call", "ahead"), message, "tell people later, or leave 'ahead' out")


def _before_the_start(program: Program) -> list[tuple[Phase, Milestone, Span]]:
    """The calls of which people would hear before the cohort begins, in whatever month that is."""
    found = []
    plans = [Plan(program, start, program.timezone) for start in STARTS]
    for _, phase, milestone in uses.milestones(program):
        call = milestone.call
        if call is None or "ahead" not in call.model_fields_set:
            continue
        days = [(plan.starts_on, _first(plan, f"{phase.id}.{milestone.id}")) for plan in plans]
        if all(on is not None and call.ahead.before(on) < start for start, on in days):
            found.append((phase, milestone, call.ahead))
    return found


def _first(plan: Plan, key: str) -> date | None:
    return next((one.due_on for one in plan.calls if one.step.key == key), None)
