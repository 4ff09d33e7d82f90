"""How days, roles and steps are put into words, the same in every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from programs.awaited import Awaited
from programs.describe.timeline import StepView, Window
from programs.plan import Plan, StepKind
from programs.spec import Expect, Phase, QuestionType, Role
from programs.words import clock_time, count

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(on: date) -> str:
    """12 January 2026. Written out, since locales differ from one machine to the next."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short_day(on: date) -> str:
    """Mon 12 Jan 2026."""
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def between(window: Window) -> str:
    """`on 12 January 2026`, or `between 12 January 2026 and 2 February 2026`."""
    if window.is_exact:
        return f"on {day(window.latest_on)}"
    return f"between {day(window.earliest_on)} and {day(window.latest_on)}"


def by(window: Window) -> str:
    """A due day, which can only be named once it is certain."""
    return f"by {day(window.latest_on)}" if window.is_exact else f"by {day(window.latest_on)} at the latest"


def enumerate_words(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def sentence_case(words: str) -> str:
    """A capital at the beginning, and nothing else changed."""
    return words[:1].upper() + words[1:]


def spaced(name: str) -> str:
    """An id in words."""
    return name.replace("_", " ").replace("-", " ")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each on one line."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n|\n(?=\s*[-*] )", text) if part.strip()]


def length(phase: Phase) -> str:
    """`2 weeks`, `2 weeks to 5 weeks`, or `up to 5 weeks`."""
    lasts = phase.lasts
    if not lasts.is_fixed and not lasts.at_least.count:
        return f"up to {lasts.at_most}"
    return str(lasts.at_least) if lasts.is_fixed else f"{lasts.at_least} to {lasts.at_most}"


def who(roles: Sequence[Role], plan: Plan) -> str:
    """`everybody`, `mentors`, `mentees`."""
    if set(roles) >= set(plan.program.roles):
        return "everybody"
    return enumerate_words(f"{role}s" for role in roles)


def title(view: StepView) -> str:
    """The label of a step, numbered where it recurs."""
    return f"{view.step.label} {view.occurrence}" if view.occurrence else view.step.label


def when(view: StepView, plan: Plan) -> str:
    """`after first meeting`, `2 days before the day named in “What we agree”`."""
    milestone = view.step.milestone
    if view.step.anchor.is_event and view.step.named_in is None:
        return _after(view, plan)
    if view.step.named_in is None or milestone is None or milestone.at is None:
        return view.when
    at = milestone.at
    side = f"{at.offset} {'before' if at.before else 'after'}" if at.offset else "on"
    return f"{side} the day named in {where_named(view.step.named_in, plan)}"


def _after(view: StepView, plan: Plan) -> str:
    """`3 days after first meeting`, `after “What we agree”`: a milestone by its title, not by its id."""
    before, after, event = view.when.partition("after ")
    found = (step.label for step in plan.steps if step.milestone and step.milestone.id == event)
    label = next(found, None)
    return f"{before}{after}“{label}”" if label else view.when


def where_named(source: Awaited, plan: Plan) -> str:
    """The title of the form, with the question where the form asks for several days."""
    assert source.milestone.ask
    name = source.milestone.ask.form
    days = [question for question in plan.program.forms[name].questions if question.type is QuestionType.DATE]
    asked = next((f" (“{question.ask}”)" for question in days if question.id == source.question), "")
    return f"“{plan.program.form_title(name)}”{asked if len(days) > 1 else ''}"


def what(view: StepView, plan: Plan) -> str:
    """What happens, in a few words: `message`, `form: Check-in`, `meeting of 45 minutes`."""
    step = view.step
    if step.call:
        at, lasts = step.call.time, step.call.minutes
        begins = [f"at {clock_time(at, plan.timezone)}"] if at else []
        return ", ".join([step.call.kind, *begins, *([count(lasts, "minute")] if lasts else [])])
    if step.kind is StepKind.TELL:
        return "message"
    if step.form:
        return f"{'reflection' if step.kind is StepKind.REFLECT else 'form'}: {plan.program.form_title(step.form)}"
    assert step.expect
    return expectation(step.expect)


def expectation(expect: Expect) -> str:
    if expect.meeting:
        return (
            f"meeting of {count(expect.meeting.minutes, 'minute')} or more" if expect.meeting.minutes > 1 else "meeting"
        )
    if expect.goals:
        return f"{count(expect.goals, 'goal')} set"
    return "checklist done"


def expected(expect: Expect) -> str:
    """The same as the end of a sentence: `a meeting of at least 30 minutes is expected`."""
    if expect.meeting:
        minutes = f" of at least {count(expect.meeting.minutes, 'minute')}" if expect.meeting.minutes > 1 else ""
        return f"a meeting{minutes} is expected"
    if expect.goals:
        return f"at least {count(expect.goals, 'goal')} {'is' if expect.goals == 1 else 'are'} to be set"
    return "the checklist is to be done"
