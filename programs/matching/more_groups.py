"""What one more group of a mentor adds. Sizes leave no prices that could say it, so the groups are formed once more for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from programs.matching.pairing import Gain, Gains

UP_TO = 50_000
"""Mentors times possible pairs; with more, it takes longer than anybody waits for it."""


@dataclass(frozen=True)
class Reached:
    """What groups come to."""

    aims: tuple[int, ...]
    """How much of each aim, in the order of the objective."""
    people: int
    units: int
    below: tuple[tuple[int, int], ...]
    """A score, and how many pairs stay below it."""


@dataclass(frozen=True)
class OneMoreGroup:
    """Proven groups, and a way to form them with one more."""

    mentors: tuple[str, ...] | None
    """None where the groups are not proven to be the best."""
    possible: int
    now: Callable[[], Reached]
    again: Callable[[int], Reached]

    def __call__(self) -> Gains:
        if self.mentors is None:
            return Gains(
                unstated="these groups are not proven to be the best, so what another one adds is not known either"
            )
        if self.possible * len(self.mentors) > UP_TO:
            return Gains(unstated="for so many people it takes too long to form groups once more for every mentor")
        now = self.now()
        found = [(self.again(at), key) for at, key in enumerate(self.mentors)]
        helpful = sorted(((more, key) for more, key in found if more.aims > now.aims), key=lambda one: _first(*one))
        return Gains(tuple(_gain(key, now, more) for more, key in helpful))


def _first(more: Reached, key: str) -> tuple[tuple[int, ...], str]:
    return tuple(-much for much in more.aims), key


def _gain(key: str, now: Reached, more: Reached) -> Gain:
    below = tuple((score, many - before) for (score, many), (_, before) in zip(more.below, now.below, strict=True))
    return Gain(key, more.people - now.people, more.units - now.units, below=below)
