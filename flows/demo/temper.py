"""How made-up people behave: how soon they answer, whether they agree, how often they meet. Drawn from a seed and ids alone, never from the clock."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

SAY_THE_SAME = 0.92
"""How many relationships agree on how they go on."""
AGAIN = "new_cycle"
USUAL = 14
"""Days from one meeting to the next, where a program wants none more often."""


def drawn(*names: object) -> random.Random:
    """A source of chance that gives the same for the same names."""
    return random.Random("/".join(str(name) for name in names))  # noqa: S311 - a rehearsal has to be repeatable


@dataclass(frozen=True)
class Person:
    """How somebody answers."""

    seed: int
    id: int

    def days_until_answer(self, what: str, alone: bool = False) -> int | None:
        """Days from being asked to the answer; None: never. Who has not been matched yet makes up their mind, or does not."""
        kind = drawn(self.seed, self.id).random()
        chance = drawn(self.seed, self.id, what)
        if alone and drawn(self.seed, "shelved", self.id).random() < 0.06:
            return None
        if kind < 0.55:
            return chance.randint(0, 3)
        if kind < 0.85:
            return chance.randint(1, 8)
        if kind < 0.95:
            return chance.randint(4, 15)
        return chance.randint(2, 12) if chance.random() < 0.5 else None


@dataclass(frozen=True)
class Quiet:
    """Days after the start on which nobody meets or answers."""

    begins: int
    ends: int | None
    """None: they do not find back."""
    can_be_reached: bool
    """Whether they answer when they are asked how it is to go on."""

    def holds(self, days: int) -> bool:
        return days > self.begins and (self.ends is None or days <= self.ends)


@dataclass(frozen=True)
class Relation:
    """How two people get on."""

    seed: int
    id: int

    @property
    def mood(self) -> float:
        """0 (poor) to 1 (good); most are good."""
        return _mood(self.seed, self.id)

    @property
    def quiet(self) -> Quiet | None:
        """One in five has a time in which nothing is heard of it: some for good, some find back, some do so when they are asked."""
        return _quiet(self.seed, self.id)

    def goes_on_as(self, steps: Sequence[str]) -> str | None:
        """What they have told each other about how they go on; None where each writes something of their own."""
        chance = drawn(self.seed, "next", self.id)
        if chance.random() > SAY_THE_SAME:
            return None
        if AGAIN in steps and chance.random() < 0.25:
            return AGAIN
        return chance.choice([step for step in steps if step != AGAIN])

    def gets_to(self, person: int, goal: str) -> int:
        """Per cent of a goal in the end; about every second one is reached."""
        chance = drawn(self.seed, "goal", self.id, person, goal)
        if chance.random() < 0.2 + 0.4 * self.mood:
            return 100
        return round((30 + 50 * self.mood * chance.uniform(0.7, 1.2)) / 5) * 5

    def will_have_done(self, item: int, since: date, today: date) -> bool:
        """Whether what was planned that day is done by today; the better they get on, the more of it."""
        chance = drawn(self.seed, "item", self.id, item)
        return chance.random() < 0.3 + 0.6 * self.mood and (today - since).days >= chance.randint(10, 60)

    def looks_at_the_list(self, entered_on: date, today: date) -> bool:
        """Whether they have come to the checklist of a phase by today: some days after it began, and not all ever do."""
        days = drawn(self.seed, "list", self.id, entered_on).randint(4, 16)
        return self.mood > 0.6 and (today - entered_on).days >= days

    def is_quiet(self, started_on: date | None, today: date) -> bool:
        quiet = self.quiet
        return started_on is not None and quiet is not None and quiet.holds((today - started_on).days)

    @property
    def can_be_reached(self) -> bool:
        quiet = self.quiet
        return quiet is not None and quiet.can_be_reached

    def meets_on(self, started_on: date, last: date, today: date, usual: int = USUAL) -> list[tuple[date, int]]:
        """Meetings after `last` up to today: (day, minutes), every two weeks or so; more often where that is `usual`, in days."""
        held: list[tuple[date, int]] = []
        day, number = started_on, 0
        mood, quiet = self.mood, self.quiet
        while True:
            days, minutes = _meeting(self.seed, self.id, number, mood > 0.4)
            day += timedelta(days=max(1, round(days * usual / USUAL)))
            number += 1
            if day > today:
                return held
            if day > last and not (quiet and quiet.holds((day - started_on).days)):
                held.append((day, minutes))


@cache
def _mood(seed: int, relation: int) -> float:
    return drawn(seed, "mood", relation).betavariate(5, 2)


@cache
def _quiet(seed: int, relation: int) -> Quiet | None:
    chance = drawn(seed, "quiet", relation)
    kind, begins = chance.random(), chance.randint(30, 90)
    if kind < 0.05:
        return Quiet(begins, None, can_be_reached=False)
    if kind < 0.12:
        return Quiet(begins, begins + chance.randint(28, 40), can_be_reached=False)
    if kind < 0.19:
        return Quiet(begins, begins + 60, can_be_reached=True)
    return None


@cache
def _meeting(seed: int, relation: int, number: int, often: bool) -> tuple[int, int]:
    """Days since the one before, and minutes."""
    chance = drawn(seed, "meeting", relation, number)
    days = chance.randint(9, 19) if often else chance.randint(14, 34)
    return days, chance.choice((45, 50, 60, 60, 90))
