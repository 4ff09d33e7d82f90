"""On which days the steps of a phase fall for somebody who is in it from one day to another. Knows no program and no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from programs.dates import Anchor, Span, Unit, Weekend, halfway, roll, roll_inside
from programs.steps import Step, StepKind

DAY = timedelta(days=1)

LATE = Span(14, Unit.DAY)
"""How long after its day a message still makes sense, and an answer is still taken after it was due, unless declared."""


@dataclass(frozen=True)
class PhaseDays:
    """The days of one phase for one relationship. It lasts until the day before `ends_on` at the least, `latest_on` at the most.

    They are days of the calendar, from which the next phase is counted; see `on_working_days` for those that people live.
    """

    entered_on: date
    ends_on: date
    latest_on: date


@dataclass(frozen=True)
class StepDays:
    """The days of one occurrence of a step; None where they depend on something that has not happened yet."""

    step: Step
    occurrence: int
    opens_on: date | None
    due_on: date | None
    closes_on: date | None
    """The last day on which it can be opened or answered; None: as long as its phase."""


def on_working_days(days: PhaseDays, rule: Weekend) -> PhaseDays:
    """The days as people live them. Phases follow each other without regard to weekends, so that none grows by having been moved.

    A phase that lies within a weekend stays where it is.
    """
    begins_on, leaves_on = roll(days.entered_on, rule), roll(days.latest_on, rule)
    if begins_on >= leaves_on:
        return days
    return PhaseDays(begins_on, max(roll(days.ends_on, rule), begins_on + DAY), leaves_on)


def occurrences(step: Step, days: PhaseDays, rule: Weekend) -> list[StepDays]:
    """Every occurrence of a step of the phase, dated as far as it can be; days are counted from the one on which it is begun."""
    lived = on_working_days(days, rule)
    if step.milestone and step.milestone.every:
        return _recurring(step, step.milestone.every, lived, rule)
    if step.anchor.is_event:
        return [StepDays(step, 0, None, None, None)]
    return [_dated(step, 0, _day(step, lived), lived, rule)]


def anchored(step: Step, anchor_on: date, days: PhaseDays, rule: Weekend, since: date | None = None) -> StepDays:
    """The days of a step once what it waits for has happened, or been named, for `anchor_on`.

    At the earliest on entering the phase, and on the day `since` which it is known; a named day lies in the phase.
    """
    assert step.milestone is not None
    assert step.milestone.at is not None
    lived = on_working_days(days, rule)
    day = step.milestone.at.on(anchor_on)
    if step.named_in:
        day = min(day, lived.latest_on - DAY)
    day = max(day, lived.entered_on, since or day)
    # What follows an event is not moved back to the day of the event, for that has begun already.
    known_on = since or (min(day, anchor_on + DAY) if not step.named_in else lived.entered_on)
    return _dated(step, 0, day, replace(lived, entered_on=max(lived.entered_on, known_on)), rule)


def due_when_opened(
    step: Step, opened_on: date, closes_on: date | None, due_on: date | None, rule: Weekend
) -> date | None:
    """The due day of a step that opened late: people keep the time they were promised, up to the close of its window."""
    if step.ask is None or due_on is None:
        return due_on
    due = max(due_on, roll(step.ask.due.after(opened_on), rule))
    return roll_inside(closes_on, rule, opened_on, closes_on) if closes_on and due > closes_on else due


def _recurring(step: Step, every: Span, days: PhaseDays, rule: Weekend) -> list[StepDays]:
    """Counted from the start and never chained. What is expected is looked for from one day to the next; what opens, opens on it."""
    dated: list[StepDays] = []
    times = 1
    while (day := every.after(days.entered_on, times)) <= days.latest_on:
        opens = every.after(days.entered_on, times - 1) if step.kind is StepKind.EXPECT else day
        last = roll(day, rule) - DAY
        times += 1
        if opens >= days.latest_on or (step.kind is StepKind.EXPECT and roll(opens, rule) > last):
            continue  # nothing is looked for where there is no working day
        one = _dated(step, len(dated) + 1, opens, days, rule, last)
        if not dated or dated[-1].opens_on != one.opens_on:
            dated.append(one)
    return dated


def _day(step: Step, days: PhaseDays) -> date:
    if step.milestone is None or step.milestone.at is None:
        return days.entered_on
    anchors = {
        Anchor.START: days.entered_on,
        Anchor.END: days.latest_on,
        Anchor.HALFWAY: halfway(days.entered_on, days.latest_on),
    }
    last = days.latest_on - DAY  # on the day after, the phase is left
    return min(step.milestone.at.on(anchors[step.anchor]), last)


def _dated(
    step: Step, occurrence: int, day: date, days: PhaseDays, rule: Weekend, last: date | None = None
) -> StepDays:
    final = days.latest_on - DAY
    opens = roll_inside(day, rule, days.entered_on, final)
    if step.call:
        told_on = roll_inside(step.call.ahead.before(opens), rule, date.min, opens)
        return StepDays(step, occurrence, told_on, opens, opens)
    if step.kind is StepKind.TELL:
        return StepDays(step, occurrence, opens, opens, LATE.after(opens))
    if step.kind is StepKind.REFLECT:
        due = step.reflect.due if step.reflect else None
        until = min(final, due.after(opens)) if due else final
        return StepDays(step, occurrence, opens, roll_inside(until, rule, opens, final), final)
    if step.expect is not None:
        span = step.expect.due
        until = max(opens, min(final, span.after(opens)) if span else min(last or final, final))
        due_on = roll_inside(until, rule, opens, final if span else until)
        return StepDays(step, occurrence, opens, due_on, None if step.required else max(until, due_on))
    assert step.ask
    due_on = max(opens, roll(step.ask.due.after(opens), rule))
    closes_on = None if step.required else (step.ask.expires or LATE).after(due_on)
    return StepDays(step, occurrence, opens, due_on, closes_on)
