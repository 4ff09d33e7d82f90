"""A last look at every pair before anything is proposed, and the proof that comes out of it.

Believes nothing that the search found: it counts places, adds up worths and compares prices once more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from programs.matching.aims import Weighing
from programs.matching.best import Best
from programs.matching.columns import Ints
from programs.matching.grid import Grid, Tile
from programs.matching.pairing import Proof
from programs.matching.prices import UnprovenError, whole
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE
from programs.matching.stages import Needed, Stage, left
from programs.matching.standing import Standings, own_units


def verify(grid: Grid, places: Ints, best: Best) -> Standings:
    """Raises UnprovenError unless nothing better can exist; returns how people stand, which the same look shows."""
    match, matched = best.match, best.match != ALONE
    load = np.bincount(match[matched], minlength=len(places))
    if (load > places).any():
        raise UnprovenError("a mentor has more mentees than places")
    if any((stage.prices.mentee < 0).any() or (stage.prices.mentor < 0).any() for stage in best.stages):
        raise UnprovenError("a price is negative")
    standings = Standings.empty(grid.size)
    for tile in grid.tiles():
        _support(tile, best.stages)
        standings.add(tile, own_units(tile, match), match)
    units = standings.own
    if (units[matched] == IMPOSSIBLE).any():
        raise UnprovenError("a pair breaks a rule")
    mentee = np.flatnonzero(matched)
    for stage in best.stages:
        primal = whole(stage.worth.of(mentee, match[mentee], units[mentee]))
        dual = stage.prices.total(places)
        if primal != dual:
            raise UnprovenError(f"the pairs are worth {primal} and the prices {dual}")
    return standings


def _support(tile: Tile, stages: tuple[Stage, ...]) -> None:
    """No pair may be worth more than its prices, among those that the stages before leave."""
    if stages[0].split(tile)[0].any():
        raise UnprovenError("a pair is worth more than its prices")
    if len(stages) == 1:
        return
    arcs = left(tile, stages[:1])
    for stage in stages[1:]:
        gain = stage.gain(arcs.mentee, arcs.mentor, arcs.score)
        if (gain > 0).any():
            raise UnprovenError("a pair is worth more than its prices")
        arcs = arcs.only(gain == 0)


@dataclass(frozen=True)
class _Whole:
    """All stages of the objective as one, in whole numbers of any size."""

    scale: int
    bands: dict[int, int]
    bonus: int
    mentee: list[int]
    mentor: list[int]


def proof(problem: Problem, best: Best, ranks: Ints) -> Proof:
    """The certificate for the objective as one number.

    A later stage's prices hold among the pairs that earlier ones leave, all others miss the earlier prices by 1 at
    least; so earlier prices times a large enough number, plus later ones, are prices for everything at once.
    """
    found = _first(best.stages[0], best.weighings[0])
    for stage, weighing in zip(best.stages[1:], best.weighings[1:], strict=False):
        found = _joined(found, stage, weighing, len(best.match))
    places = problem.places.tolist()
    dual = sum(found.mentee) + sum(price * many for price, many in zip(found.mentor, places, strict=True))
    return Proof(
        primal=dual,
        dual=dual,
        scale=found.scale,
        bonus=found.bonus,
        mentee_prices={who.key: price for who, price in zip(problem.mentees, found.mentee, strict=True)},
        mentor_prices={who.key: price for who, price in zip(problem.mentors, found.mentor, strict=True)},
        bands=tuple(sorted(found.bands.items())),
        stages=len(best.weighings),
        priorities={who.key: rank for who, rank in zip(problem.mentees, ranks.tolist(), strict=True) if rank},
    )


def _first(stage: Stage, weighing: Weighing) -> _Whole:
    mentee, mentor = stage.prices.mentee.tolist(), stage.prices.mentor.tolist()
    return _Whole(weighing.scale, dict(weighing.bands), weighing.bonus, mentee, mentor)


def _joined(found: _Whole, stage: Stage, weighing: Weighing, pairs: int) -> _Whole:
    assert isinstance(stage.worth, Needed), "every stage but the first covers those who are needed"
    mentee = (stage.prices.mentee - stage.worth.bonus * stage.worth.mentee).tolist()
    mentor = (stage.prices.mentor - stage.worth.bonus * stage.worth.mentor).tolist()
    times = 1 + (pairs + 1) * weighing.top + max(map(abs, mentee), default=0) + max(map(abs, mentor), default=0)
    bands = {reach: times * weight for reach, weight in found.bands.items()} | dict(weighing.bands)
    return _Whole(
        times * found.scale + weighing.scale,
        bands,
        times * found.bonus + weighing.bonus,
        [times * one + other for one, other in zip(found.mentee, mentee, strict=True)],
        [times * one + other for one, other in zip(found.mentor, mentor, strict=True)],
    )
