"""How pieces of work are called, in the words of the program they belong to. Knows no Prefect and no database."""

from __future__ import annotations

from collections.abc import Callable

from programs.plan import CONSENT, FOLLOW_UP, Plan
from programs.ways import END, By, Way
from tasks.turn import Stage, Work

STAGES: dict[Stage, str] = {
    Stage.ENROLL: "Opens the cohort and takes in its people.",
    Stage.MATCH: "Proposes relationships, asks those concerned whether they agree, and starts what is agreed.",
    Stage.MILESTONES: "Opens the milestones that are due, reminds, notes what was missed, and leads from phase to phase.",
    Stage.REFLECT: "Asks everybody to look back, and passes on what they want to share with each other.",
    Stage.CLOSE: "Ends relationships with a summary record each, planned or early, and asks how it went on.",
    Stage.DELIVER: "Hands the queued mails over.",
}
"""What each stage of a cohort's day does."""

_FIXED = {
    "lapse": "give up unanswered proposals",
    "propose": "propose relationships",
    "start": "start relationships",
    "expire": "close overdue forms",
    "miss": "note missed expectations",
    "notice": "tell that the end is near",
    "close": "close relationships",
    "follow up": "ask how it went on",
    "attention": "note what needs somebody",
    "conclude": "close the cohort",
    "deliver": "deliver mails",
}


def called(work: Work, plan: Plan) -> str:
    """What a piece of work is called: `open Training`, `leave Negotiating`, `remind Agreement`."""
    if work.verb in _FIXED:
        return _FIXED[work.verb]
    words = _WORDS.get(work.verb)
    return words(work.key, plan) if words else f"{work.verb} {about(work.key, plan)}".strip()


def about(key: str, plan: Plan) -> str:
    """The label of a step or a phase, with the phase where two steps have the same label."""
    step = plan.by_key.get(key)
    if step is not None:
        same = [other for other in plan.steps if other.label == step.label]
        return step.label if len(same) == 1 else f"{step.phase.label}: {step.label}"
    phase = next((phase for phase in plan.program.phases if phase.id == key), None)
    if phase is not None:
        return phase.label
    if key.startswith(f"{CONSENT}."):
        return f"{key.partition('.')[2]}s of a proposal"
    return "follow-up" if key == FOLLOW_UP else key.replace("_", " ").replace(".", " ")


def left(plan: Plan, way: Way) -> str:
    """Which phase was left for which, by their titles."""
    origin = f"left “{plan.program.phase(way.origin).label}”"
    return origin if way.to == END else f"{origin} for “{plan.program.phase(way.to).label}”"


def reason(plan: Plan, way: Way) -> str:
    """Why a relationship goes that way, without telling what anybody answered."""
    match way.by:
        case By.OVER:
            return f"over, by the answer to {_asked(plan, way)}" if way.milestone else "over"
        case By.ANSWER:
            return f"by the answer to {_asked(plan, way)}"
        case By.SILENCE:
            return f"silent for {plan.program.silence[way.rung or 0].after}"
        case By.OVERRUN:
            return "what it waits for took too long"
        case By.CONTACT:
            return "in contact again"
        case By.OPERATOR:
            return "as the operator decided"


def _asked(plan: Plan, way: Way) -> str:
    """What was asked there, by its title; the reflection is no milestone."""
    asked = (step for step in plan.steps_of(way.origin) if step.milestone and step.milestone.id == way.milestone)
    step = next(asked, None)
    return f"“{step.label}”" if step else "the reflection"


def _silence(key: str, plan: Plan) -> str:
    rungs = plan.program.silence
    rung = int(key) - 1
    return f"notice {rungs[rung].after} of silence" if 0 <= rung < len(rungs) else f"notice silence {key}"


_WORDS: dict[str, Callable[[str, Plan], str]] = {
    "offer": lambda key, _: f"ask {key}s whether they agree",
    "leave": lambda key, plan: f"pass {about(key, plan)}",
    "overrun": lambda key, plan: f"act on overrun of {about(key, plan)}",
    "silence": _silence,
    "exchange": lambda key, plan: f"exchange what was shared in {about(key, plan)}",
}
