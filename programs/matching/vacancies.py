"""What one more place changes where nothing is added up: in a stable matching, and where the mentees lead.

Both are worked out without matching anew for every mentor. Where mentees take their turns, a free place wanders: whoever
would rather have it takes it, and leaves their own. In a stable matching, everybody with a full house gets one more place
at once; taking it back from all but one, half of them at a time, leaves each one's own outcome, because deferred acceptance
comes to the same whatever the order in which places are lost.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from programs.matching.columns import Ints
from programs.matching.grid import possible
from programs.matching.in_turn import Wishes
from programs.matching.pairing import Gain, Gains
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE
from programs.matching.stable import Liking, Lists, UnstableError

LARGEST, LARGEST_STABLE = 1 << 24, 1 << 21
"""Mentees times mentors; with more it is not even begun."""
STEPS = 1 << 21
"""Questions from mentees to mentors, counted rather than timed, so that the same people always get the same answer."""
TOO_MANY = "for so many people it takes too long to work out for every mentor"


def _sorted(gains: Sequence[Gain]) -> Gains:
    """First where a person more gets somebody, then where most get somebody whom they would rather have."""
    helpful = (one for one in gains if one.people or one.better)
    return Gains(tuple(sorted(helpful, key=lambda one: (-one.people, -one.better, -one.units, one.mentor))))


@dataclass(frozen=True)
class InTurn:
    """A matching led by the mentees."""

    problem: Problem
    wishes: Wishes
    match: Ints

    def __call__(self) -> Gains:
        mentors = len(self.problem.mentors)
        if mentors * len(self.match) > LARGEST:
            return Gains(unstated=TOO_MANY)
        free = np.arange(mentors)
        """With whom the place is free that was added with each mentor; ALONE once somebody has it who had nobody."""
        people, units, better = (np.zeros(mentors, dtype=np.int64) for _ in range(3))
        for mentee in self.wishes.turns.tolist():
            likes, score = self._row(mentee)
            own = int(self.match[mentee])
            mine, held = (IMPOSSIBLE, 0) if own == ALONE else (int(likes[own]), int(score[own]))
            takes = np.flatnonzero((free != ALONE) & (likes[free] > mine))
            units[takes] += score[free[takes]] - held
            (people if own == ALONE else better)[takes] += 1
            free[takes] = own
        found = zip(self.problem.mentors, people.tolist(), units.tolist(), better.tolist(), strict=True)
        return _sorted([Gain(who.key, more, total, better=happier) for who, more, total, happier in found])

    def _row(self, mentee: int) -> tuple[Ints, Ints]:
        """How somebody likes every mentor, and the scores; IMPOSSIBLE for those who are."""
        tile, size = self.wishes.grid.row(mentee), len(self.problem.mentors)
        likes, score = np.full(size, IMPOSSIBLE, dtype=np.int64), np.full(size, IMPOSSIBLE, dtype=np.int64)
        likes[tile.cols], score[tile.cols] = self.wishes.liking(tile)[0], tile.units[0]
        return likes, score


@dataclass(frozen=True)
class Stable:
    """A stable matching."""

    problem: Problem
    liking: Liking
    match: Ints

    def __call__(self) -> Gains:
        wanted = self._wanted()
        if len(wanted) * len(self.match) > LARGEST_STABLE:
            return Gains(unstated=TOO_MANY)
        market = Market.opened(self.liking, self.problem.places, wanted)
        market.steps = STEPS
        try:
            return _sorted([self._gain(mentor, after) for mentor, after in market.each(wanted)])
        except _TooLongError:
            return Gains(unstated=TOO_MANY)

    def _wanted(self) -> list[int]:
        """Mentors without a free place whom somebody would rather have; with all others one more place changes nothing."""
        load = np.bincount(self.match[self.match != ALONE], minlength=len(self.problem.mentors))
        wanted = np.zeros(len(load), dtype=np.bool_)
        for tile, likes, _ in self.liking.tiles():
            own = np.where(tile.cols == self.match[tile.rows][:, None], likes, IMPOSSIBLE).max(
                axis=1, initial=IMPOSSIBLE
            )
            wanted[tile.cols] |= (possible(tile.units) & (likes > own[:, None])).any(axis=0)
        found: list[int] = np.flatnonzero(wanted & (load == self.problem.places)).tolist()
        return found

    def _gain(self, mentor: int, after: Ints) -> Gain:
        changed = np.flatnonzero(after != self.match).tolist()
        if (after[changed] == ALONE).any():
            raise UnstableError("one more place would leave somebody without anybody")
        people = sum(int(self.match[row]) == ALONE for row in changed)
        units = sum(self._units(row, int(after[row])) - self._units(row, int(self.match[row])) for row in changed)
        return Gain(self.problem.mentors[mentor].key, people, units, better=len(changed) - people)

    def _units(self, row: int, at: int) -> int:
        if at == ALONE:
            return 0
        return sum(each.units(self.problem.mentees[row], self.problem.mentors[at]) for each in self.problem.criteria)


class _TooLongError(Exception):
    """Working through all mentors would take more steps than are allowed."""


@dataclass
class Market:
    """Deferred acceptance in which mentors lose places one by one, and get them back as if nothing had happened."""

    waiting: list[Iterator[tuple[int, int]]]
    """The rest of everybody's list: mentors, and how much each likes them."""
    known: list[list[tuple[int, int]]]
    """The beginning, as far as it has been looked at."""
    room: list[int]
    held: list[list[tuple[int, int]]]
    """How much each mentor likes their mentees, and who they are; the least liked first."""
    match: list[int]
    tried: list[int]
    """How far down the list everybody has asked."""
    steps: int | None = None
    """How many questions may still be asked; None for as many as it takes."""
    done: list[tuple[str, int, int, int]] = field(default_factory=list)

    @classmethod
    def opened(cls, liking: Liking, places: Ints, wanted: Sequence[int]) -> Market:
        """Everybody has asked, with one more place of each wanted mentor."""
        room = places.copy()
        room[list(wanted)] += 1
        mentees = liking.whole.size[0]
        lists = Lists.of(liking)
        waiting = [lists.of_mentee(mentee, liking) for mentee in range(mentees)]
        empty: list[list[tuple[int, int]]] = [[] for _ in room]
        market = cls(waiting, [[] for _ in waiting], room.tolist(), empty, [ALONE] * mentees, [0] * mentees)
        for mentee in range(mentees):
            market.ask(mentee)
        return market

    def each(self, wanted: Sequence[int]) -> Iterator[tuple[int, Ints]]:
        """For each mentor, who is with whom if only this one has one more place."""
        if len(wanted) <= 1:
            yield from ((mentor, np.array(self.match, dtype=np.int64)) for mentor in wanted)
            return
        half, begun = len(wanted) // 2, len(self.done)
        for mine, others in ((wanted[:half], wanted[half:]), (wanted[half:], wanted[:half])):
            for mentor in others:
                self.lose_place(mentor)
            yield from self.each(mine)
            self.undo(begun)

    def ask(self, mentee: int) -> None:
        """Down the list until somebody takes them; whoever is turned away for them asks on."""
        asking = mentee
        while asking != ALONE:
            before = self.tried[asking]
            taken, turned_away = self._next(asking)
            self.done.append(("asked", asking, before, self.match[asking]))
            self.match[asking] = taken
            asking = turned_away

    def _next(self, asking: int) -> tuple[int, int]:
        """Who takes them, if anybody, and who is turned away for them, if anybody."""
        while (choice := self._choice(asking)) is not None:
            if self.steps is not None:
                self.steps -= 1
                if self.steps < 0:
                    raise _TooLongError
            mentor, liked = choice
            self.tried[asking] += 1
            held = self.held[mentor]
            if self.room[mentor] and (len(held) < self.room[mentor] or liked > held[0][0]):
                insort(held, (liked, asking))
                self.done.append(("held", mentor, liked, asking))
                return mentor, self._let_go(mentor) if len(held) > self.room[mentor] else ALONE
        return ALONE, ALONE

    def _choice(self, asking: int) -> tuple[int, int] | None:
        known, at = self.known[asking], self.tried[asking]
        if at == len(known) and (more := next(self.waiting[asking], None)) is not None:
            known.append(more)
        return known[at] if at < len(known) else None

    def _let_go(self, mentor: int) -> int:
        liked, mentee = self.held[mentor].pop(0)
        self.done.append(("gone", mentor, liked, mentee))
        return mentee

    def lose_place(self, mentor: int) -> None:
        self.room[mentor] -= 1
        self.done.append(("room", mentor, 0, 0))
        if len(self.held[mentor]) > self.room[mentor]:
            self.ask(self._let_go(mentor))

    def undo(self, begun: int) -> None:
        while len(self.done) > begun:
            what, one, two, three = self.done.pop()
            match what:
                case "asked":
                    self.tried[one], self.match[one] = two, three
                case "held":
                    self.held[one].remove((two, three))
                case "gone":
                    insort(self.held[one], (two, three))
                case _:
                    self.room[one] += 1
