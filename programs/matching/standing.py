"""How everybody stands among all possible pairs, gathered while all of them are looked at anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from programs.matching.columns import Ints
from programs.matching.grid import Tile
from programs.matching.problem import IMPOSSIBLE

SHOWN = 3
"""Alternatives named for each mentee."""


@dataclass(frozen=True)
class Standings:
    """Per mentee: how many mentors are possible, how many better than the one they have, and the best others."""

    possible: Ints
    better: Ints
    others: Ints
    """SHOWN mentors in columns, best first, equals in the order of their keys; -1 where there are no more."""
    units: Ints
    """Their scores."""
    mentees: Ints
    """Per mentor: how many mentees are possible."""

    @classmethod
    def empty(cls, size: tuple[int, int]) -> Standings:
        mentees, mentors = size
        none = np.zeros((5, mentees), dtype=np.int64)
        return cls(
            none[0],
            none[1],
            np.full((mentees, SHOWN), -1, dtype=np.int64),
            np.full((mentees, SHOWN), IMPOSSIBLE, dtype=np.int64),
            np.zeros(mentors, dtype=np.int64),
        )

    def add(self, tile: Tile, own: Ints, match: Ints) -> None:
        """`own` is the score of each row's own pair, IMPOSSIBLE for nobody's."""
        allowed = tile.units != IMPOSSIBLE
        self.possible[tile.rows] = allowed.sum(axis=1)
        self.mentees[tile.cols] += allowed.sum(axis=0)
        mine = np.where(own == IMPOSSIBLE, np.iinfo(tile.units.dtype).max, own).astype(tile.units.dtype)
        self.better[tile.rows] = (tile.units > mine[:, None]).sum(axis=1)
        self._rank(tile, match)

    def _rank(self, tile: Tile, match: Ints) -> None:
        width = len(tile.cols)
        order = tile.units.astype(np.int64) * width
        order += np.arange(width - 1, -1, -1)
        order[tile.cols == match[tile.rows][:, None]] = IMPOSSIBLE
        best = min(SHOWN, width)
        at = np.argpartition(order, width - best, axis=1)[:, width - best :]
        found = np.take_along_axis(order, at, axis=1)
        ranked = np.argsort(-found, axis=1)
        at, found = np.take_along_axis(at, ranked, axis=1), np.take_along_axis(found, ranked, axis=1)
        self.others[tile.rows[:, None], np.arange(best)] = np.where(found >= 0, tile.cols[at], -1)
        self.units[tile.rows[:, None], np.arange(best)] = np.where(found >= 0, found // width, IMPOSSIBLE)
