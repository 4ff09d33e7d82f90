"""Peer circles: small rounds of equals in which the mentor's role goes round.

In a circle `same`, `share` and `within_hours` hold between every two members. `different` and the rules about single
people are kept as far as arithmetic allows, and the result says how far that is. Criteria name what is to be mixed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np

from programs.errors import MentorflowError
from programs.matching.columns import Ints, codes
from programs.matching.features import Features, features
from programs.matching.mixing import Crowd, Table, deal, fewest, improve, scatter
from programs.matching.pairing import Left, Obstacle
from programs.matching.people import Person
from programs.matching.pools import HARD, Pooling, reach
from programs.matching.rules import Rule, compiled
from programs.matching.shapes import Circle, Circles
from programs.matching.terms import Terms
from programs.matching.texts import Different
from programs.matching.values import plain
from programs.spec.base import Role
from programs.spec.program import Program, Size

SEEDS = (1 << 64) - 1
"""Seeds of the exchanges are not negative."""


def dealing(
    members: Sequence[Person], program: Program, *, on: date, past: Collection[tuple[str, str]], seed: int
) -> Dealing:
    terms, people = Terms(program.matching, program.enrollment.fields), _once(members)
    rules = compiled(terms, past, on)[1:]
    return Dealing(people, rules, features(people, terms, on), program.relationships.size or Size(), seed)


@dataclass(frozen=True)
class Dealing:
    """Who is to sit in circles, and what is to be respected."""

    people: tuple[Person, ...]
    rules: tuple[Rule, ...]
    features: Features
    size: Size
    seed: int

    def dealt(self) -> Circles:
        pooling = self._pooling()
        found, draws = pooling.pools(), self.draws()
        plans = [self._plan(sorted(pool, key=lambda at: draws[at])) for pool in found.pools]
        table = Table.empty(self._crowd(), sum(len(sizes) for _, sizes in plans))
        first, least, within, whole = 0, 0, 0.0, 0.0
        for number, (pool, sizes) in enumerate(plans):
            numbers = np.arange(first, first + len(sizes))
            deal(table, pool, numbers, sizes, draws)
            improve(table, pool, np.random.default_rng((self.seed & SEEDS, number)))
            first += len(sizes)
            least += sum(fewest(values[np.array(pool)], len(sizes)) for values in table.crowd.apart)
            inside, total = scatter(table, pool)
            within, whole = within + inside, whole + total
        left = sorted(
            [
                *found.left,
                *(at for pool, (kept, _) in zip(found.pools, plans, strict=True) for at in set(pool) - set(kept)),
            ]
        )
        return Circles(
            self.seed,
            tuple(self.circle(np.flatnonzero(table.circle == number), draws) for number in range(first)),
            tuple(self._left(pooling, at) for at in left),
            within / whole if whole else 1.0,
            table.together,
            least,
        )

    def _plan(self, pool: list[int]) -> tuple[list[int], Ints]:
        """The sizes of a pool's circles, as near the middle as they come; who draws last is left where no sizes fit."""
        middle = (self.size.at_least + self.size.at_most) / 2
        most = len(pool) // self.size.at_least
        many = min(max(round(len(pool) / middle), -(-len(pool) // self.size.at_most), 1), most)
        kept = pool[: many * self.size.at_most]
        return kept, len(kept) // many + (np.arange(many) < len(kept) % many)

    def draws(self) -> Ints:
        """A place in the rotation, from the seed and the person alone."""
        drawn = [blake2b(f"{self.seed}\0member\0{who.lot}".encode(), digest_size=8).digest() for who in self.people]
        return np.argsort(np.argsort([int.from_bytes(each, "big") for each in drawn], kind="stable"), kind="stable")

    def _crowd(self) -> Crowd:
        apart = [rule for rule in self.rules if isinstance(rule, Different)]
        values = [[plain(who.get(rule.sides.mentee)) for who in self.people] for rule in apart]
        others = [rule for rule in self.rules if not isinstance(rule, (*HARD, Different))]
        bans: list[set[int]] = [set() for _ in self.people]
        for rule in others:
            mask = rule.over(self.people, self.people)
            for row in range(len(self.people)):
                for at in np.flatnonzero(~mask(slice(row, row + 1))[0]).tolist():
                    bans[row].add(at)
                    bans[at].add(row)
        return Crowd(
            self.features.points, tuple(codes(each, each)[0] for each in values), [frozenset(found) for found in bans]
        )

    def circle(self, members: Ints, draws: Ints) -> Circle:
        order = sorted(members.tolist(), key=lambda at: draws[at])
        people = [self.people[at] for at in order]
        mix = [f"{len(_known(people, field))} different in {title}" for field, title in self.features.named]
        together = [
            (one.key, other.key, rule.title)
            for at, one in enumerate(people)
            for other in people[at + 1 :]
            for rule in self.broken(one, other)
        ]
        return Circle(tuple(who.key for who in people), tuple(mix), tuple(together))

    def broken(self, one: Person, other: Person) -> list[Rule]:
        return [rule for rule in self.rules if not (rule.allows(one, other) and rule.allows(other, one))]

    def left(self, numbers: Sequence[int]) -> tuple[Left, ...]:
        """Those who sit in no circle, and why."""
        if not numbers:
            return ()
        pooling = self._pooling()
        return tuple(self._left(pooling, at) for at in numbers)

    def _pooling(self) -> Pooling:
        return Pooling(self.people, [rule for rule in self.rules if isinstance(rule, HARD)], self.size.at_least)

    def _left(self, pooling: Pooling, at: int) -> Left:
        who, possible = self.people[at], len(reach(pooling, at))
        obstacles = []
        for rule, mask in zip(pooling.rules, pooling.masks, strict=True):
            removed = ~mask(slice(at, at + 1))[0]
            removed[at] = False
            unknown = rule.sides.title if isinstance(rule, HARD) and not rule.allows(who, who) else ""
            if removed.any():
                obstacles.append(Obstacle(rule.title, int(removed.sum()), int(removed.sum()), unknown))
        why = f"{possible} other{'' if possible == 1 else 's'} could sit in a circle with them, which takes {self.size.at_least} to {self.size.at_most}"
        if obstacles:
            why = f"{why}: {'; '.join(map(str, obstacles))}"
        return Left(who.key, Role.MEMBER, why, 1, possible, tuple(obstacles))


def _known(people: Sequence[Person], field: str) -> set[object]:
    values = [who.get(field) for who in people]
    return {plain(each) for value in values for each in (value if isinstance(value, tuple) else (value,))} - {None}


def _once(members: Sequence[Person]) -> tuple[Person, ...]:
    twice = [key for key, times in Counter(who.key for who in members).items() if times > 1]
    if twice:
        raise MentorflowError(f"{twice[0]} stands twice among the members; everybody sits in one circle")
    return tuple(sorted(members, key=lambda who: who.place))
