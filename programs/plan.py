"""A program with a start date: which steps there are, and on which days they fall for somebody who enters a phase on a given day.

Knows no participants and no clock; every day is counted from the day a phase was entered.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from programs.awaited import Awaited, Named, day_after, day_of, end_of
from programs.dates import Anchor, Nudge, Span, Unit, Weekend, halfway, roll
from programs.errors import MentorflowError
from programs.spec import Ask, Consequence, Expect, Milestone, Phase, Program, Reflect, Role

if TYPE_CHECKING:
    from programs.render import Templates

LATE = Span(14, Unit.DAY)
"""How long after its day a message still makes sense, and an answer is still taken after it was due, unless declared."""

_LAST_START = date(date.max.year - 1000, 1, 1)
"""So long before calendars end, whatever a program declares, its days are days."""

REFLECTION = "reflection"
CONSENT = "consent"
PROPOSAL_NUDGE = Nudge(-3)
"""A proposal that nobody has answered is brought to mind before it lapses."""

FOLLOW_UP = "follow_up"


class StepKind(StrEnum):
    TELL = "tell"
    ASK = "ask"
    EXPECT = "expect"
    REFLECT = "reflect"


@dataclass(frozen=True)
class Step:
    """A step of the plan: what happens at a milestone, for every relationship that comes to it."""

    key: str
    """`PHASE.MILESTONE`; unique in the program and the same for all occurrences."""
    phase: Phase
    kind: StepKind
    label: str
    milestone: Milestone | None
    """None for the reflection, which a phase declares by itself."""
    roles: tuple[Role, ...]
    required: bool = False
    awaits: Awaited | None = None
    """What its day is counted from, where that is another milestone or an answer."""

    @property
    def ask(self) -> Ask | None:
        return self.milestone.ask if self.milestone else None

    @property
    def reflect(self) -> Reflect | None:
        return self.phase.reflect if self.kind is StepKind.REFLECT else None

    @property
    def expect(self) -> Expect | None:
        return self.milestone.expect if self.milestone else None

    @property
    def form(self) -> str | None:
        asked = self.ask or self.reflect
        return asked.form if asked else None

    @property
    def message(self) -> str | None:
        """The mail that goes out when the step opens."""
        if self.milestone and self.milestone.tell:
            return self.milestone.tell.message
        asked = self.ask or self.reflect
        return asked.message if asked else None

    @property
    def reminder(self) -> str | None:
        asked = self.ask or self.reflect
        return asked.reminder if asked else None

    @property
    def nudges(self) -> tuple[Nudge, ...]:
        asked = self.ask or self.reflect
        return tuple(sorted(asked.remind, key=lambda nudge: nudge.days)) if asked else ()

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        return self.milestone.when if self.milestone else ()

    @property
    def anchor(self) -> Anchor:
        """What the day is counted from; recurring steps and the reflection count from the start of the phase."""
        return self.milestone.at.anchor if self.milestone and self.milestone.at else Anchor.START

    @property
    def outlasts_its_phase(self) -> bool:
        """Whether it is looked for until its own due day even if the phase is left earlier: a meeting or goals expected once."""
        expected = self.expect is not None and self.expect.checklist is None
        return expected and self.milestone is not None and self.milestone.every is None

    @property
    def waits_for(self) -> str | None:
        """The key of the step whose reaching sets the day of this one."""
        return self.awaits.key if self.awaits and self.awaits.question is None else None

    @property
    def named_in(self) -> Awaited | None:
        """The answer that names the day of this one."""
        return self.awaits if self.awaits and self.awaits.question else None


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


@dataclass(frozen=True)
class Plan:
    """A program, dated. Equal plans have equal hashes."""

    program: Program
    starts_on: date
    timezone: str

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in the order of the program."""
        return tuple(step for phase in self.program.phases for step in _steps(self.program, phase))

    @cached_property
    def by_key(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}

    @cached_property
    def ends_named(self) -> dict[str, Awaited]:
        """Phase → the answer that names its last day."""
        found = ((phase.id, end_of(self.program, phase)) for phase in self.program.phases)
        return {phase: source for phase, source in found if source}

    @cached_property
    def templates(self) -> Templates:
        """The program's mails, each compiled once however many are written."""
        from programs.render import Templates  # noqa: PLC0415 - the template engine is only for those who write mails

        return Templates(self.program)

    def steps_of(self, phase_id: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.phase.id == phase_id)

    def reminders(self, key: str) -> tuple[tuple[Nudge, ...], str]:
        """The reminders of an ask, earliest first, and the message that they are written with."""
        if key in self.by_key:
            step = self.by_key[key]
            return step.nudges, step.reminder or "reminder"
        return ((PROPOSAL_NUDGE,), "reminder") if key.startswith(f"{CONSENT}.") else ((), "reminder")

    def next_phase(self, phase_id: str) -> Phase | None:
        """The phase after this one; None after the last."""
        phases = self.program.phases
        position = phases.index(self.program.phase(phase_id))
        return phases[position + 1] if position + 1 < len(phases) else None

    def enter(self, phase: Phase, entered_on: date, named: Named | None = None) -> PhaseDays:
        """The days of the phase for a relationship that enters it on that day, with the last days that have been named."""
        if phase.lasts.until:
            ends_on = day_after((named or {}).get(phase.id), phase.lasts, entered_on)
            return PhaseDays(entered_on, ends_on, ends_on)
        return PhaseDays(entered_on, phase.lasts.at_least.after(entered_on), phase.lasts.at_most.after(entered_on))

    def expected_end(self, phase: Phase, latest_on: date, *, named: Named | None = None) -> date:
        """The day the last phase ends if this one ends on `latest_on` and all later ones take their longest, unless named."""
        following = self.next_phase(phase.id)
        if following is None:
            return latest_on
        return self.expected_end(following, self.enter(following, latest_on, named).latest_on, named=named)

    @property
    def earliest_end(self) -> date:
        """The day before which no relationship can have gone through the whole program."""
        end = self.starts_on
        for phase in self.program.phases:
            end = phase.lasts.at_least.after(end)
        return end

    @property
    def latest_end(self) -> date:
        """The day on which a relationship that begins with the cohort is over at the latest, unless it is paused or extended."""
        first = self.program.phases[0]
        return self.expected_end(first, first.lasts.at_most.after(self.starts_on))

    def notice_on(self, expected_end: date) -> date:
        """The day on which members are told that the end is near."""
        return self.program.closure.notice.before(expected_end)

    def days(self, phase: Phase, days: PhaseDays) -> tuple[StepDays, ...]:
        """Every occurrence of every step of the phase, dated as far as it can be."""
        return tuple(dated for step in self.steps_of(phase.id) for dated in self._occurrences(step, days))

    def anchored(self, step: Step, anchor_on: date, days: PhaseDays, since: date | None = None) -> StepDays:
        """The days of a step once what it waits for has happened, or been named, for `anchor_on`.

        At the earliest on entering the phase, and on the day `since` which it is known; a named day lies in the phase.
        """
        assert step.milestone is not None
        assert step.milestone.at is not None
        day = step.milestone.at.on(anchor_on)
        if step.named_in:
            day = min(day, days.latest_on - timedelta(days=1))
        return self._dated(step, 0, max(day, days.entered_on, since or day), days)

    def due_when_opened(self, step: Step, opened_on: date, closes_on: date | None, due_on: date | None) -> date | None:
        """The due day of a step that opened late: people keep the time they were promised, up to the close of its window."""
        if step.ask is None or due_on is None:
            return due_on
        due = max(due_on, roll(step.ask.due.after(opened_on), self.program.weekend))
        return min(due, closes_on) if closes_on else due

    def _occurrences(self, step: Step, days: PhaseDays) -> list[StepDays]:
        every = step.milestone.every if step.milestone else None
        if every is None:
            if step.anchor.is_event:
                return [StepDays(step, 0, None, None, None)]
            return [self._dated(step, 0, self._day(step, days), days)]
        dated, times = [], 1
        while (day := every.after(days.entered_on, times)) <= days.latest_on:
            opens = every.after(days.entered_on, times - 1) if step.kind is StepKind.EXPECT else day
            if opens < days.latest_on:
                dated.append(self._dated(step, times, opens, days, last=day - timedelta(days=1)))
            times += 1
        return dated

    def _day(self, step: Step, days: PhaseDays) -> date:
        if step.milestone is None or step.milestone.at is None:
            return days.entered_on
        anchors = {
            Anchor.START: days.entered_on,
            Anchor.END: days.latest_on,
            Anchor.HALFWAY: halfway(days.entered_on, days.latest_on),
        }
        last = days.latest_on - timedelta(days=1)  # on the day after, the phase is left
        return min(step.milestone.at.on(anchors[step.anchor]), last)

    def _dated(self, step: Step, occurrence: int, day: date, days: PhaseDays, last: date | None = None) -> StepDays:
        rule = Weekend.NONE if step.kind is StepKind.EXPECT else self.program.weekend
        final = days.latest_on - timedelta(days=1)
        opens = _rolled_inside(day, rule, days.entered_on, final)
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
        due_on = roll(step.ask.due.after(opens), rule)
        closes_on = None if step.required else (step.ask.expires or LATE).after(due_on)
        return StepDays(step, occurrence, opens, due_on, closes_on)

    def to_json(self) -> dict[str, Any]:
        """What a cohort stores: the whole program as it was launched."""
        return {
            "program": self.program.model_dump(mode="json", by_alias=True),
            "starts_on": self.starts_on.isoformat(),
            "timezone": self.timezone,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The plan that `to_json` wrote; equal to the one that was stored."""
        return cls(Program.model_validate(data["program"]), date.fromisoformat(data["starts_on"]), data["timezone"])

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the stored form: two plans with the same hash do the same on the same days."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def make(program: Program, starts_on: date, timezone: str | None = None) -> Plan:
    """The plan of a program that starts on a day; the cohort's time zone overrides the program's.

    Raises MentorflowError for a start so late that no calendar has all days of the program and of what follows it.
    """
    plan = Plan(program, starts_on, timezone or program.timezone)
    if starts_on > _LAST_START or plan.latest_end > _LAST_START:
        raise MentorflowError(
            f"{program.title} cannot start on {starts_on}: calendars end with the year {date.max.year}"
        )
    return plan


def _rolled_inside(day: date, rule: Weekend, first: date, last: date) -> date:
    """A day moved off the weekend, but not out of its phase: there, nothing opens any more."""
    rolled = roll(day, rule)
    if first <= rolled <= last or not first <= day <= last:
        return rolled
    other = roll(day, Weekend.PREVIOUS if rule is Weekend.NEXT else Weekend.NEXT)
    return other if first <= other <= last else day


def _steps(program: Program, phase: Phase) -> list[Step]:
    steps = [_step(program, phase, milestone) for milestone in phase.milestones]
    if phase.reflect:
        label = f"{phase.label}: reflection"
        steps.append(Step(f"{phase.id}.{REFLECTION}", phase, StepKind.REFLECT, label, None, program.roles))
    return steps


def _step(program: Program, phase: Phase, milestone: Milestone) -> Step:
    key, label, awaits = f"{phase.id}.{milestone.id}", milestone.label, day_of(program, phase, milestone)
    if milestone.tell:
        return Step(key, phase, StepKind.TELL, label, milestone, milestone.tell.roles, awaits=awaits)
    if milestone.ask:
        return Step(key, phase, StepKind.ASK, label, milestone, milestone.ask.roles, milestone.required, awaits)
    return Step(key, phase, StepKind.EXPECT, label, milestone, program.roles, milestone.required, awaits)
