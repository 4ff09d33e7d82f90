"""All possible pairs with their scores, in small tiles that are never kept, as often as somebody wants to go over them.

Mentees who are alike in the rules that rule out most stand together in a cell, so that a cell meets only the mentors
whom those rules leave. What depends on one value of each side is looked up in a table of values; what concerns single
pairs, like a ranking or an own manager, is laid over the tile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from programs.matching.arcs import Arcs
from programs.matching.columns import AllBut, Bools, Ints, Marked, Mask, Shares
from programs.matching.criteria import Criterion
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.tables import ByValue, Crowd, Single

TILE = 1 << 18
"""Pairs in a tile: scores of a million bytes, which stay in the processor's cache."""
KEPT = 1 << 24
"""Scores that are kept for the next time, if they are small enough for two bytes each; a tile is worked out anew beyond."""
TOGETHER = 64
"""Mentees that a cell has on average at least."""
Units = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Tile:
    """Some mentees against all mentors whom the rules of their cell leave; all other mentors are impossible for them."""

    rows: Ints
    cols: Ints
    units: Units
    """IMPOSSIBLE where a rule forbids the pair."""

    def arcs(self, which: Bools) -> Arcs:
        row, column = np.divmod(np.flatnonzero(which), max(1, len(self.cols)))
        return Arcs(self.rows[row], self.cols[column], self.units[row, column].astype(np.int64))


@dataclass(frozen=True)
class Grid:
    """The pairs of a problem, ready to be gone over."""

    size: tuple[int, int]
    cells: tuple[Ints, ...]
    """The mentees of each cell."""
    shared: tuple[ByValue, ...]
    """Rules by which a cell chooses its mentors."""
    rules: tuple[ByValue, ...]
    masks: tuple[Mask, ...]
    banned: Single
    scores: tuple[ByValue, ...]
    wishes: tuple[tuple[float, Shares], ...]
    """Units for a wish that is met completely, and how far it is met."""
    named: Single
    kind: type[np.signedinteger[Any]]
    tile: int = TILE
    _kept: dict[int, npt.NDArray[np.int16]] = field(default_factory=dict, init=False, compare=False)
    """Scores by the number of their tile, as long as somebody goes over them again and again."""

    @classmethod
    def of(cls, problem: Problem, together: int = TOGETHER) -> Grid:
        return cls.scoring(problem, problem.criteria, Crowd(problem.mentees, problem.mentors), together)

    @classmethod
    def scoring(cls, problem: Problem, criteria: Sequence[Criterion], crowd: Crowd, together: int = TOGETHER) -> Grid:
        """Only `criteria` score."""
        size = (len(problem.mentees), len(problem.mentors))
        masks = [crowd.mask(rule) for rule in problem.rules]
        looked_up = [mask for mask in masks if isinstance(mask, ByValue)]
        shared, cells = _cells(looked_up, size[0], together)
        wishes = [(each.full, crowd.shares(each.measure)) for each in criteria]
        return cls(
            size,
            cells,
            tuple(shared),
            tuple(rule for rule in looked_up if rule not in shared),
            tuple(mask for mask in masks if not isinstance(mask, ByValue | AllBut)),
            Single.of(((mask.marks, 0.0) for mask in masks if isinstance(mask, AllBut)), size[0]),
            tuple(_units(full, shares) for full, shares in wishes if isinstance(shares, ByValue)),
            tuple((full, shares) for full, shares in wishes if not isinstance(shares, ByValue | Marked)),
            Single.of(((shares, full) for full, shares in wishes if isinstance(shares, Marked)), size[0]),
            np.int32 if sum(full + 1 for full, _ in wishes) < 1 << 30 else np.int64,
        )

    def tiles(self) -> Iterator[Tile]:
        for rows, cols, place in self._parts():
            yield Tile(rows, cols, self._units(rows, cols, place))

    def tiles_again(self) -> Iterator[Tile]:
        """The same, as they were the last time, where there was room to keep them."""
        room = KEPT - sum(units.size for units in self._kept.values())
        for number, (rows, cols, place) in enumerate(self._parts()):
            if number in self._kept:
                yield Tile(rows, cols, self._kept[number].astype(self.kind))
                continue
            units = self._units(rows, cols, place)
            if units.size <= room and int(units.max(initial=0)) <= np.iinfo(np.int16).max:
                self._kept[number] = units.astype(np.int16)
                room -= units.size
            yield Tile(rows, cols, units)

    def forget(self) -> None:
        """Nobody goes over them again soon."""
        self._kept.clear()

    def _parts(self) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Mentees, the mentors whom the rules of their cell leave, and the column of each mentor."""
        for cell in self.cells:
            cols = self._mentors(int(cell[0]))
            if not len(cols):
                continue
            place = np.full(self.size[1], -1, dtype=np.int64)
            place[cols] = np.arange(len(cols))
            step = max(1, self.tile // len(cols))
            for start in range(0, len(cell), step):
                yield cell[start : start + step], cols, place

    def arcs(self) -> Arcs:
        """All possible pairs at once; for problems that are small or have few."""
        return Arcs.joined((tile.arcs(possible(tile.units)) for tile in self.tiles()), self.size[1])

    def row(self, mentee: int) -> Tile:
        """One mentee against all mentors whom the rules of the cell leave."""
        cols = self._mentors(mentee)
        place = np.full(self.size[1], -1, dtype=np.int64)
        place[cols] = np.arange(len(cols))
        return Tile(np.array([mentee]), cols, self._units(np.array([mentee]), cols, place))

    def _mentors(self, mentee: int) -> Ints:
        left = np.ones(self.size[1], dtype=np.bool_)
        for rule in self.shared:
            left &= rule.table[rule.mentee[mentee]][rule.mentor]
        return np.flatnonzero(left)

    def _units(self, rows: Ints, cols: Ints, place: Ints) -> Units:
        units = np.zeros((len(rows), len(cols)), dtype=self.kind)
        for each in self.scores:
            units += each.brief(rows, cols)
        for full, shares in self.wishes:
            met = full * shares(rows, cols)
            units += np.rint(met, out=met).astype(self.kind)
        row, column, extra = self.named.over(rows, place)
        np.add.at(units, (row, column), extra.astype(self.kind))
        for rule in self.rules:
            np.copyto(units, IMPOSSIBLE, where=~rule.brief(rows, cols))
        for mask in self.masks:
            np.copyto(units, IMPOSSIBLE, where=~mask(rows, cols))
        row, column, _ = self.banned.over(rows, place)
        units[row, column] = IMPOSSIBLE
        return units


def _cells(rules: Sequence[ByValue], size: int, together: int) -> tuple[list[ByValue], tuple[Ints, ...]]:
    """The rules that leave fewest, as long as cells stay large enough; and who stands together then."""
    cell, chosen = np.zeros(size, dtype=np.int64), list[ByValue]()
    for rule in sorted(rules, key=_left):
        _, finer = np.unique(cell * len(rule.table) + rule.mentee, return_inverse=True)
        if finer.max(initial=0) + 1 <= max(1, size // together):
            cell = finer
            chosen.append(rule)
    order = np.argsort(cell, kind="stable")
    cuts = np.flatnonzero(np.diff(cell[order])) + 1
    return chosen, tuple(part for part in np.split(order, cuts) if len(part))


def _left(rule: ByValue) -> float:
    """The share of pairs that the rule allows."""
    one, other = np.bincount(rule.mentee), np.bincount(rule.mentor)
    return float(one @ rule.table @ other)


def _units(full: float, shares: ByValue) -> ByValue:
    units = np.rint(full * shares.table).astype(np.int32 if full < 1 << 30 else np.int64)
    return ByValue(shares.mentee, shares.mentor, units)


def possible(units: Units) -> Bools:
    found: Bools = units != IMPOSSIBLE
    return found
