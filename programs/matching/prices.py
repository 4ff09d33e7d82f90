"""What supports a best matching: prices, found from the matching alone, so that they check whatever solver made it.

Linear programming duality: if every mentee has a price u and every place of a mentor a price v, none negative, and
u + v is at least the worth of every possible pair, then no matching is worth more than all prices together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from programs.errors import MentorflowError
from programs.matching.arcs import Arcs
from programs.matching.columns import Bools, Ints, spread
from programs.matching.solve import ALONE


class UnprovenError(MentorflowError):
    """A matching that is not the best one; a fault of the engine, so nothing is proposed from it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no pairs are proposed, because the matching found is not proven to be the best: {why}")


@dataclass(frozen=True)
class Prices:
    """What a mentee, and one place of a mentor, adds to the whole at least."""

    mentee: Ints
    mentor: Ints

    def asked(self, mentee: Ints, mentor: Ints) -> Ints:
        """The two prices of pairs together."""
        both: Ints = self.mentee[mentee] + self.mentor[mentor]
        return both

    def tight(self, arcs: Arcs, worth: Ints) -> Bools:
        """The arcs that some best matching may use."""
        tight: Bools = self.asked(arcs.mentee, arcs.mentor) == worth
        return tight

    def total(self, places: Ints) -> int:
        of_places: list[int] = [price * many for price, many in zip(self.mentor.tolist(), places.tolist(), strict=True)]
        return whole(self.mentee) + sum(of_places)


def prices(arcs: Arcs, worth: Ints, places: Ints, match: Ints) -> Prices:
    """The smallest prices of places that support the matching, by raising them until nobody wants another place.

    Raises UnprovenError when there are none, which means that the matching is not the best one.
    """
    own = match[arcs.mentee] == arcs.mentor
    matched = match != ALONE
    if int(own.sum()) != int(matched.sum()):
        raise UnprovenError("it uses pairs that were not there to choose from")
    mentee, mentor = np.zeros(len(match), dtype=np.int64), np.zeros(len(places), dtype=np.int64)
    mentee[arcs.mentee[own]] = worth[own]
    spare = np.bincount(match[matched], minlength=len(places)) < places
    if not len(places):
        return Prices(mentee, mentor)
    first = np.searchsorted(arcs.mentee, np.arange(len(match) + 1))
    rival = np.where(own, np.iinfo(np.int64).min // 4, worth)
    asking = np.arange(len(match))
    for _ in range(len(match) + len(places) + 2):
        _, arc = spread(first[asking], first[asking + 1] - first[asking])
        raised = mentor.copy()
        np.maximum.at(raised, arcs.mentor[arc], rival[arc] - mentee[arcs.mentee[arc]])
        rise = raised - mentor
        mentor = raised
        asking = np.flatnonzero(matched & (rise[match] > 0))
        mentee[asking] -= rise[match[asking]]
        if (mentee[asking] < 0).any() or (mentor[spare] > 0).any():
            raise UnprovenError("some other set of pairs is worth more")
        if not len(asking):
            return Prices(mentee, mentor)
    raise UnprovenError("the prices of places rise without end")


def whole(numbers: Ints) -> int:
    """Their sum, however large."""
    high, low = numbers >> 31, numbers & ((1 << 31) - 1)
    return (int(high.sum()) << 31) + int(low.sum())
