"""One matching from people to proven, explained pairs: pose, solve, decide ties, prove, explain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import numpy as np

from programs.matching import in_turn, stable
from programs.matching.aims import aims
from programs.matching.best import Search
from programs.matching.columns import Ints
from programs.matching.explain import Story
from programs.matching.grid import Grid
from programs.matching.listed import Listed
from programs.matching.marginal import AtOnce
from programs.matching.names import Ranked
from programs.matching.pairing import Alternative, Gains, Pairing, Proof, Solver
from programs.matching.people import Person
from programs.matching.problem import Problem, pose
from programs.matching.proof import proof, verify
from programs.matching.solve import fastest
from programs.matching.standing import Standings
from programs.matching.terms import Terms
from programs.matching.vacancies import InTurn, Stable
from programs.spec.matching import Matching, Objective

Found = tuple[Ints, Standings, Proof, Callable[[], Gains] | None]
"""Who is with whom, how everybody stands, why nothing is better, and what one more place adds where prices do not say it."""


def run(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Terms,
    *,
    past: Collection[tuple[str, str]],
    held: Mapping[str, int],
    on: date,
    priority: Mapping[str, int],
    solver: Solver | None,
) -> Pairing:
    """See `programs.matching.pair`."""
    problem = pose(mentees, mentors, terms, past=past, held=held, on=on)
    return best(problem, terms.matching, priority=priority, solver=solver)


def best(
    problem: Problem,
    matching: Matching,
    *,
    priority: Mapping[str, int] | None = None,
    solver: Solver | None = None,
) -> Pairing:
    """The best matching of a problem as it stands, proven and explained."""
    ranks = ranked(problem, priority or {})
    if matching.objective is Objective.STABLE:
        match, standings, why, more = _stable(problem, matching.seed, ranks)
    elif matching.objective is Objective.MENTEE_LED:
        match, standings, why, more = _in_turn(problem, matching.seed, ranks)
    else:
        match, standings, why, more = _best(problem, matching, ranks, solver or fastest())
    story = Story(problem, match, standings)
    return Pairing(
        objective=matching.objective,
        seed=matching.seed,
        pairs=story.pairs(),
        unmatched=story.unmatched(),
        idle=story.idle(),
        possible=int(standings.possible.sum()),
        proof=why,
        notes=(*notes(problem), *_unknown(problem, priority or {})),
        more=more,
    )


def _best(problem: Problem, matching: Matching, ranks: Ints, solver: Solver) -> Found:
    grid = Grid.of(problem)
    full = sum(round(each.full) for each in problem.criteria)
    keys = ([who.lot for who in problem.mentees], [who.lot for who in problem.mentors])
    search = Search(grid, problem.places, solver)
    found = search.best(lambda top: aims(matching.objective, top, full, ranks), matching.seed, keys)
    grid.forget()
    standings = verify(grid, problem.places, found)
    several = len(found.weighings) > 1
    more = AtOnce(problem, search, found.aims, found.match, standings.own) if several else None
    return found.match, standings, proof(problem, found, ranks), more


def _stable(problem: Problem, seed: int, ranks: Ints) -> Found:
    liking = stable.Liking.of(problem, seed, ranks)
    match = stable.settle(liking, problem.places)
    standings = stable.verify(liking, problem.places, match)
    why = Proof(0, 0, 0, 0, {}, {}, looked_at=int(standings.possible.sum()))
    return match, standings, why, Stable(problem, liking, match)


def _in_turn(problem: Problem, seed: int, ranks: Ints) -> Found:
    wishes = in_turn.Wishes.of(problem, seed, ranks)
    match = in_turn.settle(wishes, problem.places)
    standings = in_turn.verify(wishes, problem.places, match)
    why = Proof(0, 0, 0, 0, {}, {}, looked_at=int(standings.possible.sum()), in_turn=True)
    return match, standings, why, InTurn(problem, wishes, match)


def wishes(problem: Problem, matching: Matching, top: int) -> dict[str, tuple[Alternative, ...]]:
    """The best mentors of every mentee, whoever else wants them too."""
    lists = in_turn.Wishes.of(problem, matching.seed, ranked(problem, {}))
    places = problem.places.tolist()

    def best_of(row: int) -> tuple[Alternative, ...]:
        mentors, units = (found[:top].tolist() for found in lists.of_mentee(row))
        return tuple(
            Alternative(problem.mentors[at].key, score, free=places[at])
            for at, score in zip(mentors, units, strict=True)
        )

    return {who.key: best_of(row) for row, who in enumerate(problem.mentees)}


def ranked(problem: Problem, priority: Mapping[str, int]) -> Ints:
    """Priorities as 0, 1, 2 … in their order, which is all that counts of them; 0 for whom none is given."""
    given = [priority.get(who.key, 0) for who in problem.mentees]
    order = {number: rank for rank, number in enumerate(sorted({0, *given}))}
    return np.array([order[number] for number in given], dtype=np.int64)


def notes(problem: Problem) -> tuple[str, ...]:
    """What was noticed and stops nothing."""
    rankings = [each.measure for each in problem.criteria if isinstance(each.measure, Ranked)]
    strangers = [pair for measure in rankings for pair in measure.strangers(problem.mentees, problem.mentors)]
    lists = [rule for rule in problem.rules if isinstance(rule, Listed)]
    one_sided = [pair for rule in lists for pair in rule.one_sided(problem.mentees, problem.mentors)]
    return (
        *(
            f"{who} ranked '{whom}', whom nobody here answers to; the other choices keep their places"
            for who, whom in strangers
        ),
        *(f"{who} lists {whom}, who does not list them; the two are not possible" for who, whom in one_sided),
    )


def _unknown(problem: Problem, priority: Mapping[str, int]) -> tuple[str, ...]:
    strangers = sorted(set(priority) - {who.key for who in problem.mentees})
    return tuple(f"{key} has a priority, but is no mentee here; it has no effect" for key in strangers)
