"""Why no better matching exists. Prices are found from the matching alone, so they check whatever solver made it.

Linear programming duality: if every mentee has a price u and every place of a mentor a price v, none negative, and
u + v is at least the worth of every possible pair, then no matching is worth more than all prices together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from programs.errors import MentorflowError
from programs.matching.columns import Bools, Ints
from programs.matching.pairing import Proof
from programs.matching.problem import IMPOSSIBLE, Arcs, Problem
from programs.matching.solve import ALONE, Weighing


class UnprovenError(MentorflowError):
    """A matching that is not the best one; a fault of the engine, so nothing is proposed from it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no pairs are proposed, because the matching found is not proven to be the best: {why}")


@dataclass(frozen=True)
class Prices:
    """What a mentee, and one place of a mentor, adds to the whole at least."""

    mentee: Ints
    mentor: Ints

    def tight(self, arcs: Arcs, worth: Ints) -> Bools:
        """The arcs that some best matching may use."""
        tight: Bools = self.mentee[arcs.mentee] + self.mentor[arcs.mentor] == worth
        return tight


def prices(arcs: Arcs, worth: Ints, places: Ints, match: Ints) -> Prices:
    """The smallest prices of places that support the matching, by raising them until nobody wants another place.

    Raises UnprovenError when there are none, which means that the matching is not the best one.
    """
    own = match[arcs.mentee] == arcs.mentor
    matched = match != ALONE
    income = np.zeros(len(match), dtype=np.int64)
    income[arcs.mentee[own]] = worth[own]
    spare = np.bincount(match[matched], minlength=len(places)) < places
    mentor = np.zeros(len(places), dtype=np.int64)
    rivals, rival_worth = arcs.only(~own), worth[~own]
    for _ in range(len(match) + len(places) + 2):
        mentee = income.copy()
        mentee[matched] -= mentor[match[matched]]
        if (mentee < 0).any() or (mentor[spare] > 0).any():
            raise UnprovenError("some other set of pairs is worth more")
        raised = mentor.copy()
        np.maximum.at(raised, rivals.mentor, rival_worth - mentee[rivals.mentee])
        if (raised == mentor).all():
            return Prices(mentee, mentor)
        mentor = raised
    raise UnprovenError("the prices of places rise without end")


def verify(problem: Problem, weighing: Weighing, match: Ints, found: Prices) -> Proof:
    """Look at every pair again, by whole numbers. Raises UnprovenError unless nothing better can exist."""
    places, matched = problem.places, match != ALONE
    load = np.bincount(match[matched], minlength=len(places))
    if (load > places).any():
        raise UnprovenError("a mentor has more mentees than places")
    if (found.mentee < 0).any() or (found.mentor < 0).any():
        raise UnprovenError("a price is negative")
    primal = seen = 0
    for block in problem.blocks():
        worth = weighing.worth(block.scores)
        asked = found.mentee[block.rows, None] + found.mentor
        if ((worth > asked) & (block.scores != IMPOSSIBLE)).any():
            raise UnprovenError("a pair is worth more than its prices")
        rows = np.flatnonzero(matched[block.rows])
        mentors = match[block.rows][rows]
        if (block.scores[rows, mentors] == IMPOSSIBLE).any():
            raise UnprovenError("a pair breaks a rule")
        primal += int(worth[rows, mentors].sum())
        seen += len(rows)
    dual = int(found.mentee.sum()) + int((found.mentor * places).sum())
    if seen != int(matched.sum()) or primal != dual:
        raise UnprovenError(f"the pairs are worth {primal} and the prices {dual}")
    mentee = {who.key: price for who, price in zip(problem.mentees, found.mentee.tolist(), strict=True)}
    mentor = {who.key: price for who, price in zip(problem.mentors, found.mentor.tolist(), strict=True)}
    return Proof(primal, dual, weighing.scale, weighing.bonus, mentee, mentor)
