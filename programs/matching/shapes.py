"""What forming circles and groups says. Plain values; knows no arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from programs.matching.pairing import UNITS_PER_POINT, Gains, Left, Pair
from programs.spec.matching import Objective


@dataclass(frozen=True)
class Circle:
    """One round of peers."""

    members: tuple[str, ...]
    """In the order in which they take the mentor's role, which then begins again."""
    mix: tuple[str, ...]
    """What is mixed, in words: `4 different values in department`."""
    together: tuple[tuple[str, str, str], ...]
    """Two members and the rule by which they should have been apart."""


@dataclass(frozen=True)
class Circles:
    """The outcome of dealing people to circles."""

    seed: int
    circles: tuple[Circle, ...]
    left: tuple[Left, ...]
    diversity: float
    """How much people differ within circles, as part of how much they differ at all: 1 when every circle mirrors its pool."""
    together: int
    """Pairs in one circle that should be apart."""
    fewest: int
    """No deal of these people to as many circles has fewer pairs with equal values."""

    @property
    def proven(self) -> bool:
        """Nobody could be kept apart better."""
        return self.together == self.fewest

    @property
    def words(self) -> tuple[str, ...]:
        """How mixed they are, and how many should be apart; nothing where there is no circle."""
        if not self.circles:
            return ()
        sit = "1 pair sits" if self.together == 1 else f"{self.together} pairs sit"
        bound = "proven, fewer are impossible" if self.proven else f"at least {self.fewest} have to"
        return (
            f"Within them people differ {self.diversity:.0%} as much as they differ at all.",
            f"{sit} together who should be apart; {bound}.",
        )


@dataclass(frozen=True)
class Group:
    """One mentor with several mentees."""

    mentor: str
    mentees: tuple[Pair, ...]

    @property
    def units(self) -> int:
        return sum(one.units for one in self.mentees)


@dataclass(frozen=True)
class Groups:
    """The outcome of forming groups that are neither too small nor too large."""

    objective: Objective
    seed: int
    groups: tuple[Group, ...]
    unmatched: tuple[Left, ...]
    idle: tuple[Left, ...]
    possible: int
    """Pairs of a mentor and a mentee that break no rule."""
    proven: bool
    """Nothing better exists. Not proven beyond about a thousand mentees, for which an exact search takes too long."""
    most: int
    """No way to form groups finds a place for more mentees than these."""
    notes: tuple[str, ...] = ()
    more: Callable[[], Gains] = field(default=Gains, repr=False, compare=False)
    """What one more group of a mentor would add; worked out when somebody asks."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(pair for group in self.groups for pair in group.mentees)

    @property
    def units(self) -> int:
        return sum(group.units for group in self.groups)

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    @property
    def mentees(self) -> int:
        return sum(len(group.mentees) for group in self.groups)
