"""What a step, or the end of a phase, waits for: a milestone that is reached, or a day that somebody names in an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from programs.spec import Lasts, Milestone, Phase, Program

Named = Mapping[str, date]
"""Phase → the day that was named as its last, as far as one has been."""


@dataclass(frozen=True)
class Awaited:
    """A milestone, and the question whose answer is waited for; without it, the milestone itself is."""

    phase: Phase
    milestone: Milestone
    question: str | None = None
    anew: Awaited | None = None
    """What is waited for in later cycles, where another milestone stands for this one in them."""

    @property
    def key(self) -> str:
        return f"{self.phase.id}.{self.milestone.id}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Its own, and that of what stands for it in later cycles."""
        return (self.key, self.anew.key) if self.anew else (self.key,)

    def of(self, key: str) -> Awaited:
        """The one of the two that has the key."""
        return self.anew if self.anew and self.anew.key == key else self


def awaited(program: Program, phase: Phase, name: str, question: str | None = None) -> Awaited | None:
    """The milestone of that name in the phase itself, else in the nearest phase before it; None if there is none."""
    ids = [one.id for one in program.phases]
    for candidate in reversed(program.phases[: ids.index(phase.id) + 1]):
        for milestone in candidate.milestones:
            if milestone.id == name:
                return Awaited(candidate, milestone, question, _anew(program, name, question))
    return None


def _anew(program: Program, name: str, question: str | None) -> Awaited | None:
    """What stands for the milestone of that name in later cycles."""
    places = ((phase, one) for phase in program.phases for one in phase.milestones)
    return next((Awaited(phase, one, question) for phase, one in places if name in one.instead_of), None)


def day_of(program: Program, phase: Phase, milestone: Milestone) -> Awaited | None:
    """What the day of a milestone waits for; None if it waits for nothing, or for a first meeting."""
    at = milestone.at
    return awaited(program, phase, at.milestone, at.question) if at and at.milestone else None


def end_of(program: Program, phase: Phase) -> Awaited | None:
    """The answer that names the last day of the phase."""
    return awaited(program, phase, *phase.lasts.until.split(".")) if phase.lasts.until else None


def day_after(named_on: date | None, lasts: Lasts, entered_on: date) -> date:
    """The day after the last one of a phase that ends on a named day: within its two lengths, the longest without an answer."""
    longest = lasts.at_most.after(entered_on)
    if named_on is None or named_on >= longest:
        return longest
    return max(named_on + timedelta(days=1), lasts.at_least.after(entered_on))
