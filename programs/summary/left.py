"""By which of the declared ways a phase was left, as data and in words. Whose answer it was stays out; of whom it was asked does not."""

from __future__ import annotations

from programs.plan import Plan
from programs.spec import Phase, Then
from programs.summary.facts import PhaseFacts
from programs.summary.layout import escaped
from programs.summary.shape import LeftBy, PhaseRecord
from programs.ways import By, Way

DATE = "date"
COMPLETION = "completion"

_WORDS = {
    DATE: "its time was over",
    COMPLETION: "what it waited for was done",
    By.CONTACT: "contact again",
    By.OPERATOR: "the operator",
    By.SILENCE: "silence",
    By.OVERRUN: "it took too long",
}


def left_by(plan: Plan, passed: PhaseFacts) -> LeftBy | None:
    """None where it was left by no way of the plan: the relationship ended in it."""
    known = any(phase.id == passed.phase for phase in plan.program.phases)
    way = next((way for way in plan.ways(passed.phase) if way.key == passed.way), None) if known else None
    if way is None:
        return None
    if way.condition is None and way.by is By.OVER:
        return {"by": _over(plan.program.phase(passed.phase), passed), "milestone": None, "roles": []}
    if way.condition is None:
        return {"by": str(way.by), "milestone": None, "roles": []}
    return _answered(plan, way)


def _over(phase: Phase, passed: PhaseFacts) -> str:
    """What made it over: a phase that waits for something lasts until that is done or its overrun moves on without it."""
    left_on, planned_until, late = passed.left_on, passed.planned_until, phase.overrun
    if left_on is None or left_on == planned_until:
        return DATE
    if left_on < planned_until:
        return COMPLETION
    if late and late.then is Then.MOVE_ON and left_on >= late.after.after(planned_until):
        return By.OVERRUN
    return COMPLETION if phase.until else DATE


def _answered(plan: Plan, way: Way) -> LeftBy:
    step = next(step for step in plan.steps if step.milestone and step.milestone.id == way.milestone)
    form = plan.program.forms[step.form or ""]
    question = form.question(way.condition.question) if way.condition and way.condition.question else None
    roles = [str(role) for role in step.roles if question is None or question.asked_of(role)]
    return {"by": str(By.ANSWER), "milestone": step.label, "roles": roles}


def in_words(phase: PhaseRecord) -> str:
    """Nothing for a phase in which the relationship ended, and for records from before this was kept."""
    left = phase.get("left_by")
    if not left:
        return ""
    if left["by"] == By.ANSWER:
        return f"answer of {' or '.join(left['roles'])} to “{escaped(left['milestone'] or '')}”"
    return _WORDS.get(left["by"], left["by"])
