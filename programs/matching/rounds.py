"""The best matching over pairs that change from round to round; each round begins with the prices of the one before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from programs.matching.arcs import Arcs
from programs.matching.columns import Ints
from programs.matching.pairing import Solver
from programs.matching.prices import Prices, UnprovenError, prices
from programs.matching.solve import assign
from programs.matching.stages import Worth

NEAR = 4
"""Pairs per person that are kept for the next round, once there are prices to choose them by."""


@dataclass(frozen=True)
class Solved:
    """A matching, and the smallest prices that support it over the pairs that were known."""

    match: Ints
    prices: Prices


@dataclass
class Rounds:
    """One stage of a search."""

    worth: Worth
    places: Ints
    mentees: int
    solver: Solver
    light: Solved | None = None
    """The last round in lighter numbers."""
    last: Solved | None = None
    too_light: bool = False
    """Lighter numbers led to another matching once; from then on nothing is tried with them."""

    def solved(self, arcs: Arcs) -> Solved:
        """Raises UnprovenError when the solver went wrong."""
        value = self.worth.of(arcs.mentee, arcs.mentor, arcs.score)
        light = None if self.too_light else self.worth.light
        if light is not None:
            self.light = self._found(arcs, light.of(arcs.mentee, arcs.mentor, arcs.score), self.light)
            with suppress(UnprovenError):
                return Solved(self.light.match, prices(arcs, value, self.places, self.light.match))
            self.too_light = True
        self.last = self._found(arcs, value, self.last)
        return self.last

    def _found(self, arcs: Arcs, value: Ints, before: Solved | None) -> Solved:
        if before is not None:
            with suppress(UnprovenError):  # where new pairs only raise prices, the matching stays as it was
                return Solved(before.match, prices(arcs, value, self.places, before.match))
        near = before.prices if before else None
        match = assign(arcs, value, self.places, self.mentees, self.solver, near)
        return Solved(match, prices(arcs, value, self.places, match))

    def near(self, arcs: Arcs, found: Solved) -> tuple[Arcs, int]:
        """The pairs that are of use in the next round, and by how much these are worth less than their prices at most."""
        short = found.prices.asked(arcs.mentee, arcs.mentor) - self.worth.of(arcs.mentee, arcs.mentor, arcs.score)
        many = NEAR * (self.mentees + len(self.places))
        margin = int(np.partition(short, many)[many] if many < len(short) else short.max(initial=0))
        return arcs.only(short <= margin), margin
