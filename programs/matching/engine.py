"""One matching from people to proven, explained pairs: pose, solve, decide ties, prove, explain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from programs.errors import MentorflowError
from programs.matching.aims import aims
from programs.matching.best import Search
from programs.matching.columns import Ints
from programs.matching.explain import Story
from programs.matching.grid import Grid
from programs.matching.names import Ranked
from programs.matching.pairing import Pairing, Solver
from programs.matching.people import Person
from programs.matching.problem import Problem, pose
from programs.matching.proof import proof, verify
from programs.matching.solve import fastest
from programs.matching.terms import Terms
from programs.spec.matching import Matching, Objective


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
    if matching.objective is Objective.STABLE:
        raise MentorflowError("the objective 'stable' is not available yet; write 'most_then_best'")
    grid = Grid.of(problem)
    ranks = ranked(problem, priority or {})
    full = sum(round(each.full) for each in problem.criteria)
    keys = ([who.key for who in problem.mentees], [who.key for who in problem.mentors])
    search = Search(grid, problem.places, solver or fastest())
    found = search.best(lambda top: aims(matching.objective, top, full, ranks), matching.seed, keys)
    standings = verify(grid, problem.places, found)
    story = Story(problem, found.match, standings)
    return Pairing(
        objective=matching.objective,
        seed=matching.seed,
        pairs=story.pairs(),
        unmatched=story.unmatched(),
        idle=story.idle(),
        possible=int(standings.possible.sum()),
        proof=proof(problem, found, ranks),
        notes=notes(problem),
    )


def ranked(problem: Problem, priority: Mapping[str, int]) -> Ints:
    """Priorities as 0, 1, 2 … in their order, which is all that counts of them; 0 for whom none is given."""
    given = [priority.get(who.key, 0) for who in problem.mentees]
    order = {number: rank for rank, number in enumerate(sorted({0, *given}))}
    return np.array([order[number] for number in given], dtype=np.int64)


def notes(problem: Problem) -> tuple[str, ...]:
    """What was noticed and stops nothing."""
    rankings = [each.measure for each in problem.criteria if isinstance(each.measure, Ranked)]
    strangers = [pair for measure in rankings for pair in measure.strangers(problem.mentees, problem.mentors)]
    return tuple(
        f"{who} ranked '{whom}', whom nobody here answers to; the other choices keep their places"
        for who, whom in strangers
    )
