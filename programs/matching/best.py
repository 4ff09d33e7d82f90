"""The best matching by an objective: aims in order, then the seed's lottery, until only one matching is left.

That one is the same whichever solver runs and whatever the order of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from programs.matching.aims import Aim, Weighing, packed
from programs.matching.arcs import Arcs
from programs.matching.columns import Bools, Ints
from programs.matching.grid import Grid
from programs.matching.lottery import Lottery
from programs.matching.pairing import Solver
from programs.matching.prices import Prices, UnprovenError, prices
from programs.matching.rounds import Rounds
from programs.matching.solve import ALONE, assign
from programs.matching.stages import Needed, Stage, Worth, candidates, look

SHRINKING = 12
"""Rounds in which pairs far from their prices are forgotten; from then on all are kept, so that there is an end."""
TURNS = 8
"""Lotteries after which equally good matchings would still be left only by a fault."""


@dataclass(frozen=True)
class Drawing:
    """The lottery as a worth."""

    lottery: Lottery

    @property
    def top(self) -> int:
        return self.lottery.top

    @property
    def light(self) -> None:
        return None

    def of(self, mentee: Ints, mentor: Ints, units: Ints) -> Ints:
        return self.lottery.of_pairs(mentee, mentor)


@dataclass(frozen=True)
class Best:
    """A matching and why it is the best: one stage for as many aims as fit in one number, then the lotteries."""

    match: Ints
    stages: tuple[Stage, ...]
    weighings: tuple[Weighing, ...]
    """Those of the objective; the stages after them are lotteries."""
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True)
class Found:
    """A matching on the way."""

    match: Ints
    stages: tuple[Stage, ...]
    open: Arcs | None
    """All pairs that the stages leave; None when they are too many to keep."""


Keys = tuple[Sequence[str], Sequence[str]]
"""Of mentees and of mentors."""


@dataclass(frozen=True)
class Search:
    """Everything that stays the same from stage to stage."""

    grid: Grid
    places: Ints
    solver: Solver

    @property
    def pairs(self) -> int:
        """How many there can be at most, with one more place; so that prices still put the aims in order then."""
        return min(self.grid.size[0], int(self.places.sum()) + 1)

    def best(self, aims: Callable[[int], tuple[Aim, ...]], seed: int, keys: Keys) -> Best:
        """`aims` of the greatest score that any possible pair has. Raises UnprovenError when something went wrong."""
        arcs, mentees = candidates(self.grid), self.grid.size[0]
        wanted = aims(int(arcs.score.max(initial=0)))
        weighings = tuple(packed(wanted, self.pairs, mentees))
        found = self._grown(weighings[0], (), arcs)
        for weighing in weighings[1:]:
            found = self._next(weighing, found)
        for turn in range(TURNS):
            if found.open is not None and only(found.match, found.open, found.stages, self.places):
                return Best(found.match, found.stages, weighings, wanted)
            bits = 32 if self.pairs < 1 << 16 else 24
            found = self._next(Drawing(Lottery.of(seed, turn, *keys, bits)), found)
        raise UnprovenError(f"{TURNS} lotteries left more than one matching")

    def priced(self, worth: Worth, match: Ints, units: Ints) -> Prices:
        """The smallest prices by which a matching is the best one over all pairs. Raises UnprovenError when it is not.

        `units` are the scores of the mentees' own pairs.
        """
        matched = np.flatnonzero(match != ALONE)
        arcs = Arcs.joined((candidates(self.grid), Arcs(matched, match[matched], units[matched])), self.grid.size[1])
        while True:
            found = prices(arcs, worth.of(arcs.mentee, arcs.mentor, arcs.score), self.places, match)
            seen = look(self.grid, Stage(worth, found), ())
            if not seen.missed:
                return found
            arcs = Arcs.joined((arcs, *seen.wanting), self.grid.size[1])

    def _next(self, worth: Worth, so_far: Found) -> Found:
        """The next stage, among the pairs that are known to be left or else among all of the grid."""
        mentee, mentor = needed(so_far.stages)
        bonus = max(1, self.pairs) * worth.top + 1
        asked = Needed(worth, mentee.astype(np.int64), mentor.astype(np.int64), bonus)
        if so_far.open is None:
            return self._grown(asked, so_far.stages, candidates(self.grid, asked, so_far.stages))
        arcs = so_far.open
        value = asked.of(arcs.mentee, arcs.mentor, arcs.score)
        match = assign(arcs, value, self.places, len(so_far.match), self.solver)
        found = prices(arcs, value, self.places, match)
        return Found(match, (*so_far.stages, Stage(asked, found)), arcs.only(found.tight(arcs, value)))

    def _grown(self, worth: Worth, earlier: tuple[Stage, ...], arcs: Arcs) -> Found:
        """Solve for some pairs, look at all, add those that the prices miss, until there are none."""
        rounds = Rounds(worth, self.places, self.grid.size[0], self.solver)
        for turn in count():
            found = rounds.solved(arcs)
            stage, (near, margin) = Stage(worth, found.prices), rounds.near(arcs, found)
            seen = look(self.grid, stage, earlier, margin)
            if not seen.missed:
                open_ = None if seen.overflown else Arcs.joined(seen.tight, self.grid.size[1])
                return Found(found.match, (*earlier, stage), open_)
            arcs = Arcs.joined((near if turn < SHRINKING else arcs, *seen.wanting), self.grid.size[1])
        raise AssertionError("without end, and every round knows more pairs")


def needed(stages: tuple[Stage, ...]) -> tuple[Bools, Bools]:
    """Whom every best matching covers, and whose places it fills: those who have a price."""
    mentee, mentor = stages[0].prices.mentee > 0, stages[0].prices.mentor > 0
    for stage in stages[1:]:
        mentee, mentor = mentee | (stage.prices.mentee > 0), mentor | (stage.prices.mentor > 0)
    return mentee, mentor


def only(match: Ints, arcs: Arcs, stages: tuple[Stage, ...], places: Ints) -> bool:
    """Whether no other matching is as good: nobody can move along tight pairs and come back to where they began.

    People, mentors and the outside are joined by every move that a best matching allows; a move that lies on a circle
    (its ends are strongly connected) is one that could be made.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    mentees, mentors = len(match), len(places)
    load = np.bincount(match[match != ALONE], minlength=mentors)
    must_mentee, must_mentor = needed(stages)
    own = match[arcs.mentee] == arcs.mentor
    below, above, outside = np.arange(mentees), mentees + np.arange(mentors), mentees + mentors
    moves = (
        (arcs.mentee[~own], above[arcs.mentor[~own]]),
        (above[arcs.mentor[own]], arcs.mentee[own]),
        _from(outside, below[match == ALONE]),
        _to(below[(match != ALONE) & ~must_mentee], outside),
        _to(above[load < places], outside),
        _from(outside, above[(load > 0) & ~must_mentor]),
    )
    tails, heads = (np.concatenate(ends) for ends in zip(*moves, strict=True))
    graph = csr_matrix((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(outside + 1, outside + 1))
    _, part = connected_components(graph, connection="strong")
    return bool((part[moves[0][0]] != part[moves[0][1]]).all())


def _from(one: int, many: Ints) -> tuple[Ints, Ints]:
    return np.full(len(many), one), many


def _to(many: Ints, one: int) -> tuple[Ints, Ints]:
    return many, np.full(len(many), one)
