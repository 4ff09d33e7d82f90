"""Where one more place would help most, read from the prices of places. Knows no arrays.

A price is what the worth of the whole rises by. Worth before and after are written out in the numbers that the aims were
put into, largest first, like hours, minutes and seconds; the differences are what one more place adds of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from programs.matching.pairing import Gain, Gains, Pairing, Proof


@dataclass(frozen=True)
class Scale:
    """What is added up, and what one of each is worth; whatever is worth more outweighs all that is worth less."""

    units: int
    people: tuple[tuple[int, int], ...]
    """Which mentor of a mentee (0 for any), and the worth of one more."""
    bands: tuple[tuple[int, int], ...] = ()
    """A score, and the worth of one more pair that reaches it."""

    @classmethod
    def of(cls, proof: Proof) -> Scale:
        if not proof.levels:
            return cls(proof.scale, ((1, proof.bonus),), proof.bands)
        if proof.scale > proof.levels[0]:
            return cls(proof.scale, ((0, proof.levels[0]),))
        return cls(proof.scale, tuple(enumerate(proof.levels, start=1)))

    def gain(self, mentor: str, before: int, price: int) -> Gain:
        """`before` is the worth of the whole as it is."""
        worths = sorted({self.units, *(worth for _, worth in (*self.people, *self.bands))}, reverse=True)
        old, new = _digits(before, worths), _digits(before + price, worths)
        rise = {worth: new[worth] - old[worth] for worth in worths}
        nth = next((nth for nth, worth in self.people if rise[worth]), self.people[0][0])
        people = int(any(rise[worth] for _, worth in self.people))
        below = tuple((score, people - rise[worth]) for score, worth in sorted(self.bands))
        counted = all(worth != self.units for _, worth in (*self.people, *self.bands))
        return Gain(mentor, people, rise[self.units] if counted else 0, nth, below)

    def gains(self, prices: Mapping[str, int], before: int) -> Gains:
        """Of all mentors whose places have a price."""
        wanted = sorted((mentor for mentor, price in prices.items() if price), key=lambda key: (-prices[key], key))
        return Gains(tuple(self.gain(mentor, before, prices[mentor]) for mentor in wanted))


def one_more_place(pairing: Pairing) -> Gains:
    """For every mentor where one more place would add something, the most first; or why it is not said."""
    if pairing.more is not None:
        return pairing.more()
    return Scale.of(pairing.proof).gains(pairing.proof.mentor_prices, pairing.proof.primal)


def _digits(number: int, worths: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for worth in worths:
        found[worth], number = divmod(number, worth)
    return found
