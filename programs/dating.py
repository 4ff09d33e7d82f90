"""On which days the steps of a phase fall for somebody who is in it from one day to another. Knows no program and no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from programs.dates import Anchor, Span, Unit, Weekend, halfway, roll
from programs.steps import Step, StepKind

LATE = Span(14, Unit.DAY)
"""How long after its day a message still makes sense, and an answer is still taken after it was due, unless declared."""


@dataclass(frozen=True)
class PhaseDays:
    """The days of one phase for one relationship. It lasts until the day before `ends_on` at the least, `latest_on` at the most."""

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


def occurrences(step: Step, days: PhaseDays, rule: Weekend) -> list[StepDays]:
    """Every occurrence of a step of the phase, dated as far as it can be."""
    every = step.milestone.every if step.milestone else None
    if every is None:
        if step.anchor.is_event:
            return [StepDays(step, 0, None, None, None)]
        return [_dated(step, 0, _day(step, days), days, rule)]
    dated, times = [], 1
    while (day := every.after(days.entered_on, times)) <= days.latest_on:
        opens = every.after(days.entered_on, times - 1) if step.kind is StepKind.EXPECT else day
        if opens < days.latest_on:
            dated.append(_dated(step, times, opens, days, rule, last=day - timedelta(days=1)))
        times += 1
    return dated


def anchored(step: Step, anchor_on: date, days: PhaseDays, rule: Weekend, since: date | None = None) -> StepDays:
    """The days of a step once what it waits for has happened, or been named, for `anchor_on`.

    At the earliest on entering the phase, and on the day `since` which it is known; a named day lies in the phase.
    """
    assert step.milestone is not None
    assert step.milestone.at is not None
    day = step.milestone.at.on(anchor_on)
    if step.named_in:
        day = min(day, days.latest_on - timedelta(days=1))
    return _dated(step, 0, max(day, days.entered_on, since or day), days, rule)


def due_when_opened(
    step: Step, opened_on: date, closes_on: date | None, due_on: date | None, rule: Weekend
) -> date | None:
    """The due day of a step that opened late: people keep the time they were promised, up to the close of its window."""
    if step.ask is None or due_on is None:
        return due_on
    due = max(due_on, roll(step.ask.due.after(opened_on), rule))
    return min(due, closes_on) if closes_on else due


def _day(step: Step, days: PhaseDays) -> date:
    if step.milestone is None or step.milestone.at is None:
        return days.entered_on
    anchors = {
        Anchor.START: days.entered_on,
        Anchor.END: days.latest_on,
        Anchor.HALFWAY: halfway(days.entered_on, days.latest_on),
    }
    last = days.latest_on - timedelta(days=1)  # on the day after, the phase is left
    return min(step.milestone.at.on(anchors[step.anchor]), last)


def _dated(
    step: Step, occurrence: int, day: date, days: PhaseDays, weekend: Weekend, last: date | None = None
) -> StepDays:
    rule = Weekend.NONE if step.kind is StepKind.EXPECT else weekend
    final = days.latest_on - timedelta(days=1)
    opens = _rolled_inside(day, rule, days.entered_on, final)
    if step.call:
        return StepDays(step, occurrence, step.call.ahead.before(opens), opens, opens)
    if step.kind is StepKind.TELL:
        return StepDays(step, occurrence, opens, opens, LATE.after(opens))
    if step.kind is StepKind.REFLECT:
        due = step.reflect.due if step.reflect else None
        due_on = min(final, roll(due.after(opens), rule)) if due else final
        return StepDays(step, occurrence, opens, due_on, final)
    if step.expect is not None:
        span = step.expect.due
        due_on = max(opens, min(final, span.after(opens)) if span else last or final)
        return StepDays(step, occurrence, opens, due_on, None if step.required else due_on)
    assert step.ask
    due_on = max(opens, roll(step.ask.due.after(opens), rule))
    closes_on = None if step.required else (step.ask.expires or LATE).after(due_on)
    return StepDays(step, occurrence, opens, due_on, closes_on)


def _rolled_inside(day: date, rule: Weekend, first: date, last: date) -> date:
    """A day moved off the weekend, but not out of its phase: there, nothing opens any more."""
    rolled = roll(day, rule)
    if first <= rolled <= last or not first <= day <= last:
        return rolled
    other = roll(day, Weekend.PREVIOUS if rule is Weekend.NEXT else Weekend.NEXT)
    return other if first <= other <= last else day
