"""How everybody stands among all possible pairs, gathered while all of them are looked at anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from programs.matching.columns import Ints
from programs.matching.grid import Tile, Units
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
    own: Ints
    """The score of each mentee's own pair; IMPOSSIBLE for the unmatched."""
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
            np.full(mentees, IMPOSSIBLE, dtype=np.int64),
            np.zeros(mentors, dtype=np.int64),
        )

    def add(self, tile: Tile, own: Ints, match: Ints) -> None:
        """`own` is the score of each row's own pair, IMPOSSIBLE for nobody's."""
        self.own[tile.rows] = own
        allowed = tile.units != IMPOSSIBLE
        self.possible[tile.rows] = allowed.sum(axis=1)
        self.mentees[tile.cols] += allowed.sum(axis=0)
        mine = np.where(own == IMPOSSIBLE, np.iinfo(tile.units.dtype).max, own).astype(tile.units.dtype)
        self.better[tile.rows] = (tile.units > mine[:, None]).sum(axis=1)
        self._rank(tile, match)

    def _rank(self, tile: Tile, match: Ints) -> None:
        """Scores and columns in one number, of which the greatest few of each row are found and put in order."""
        width = len(tile.cols)
        small = (int(tile.units.max(initial=0)) + 1) * width < 1 << 31
        wide: type[np.signedinteger[Any]] = np.int32 if small else np.int64
        order: Units = tile.units.astype(wide) * width + np.arange(width - 1, -1, -1, dtype=wide)
        order[tile.cols == match[tile.rows][:, None]] = IMPOSSIBLE
        best = min(SHOWN, width)
        found = -np.sort(-np.partition(order, width - best, axis=1)[:, width - best :], axis=1)
        there, at = found >= 0, width - 1 - found % width
        self.others[tile.rows[:, None], np.arange(best)] = np.where(there, tile.cols[at], -1)
        self.units[tile.rows[:, None], np.arange(best)] = np.where(there, found // width, IMPOSSIBLE)


def own_units(tile: Tile, match: Ints) -> Ints:
    """The score of each mentee's own pair; IMPOSSIBLE where there is none in this tile."""
    at = np.searchsorted(tile.cols, match[tile.rows])
    at[at == len(tile.cols)] = 0
    mine = tile.units[np.arange(len(tile.rows)), at].astype(np.int64)
    mine[tile.cols[at] != match[tile.rows]] = IMPOSSIBLE
    return mine
