"""Decisions about circles: these two in one, those two never, these exchange their places; everybody else stays where they sit.

Each is carried out by the one move or exchange of two people that costs the least: first rules that two in a circle break,
then how much people differ within circles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from programs.errors import MentorflowError
from programs.matching.circles import Dealing
from programs.matching.costs import Cost, Decided, Move, Priced, Will
from programs.matching.joining import all_share
from programs.matching.shapes import Circle, Circles
from programs.matching.texts import Share

Two = tuple[str, str]
Table = tuple[frozenset[int], ...]
"""Who sits in which circle, by number; the last are those who sit in none."""


@dataclass(frozen=True)
class Wishes:
    """What is decided now, and what was before: `held` sit together, `apart` never."""

    force: Collection[Two] = ()
    forbid: Collection[Two] = ()
    swap: Collection[Two] = ()
    held: Collection[Two] = ()
    apart: Collection[Two] = ()


@dataclass
class Reseating:
    """Circles as they stand, and what is decided about them."""

    dealing: Dealing
    seats: Sequence[Sequence[str]]
    wishes: Wishes
    worths: dict[frozenset[int], tuple[int, float]] = field(default_factory=dict)

    def weighed(self) -> Decided[Circles]:
        """Raises MentorflowError for somebody who does not sit here, and for what cannot be without undoing another decision."""
        both = {frozenset(two) for two in self.wishes.force} & {frozenset(two) for two in self.wishes.forbid}
        if both:
            raise MentorflowError(
                f"{' and '.join(sorted(next(iter(both))))} are both to sit together and to be kept apart; decide for one"
            )
        start, each = self._start(), []
        steps = [
            *((Will.SWAP, two) for two in self.wishes.swap),
            *((Will.FORCE, two) for two in self.wishes.force),
            *((Will.FORBID, two) for two in self.wishes.forbid),
        ]
        table, done = start, Wishes(held=self.wishes.held, apart=self.wishes.apart)
        for will, two in steps:
            alone = self._after(start, will, two, done)
            each.append(Priced(will, *two, self._cost(start, alone), self._broken(will, two), peers=True))
        for will, two in steps:
            table = self._after(table, will, two, done)
            done = replace(
                done,
                held=[*done.held, *([two] if will is Will.FORCE else [])],
                apart=[*done.apart, *([two] if will is Will.FORBID else [])],
            )
        return Decided(self._told(start), self._told(table), tuple(each), self._cost(start, table))

    def _start(self) -> Table:
        number = {who.key: at for at, who in enumerate(self.dealing.people)}
        circles = [frozenset(number[key] for key in seat) for seat in self.seats]
        return (*circles, frozenset(range(len(number))) - frozenset().union(*circles))

    def _at(self, key: str) -> int:
        for number, who in enumerate(self.dealing.people):
            if who.key == key:
                return number
        raise MentorflowError(f"{key} sits in no circle that waits for a decision, and looks for none")

    def _after(self, table: Table, will: Will, two: Two, done: Wishes) -> Table:
        one, other = (self._at(key) for key in two)
        if one == other:
            raise MentorflowError(f"{two[0]} is named twice; name two people")
        here, there = (_circle(table, who) for who in (one, other))
        if will is Will.SWAP:
            ways: Iterator[Table] = iter([_exchanged(table, one, other)] if here != there else [])
        elif (here == there and here != len(table) - 1) is (will is Will.FORCE):
            return table
        else:
            ways = self._joined(table, one, other) if will is Will.FORCE else self._parted(table, one, other)
        allowed = [way for way in ways if self._keeps(way, done)]
        if not allowed:
            raise MentorflowError(_no_way(will, *two))
        return min(allowed, key=self._worth)

    def _joined(self, table: Table, one: int, other: int) -> Iterator[Table]:
        for goes, stays in ((one, other), (other, one)):
            target = _circle(table, stays)
            if target == len(table) - 1:
                continue
            yield from self._moved(table, goes, target)
            yield from (_exchanged(table, goes, third) for third in sorted(table[target] - {stays}))

    def _parted(self, table: Table, one: int, other: int) -> Iterator[Table]:
        for goes in (one, other):
            for target in range(len(table) - 1):
                if target != _circle(table, goes):
                    yield from self._moved(table, goes, target)
                    yield from (_exchanged(table, goes, third) for third in sorted(table[target]))

    def _moved(self, table: Table, who: int, target: int) -> Iterator[Table]:
        """Without anybody in return, where the sizes allow it."""
        origin, size = _circle(table, who), self.dealing.size
        is_free = origin == len(table) - 1 or len(table[origin]) > size.at_least
        if is_free and len(table[target]) < size.at_most:
            changed = {origin: table[origin] - {who}, target: table[target] | {who}}
            yield tuple(changed.get(at, circle) for at, circle in enumerate(table))

    def _keeps(self, table: Table, done: Wishes) -> bool:
        circle = {self.dealing.people[who].key: at for at, circle in enumerate(table[:-1]) for who in circle}
        held = all(circle.get(one) == circle.get(other) for one, other in done.held if {one, other} & circle.keys())
        return held and not any(one in circle and circle[one] == circle.get(other) for one, other in done.apart)

    def _worth(self, table: Table) -> tuple[int, int, float]:
        """The less the better; who is left without a circle counts first."""
        each = [self._of(circle) for circle in table[:-1]]
        return len(table[-1]), sum(one for one, _ in each), -sum(other for _, other in each)

    def _of(self, circle: frozenset[int]) -> tuple[int, float]:
        """Rules broken in a circle, and how much its people differ."""
        if circle not in self.worths:
            rows = self.dealing.features.points[sorted(circle)]
            differ = float((rows**2).sum() - (rows.sum(axis=0) ** 2).sum() / max(1, len(circle)))
            self.worths[circle] = len(self._clashes(circle)), differ
        return self.worths[circle]

    def _clashes(self, circle: frozenset[int]) -> list[str]:
        people = [self.dealing.people[who] for who in sorted(circle)]
        found = [rule.title for one, other in combinations(people, 2) for rule in self.dealing.broken(one, other)]
        return found + [
            rule.title for rule in self.dealing.rules if isinstance(rule, Share) and not all_share(rule, people)
        ]

    def _broken(self, will: Will, two: Two) -> tuple[str, ...]:
        one, other = (self.dealing.people[self._at(key)] for key in two)
        return tuple(rule.title for rule in self.dealing.broken(one, other)) if will is Will.FORCE else ()

    def _cost(self, before: Table, after: Table) -> Cost:
        old, new = self._worth(before), self._worth(after)
        moved = [who for who in range(len(self.dealing.people)) if _circle(before, who) != _circle(after, who)]
        named = [(self._name(before, who, moved), self._name(after, who, moved)) for who in moved]
        moves = tuple(Move(self.dealing.people[who].key, *names) for who, names in zip(moved, named, strict=True))
        mixing = self._mixed(before) - self._mixed(after)
        return Cost(new[0] - old[0], 0, moves, new[1] - old[1], mixing)

    def _name(self, table: Table, who: int, moved: Collection[int]) -> str | None:
        at = _circle(table, who)
        stay = sorted(table[at] - set(moved)) or sorted(table[at])
        return None if at == len(table) - 1 else self.dealing.people[stay[0]].key

    def _mixed(self, table: Table) -> float:
        within = -self._worth(table)[2]
        seated = self.dealing.features.points[sorted(frozenset().union(*table[:-1]))]
        whole = float((seated**2).sum() - (seated.sum(axis=0) ** 2).sum() / max(1, len(seated)))
        return within / whole if whole else 1.0

    def _told(self, table: Table) -> Circles:
        draws = self.dealing.draws()
        circles: tuple[Circle, ...] = tuple(
            self.dealing.circle(np.array(sorted(circle), dtype=np.int64), draws) for circle in table[:-1] if circle
        )
        left = self.dealing.left(sorted(table[-1]))
        together = sum(len(one.together) for one in circles)
        return Circles(self.dealing.seed, circles, left, self._mixed(table), together, 0)


def parted(dealing: Dealing, apart: Collection[Two]) -> Circles:
    """Everybody dealt to circles, and then whoever must not sit together moved on."""
    dealt = dealing.dealt()
    key = {who.key for who in dealing.people}
    where = {who: at for at, circle in enumerate(dealt.circles) for who in circle.members}
    wanted = sorted(two for two in apart if set(two) <= key and where.get(two[0], -1) == where.get(two[1], -2))
    if not wanted:
        return dealt
    seats = [circle.members for circle in dealt.circles]
    held_apart = [two for two in apart if set(two) <= key and two not in wanted]
    found = Reseating(dealing, seats, Wishes(forbid=wanted, apart=held_apart)).weighed().after
    return replace(found, fewest=dealt.fewest)


def _circle(table: Table, who: int) -> int:
    return next(at for at, circle in enumerate(table) if who in circle)


def _exchanged(table: Table, one: int, other: int) -> Table:
    return tuple(circle ^ {one, other} if (one in circle) != (other in circle) else circle for circle in table)


def _no_way(will: Will, one: str, other: str) -> str:
    if will is Will.SWAP:
        return (
            f"{one} and {other} cannot exchange places: they sit in one circle, or another decision holds one of them"
        )
    what = "brought into one circle" if will is Will.FORCE else "kept apart"
    return (
        f"{one} and {other} cannot be {what}: no move of one of them, or exchange with a third, leaves circles of the right size "
        "and keeps what else was decided; decide otherwise about the others first, or reject the circles"
    )
