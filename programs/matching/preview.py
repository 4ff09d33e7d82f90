"""What decisions cost, each by itself and all together, before anybody takes them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from programs.errors import MentorflowError
from programs.matching.costs import Cost, Decided, Priced, Will, difference
from programs.matching.decisions import Places, broken
from programs.matching.exclude import KeptApart
from programs.matching.pairing import Pairing
from programs.matching.problem import Problem
from programs.matching.regret import Regret, exact

Pairs = Collection[tuple[str, str]]
Solving = Callable[[Problem, Pairs], Pairing]
"""The best matching with forced pairs in it."""


def weighed(problem: Problem, solve: Solving, force: Pairs, forbid: Pairs, one_each: bool) -> Decided[Pairing]:
    """`one_each` where every mentee gets one mentor. Raises MentorflowError for decisions that cannot be."""
    both = sorted(set(force) & set(forbid))
    if both:
        raise MentorflowError(
            f"{both[0][0]} and {both[0][1]} are both to be paired and to be kept apart; decide for one"
        )
    places = Places.of(problem)
    wanted = [(Will.FORCE, pair) for pair in sorted(set(force))] + [(Will.FORBID, pair) for pair in sorted(set(forbid))]
    rows = {pair: places.pair(*pair) for _, pair in wanted}
    after = solve(kept_apart(problem, forbid), force)
    before = solve(problem, ())
    cost = _by_path(problem, before) if one_each and exact(before.proof) else _by_solving(problem, solve, before)
    each = (
        Priced(will, *pair, cost(will, pair), broken(problem, *rows[pair]) if will is Will.FORCE else ())
        for will, pair in wanted
    )
    return Decided(before, after, tuple(each), difference(before, after))


def kept_apart(problem: Problem, pairs: Pairs) -> Problem:
    return replace(problem, rules=(*problem.rules, KeptApart(frozenset(pairs)))) if pairs else problem


Costing = Callable[[Will, tuple[str, str]], Cost]


def _by_path(problem: Problem, before: Pairing) -> Costing:
    regret, places = Regret(problem, before), Places.of(problem)

    def cost(will: Will, pair: tuple[str, str]) -> Cost:
        row, at = places.pair(*pair)
        return regret.forcing(row, at) if will is Will.FORCE else regret.forbidding(row, at)

    return cost


def _by_solving(problem: Problem, solve: Solving, before: Pairing) -> Costing:
    def cost(will: Will, pair: tuple[str, str]) -> Cost:
        if will is Will.FORCE:
            return difference(before, solve(problem, (pair,)))
        return difference(before, solve(kept_apart(problem, (pair,)), ()))

    return cost
