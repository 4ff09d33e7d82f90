"""What forming circles and groups says. Plain values; knows no arrays."""

from __future__ import annotations

from dataclasses import dataclass

from programs.matching.pairing import Left


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
