"""The ways out of a phase in words: what sends a relationship on its way, and where that leads."""

from __future__ import annotations

from collections.abc import Iterator

from programs.describe.sentences import answered
from programs.plan import REFLECTION, Plan
from programs.spec import Form, Phase, Then
from programs.survey import form_of, reflection_form
from programs.ways import COMPLETED, END, By, Way, plain
from programs.words import count


def told(plan: Plan, phase: Phase) -> tuple[Way, ...]:
    """The ways out of a phase; none where it only leads to the next of the file, which goes without saying."""
    ways = plan.ways(phase.id)
    return () if ways == (plain(plan.program, phase),) else ways


def destination(way: Way, plan: Plan) -> str:
    """The title of the phase, or the end."""
    if way.to == END:
        return "the end" if way.reason == COMPLETED else f"the end ({way.reason.replace('_', ' ')})"
    return plan.program.phase(way.to).label


def occasion(way: Way, plan: Plan) -> str:
    """When it is gone, in a few words: `once over`, `on contact`."""
    match way.by:
        case By.OVER:
            words = f"once over, by {_asked_at(way, plan)}" if way.milestone else "once over"
        case By.ANSWER:
            words = f"at once, by {_asked_at(way, plan)}"
        case By.CONTACT:
            words = "on contact"
        case By.OPERATOR:
            words = "by the operator"
        case By.SILENCE:
            words = f"after {plan.program.silence[way.rung or 0].after} of silence"
        case By.OVERRUN:
            words = "when it takes too long"
    return f"{words}{_at_most(way.at_most)}"


def _ends(way: Way) -> str:
    return (
        "the relationship ends"
        if way.reason == COMPLETED
        else f"the relationship ends ({way.reason.replace('_', ' ')})"
    )


def _asked_at(way: Way, plan: Plan) -> str:
    found = (step.label for step in plan.steps if step.milestone and step.milestone.id == way.milestone)
    label = next(found, None)
    return f"“{label}”" if label else str(way.milestone)


def ways_on(phase: Phase, plan: Plan) -> Iterator[str]:
    """A sentence for each way; what follows from an answer at once is told with the question, an overrun by itself."""
    ways = told(plan, phase)
    decided = False
    for way in ways:
        if way.by in (By.ANSWER, By.OVERRUN):
            continue
        goes = f"it goes on with “{plan.program.phase(way.to).label}”" if way.to != END else _ends(way)
        yield f"{_when(way, phase, plan, decided)} {goes}{' earlier' if way.by is By.OPERATOR else ''}{_at_most(way.at_most)}."
        decided = decided or way.by is By.OVER


def _when(way: Way, phase: Phase, plan: Plan, decided: bool) -> str:
    match way.by:
        case By.OVER:
            if way.condition is None:
                return "Otherwise" if decided else "When it is over,"
            return f"When it is over and {answered(way.condition, _form(way, phase, plan))},"
        case By.CONTACT:
            return "As soon as there is contact again,"
        case By.OPERATOR:
            return "If the coordinators agree,"
        case _:
            return f"When nothing is heard of it for {plan.program.silence[way.rung or 0].after},"


def _form(way: Way, phase: Phase, plan: Plan) -> Form:
    if way.milestone == REFLECTION:
        return reflection_form(plan.program, phase)
    asked = next(step for step in plan.steps if step.milestone and step.milestone.id == way.milestone)
    return form_of(plan.program, asked.form or "")


def overrun(phase: Phase, plan: Plan) -> Iterator[str]:
    """What becomes of a relationship whose phase should be over; nothing where the program does not say."""
    late = phase.overrun
    if late is None:
        return
    then = {
        Then.WAIT: "the coordinators look into it",
        Then.MOVE_ON: "they go on without it" if phase.alone else "the relationship goes on without it",
        Then.CLOSE: "they are let go without fault" if phase.alone else "the relationship is closed",
    }.get(late.then)
    if then is None:
        then = f"the relationship goes on with “{plan.program.phase(late.to or phase.id).label}”"
        then += f"{_at_most(late.at_most)}; after that it is closed" if late.at_most else ""
    yield f"Where something is still missing {late.after} later, {then}."


def _at_most(times: int | None) -> str:
    if times is None:
        return ""
    return f", {'once' if times == 1 else count(times, 'time')} at most"
