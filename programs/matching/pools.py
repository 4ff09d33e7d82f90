"""Who could sit in one circle at all: pools in which every two keep the rules that hold for everybody.

`same`, `share` and `within_hours` make pools: one value, one entry that all have, one stretch of time zones. A pool too
small for a circle is joined with another where the rules allow it, as a whole or person by person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from programs.matching.columns import Bools, Ints, Mask
from programs.matching.distances import WithinHours
from programs.matching.people import Person
from programs.matching.rules import Rule
from programs.matching.texts import Same, Share
from programs.matching.values import DAY, entries, plain, zone_offset

HARD = (Same, Share, WithinHours)
"""Rules that hold between every two members of a circle."""

Pool = list[int]


@dataclass(frozen=True)
class Pools:
    """People by number."""

    pools: tuple[Pool, ...]
    left: Pool
    """Those whom no pool takes that is large enough for a circle."""


@dataclass(frozen=True)
class Pooling:
    """People and the rules between every two of them."""

    people: Sequence[Person]
    rules: Sequence[Rule]
    least: int
    """Members of the smallest circle."""
    masks: tuple[Mask, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = tuple(rule.over(self.people, self.people) for rule in self.rules)
        object.__setattr__(self, "masks", found)

    def pools(self) -> Pools:
        known = [at for at, who in enumerate(self.people) if all(rule.allows(who, who) for rule in self.rules)]
        found = [known]
        for rule in self.rules:
            found = [part for pool in found for part in self._split(rule, pool)]
        return self._merged(found, [at for at in range(len(self.people)) if at not in set(known)])

    def together(self, one: Iterable[int], other: Iterable[int]) -> Bools:
        """Which pairs keep all rules, whoever of them is named first."""
        rows, cols = np.array(list(one), dtype=np.int64), np.array(list(other), dtype=np.int64)
        allowed = np.ones((len(rows), len(cols)), dtype=np.bool_)
        for mask in self.masks:
            allowed &= mask(rows, cols) & mask(cols, rows).T
        return allowed

    def _split(self, rule: Rule, pool: Pool) -> list[Pool]:
        match rule:
            case Same(sides=sides):
                return _by({at: plain(self.people[at].get(sides.mentee)) for at in pool})
            case Share(sides=sides):
                return _by(_most_common({at: entries(self.people[at].get(sides.mentee)) for at in pool}))
            case WithinHours(sides=sides, hours=hours, on=on):
                zones = {at: zone_offset(self.people[at].get(sides.mentee), on) or 0 for at in pool}
                return _stretches(zones, round(hours * 3600))
            case _:
                return [pool]

    def _merged(self, pools: list[Pool], unknown: Pool) -> Pools:
        """Small pools into others, the smallest first and into the largest that takes them."""
        large = [pool for pool in pools if len(pool) >= self.least]
        small = sorted((pool for pool in pools if 0 < len(pool) < self.least), key=lambda pool: (len(pool), pool))
        left = list(unknown)
        while small:
            pool = small.pop(0)
            home = self._home(pool, [*large, *small])
            if home is not None:
                home.extend(pool)
                grown = [each for each in small if len(each) >= self.least]
                large, small = [*large, *grown], [each for each in small if each not in grown]
                continue
            for at in pool:
                own = self._home([at], large)
                (left if own is None else own).append(at)
        return Pools(tuple(sorted(sorted(pool) for pool in large)), sorted(left))

    def _home(self, pool: Pool, others: Sequence[Pool]) -> Pool | None:
        by_size = sorted(others, key=lambda other: (-len(other), other))
        return next((other for other in by_size if self.together(pool, other).all()), None)


def _by(values: Mapping[int, Hashable]) -> list[Pool]:
    found: dict[Hashable, Pool] = {}
    for at, value in values.items():
        found.setdefault(value, []).append(at)
    return list(found.values())


def _most_common(lists: Mapping[int, frozenset[str]]) -> dict[int, Hashable]:
    """Each person's entry that most others have too."""
    many = Counter(entry for found in lists.values() for entry in found)
    return {at: min(found, key=lambda entry: (-many[entry], entry)) for at, found in lists.items()}


def _stretches(zones: Mapping[int, int], width: int) -> list[Pool]:
    """Runs of time zones no wider than that, around the dial; the one with most people first."""
    waiting, found = dict(zones), list[Pool]()
    while waiting:
        starts = sorted(set(waiting.values()))
        inside = {start: [at for at, zone in waiting.items() if (zone - start) % DAY <= width] for start in starts}
        best = max(starts, key=lambda start: len(inside[start]))
        found.append(inside[best])
        for at in inside[best]:
            del waiting[at]
    return found


def reach(pooling: Pooling, at: int) -> Ints:
    """With whom somebody could sit in one circle."""
    allowed = pooling.together([at], range(len(pooling.people)))[0]
    allowed[at] = False
    return np.flatnonzero(allowed)
