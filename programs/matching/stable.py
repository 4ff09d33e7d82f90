"""A stable matching: no mentee and mentor who are not together would both rather have each other than whom they have.

Mentees propose from the top of their lists, mentors keep the best who have asked so far (Gale and Shapley 1962, with
capacities; Roth 1984): of all stable matchings it is the one that every mentee likes best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappush, heapreplace

import numpy as np

from programs.errors import MentorflowError
from programs.matching.columns import Ints
from programs.matching.criteria import Criterion
from programs.matching.grid import Grid, Tile, possible
from programs.matching.lottery import drawn
from programs.matching.names import Ranked
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE
from programs.matching.standing import Standings, own_units
from programs.matching.tables import Crowd
from programs.spec.base import Role

LISTED = 64
"""Mentors on a mentee's list to begin with; whoever comes to its end gets the rest."""


class UnstableError(MentorflowError):
    """A matching that is not stable; a fault of the engine, so nothing is proposed from it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no pairs are proposed, because the matching found is not proven to be stable: {why}")


@dataclass(frozen=True)
class Liking:
    """Who prefers whom, without ties: by score, and among equal scores by priority and lot.

    A side's own ranking counts for that side only, every other criterion for both.
    """

    whole: Grid
    mentee: Grid
    mentor: Grid
    lots: tuple[Ints, Ints]
    """Each mentee's and each mentor's place among equals, the preferred ones last."""

    @classmethod
    def of(cls, problem: Problem, seed: int, ranks: Ints) -> Liking:
        crowd = Crowd(problem.mentees, problem.mentors)
        whole = Grid.scoring(problem, problem.criteria, crowd)

        def by(side: Role) -> Grid:
            counting = tuple(each for each in problem.criteria if not _belongs(each, other=side))
            return whole if counting == problem.criteria else Grid.scoring(problem, counting, crowd)

        mentees = drawn(str(seed), "mentee", [who.lot for who in problem.mentees])
        mentors = drawn(str(seed), "mentor", [who.lot for who in problem.mentors])
        return cls(whole, by(Role.MENTEE), by(Role.MENTOR), (_places(mentees, ranks), _places(mentors)))

    def tiles(self) -> Iterator[tuple[Tile, Ints, Ints]]:
        """Each tile with how much its mentees like its mentors, and how much its mentors like its mentees."""
        grids = {id(grid): grid.tiles() for grid in (self.whole, self.mentee, self.mentor)}
        for tiles in zip(*grids.values(), strict=True):
            found = dict(zip(grids, tiles, strict=True))
            yield found[id(self.whole)], *self._compared(found[id(self.mentee)], found[id(self.mentor)])

    def row(self, mentee: int) -> tuple[Ints, Ints]:
        """All possible mentors of somebody, best first, and how much each likes them."""
        mine, theirs = self.mentee.row(mentee), self.mentor.row(mentee)
        liking, liked = self._compared(mine, theirs)
        order = np.flatnonzero(possible(mine.units[0]))
        order = order[np.argsort(-liking[0, order])]
        return mine.cols[order], liked[0, order]

    def _compared(self, mine: Tile, theirs: Tile) -> tuple[Ints, Ints]:
        mentees, mentors = self.lots
        liking = mine.units.astype(np.int64) * len(mentors) + mentors[mine.cols]
        liked = theirs.units.astype(np.int64) * len(mentees) + mentees[mine.rows][:, None]
        return liking, liked


def _belongs(criterion: Criterion, other: Role) -> bool:
    """Whether it is the ranking of the other side."""
    return isinstance(criterion.measure, Ranked) and criterion.measure.by is not other


def _places(*keys: Ints | np.ndarray) -> Ints:
    """Sorted by the last key first."""
    order = np.lexsort(keys)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


@dataclass(frozen=True)
class Lists:
    """The beginning of every mentee's list."""

    first: Ints
    mentor: Ints
    liked: Ints
    """How much each mentor on the list likes the mentee."""
    possible: Ints
    """How long each whole list is."""

    @classmethod
    def of(cls, liking: Liking) -> Lists:
        size = liking.whole.size[0]
        none = np.zeros(0, dtype=np.int64)
        many, found = np.zeros(size, dtype=np.int64), [(none, none, none, none)]
        for tile, mine, theirs in liking.tiles():
            allowed = possible(tile.units)
            many[tile.rows] = allowed.sum(axis=1)
            mine[~allowed] = IMPOSSIBLE
            if (length := len(tile.cols)) > LISTED:
                allowed &= mine >= np.partition(mine, length - LISTED, axis=1)[:, [length - LISTED]]
            row, column = np.nonzero(allowed)
            found.append((tile.rows[row], tile.cols[column], mine[row, column], theirs[row, column]))
        mentee, mentor, mine, theirs = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((-mine, mentee))
        first = np.searchsorted(mentee[order], np.arange(size + 1))
        return cls(first, mentor[order], theirs[order], many)

    def of_mentee(self, mentee: int, liking: Liking) -> Iterator[tuple[int, int]]:
        """Mentors from the best on, and how much each likes the mentee."""
        begin, end = int(self.first[mentee]), int(self.first[mentee + 1])
        yield from zip(self.mentor[begin:end].tolist(), self.liked[begin:end].tolist(), strict=True)
        if end - begin < self.possible[mentee]:
            mentors, liked = liking.row(mentee)
            yield from zip(mentors[end - begin :].tolist(), liked[end - begin :].tolist(), strict=True)


def settle(liking: Liking, places: Ints) -> Ints:
    """The mentor of each mentee, or ALONE."""
    lists = Lists.of(liking)
    waiting = [lists.of_mentee(mentee, liking) for mentee in range(liking.whole.size[0])]
    match, room = [ALONE] * len(waiting), places.tolist()
    held: list[list[tuple[int, int]]] = [[] for _ in room]
    for newcomer in range(len(waiting)):
        asking = newcomer
        while asking != ALONE:
            mentor, liked = next(waiting[asking], (ALONE, 0))
            if mentor == ALONE:
                break
            if len(held[mentor]) < room[mentor]:
                heappush(held[mentor], (liked, asking))
                match[asking], asking = mentor, ALONE
            elif held[mentor] and liked > held[mentor][0][0]:
                _, turned_away = heapreplace(held[mentor], (liked, asking))
                match[asking], match[turned_away], asking = mentor, ALONE, turned_away
    return np.array(match, dtype=np.int64)


def verify(liking: Liking, places: Ints, match: Ints) -> Standings:
    """Look at all pairs for two who would both rather have each other. Raises UnstableError when there are any."""
    matched = match != ALONE
    load = np.bincount(match[matched], minlength=len(places))
    if (load > places).any():
        raise UnstableError("a mentor has more mentees than places")
    standings = Standings.empty(liking.whole.size)
    mine, worst = _held(liking, match, standings)
    if (standings.own[matched] == IMPOSSIBLE).any():
        raise UnstableError("a pair breaks a rule")
    worst[load < places] = IMPOSSIBLE
    worst[places == 0] = np.iinfo(np.int64).max
    for tile, likes, liked in liking.tiles():
        rather = possible(tile.units) & (likes > mine[tile.rows][:, None]) & (liked > worst[tile.cols])
        if rather.any():
            raise UnstableError(f"{int(rather.sum())} pairs would rather have each other")
    return standings


def _held(liking: Liking, match: Ints, standings: Standings) -> tuple[Ints, Ints]:
    """How much each mentee likes their own mentor, and each mentor the least liked of their own mentees."""
    mine = np.full(len(match), IMPOSSIBLE, dtype=np.int64)
    worst = np.full(liking.whole.size[1], np.iinfo(np.int64).max, dtype=np.int64)
    for tile, likes, liked in liking.tiles():
        standings.add(tile, own_units(tile, match), match)
        row = np.flatnonzero(standings.own[tile.rows] != IMPOSSIBLE)
        column = np.searchsorted(tile.cols, match[tile.rows[row]])
        mine[tile.rows[row]] = likes[row, column]
        np.minimum.at(worst, tile.cols[column], liked[row, column])
    return mine, worst
