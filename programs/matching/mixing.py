"""Dealing a pool to circles so that each mirrors the whole, and people who should be apart are (anticlustering).

First a deal (Assignment-Based Anticlustering, arXiv 2601.06351): people in the order of their distance from the middle,
one round after the other, each round an assignment to the circles from which they differ most. Then exchanges of two
people as long as something is won (Papenberg and Klau 2021). Features are whole numbers, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from programs.matching.columns import Bools, Floats, Ints

TOGETHER = 3000
"""A larger pool is dealt in parts that are mixed alike: an assignment of all circles at once takes too long."""
SWEEPS, PARTNERS = 2, 60


@dataclass(frozen=True)
class Crowd:
    """People by number."""

    features: Floats
    """Whole numbers, one row per person."""
    apart: tuple[Ints, ...]
    """Values of which no two in a circle should be the same; negative where not known."""
    bans: Sequence[frozenset[int]]
    """With whom each should not sit."""

    @cached_property
    def banned(self) -> bool:
        """Whether anybody should not sit with somebody."""
        return any(self.bans)

    @cached_property
    def penalty(self) -> float:
        """Outweighs everything that mixing could win."""
        return 4 * float((self.features**2).sum()) + 1


@dataclass
class Table:
    """Circles while they are being filled: how many, the sum of features, and how many of each value."""

    crowd: Crowd
    circle: Ints
    """Of each person; -1 while waiting."""
    many: Floats
    sums: Floats
    values: tuple[Ints, ...]

    @classmethod
    def empty(cls, crowd: Crowd, circles: int) -> Table:
        people, width = crowd.features.shape
        counts = tuple(np.zeros((circles, int(values.max(initial=-1)) + 1), dtype=np.int64) for values in crowd.apart)
        return cls(crowd, np.full(people, -1), np.zeros(circles), np.zeros((circles, width)), counts)

    def move(self, who: int, circle: int, by: int = 1) -> None:
        """Put somebody into a circle, or with `by` = -1 take them out."""
        self.circle[who] = circle if by > 0 else -1
        self.many[circle] += by
        self.sums[circle] += by * self.crowd.features[who]
        for counts, values in zip(self.values, self.crowd.apart, strict=True):
            if values[who] >= 0:
                counts[circle, values[who]] += by

    def clashes(self, who: Ints, circles: Ints) -> Floats:
        """With how many each (rows) should not sit in each circle (columns)."""
        found = np.zeros((len(who), len(circles)))
        for counts, values in zip(self.values, self.crowd.apart, strict=True):
            own = values[who]
            found[own >= 0] += counts[circles][:, own[own >= 0]].T
        place = {circle: at for at, circle in enumerate(circles.tolist())}
        for row, person in enumerate(who.tolist() if self.crowd.banned else ()):
            for other in self.crowd.bans[person]:
                at = place.get(int(self.circle[other]))
                if at is not None:
                    found[row, at] += 1
        return found

    @property
    def together(self) -> int:
        """Pairs in one circle that should be apart."""
        same = sum(int((counts * (counts - 1) // 2).sum()) for counts in self.values)
        banned = sum(
            self.circle[one] == self.circle[other]
            for one, others in enumerate(self.crowd.bans)
            for other in others
            if one < other
        )
        return same + int(banned)


def deal(table: Table, pool: Sequence[int], circles: Ints, sizes: Ints, order: Ints) -> None:
    """A pool to circles of these sizes, which people fill to the last place. `order` decides between equals."""
    middle = table.crowd.features[pool].mean(axis=0)
    far = ((table.crowd.features[pool] - middle) ** 2).sum(axis=1)
    ranked = np.array(pool)[np.lexsort((order[list(pool)], -far))]
    parts = -(-len(pool) // TOGETHER)
    for part in range(parts):
        here = slice(part, None, parts)
        _deal(table, ranked[here], circles[here], sizes[here])
    _place_rest(table, [who for who in ranked.tolist() if table.circle[who] < 0], circles, sizes)


def _deal(table: Table, ranked: Ints, circles: Ints, sizes: Ints) -> None:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - scipy takes half a second

    for start in range(0, len(ranked), max(1, len(circles))):
        open_ = circles[table.many[circles] < sizes]
        batch = ranked[start : start + len(circles)]
        gain = _gain(table, batch, open_)
        rows, at = linear_sum_assignment(gain, maximize=True)
        for row, column in zip(rows.tolist(), at.tolist(), strict=True):
            table.move(int(batch[row]), int(open_[column]))


def _place_rest(table: Table, rest: Sequence[int], circles: Ints, sizes: Ints) -> None:
    """Whom the rounds left over, because parts of a pool do not come out even."""
    for who in rest:
        open_ = circles[table.many[circles] < sizes]
        table.move(who, int(open_[int(np.argmax(_gain(table, np.array([who]), open_)[0]))]))


def _gain(table: Table, who: Ints, circles: Ints) -> Floats:
    """How much each differs from each circle as it stands, without those with whom they should not sit."""
    features, many = table.crowd.features[who], np.maximum(table.many[circles], 1)
    own = (features**2).sum(axis=1)[:, None]
    mixed = features @ table.sums[circles].T / many
    middle = (table.sums[circles] ** 2).sum(axis=1) / many**2
    differs: Floats = (own - 2 * mixed + middle) * (table.many[circles] / (table.many[circles] + 1))
    return differs - table.crowd.penalty * table.clashes(who, circles)


def improve(table: Table, pool: Sequence[int], draw: np.random.Generator) -> None:
    """Exchange two people of different circles wherever that wins something."""
    people = np.array(pool)
    for _ in range(SWEEPS):
        for who in draw.permutation(people).tolist():
            others = people[draw.integers(0, len(people), PARTNERS)]
            others = others[table.circle[others] != table.circle[who]]
            if len(others):
                _exchange(table, who, others)


def _exchange(table: Table, who: int, others: Ints) -> None:
    crowd, here, there = table.crowd, int(table.circle[who]), table.circle[others]
    step = crowd.features[others] - crowd.features[who]
    length = (step**2).sum(axis=1)
    grows = (2 * (step @ table.sums[here]) + length) / table.many[here]
    shrinks = (length - 2 * np.einsum("ij,ij->i", step, table.sums[there])) / table.many[there]
    won = -(grows + shrinks) - crowd.penalty * _more_clashes(table, who, others)
    best = int(np.argmax(won))
    if won[best] > 1e-6:
        other, circle = int(others[best]), int(there[best])
        table.move(who, here, -1)
        table.move(other, circle, -1)
        table.move(who, circle)
        table.move(other, here)


def _more_clashes(table: Table, who: int, others: Ints) -> Floats:
    """By how many more people sit with somebody they should not, after `who` and each of the others changed places."""
    here, there = np.array([table.circle[who]]), table.circle[others]
    more = np.zeros(len(others))
    for counts, values in zip(table.values, table.crowd.apart, strict=True):
        own, theirs = int(values[who]), values[others]
        known = theirs >= 0
        differ: Bools = theirs != own
        if own >= 0:
            more += np.where(differ, counts[there, own] - (counts[here[0], own] - 1), 0)
        more += np.where(known & differ, counts[here[0], theirs] - (counts[there, theirs] - 1), 0)
    if table.crowd.banned:
        for at, other in enumerate(others.tolist()):
            more[at] += _banned(table, who, other, table.crowd.bans[who] | table.crowd.bans[other])
    return more


def _banned(table: Table, who: int, other: int, concerned: frozenset[int]) -> int:
    here, there, change = table.circle[who], table.circle[other], 0
    for third in concerned - {who, other}:
        sits = table.circle[third]
        mine, theirs = third in table.crowd.bans[who], third in table.crowd.bans[other]
        change += (int(theirs) - int(mine)) * int(sits == here) + (int(mine) - int(theirs)) * int(sits == there)
    return change


def scatter(table: Table, pool: Sequence[int]) -> tuple[float, float]:
    """Of a pool: how much its people differ within their circles, and how much they differ at all."""
    people = np.array(pool)
    features = table.crowd.features[people]
    circles = np.unique(table.circle[people])
    squares = float((features**2).sum())
    within = squares - float(((table.sums[circles] ** 2).sum(axis=1) / table.many[circles]).sum())
    return within, squares - float((features.sum(axis=0) ** 2).sum()) / len(people)


def fewest(values: Ints, circles: int) -> int:
    """Pairs of equal values that any deal to so many circles has at least: every value dealt as evenly as can be."""
    _, many = np.unique(values[values >= 0], return_counts=True)
    each, more = many // circles, many % circles
    return int((more * (each + 1) * each // 2 + (circles - more) * each * (each - 1) // 2).sum())
