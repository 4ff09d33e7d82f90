"""The exact cost of one decision, by a shortest path over a proven matching instead of a second matching.

Every change of a matching is a round of moves: somebody takes a place, whoever held it takes another, and so on until a
free place, somebody who is left alone, or the first one's old place ends it. A move costs what the pair falls short of
its two prices (the reduced cost), which is never negative, so Dijkstra's algorithm finds the cheapest round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from programs.matching.columns import Ints
from programs.matching.costs import Cost, Move
from programs.matching.decisions import matched
from programs.matching.grid import Grid
from programs.matching.pairing import Pairing, Proof
from programs.matching.prices import UnprovenError
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE

Path = list[int]
LARGEST = 1 << 52
"""Costs along a path up to here are exact in floating point."""


def exact(proof: Proof) -> bool:
    """Whether the objective is a number that paths can add up: `stable` has none, and that of many aims may be too large."""
    prices = (*proof.mentee_prices.values(), *proof.mentor_prices.values())
    steps = 2 * (len(proof.mentee_prices) + len(proof.mentor_prices) + 2)
    return bool(proof.scale) and 2 * max(prices, default=0) * steps < LARGEST


@dataclass(frozen=True)
class Regret:
    """A problem and its best matching."""

    problem: Problem
    pairing: Pairing

    def forcing(self, mentee: int, mentor: int) -> Cost:
        """What it costs that these two are a pair; the mentor has at least one place."""
        if self._match[mentee] == mentor:
            return Cost(0, 0, ())
        path, cost = self._cheapest(self._mentor(mentor), mentee)
        reduced = int(self._prices[0][mentee] + self._prices[1][mentor]) - self._worth_of({mentee: mentor})
        return self._cost(cost + reduced, {mentee: mentor, **dict(self._moves(path))})

    def forbidding(self, mentee: int, mentor: int) -> Cost:
        """What it costs that these two are not a pair."""
        if self._match[mentee] != mentor:
            return Cost(0, 0, ())
        path, cost = self._cheapest(mentee, self._mentor(mentor))
        return self._cost(cost, dict(self._moves(path)))

    @cached_property
    def _match(self) -> Ints:
        return matched(self.problem, self.pairing)

    @cached_property
    def _load(self) -> Ints:
        return np.bincount(self._match[self._match != ALONE], minlength=len(self.problem.mentors))

    @cached_property
    def _prices(self) -> tuple[Ints, Ints]:
        proof = self.pairing.proof
        mentees = [proof.mentee_prices[who.key] for who in self.problem.mentees]
        mentors = [proof.mentor_prices[who.key] for who in self.problem.mentors]
        return np.array(mentees, dtype=np.int64), np.array(mentors, dtype=np.int64)

    @cached_property
    def _base(self) -> Ints:
        """What a pair of each mentee is worth without its score."""
        proof = self.pairing.proof
        return np.array(
            [proof.bonus * (1 + proof.priorities.get(who.key, 0)) for who in self.problem.mentees], np.int64
        )

    def _worth(self, mentee: Ints, units: Ints) -> Ints:
        proof = self.pairing.proof
        worth = units.astype(np.int64) * proof.scale + self._base[mentee]
        for reach, weight in proof.bands:
            worth += weight * (units >= reach)
        return worth

    def _worth_of(self, pairs: dict[int, int]) -> int:
        found = [(row, self._units(row, at)) for row, at in pairs.items() if at != ALONE]
        rows, units = (np.array(found, dtype=np.int64).reshape(-1, 2)).T
        return int(self._worth(rows, units).sum())

    @cached_property
    def _grid(self) -> Grid:
        return Grid.of(self.problem)

    def _units(self, mentee: int, mentor: int) -> int:
        one, other = self.problem.mentees[mentee], self.problem.mentors[mentor]
        return sum(each.units(one, other) for each in self.problem.criteria)

    def _mentor(self, mentor: int) -> int:
        return len(self.problem.mentees) + mentor

    def _cheapest(self, start: int, end: int) -> tuple[Path, int]:
        """The nodes of the cheapest path and its cost, looked for among cheap moves before dearer ones are added."""
        top = self.pairing.proof.scale * max((one.units for one in self.pairing.pairs), default=0)
        for limit in (top // 16, top // 4, top, np.iinfo(np.int64).max):
            path, cost = self._search(start, end, limit)
            if cost is not None:
                return (path, cost) if cost <= limit else self._settled(start, end, cost)
        raise UnprovenError("there is no way to make room for a decision")

    def _settled(self, start: int, end: int, cost: int) -> tuple[Path, int]:
        """The cheapest path once a cost is known that it cannot exceed: no dearer move can be part of it."""
        path, least = self._search(start, end, cost)
        assert least is not None, "the path that costs so much is still there"
        return path, least

    def _search(self, start: int, end: int, limit: int) -> tuple[Path, int | None]:
        """Dijkstra over moves up to a limit; of equally cheap paths the one with the fewest moves."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

        size = len(self.problem.mentees) + len(self.problem.mentors) + 1
        source, target, cost = self._edges(limit)
        steps = 1 << size.bit_length()
        weights = cost.astype(np.float64) * steps + 1
        graph = csr_matrix((weights, (source, target)), shape=(size, size))
        far, before = dijkstra(graph, indices=start, return_predecessors=True)
        if not np.isfinite(far[end]):
            return [], None
        path = [end]
        while path[-1] != start:
            path.append(int(before[path[-1]]))
        return path[::-1], int(far[end]) // steps

    def _edges(self, limit: int) -> tuple[Ints, Ints, Ints]:
        """Moves as edges: a mentee takes a place, a mentor lets a mentee go, and through the last node, staying alone."""
        match, load, (one, other) = self._match, self._load, self._prices
        alone = len(self.problem.mentees) + len(self.problem.mentors)
        mentors = self._mentor(0) + np.arange(len(self.problem.mentors))
        paired, left = np.flatnonzero(match != ALONE), np.flatnonzero(match == ALONE)
        free, held = load < self.problem.places, load > 0
        nothing = np.zeros
        edges = [
            *self._takes(limit),
            (mentors[match[paired]], paired, nothing(len(paired))),
            (paired, np.full(len(paired), alone), one[paired]),
            (np.full(len(left), alone), left, nothing(len(left))),
            (mentors[free], np.full(int(free.sum()), alone), nothing(int(free.sum()))),
            (np.full(int(held.sum()), alone), mentors[held], other[held]),
        ]
        source, target, cost = (np.concatenate(parts).astype(np.int64) for parts in zip(*edges, strict=True))
        return source, target, cost

    def _takes(self, limit: int) -> Iterator[tuple[Ints, Ints, Ints]]:
        one, other = self._prices
        for tile in self._grid.tiles():
            rows = tile.rows[:, None]
            short = one[rows] + other[tile.cols] - self._worth(rows, tile.units)
            here = (tile.units != IMPOSSIBLE) & (short <= limit) & (self._match[rows] != tile.cols)
            row, column = np.nonzero(here)
            yield tile.rows[row], self._mentor(0) + tile.cols[column], short[row, column]

    def _moves(self, path: Path) -> Iterator[tuple[int, int]]:
        """Who takes which place along a path, or ALONE."""
        mentees, alone = self._mentor(0), self._mentor(len(self.problem.mentors))
        for node, following in pairwise(path):
            if node < mentees:
                yield node, ALONE if following == alone else following - mentees

    def _cost(self, cost: int, moves: dict[int, int]) -> Cost:
        """In people and units, counted from the moves. Raises UnprovenError when they do not come to the cost found."""
        old = {row: int(self._match[row]) for row in moves}
        if self._worth_of(old) - self._worth_of(moves) != cost:
            raise UnprovenError("the moves of a decision do not come to its cost")
        people = sum(at != ALONE for at in old.values()) - sum(at != ALONE for at in moves.values())
        units = self._sum(old) - self._sum(moves)
        named: Callable[[int], str | None] = lambda at: None if at == ALONE else self.problem.mentors[at].key  # noqa: E731
        told = (Move(self.problem.mentees[row].key, named(old[row]), named(at)) for row, at in moves.items())
        return Cost(people, units, tuple(sorted(told, key=lambda move: move.mentee)))

    def _sum(self, pairs: dict[int, int]) -> int:
        return sum(self._units(row, int(at)) for row, at in pairs.items() if at != ALONE)
