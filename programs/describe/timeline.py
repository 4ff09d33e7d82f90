"""A plan for a relationship that begins when the cohort does: every phase and step with its days. Knows no output format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from programs import before
from programs.dates import Weekend, roll
from programs.plan import PhaseDays, Plan, Step, StepDays
from programs.spec import Cycles, Phase
from programs.ways import of_later_cycles, route

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A day that is known, or the first and the last day on which it can be where earlier phases vary in length."""

    earliest_on: date
    latest_on: date

    @property
    def is_exact(self) -> bool:
        return self.earliest_on == self.latest_on

    def shifted(self, days: int) -> Window:
        return Window(self.earliest_on + days * DAY, self.latest_on + days * DAY)


@dataclass(frozen=True)
class StepView:
    """One occurrence of a step. Its days are None where they depend on something that has not happened yet; where somebody
    names the day, they are the first and the last possible."""

    step: Step
    occurrence: int
    """From 1 for recurring steps, else 0."""
    opens: Window | None
    """For a call: its own day, not that on which people are told of it."""
    due: Window | None
    rule: Weekend = Weekend.NONE

    @property
    def is_of_later_cycles(self) -> bool:
        return self.step.cycles is Cycles.LATER

    @property
    def reminders(self) -> tuple[Window, ...]:
        days = (self.due.shifted(nudge.days) for nudge in self.step.nudges) if self.due else ()
        return tuple(_moved(window, self.rule) for window in days)

    @property
    def when(self) -> str:
        """The words of the declaration, such as `after first meeting`."""
        milestone = self.step.milestone
        if milestone is None:
            return "start"
        if milestone.every is None:
            return str(milestone.at)
        return f"every {milestone.every.unit if milestone.every.count == 1 else milestone.every}"


@dataclass(frozen=True)
class PhaseView:
    """One phase: its first day, its last day, and its steps in the order of their days."""

    phase: Phase
    begins: Window | None
    """None where it is not known whether or when: a phase gone through alone, or one that is only entered by some."""
    last: Window | None
    """The last day that still belongs to it."""
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class Timeline:
    """All of it. `closes` is the day after the last day of the last phase."""

    plan: Plan
    matching: Window | None
    """The day of the first matching, where the program names one."""
    phases: tuple[PhaseView, ...]
    closes: Window
    notice: Window
    follow_up: Window | None
    again: tuple[StepView, ...] = ()
    """What there is in new cycles only, on the days of one that begins as soon as the relationship has closed."""

    @property
    def enroll_by(self) -> date | None:
        """The last day of enrollment for which what comes before the match is done in time; None where there is nothing."""
        begins = self.phases[0].begins
        return begins.latest_on if begins and self.phases[0].phase.alone else None

    def is_of_the_first_cycle(self, view: StepView) -> bool:
        """Whether a new cycle comes to the phase as well, and leaves this out."""
        return view.step.cycles is Cycles.FIRST and view.step.phase.id in of_later_cycles(self.plan.program)

    @property
    def steps(self) -> Iterator[StepView]:
        return (view for phase in self.phases for view in phase.steps)


def timeline(plan: Plan) -> Timeline:
    """The plan's days: the latest ones are those of a relationship whose phases all take their longest."""
    ahead = plan.program.matching.ahead and plan.program.matching.ahead.before(plan.starts_on)
    dated = {view.phase.id: view for view in _alone(plan, ahead or plan.starts_on)}
    begins = Window(plan.starts_on, plan.starts_on)
    for phase in route(plan.program, plan.program.shared_phases[0]):
        view, last = _phase(plan, phase, begins)
        dated.setdefault(phase.id, view)
        begins = last.shifted(1)
    phases = [_first_time(dated.get(phase.id) or _undated(plan, phase)) for phase in plan.program.phases]
    closes = _moved(begins, plan.program.weekend)
    notice = Window(plan.notice_on(closes.earliest_on), plan.notice_on(closes.latest_on))
    follow_up = _window(plan.follow_up_on(closes.earliest_on), plan.follow_up_on(closes.latest_on))
    matching = Window(plan.working_day(ahead), plan.working_day(ahead)) if ahead else None
    return Timeline(plan, matching, tuple(phases), closes, notice, follow_up, tuple(_again(plan, closes.shifted(1))))


def _first_time(view: PhaseView) -> PhaseView:
    """The phase in the first cycle: what belongs to later ones has no day in it, and comes last."""
    steps = (replace(one, opens=None, due=None) if one.is_of_later_cycles else one for one in view.steps)
    return replace(view, steps=tuple(sorted(steps, key=lambda one: one.is_of_later_cycles)))


def _again(plan: Plan, begins: Window) -> Iterator[StepView]:
    """What is in later cycles only, for one that begins on that day."""
    declared = plan.program.closure.new_cycle
    for phase in route(plan.program, plan.program.phase(declared.begins)) if declared else ():
        view, last = _phase(plan, phase, begins)
        yield from (one for one in view.steps if one.is_of_later_cycles)
        begins = last.shifted(1)


def _undated(plan: Plan, phase: Phase) -> PhaseView:
    """A phase of which nobody knows beforehand whether it comes; its steps in the order in which they would."""
    dated = plan.days(phase, plan.enter(phase, plan.starts_on))
    days = sorted((_step(one, one, plan.program.weekend) for one in dated), key=_place)
    return PhaseView(phase, None, None, tuple(replace(view, opens=None, due=None) for view in days))


def _alone(plan: Plan, by: date) -> list[PhaseView]:
    """What comes before the match, for somebody who enrolls just in time to be through with it on the day, however long it takes."""
    done = [phase for phase in plan.program.alone_phases if not before.looks(phase)]
    begins_on = by
    for phase in reversed(done):
        begins_on = phase.lasts.at_most.before(begins_on)
    views: list[PhaseView] = []
    for phase in done:
        view, last = _phase(plan, phase, Window(begins_on, begins_on))
        views.append(view)
        begins_on = last.latest_on + DAY
    looking = [phase for phase in plan.program.alone_phases if before.looks(phase)]
    return views + [_phase(plan, phase, Window(by, by))[0] for phase in looking]


def _phase(plan: Plan, phase: Phase, begins: Window) -> tuple[PhaseView, Window]:
    """The phase as people live it, and its last day in the calendar, from which the next one is counted."""
    early = plan.enter(phase, begins.earliest_on, {phase.id: date.min})
    late = plan.enter(phase, begins.latest_on)
    long = plan.enter(phase, begins.earliest_on)
    soonest = (*_days(plan, long, long.entered_on, phase), *_days(plan, early, early.entered_on, phase))
    first = {(days.step.key, days.occurrence): days for days in soonest}
    second = {(days.step.key, days.occurrence): days for days in _days(plan, late, late.latest_on, phase)}
    rule = plan.program.weekend
    views = [_step(first.get(key) or second[key], second.get(key) or first[key], rule) for key in first | second]
    soon, late_on = plan.lived(early), plan.lived(late)
    shown = Window(soon.entered_on, late_on.entered_on), Window(soon.ends_on - DAY, late_on.latest_on - DAY)
    return PhaseView(phase, *shown, tuple(sorted(views, key=_place))), Window(early.ends_on - DAY, late.latest_on - DAY)


def _days(plan: Plan, days: PhaseDays, named_on: date, phase: Phase) -> Iterator[StepDays]:
    """What waits for a day that somebody names lies where that day puts it."""
    for one in plan.days(phase, days):
        yield plan.anchored(one.step, named_on, days) if one.step.named_in else one
    yield from (one for one in plan.calls if one.step.phase.id == phase.id)


def _step(early: StepDays, late: StepDays, rule: Weekend) -> StepView:
    due = _window(early.due_on, late.due_on)
    opens = due if late.step.call else _window(early.opens_on, late.opens_on)
    return StepView(late.step, late.occurrence, opens, due, rule)


def _window(early: date | None, late: date | None) -> Window | None:
    """A weekend rule can reverse two neighbouring days; a window runs forwards all the same."""
    return Window(min(early, late), max(early, late)) if early and late else None


def _moved(window: Window, rule: Weekend) -> Window:
    return Window(roll(window.earliest_on, rule), roll(window.latest_on, rule))


def _place(view: StepView) -> tuple[date, int]:
    """By day; what waits for something comes last. Sorting keeps the order of the declaration among equals."""
    return (view.opens.latest_on if view.opens else date.max, view.occurrence)
