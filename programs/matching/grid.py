"""All possible pairs with their scores, in small tiles that are never kept, as often as somebody wants to go over them.

Mentees who are alike in the rules that rule out most stand together in a cell, so that a cell meets only the mentors
whom those rules leave. What depends on one value of each side is looked up in a table of values; what concerns single
pairs, like a ranking or an own manager, is laid over the tile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from programs.matching.arcs import Arcs
from programs.matching.columns import AllBut, Bools, Ints, Marked, Mask, Shares, spread
from programs.matching.criteria import Criterion, Measure
from programs.matching.distances import Near, WithinHours
from programs.matching.levels import Gap, LevelGap
from programs.matching.people import Person
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.rules import Rule
from programs.matching.texts import Different, Overlap, Same, SameValue, Share

BY_VALUE = (Different, Same, Share, WithinHours, LevelGap, SameValue, Overlap, Near, Gap)
"""Rules and measures that look at nothing but the two compared values."""
LOOKED_UP = 1 << 20
"""Tables of values with more cells than this are not made."""
TILE = 1 << 18
"""Pairs in a tile: scores of a million bytes, which stay in the processor's cache."""
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
        row, column = np.nonzero(which)
        return Arcs(self.rows[row], self.cols[column], self.units[row, column].astype(np.int64))


@dataclass(frozen=True, eq=False)
class ByValue:
    """A table over the values that occur, and which value everybody has."""

    mentee: Ints
    mentor: Ints
    table: npt.NDArray[Any]

    def over(self, rows: Ints, cols: Ints) -> npt.NDArray[Any]:
        """One row for all of `rows` where they have the same value."""
        values = self.mentee[rows]
        if (values == values[0]).all():
            values = values[:1]
        return self.table[values].take(self.mentor[cols], axis=1)


@dataclass(frozen=True)
class Single:
    """Something about single pairs, sorted by mentee."""

    first: Ints
    mentor: Ints
    units: Ints

    def over(self, rows: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
        """Row, column and units of those within a tile; `place` is the column of each mentor."""
        row, at = spread(self.first[rows], self.first[rows + 1] - self.first[rows])
        column = place[self.mentor[at]]
        here = column >= 0
        return row[here], column[here], self.units[at[here]]


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

    @classmethod
    def of(cls, problem: Problem, criteria: Sequence[Criterion] | None = None, together: int = TOGETHER) -> Grid:
        """`criteria`: those that score here, by default all."""
        sides = (problem.mentees, problem.mentors)
        scoring = problem.criteria if criteria is None else criteria
        rules = [(rule, rule.over(*sides)) for rule in problem.rules]
        looked_up = {at: found for at, (rule, mask) in enumerate(rules) if (found := _by_value(rule, mask, sides))}
        others = [mask for at, (_, mask) in enumerate(rules) if at not in looked_up]
        shared, cells = _cells(list(looked_up.values()), len(problem.mentees), together)
        scores, wishes, named = _scored(scoring, sides)
        most = sum(each.full + 1 for each in scoring)
        return cls(
            (len(problem.mentees), len(problem.mentors)),
            cells,
            tuple(shared),
            tuple(each for each in looked_up.values() if each not in shared),
            tuple(mask for mask in others if not isinstance(mask, AllBut)),
            _single(((mask.marks, 0.0) for mask in others if isinstance(mask, AllBut)), len(problem.mentees)),
            tuple(scores),
            tuple(wishes),
            _single(named, len(problem.mentees)),
            np.int32 if most < 1 << 30 else np.int64,
        )

    def tiles(self) -> Iterator[Tile]:
        for cell in self.cells:
            cols = self._mentors(int(cell[0]))
            if not len(cols):
                continue
            place = np.full(self.size[1], -1, dtype=np.int64)
            place[cols] = np.arange(len(cols))
            step = max(1, self.tile // len(cols))
            for start in range(0, len(cell), step):
                rows = cell[start : start + step]
                yield Tile(rows, cols, self._units(rows, cols, place))

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
            units += each.over(rows, cols)
        for full, shares in self.wishes:
            met = full * shares(rows, cols)
            units += np.rint(met, out=met).astype(self.kind)
        row, column, extra = self.named.over(rows, place)
        np.add.at(units, (row, column), extra.astype(self.kind))
        for rule in self.rules:
            np.copyto(units, IMPOSSIBLE, where=~rule.over(rows, cols))
        for mask in self.masks:
            np.copyto(units, IMPOSSIBLE, where=~mask(rows, cols))
        row, column, _ = self.banned.over(rows, place)
        units[row, column] = IMPOSSIBLE
        return units


Sides = tuple[Sequence[Person], Sequence[Person]]


def _by_value(of: Rule | Measure, over: Mask | Shares, sides: Sides) -> ByValue | None:
    """The table of all values that meet, worked out once for the first two people who have them."""
    if not isinstance(of, BY_VALUE) or not all(sides):
        return None
    mentee, first = _values(person.get(of.sides.mentee) for person in sides[0])
    mentor, other = _values(person.get(of.sides.mentor) for person in sides[1])
    if len(first) * len(other) > LOOKED_UP:
        return None
    return ByValue(mentee, mentor, over(first, other))


def _values(found: Iterable[object]) -> tuple[Ints, Ints]:
    """A number for each value that occurs, and who has it first."""
    numbers: dict[object, int] = {}
    first, codes = list[int](), list[int]()
    for who, value in enumerate(found):
        known = tuple(value) if isinstance(value, list) else value
        code = numbers.setdefault((type(known), known), len(numbers))
        if code == len(first):
            first.append(who)
        codes.append(code)
    return np.array(codes, dtype=np.int64), np.array(first, dtype=np.int64)


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


def _scored(
    criteria: Sequence[Criterion], sides: Sides
) -> tuple[list[ByValue], list[tuple[float, Shares]], list[tuple[Marked, float]]]:
    scores, wishes, named = list[ByValue](), list[tuple[float, Shares]](), list[tuple[Marked, float]]()
    for each in criteria:
        shares = each.measure.over(*sides)
        looked_up = _by_value(each.measure, shares, sides)
        if looked_up:
            units = np.rint(each.full * looked_up.table).astype(np.int32 if each.full < 1 << 30 else np.int64)
            scores.append(ByValue(looked_up.mentee, looked_up.mentor, units))
        elif isinstance(shares, Marked):
            named.append((shares, each.full))
        else:
            wishes.append((each.full, shares))
    return scores, wishes, named


def _single(marks: Iterable[tuple[Marked, float]], size: int) -> Single:
    found = [(each.mentee, each.mentor, np.rint(full * each.value).astype(np.int64)) for each, full in marks]
    none = np.zeros(0, dtype=np.int64)
    mentee, mentor, units = (
        (np.concatenate([none, *column]) for column in zip(*found, strict=True)) if found else (none,) * 3
    )
    order = np.argsort(mentee, kind="stable")
    return Single(np.searchsorted(mentee[order], np.arange(size + 1)), mentor[order], units[order])


def possible(units: Units) -> Bools:
    found: Bools = units != IMPOSSIBLE
    return found
