"""What a matching is the best of, as whole numbers: aims in order, several of them in one number as far as it stays exact.

Knows no people and no pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from programs.errors import MentorflowError
from programs.matching.columns import Ints
from programs.spec.matching import Objective

BANDS = (0.2, 0.3, 0.4)
"""Of a full score: the qualities below which the fairest matching lets fall as few as possible, lowest first."""
EXACT = 1 << 50
"""Worths up to here stay whole numbers in floating point (IEEE 754 double): along a shortest path nothing grows beyond a
few times the greatest worth, because everybody may also stay alone."""

FEW = 4
"""Pairs that a unit of an aim outweighs at least, in numbers that lead to the same matching as a rule, and sooner."""
WHOLE = 1 << 60
"""Worths up to here can be added up as integers of 64 bits, a price and another."""


@dataclass(frozen=True)
class Aim:
    """Something to have as much of as possible. Every pair contributes 0 to `top`."""

    top: int
    each: Ints | None = None
    """What a pair of each mentee contributes; None when the score decides."""
    reach: int | None = None
    """The score from which on a pair contributes 1; None when it contributes the score itself."""


@dataclass(frozen=True)
class Weighing:
    """Aims in one number: a pair is worth score × `scale`, the weight of every band that it reaches, and its mentee's `base`."""

    scale: int
    bands: tuple[tuple[int, int], ...]
    """The score from which on, and the weight."""
    bonus: int
    """For being a pair at all."""
    base: Ints
    """The bonus of each mentee's pair: once, and once more for every rank of priority."""
    top: int
    """The greatest worth that a pair can have."""
    light: Weighing | None = None
    """The same aims in smaller numbers, with which a solver mostly finds the same in less time; it proves nothing."""

    def of(self, mentee: Ints, mentor: Ints, units: Ints) -> Ints:
        """Worth of pairs, given one by one or as mentees in rows and mentors in columns."""
        worth: Ints = units.astype(np.int64) * self.scale + self.base[mentee]
        for reach, weight in self.bands:
            worth += weight * (units >= reach)
        return worth


def aims(objective: Objective, most_units: int, full: int, ranks: Ints) -> tuple[Aim, ...]:
    """The objective's aims in order.

    `most_units` is the greatest score of any possible pair, `full` that of a pair which meets every wish, `ranks` each
    mentee's priority as 0, 1, 2 … Counting every pair as 1 plus its mentee's rank puts priorities first without ever
    costing a pair: whom a matching can cover together forms a matroid, of which every heaviest set is a largest one.
    """
    pairs = Aim(int(ranks.max(initial=0)) + 1, each=ranks + 1)
    total = Aim(most_units)
    match objective:
        case Objective.BEST_TOTAL:
            return (total, pairs)
        case Objective.FAIREST:
            reaches = sorted({max(1, round(share * full)) for share in BANDS})
            return (pairs, *(Aim(1, reach=reach) for reach in reaches), total)
        case _:
            return (pairs, total)


def packed(each: Sequence[Aim], pairs: int, mentees: int) -> Iterator[Weighing]:
    """As many aims in one number as stay exact; `pairs` is how many pairs there can be at most.

    Later numbers leave room for what `stages.Needed` adds.
    Raises MentorflowError when one aim alone is too large.
    """
    waiting, limit = list(each), EXACT
    while waiting:
        fits = next((size for size in range(len(waiting), 0, -1) if _fits(waiting[:size], pairs, limit)), 0)
        if not fits:
            raise MentorflowError(
                "scores this large cannot be added exactly; divide the weights of all criteria by ten, which changes no order"
            )
        light = _weighing(waiting[:fits], FEW, mentees) if pairs > FEW else None
        yield replace(_weighing(waiting[:fits], pairs, mentees), light=light)
        waiting, limit = waiting[fits:], EXACT // (2 * pairs + 2)


def in_one(each: Sequence[Aim], pairs: int, mentees: int) -> Weighing | None:
    """All aims in one number, as large as whole numbers can be added and compared; None where it would be larger."""
    return _weighing(each, pairs, mentees) if _fits(each, pairs, WHOLE) else None


def _fits(each: Sequence[Aim], pairs: int, limit: int) -> bool:
    return _top(each, pairs) < limit


def _weights(each: Sequence[Aim], pairs: int) -> list[int]:
    """A unit of an aim outweighs all that later aims could ever add up to."""
    weights, outweighed = list[int](), 0
    for aim in reversed(each):
        weights.insert(0, outweighed + 1)
        outweighed += pairs * aim.top * weights[0]
    return weights


def _top(each: Sequence[Aim], pairs: int) -> int:
    return sum(aim.top * weight for aim, weight in zip(each, _weights(each, pairs), strict=True))


def _weighing(each: Sequence[Aim], pairs: int, mentees: int) -> Weighing:
    weighed = list(zip(each, _weights(each, pairs), strict=True))
    bonus, base = 0, np.zeros(mentees, dtype=np.int64)
    for aim, weight in weighed:
        if aim.each is not None:
            bonus, base = weight, aim.each * weight
    bands = tuple((aim.reach, weight) for aim, weight in weighed if aim.reach is not None)
    scale = sum(weight for aim, weight in weighed if aim.each is None and aim.reach is None)
    return Weighing(scale, bands, bonus, base, _top(each, pairs))
