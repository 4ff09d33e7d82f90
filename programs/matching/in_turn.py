"""Mentee-led matching: one mentee after the other has the best mentor who still takes an ask (serial dictatorship).

It is each one's own best in turn, and nothing is claimed about the total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from programs.errors import MentorflowError
from programs.matching.columns import Bools, Ints
from programs.matching.grid import Grid, Tile, possible
from programs.matching.lottery import Lottery, drawn
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE
from programs.matching.standing import Standings, own_units

NEVER = np.iinfo(np.int64).max


class NotInTurnError(MentorflowError):
    """Somebody could have had a better one at their turn; a fault of the engine, so nothing is proposed from it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"nobody is proposed, because the asks found are not everybody's best in turn: {why}")


@dataclass(frozen=True)
class Wishes:
    """Every mentee's list, without ties, and the order in which they have their turns."""

    grid: Grid
    lottery: Lottery
    turns: Ints
    """Mentees, the first to choose first."""

    @classmethod
    def of(cls, problem: Problem, seed: int, ranks: Ints) -> Wishes:
        mentees = [who.lot for who in problem.mentees]
        lots = drawn(str(seed), "turn", mentees)
        return cls(
            Grid.of(problem),
            Lottery.of(seed, 0, mentees, [who.lot for who in problem.mentors]),
            np.lexsort((lots, -ranks)).astype(np.int64),
        )

    def of_mentee(self, mentee: int) -> tuple[Ints, Ints]:
        """All possible mentors of somebody and their scores, the best first; equals by lot."""
        tile = self.grid.row(mentee)
        there = np.flatnonzero(possible(tile.units[0]))
        mentors, units = tile.cols[there], tile.units[0, there].astype(np.int64)
        order = np.lexsort((-self._draws(mentee, mentors), -units))
        return mentors[order], units[order]

    def liking(self, tile: Tile) -> Ints:
        """Scores and draws of a tile in one number, so that there are no equals."""
        rows, cols = np.broadcast_arrays(tile.rows[:, None], tile.cols[None, :])
        draws = self.lottery.of_pairs(rows.ravel(), cols.ravel()).reshape(tile.units.shape)
        return np.where(possible(tile.units), tile.units.astype(np.int64) * (self.lottery.top + 1) + draws, IMPOSSIBLE)

    def _draws(self, mentee: int, mentors: Ints) -> Ints:
        return self.lottery.of_pairs(np.full(len(mentors), mentee), mentors)


def settle(wishes: Wishes, places: Ints) -> Ints:
    """The mentor of each mentee, or ALONE."""
    match, room = np.full(wishes.grid.size[0], ALONE, dtype=np.int64), places.copy()
    for mentee in wishes.turns.tolist():
        mentors, _ = wishes.of_mentee(mentee)
        free = mentors[room[mentors] > 0]
        if len(free):
            match[mentee] = free[0]
            room[free[0]] -= 1
    return match


def verify(wishes: Wishes, places: Ints, match: Ints) -> Standings:
    """Look at all pairs for a better mentor who had a place left at somebody's turn. Raises NotInTurnError for any."""
    standings, full_from, turn = Standings.empty(wishes.grid.size), _full_from(wishes, places, match), _turns(wishes)
    for tile in wishes.grid.tiles():
        own = own_units(tile, match)
        standings.add(tile, own, match)
        liking = wishes.liking(tile)
        better = liking > _own(liking, tile, match)[:, None]
        passed: Bools = better & (full_from[tile.cols][None, :] > turn[tile.rows][:, None])
        if passed.any():
            raise NotInTurnError(f"{int(passed.sum())} better mentors still had a place")
    if (standings.own[match != ALONE] == IMPOSSIBLE).any():
        raise NotInTurnError("a pair breaks a rule")
    return standings


def _turns(wishes: Wishes) -> Ints:
    turn = np.empty(len(wishes.turns), dtype=np.int64)
    turn[wishes.turns] = np.arange(len(wishes.turns))
    return turn


def _own(liking: Ints, tile: Tile, match: Ints) -> Ints:
    """How each row likes their own mentor; IMPOSSIBLE for who has none in the tile."""
    mine = tile.cols[None, :] == match[tile.rows][:, None]
    own: Ints = np.where(mine, liking, IMPOSSIBLE).max(axis=1, initial=IMPOSSIBLE)
    return own


def _full_from(wishes: Wishes, places: Ints, match: Ints) -> Ints:
    """For each mentor, the turn that took the last place: at later ones none was left; NEVER where there always was one."""
    turn = _turns(wishes)
    full = np.where(places > 0, NEVER, -1)
    for mentor in np.unique(match[match != ALONE]).tolist():
        taken = np.sort(turn[match == mentor])
        if len(taken) > places[mentor]:
            raise NotInTurnError("a mentor has more asks than they take")
        if len(taken) == places[mentor]:
            full[mentor] = taken[-1]
    return full
