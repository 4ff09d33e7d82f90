"""One matching from people to proven, explained pairs: pose, solve, decide ties, prove, explain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from programs.matching.columns import Ints
from programs.matching.explain import Story
from programs.matching.names import Ranked
from programs.matching.pairing import Pairing
from programs.matching.people import Person
from programs.matching.problem import Arcs, Problem, pose
from programs.matching.proof import Prices, prices, verify
from programs.matching.solve import Weighing, assign, lottery, require_exact
from programs.matching.terms import Terms
from programs.spec.matching import Matching


def run(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Terms,
    *,
    past: Collection[tuple[str, str]],
    held: Mapping[str, int],
    on: date,
) -> Pairing:
    """See `programs.matching.pair`."""
    return best(pose(mentees, mentors, terms, past=past, held=held, on=on), terms.matching)


def best(problem: Problem, matching: Matching) -> Pairing:
    """The best matching of a problem as it stands, proven and explained."""
    arcs = problem.arcs()
    weighing = Weighing.of(matching.objective, arcs, min(len(problem.mentees), int(problem.places.sum())))
    match, found = _best(problem, arcs, weighing, matching.seed)
    proof = verify(problem, weighing, match, found)
    story = Story(problem, match)
    return Pairing(
        objective=matching.objective,
        seed=matching.seed,
        pairs=story.pairs(),
        unmatched=story.unmatched(),
        idle=story.idle(),
        possible=len(arcs),
        proof=proof,
        notes=notes(problem),
    )


def _best(problem: Problem, arcs: Arcs, weighing: Weighing, seed: int) -> tuple[Ints, Prices]:
    """A best matching; among all equally good ones, the one with the greatest sum of draws in the seed's lottery.

    A matching is best exactly when it uses tight pairs only and leaves nobody out who has a price, so the lottery is a
    second assignment over the tight pairs, in which covering those with a price outweighs every draw.
    """
    size = len(problem.mentees)
    require_exact(int(arcs.score.max(initial=0)) * weighing.scale + weighing.bonus, size)
    worth = weighing.worth(arcs.score)
    found = prices(arcs, worth, problem.places, assign(arcs, worth, problem.places, size))
    open_arcs = arcs.only(found.tight(arcs, worth))
    draws = lottery(seed, [who.key for who in problem.mentees], [who.key for who in problem.mentors], open_arcs)
    needed = (found.mentee[open_arcs.mentee] > 0).astype(np.int64) + (found.mentor[open_arcs.mentor] > 0)
    chances = draws + needed * (size * int(draws.max(initial=0)) + 1)
    require_exact(int(chances.max(initial=0)), size)
    return assign(open_arcs, chances, problem.places, size), found


def notes(problem: Problem) -> tuple[str, ...]:
    """What was noticed and stops nothing."""
    rankings = [each.measure for each in problem.criteria if isinstance(each.measure, Ranked)]
    strangers = [pair for measure in rankings for pair in measure.strangers(problem.mentees, problem.mentors)]
    return tuple(
        f"{who} ranked '{whom}', whom nobody here answers to; the other choices keep their places"
        for who, whom in strangers
    )
