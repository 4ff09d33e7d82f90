"""A program with a start date: which steps there are, and on which days they fall for somebody who enters a phase on a given day.

Knows no participants and no clock; every day is counted from the day a phase was entered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import available_timezones

from programs.awaited import Awaited, Named, day_after, end_of
from programs.dates import Nudge, roll, roll_inside
from programs.dating import (
    DAY,
    LATE,
    PhaseDays,
    StepDays,
    anchored,
    due_when_opened,
    occurrences,
    on_working_days,
)
from programs.errors import MentorflowError
from programs.spec import Phase, Program
from programs.steps import REFLECTION, Step, StepKind, steps
from programs.ways import Way, limited, route, ways
from programs.words import did_you_mean

if TYPE_CHECKING:
    from programs.render import Templates

__all__ = [
    "CONSENT",
    "FOLLOW_UP",
    "LATE",
    "PROPOSAL_NUDGE",
    "REFLECTION",
    "PhaseDays",
    "Plan",
    "Step",
    "StepDays",
    "StepKind",
    "make",
]

_LAST_START = date(date.max.year - 1000, 1, 1)
"""So long before calendars end, whatever a program declares, its days are days."""

CONSENT = "consent"
PROPOSAL_NUDGE = Nudge(-3)
"""A proposal that nobody has answered is brought to mind before it lapses."""

FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Plan:
    """A program, dated. Equal plans have equal hashes."""

    program: Program
    starts_on: date
    timezone: str

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in the order of the program."""
        return tuple(step for phase in self.program.phases for step in steps(self.program, phase))

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

    def ways(self, phase_id: str) -> tuple[Way, ...]:
        """The ways out of the phase; those for when it is over come first, in the order in which they are tried."""
        return self._ways[phase_id]

    @cached_property
    def _ways(self) -> dict[str, tuple[Way, ...]]:
        return {phase.id: ways(self.program, phase) for phase in self.program.phases}

    @cached_property
    def limited_ways(self) -> tuple[Way, ...]:
        """The ways that are gone by default, but only so often: on them depends how long a relationship still has."""
        return limited(self.program)

    def enter(self, phase: Phase, entered_on: date, named: Named | None = None) -> PhaseDays:
        """The days of the phase for a relationship that enters it on that day, with the last days that have been named."""
        if phase.lasts.until:
            ends_on = day_after((named or {}).get(phase.id), phase.lasts, entered_on)
            return PhaseDays(entered_on, ends_on, ends_on)
        return PhaseDays(entered_on, phase.lasts.at_least.after(entered_on), phase.lasts.at_most.after(entered_on))

    def expected_end(
        self, phase: Phase, latest_on: date, taken: Mapping[str, int] | None = None, *, named: Named | None = None
    ) -> date:
        """The day the last phase ends if this one ends on `latest_on` and all that follow by default take their longest,
        unless their last day has been named.

        `taken` says how often which limited way has been gone already.
        """
        end = latest_on
        for following in route(self.program, phase, taken)[1:]:
            end = self.enter(following, end, named).latest_on
        return self.working_day(end)

    @property
    def earliest_end(self) -> date:
        """The day before which no relationship can have gone through the whole program, by the way that is gone by default."""
        end = self.starts_on
        for phase in route(self.program, self.program.shared_phases[0]):
            end = phase.lasts.at_least.after(end)
        return end

    @property
    def latest_end(self) -> date:
        """The day on which a relationship that begins with the cohort is over at the latest, unless it is paused or extended."""
        shared = self.program.shared_phases
        return self.expected_end(shared[0], shared[0].lasts.at_most.after(self.starts_on)) if shared else self.starts_on

    def notice_on(self, expected_end: date) -> date:
        """The day on which members are told that the end is near."""
        day = self.program.closure.notice.before(expected_end)
        return roll_inside(day, self.program.weekend, date.min, expected_end - DAY)

    def follow_up_on(self, closed_on: date) -> date | None:
        """The day on which former members are asked how it went on; None if they are not."""
        declared = self.program.closure.follow_up
        return self.working_day(declared.after.after(closed_on)) if declared else None

    def working_day(self, day: date) -> date:
        """The day on which people hear of what is planned for a day."""
        return roll(day, self.program.weekend)

    def due_by(self, due_on: date, closes_on: date | None) -> date:
        """The working day for something due on a day, no later than the last on which it is taken."""
        return roll_inside(due_on, self.program.weekend, date.min, closes_on or date.max)

    def lived(self, days: PhaseDays) -> PhaseDays:
        """The days of a phase on which people begin it and leave it."""
        return on_working_days(days, self.program.weekend)

    def days(self, phase: Phase, days: PhaseDays) -> tuple[StepDays, ...]:
        """Every occurrence of every step of the phase, dated as far as it can be; calls have days of their own."""
        rule = self.program.weekend
        steps = (step for step in self.steps_of(phase.id) if not step.call)
        return tuple(dated for step in steps for dated in occurrences(step, days, rule))

    @cached_property
    def calls(self) -> tuple[StepDays, ...]:
        """Every call on its day of the cohort's calendar, in which every phase takes its longest: the same day for all,
        whenever they have begun and wherever they are."""
        found: dict[tuple[str, int], StepDays] = {}
        begins, rule = self.starts_on, self.program.weekend
        for phase in route(self.program, self.program.shared_phases[0]) if self.program.shared_phases else ():
            days = self.enter(phase, begins)
            steps = (step for step in self.steps_of(phase.id) if step.call)
            for one in (dated for step in steps for dated in occurrences(step, days, rule)):
                if one.opens_on:
                    told = replace(one, opens_on=max(one.opens_on, self.starts_on))
                    found.setdefault((one.step.key, one.occurrence), told)
            begins = days.latest_on
        return tuple(found.values())

    def anchored(self, step: Step, anchor_on: date, days: PhaseDays, since: date | None = None) -> StepDays:
        """The days of a step once what it waits for has happened, or been named, for `anchor_on`."""
        return anchored(step, anchor_on, days, self.program.weekend, since)

    def due_when_opened(self, step: Step, opened_on: date, closes_on: date | None, due_on: date | None) -> date | None:
        """The due day of a step that opened late."""
        return due_when_opened(step, opened_on, closes_on, due_on, self.program.weekend)

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

    Raises MentorflowError for a time zone that there is not, and for a start so late that no calendar has all days of the program
    and of what follows it.
    """
    plan = Plan(program, starts_on, timezone or program.timezone)
    require_timezone(plan.timezone)
    if starts_on > _LAST_START or plan.latest_end > _LAST_START:
        raise MentorflowError(
            f"{program.title} cannot start on {starts_on}: calendars end with the year {date.max.year}"
        )
    return plan


def require_timezone(name: str) -> None:
    """Raises MentorflowError for a time zone that there is not."""
    if name not in available_timezones():
        hint = did_you_mean(name, available_timezones()) or "write one like Europe/London"
        raise MentorflowError(f"there is no time zone '{name}'; {hint}")
