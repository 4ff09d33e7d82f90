"""What one more place adds where the aims were too large for one number of the search: prices for all of them at once.

Solvers need numbers that stay exact in floating point; prices are added and compared as integers, which reach further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from programs.matching.aims import Aim, Weighing, in_one
from programs.matching.best import Search
from programs.matching.columns import Ints
from programs.matching.gains import Scale
from programs.matching.pairing import Gains
from programs.matching.prices import whole
from programs.matching.problem import Problem
from programs.matching.solve import ALONE


@dataclass(frozen=True)
class AtOnce:
    """A best matching by several aims, worked out again when somebody asks."""

    problem: Problem
    search: Search
    aims: Sequence[Aim]
    match: Ints
    units: Ints

    def __call__(self) -> Gains:
        weighing = in_one(self.aims, self.search.pairs, len(self.match))
        if weighing is None:
            return Gains(
                unstated="for so many people the aims together are larger than whole numbers that can be added"
            )
        found = self.search.priced(weighing, self.match, self.units)
        prices = {who.key: price for who, price in zip(self.problem.mentors, found.mentor.tolist(), strict=True)}
        scale = Scale(weighing.scale, ((1, weighing.bonus),), weighing.bands)
        return scale.gains(prices, self._worth(weighing))

    def _worth(self, weighing: Weighing) -> int:
        matched = np.flatnonzero(self.match != ALONE)
        return whole(weighing.of(matched, self.match[matched], self.units[matched]))
