"""Several mentors for each mentee: everybody gets a first one before anybody gets a second, then the scores count.

Solved as an assignment in which a mentee stands once for each mentor wanted; where the same two would be paired twice, a
gate lets them pass once. Proven by prices of places alone: no matching can be worth more than all places at their prices
and what every mentee would choose at these prices, together (a Lagrangian bound), and both sides are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from programs.errors import MentorflowError
from programs.matching.aims import EXACT, WHOLE
from programs.matching.arcs import Arcs
from programs.matching.columns import Bools, Ints
from programs.matching.grid import Grid
from programs.matching.prices import UnprovenError
from programs.matching.problem import IMPOSSIBLE
from programs.matching.stages import candidates
from programs.spec.matching import Objective


@dataclass(frozen=True)
class Wanted:
    """How many mentors each mentee still gets, and what each of them is worth."""

    many: Ints
    scale: int
    """Worth of one unit of score."""
    base: Ints
    """Mentees in rows: worth of the first, the second … mentor as such, falling."""
    levels: tuple[int, ...]
    """The same of whoever does not come first, had they none yet."""

    @classmethod
    def of(cls, objective: Objective, many: Ints, had: Ints, most_units: int, ranks: Ints) -> Wanted:
        """`had` mentors are decided already. Raises MentorflowError for objectives not solved so, or numbers too large."""
        if objective not in (Objective.MOST_THEN_BEST, Objective.BEST_TOTAL):
            raise MentorflowError(
                f"several mentors for each mentee are not found by '{objective}'; write 'most_then_best' or 'best_total'"
            )
        levels, pairs, weight = int((many + had).max(initial=0)), int(many.sum()), 1 + ranks
        if objective is Objective.BEST_TOTAL:
            return cls(many, pairs + 1, np.ones((len(many), levels), dtype=np.int64), (1,) * levels)
        outweighed, weights = pairs * most_units, list[int]()
        for _ in range(levels):
            weights.append(outweighed + 1)
            outweighed += len(many) * int(weight.max(initial=1)) * weights[-1]
        if max(weights, default=0) * int(weight.max(initial=1)) + most_units >= EXACT or outweighed >= WHOLE:
            raise MentorflowError(
                f"{levels} mentors for each of {len(many)} mentees cannot be weighed exactly; ask for fewer"
            )
        falling = np.array([*weights[::-1], *[0] * levels], dtype=np.int64)
        at = np.minimum(had[:, None] + np.arange(levels), 2 * levels - 1)
        return cls(many, 1, falling[at] * weight[:, None], tuple(weights[::-1]))

    def worth(self, chosen: Ints, units: Ints) -> int:
        """Of mentors per mentee, and the units of all pairs together."""
        levels = np.arange(self.base.shape[1]) < chosen[:, None]
        return int(self.base[levels].sum()) + self.scale * int(units.sum())


@dataclass(frozen=True)
class Several:
    """A matching and its proof."""

    pairs: Arcs
    prices: Ints
    """Of one place of each mentor."""
    choice: Ints
    """What each mentee would choose at these prices is worth so much."""
    primal: int
    dual: int
    looked: Arcs
    """All pairs that the search has weighed."""


def solve(grid: Grid, places: Ints, wanted: Wanted) -> Several:
    """The best matching over all pairs. Raises UnprovenError when something went wrong."""
    arcs = candidates(grid)
    while True:
        own = assigned(arcs, places, wanted)
        pairs = arcs.only(own)
        chosen = np.bincount(pairs.mentee, minlength=grid.size[0])
        require_places(pairs, chosen, places, wanted)
        prices = smallest_prices(arcs, own, places, wanted)
        choice, asked = _choices(grid, prices, wanted)
        primal = wanted.worth(chosen, pairs.score)
        dual = int(choice.sum()) + int((prices * places).sum())
        if primal == dual:
            return Several(pairs, prices, choice, primal, dual, arcs)
        more = Arcs.joined([arcs, asked], grid.size[1])
        if len(more) == len(arcs):
            raise UnprovenError(f"the pairs are worth {primal} and the prices {dual}")
        arcs = more


def require_places(pairs: Arcs, chosen: Ints, places: Ints, wanted: Wanted) -> None:
    """Count once more. Raises UnprovenError."""
    if (np.bincount(pairs.mentor, minlength=len(places)) > places).any():
        raise UnprovenError("a mentor has more mentees than places")
    if (chosen > wanted.many).any():
        raise UnprovenError("a mentee has more mentors than asked for")


def assigned(arcs: Arcs, places: Ints, wanted: Wanted) -> Bools:
    """Which arcs a best matching uses; gates are added where it would use one twice."""
    gated = np.zeros(len(arcs), dtype=np.bool_)
    while True:
        times = _Copies(arcs, places, wanted, gated).solved()
        if not (times > 1).any():
            own: Bools = times == 1
            return own
        gated |= times > 1


@dataclass(frozen=True)
class _Copies:
    """Rows are mentees, once for each mentor wanted, and gates; columns are places, staying alone, and gates."""

    arcs: Arcs
    places: Ints
    wanted: Wanted
    gated: Bools

    def solved(self) -> Ints:
        """How often each arc is used."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay
        from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

        copies, gates = int(self.wanted.many.sum()), np.flatnonzero(self.gated)
        usable = np.minimum(self.places, np.bincount(self.arcs.mentor, minlength=len(self.places)))
        columns = int(usable.sum()) + copies + len(gates)
        times = np.zeros(len(self.arcs), dtype=np.int64)
        if not copies:
            return times
        parts = [*self._direct(usable), *self._through(usable, gates, columns), self._alone(usable)]
        row, column, cost, arc = (np.concatenate(each) for each in zip(*parts, strict=True))
        shape = (copies + len(gates), columns)
        rows, found = min_weight_full_bipartite_matching(
            csr_matrix((cost.astype(np.float64), (row, column)), shape=shape)
        )
        key = row * columns + column
        order = np.argsort(key)
        used = arc[order[np.searchsorted(key[order], rows * columns + found)]]
        np.add.at(times, used[used >= 0], 1)
        return times

    def _copies_of(self, arcs: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Arc, row and cost for each mentor that the arc's mentee wants."""
        first = np.cumsum(self.wanted.many) - self.wanted.many
        for level in range(self.wanted.base.shape[1]):
            here = arcs[self.wanted.many[self.arcs.mentee[arcs]] > level]
            mentee = self.arcs.mentee[here]
            worth = self.wanted.base[mentee, level] + self.wanted.scale * self.arcs.score[here]
            yield here, first[mentee] + level, self._top - worth

    @property
    def _top(self) -> int:
        return 1 + int(self.wanted.base.max(initial=0)) + self.wanted.scale * int(self.arcs.score.max(initial=0))

    def _direct(self, usable: Ints) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        for arcs, row, cost in self._copies_of(np.flatnonzero(~self.gated)):
            at, column = _slots(self.arcs.mentor[arcs], usable)
            yield row[at], column, cost[at], arcs[at]

    def _through(self, usable: Ints, gates: Ints, columns: int) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """A gate is a column that a mentee may take and a row that then has to take a place of the mentor."""
        number = np.full(len(self.arcs), -1, dtype=np.int64)
        number[gates] = np.arange(len(gates))
        first_row, first_column = int(self.wanted.many.sum()), columns - len(gates)
        for arcs, row, cost in self._copies_of(gates):
            yield row, first_column + number[arcs], cost, arcs
        at, column = _slots(self.arcs.mentor[gates], usable)
        nothing, top = np.full(len(gates), -1), np.full(len(gates), self._top)
        yield first_row + at, column, top[at], nothing[at]
        yield first_row + np.arange(len(gates)), first_column + np.arange(len(gates)), top, nothing

    def _alone(self, usable: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        rows = np.arange(int(self.wanted.many.sum()))
        return rows, int(usable.sum()) + rows, np.full(len(rows), self._top), np.full(len(rows), -1)


def _slots(mentors: Ints, usable: Ints) -> tuple[Ints, Ints]:
    """Every place of each mentor: the number of the mentor's entry, and the column."""
    first, copies = np.cumsum(usable) - usable, usable[mentors]
    at = np.repeat(np.arange(len(mentors)), copies)
    return at, first[mentors][at] + np.arange(len(at)) - np.repeat(np.cumsum(copies) - copies, copies)


def smallest_prices(arcs: Arcs, own: Bools, places: Ints, wanted: Wanted) -> Ints:
    """The smallest prices of places at which nobody wants another mentor. Raises UnprovenError when there are none."""
    mentees, endless = len(wanted.many), np.iinfo(np.int64).max // 4
    chosen = np.bincount(arcs.mentee[own], minlength=mentees)
    levels = np.hstack([wanted.base, np.zeros((mentees, 1), dtype=np.int64)])
    another = np.where(chosen < wanted.many, -levels[np.arange(mentees), chosen], endless)
    worth, prices = wanted.scale * arcs.score, np.zeros(len(places), dtype=np.int64)
    rivals, kept = np.flatnonzero(~own), np.flatnonzero(own)
    for _ in range(mentees + len(places) + 2):
        least = another.copy()
        np.minimum.at(least, arcs.mentee[kept], worth[kept] - prices[arcs.mentor[kept]])
        raised = prices.copy()
        asking = rivals[least[arcs.mentee[rivals]] < endless]
        np.maximum.at(raised, arcs.mentor[asking], worth[asking] - least[arcs.mentee[asking]])
        if (raised == prices).all():
            spare = np.bincount(arcs.mentor[own], minlength=len(places)) < places
            if (prices[spare] > 0).any():
                raise UnprovenError("some other set of pairs is worth more")
            return prices
        prices = raised
    raise UnprovenError("the prices of places rise without end")


def _choices(grid: Grid, prices: Ints, wanted: Wanted) -> tuple[Ints, Arcs]:
    """What every mentee would choose among all possible mentors at these prices: its worth, and the pairs."""
    levels, found = wanted.base.shape[1], []
    value = np.zeros(grid.size[0], dtype=np.int64)
    for tile in grid.tiles():
        gain = wanted.scale * tile.units.astype(np.int64) - prices[tile.cols]
        gain[tile.units == IMPOSSIBLE] = np.iinfo(np.int64).min // 4
        many = min(levels, len(tile.cols))
        at = (
            np.argpartition(-gain, many - 1, axis=1)[:, :many]
            if many
            else np.zeros((len(tile.rows), 0), dtype=np.int64)
        )
        best = np.take_along_axis(gain, at, axis=1)
        order = np.argsort(-best, axis=1, kind="stable")
        at, best = np.take_along_axis(at, order, axis=1), np.take_along_axis(best, order, axis=1)
        each = best + wanted.base[tile.rows][:, :many]
        takes = (each > 0) & (np.arange(many) < wanted.many[tile.rows][:, None])
        value[tile.rows] += np.where(takes, each, 0).sum(axis=1)
        row, level = np.nonzero(takes)
        column = at[row, level]
        found.append(Arcs(tile.rows[row], tile.cols[column], tile.units[row, column].astype(np.int64)))
    return value, Arcs.joined(found, grid.size[1])
