"""One stage of a lexicographic search: the best matching among those that earlier stages leave, over all pairs, proven.

A stage leaves exactly the matchings that use tight pairs only and leave nobody out who has a price (complementary
slackness). The next stage therefore chooses among tight pairs, and covering everybody who is needed outweighs all else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from programs.matching.aims import FEW, Weighing
from programs.matching.arcs import Arcs, best_of_each
from programs.matching.columns import Bools, Ints
from programs.matching.grid import Grid, Tile, Units, possible
from programs.matching.prices import Prices
from programs.matching.problem import IMPOSSIBLE

CHOICES, ASKED = 12, 6
"""Candidates to begin with: the best mentors of each mentee, and the best mentees of each mentor from different tiles."""
KEPT = 1 << 19
"""The best mentees of mentors are sorted out whenever there are so many."""
MORE = 8
"""Further candidates of each mentee in a tile, where prices turn out too low."""
OPEN = 40
"""Tight pairs per person that are kept for the next stage; beyond, it looks for candidates of its own."""


class Worth(Protocol):
    """What a pair is worth; one by one, or as mentees in rows and mentors in columns."""

    @property
    def top(self) -> int: ...

    @property
    def light(self) -> Worth | None:
        """Smaller numbers that mostly lead to the same matching; None where there are none."""
        ...

    def of(self, mentee: Ints, mentor: Ints, units: Ints) -> Ints: ...


@dataclass(frozen=True)
class Needed:
    """A worth in a later stage, to which covering those whom every best matching covers is added."""

    inner: Worth
    mentee: Ints
    mentor: Ints
    """1 for whoever must be covered."""
    bonus: int

    @property
    def top(self) -> int:
        return self.inner.top + 2 * self.bonus

    @property
    def light(self) -> Needed | None:
        inner = self.inner.light
        return replace(self, inner=inner, bonus=FEW * inner.top + 1) if inner else None

    def of(self, mentee: Ints, mentor: Ints, units: Ints) -> Ints:
        return self.inner.of(mentee, mentor, units) + self.bonus * (self.mentee[mentee] + self.mentor[mentor])


@dataclass(frozen=True)
class Stage:
    """A worth, and the prices that prove a matching to be the best by it."""

    worth: Worth
    prices: Prices

    def split(self, tile: Tile, margin: int = 0) -> tuple[Bools, Bools]:
        """Which pairs of a tile are worth more than their prices less the margin, and which are tight."""
        allowed = possible(tile.units)
        if isinstance(self.worth, Weighing) and self.worth.scale == 1 and not self.worth.bands:
            kind = np.int32 if self.worth.top < 1 << 29 else np.int64
            below = (self.prices.mentee - self.worth.base)[tile.rows].astype(kind)
            gain = tile.units - (below[:, None] + self.prices.mentor[tile.cols].astype(kind))
        else:
            gain = gains(tile, self)
        return allowed & (gain > -margin), allowed & (gain == 0)

    def gain(self, mentee: Ints, mentor: Ints, units: Ints) -> Ints:
        """By how much pairs are worth more than their prices; 0 for tight ones."""
        return self.worth.of(mentee, mentor, units) - self.prices.asked(mentee, mentor)


@dataclass
class Looked:
    """What one look at all pairs finds: those worth more than their prices, and almost so, or else those that are tight."""

    wanting: list[Arcs]
    tight: list[Arcs]
    missed: bool = False
    """Some are worth more than their prices."""
    kept: int = 0
    overflown: bool = False

    def want(self, arcs: Arcs, gain: Ints) -> None:
        self.missed |= bool((gain > 0).any())
        self.wanting.append(arcs.only(best_of_each(arcs.mentee, gain, MORE)))

    def keep(self, arcs: Arcs, room: int) -> None:
        self.kept += len(arcs)
        self.overflown |= self.kept > room
        if self.overflown or self.missed:
            self.tight.clear()
        else:
            self.tight.append(arcs)


def left(tile: Tile, earlier: tuple[Stage, ...]) -> Arcs:
    """The tile's pairs that earlier stages leave."""
    if not earlier:
        return tile.arcs(possible(tile.units))
    arcs = tile.arcs(earlier[0].split(tile)[1])
    for stage in earlier[1:]:
        arcs = arcs.only(stage.gain(arcs.mentee, arcs.mentor, arcs.score) == 0)
    return arcs


def gains(tile: Tile, stage: Stage) -> Ints:
    """By how much each pair of a tile is worth more than its prices; of no meaning where the pair is impossible."""
    return stage.gain(tile.rows[:, None], tile.cols, tile.units)


def candidates(grid: Grid, worth: Worth | None = None, earlier: tuple[Stage, ...] = ()) -> Arcs:
    """The most promising pairs to begin with: by their score, in later stages by their worth."""
    of_mentees, of_mentors, kept = list[Arcs](), list[Arcs](), 0
    for tile in grid.tiles_again():
        mine, theirs = _by_worth(tile, worth, earlier) if worth else _by_score(tile)
        of_mentees.append(mine)
        of_mentors.append(theirs)
        kept += len(theirs)
        if kept > KEPT:
            of_mentors = [_asked(of_mentors, worth, grid.size[1])]
            kept = 0
    return Arcs.joined((*of_mentees, _asked(of_mentors, worth, grid.size[1])), grid.size[1])


def _asked(parts: list[Arcs], worth: Worth | None, mentors: int) -> Arcs:
    """The best mentees of each mentor among those found so far."""
    every = Arcs.joined(parts, mentors)
    value = worth.of(every.mentee, every.mentor, every.score) if worth else every.score
    return every.only(best_of_each(every.mentor, value, ASKED))


def look(grid: Grid, stage: Stage, earlier: tuple[Stage, ...], margin: int = 0) -> Looked:
    """Go over all pairs that earlier stages leave. Those that miss their prices by less than the margin are worth knowing, too."""
    found, room = Looked([], []), OPEN * sum(grid.size)
    for tile in grid.tiles_again():
        if earlier:
            arcs = left(tile, earlier)
            gain = stage.gain(arcs.mentee, arcs.mentor, arcs.score)
            more, open_ = arcs.only(gain > -margin), arcs.only(gain == 0)
        else:
            more, open_ = map(tile.arcs, stage.split(tile, margin))
        if len(more):
            found.want(more, stage.gain(more.mentee, more.mentor, more.score))
        found.keep(open_, room)
    return found


def _by_score(tile: Tile) -> tuple[Arcs, Arcs]:
    """The best mentors of the tile's mentees, and the best mentee of its mentors."""
    keys = _spread(tile)
    return tile.arcs(_greatest(keys, CHOICES, axis=1)), tile.arcs(_greatest(keys, 1, axis=0))


def _by_worth(tile: Tile, worth: Worth, earlier: tuple[Stage, ...]) -> tuple[Arcs, Arcs]:
    arcs = left(tile, earlier)
    value = worth.of(arcs.mentee, arcs.mentor, arcs.score)
    return arcs.only(best_of_each(arcs.mentee, value, CHOICES)), arcs.only(best_of_each(arcs.mentor, value, 1))


def _spread(tile: Tile) -> Units:
    """Scores, with equal ones in another order for every mentee, lest all are sent to the same few mentors first."""
    bits = 30 - int(tile.units.max(initial=0)).bit_length() if tile.units.dtype == np.int32 else 16
    shade = (tile.rows * 40503).astype(np.uint16)[:, None] ^ (tile.cols * 30011).astype(np.uint16)
    keys = tile.units << bits
    keys |= shade >> (16 - bits) if bits < 16 else shade
    keys[~possible(tile.units)] = IMPOSSIBLE
    return keys


def _greatest(keys: Units, many: int, axis: int) -> Bools:
    """Where the greatest of each row (axis 1) or column (axis 0) are, with all that equal them."""
    allowed: Bools = keys != IMPOSSIBLE
    length = keys.shape[axis]
    if many == 1 and length:
        allowed &= keys == keys.max(axis=axis, keepdims=True)
    elif many < length:
        allowed &= keys >= np.partition(keys, length - many, axis=axis).take([length - many], axis=axis)
    return allowed
