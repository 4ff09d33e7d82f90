"""A matching that is not the best one is never proposed, whatever made it."""

from __future__ import annotations

import numpy as np
import pytest

from programs.errors import MentorflowError
from programs.matching import Person
from programs.matching.problem import Problem, pose
from programs.matching.proof import Prices, UnprovenError, prices, verify
from programs.matching.solve import Weighing, assign, require_exact
from programs.spec.matching import Objective
from tests.unit.matching.crowd import ON, terms


@pytest.fixture
def problem() -> Problem:
    """Ada and Ben both want law, which Mia teaches; Nia teaches nothing that Ada or Ben want, and Ben works with Nia."""
    mentees = [Person("ada", {"wants": ("law",)}), Person("ben", {"wants": ("law",), "department": "IT"})]
    mentors = [Person("mia", {"offers": ("law",)}), Person("nia", {"department": "IT"})]
    declared = terms([{"different": "department"}], [{"overlap": {"mentee": "wants", "mentor": "offers"}}])
    return pose(mentees, mentors, declared, past=(), held={}, on=ON)


def weighed(problem: Problem, objective: Objective = Objective.MOST_THEN_BEST) -> Weighing:
    return Weighing.of(objective, problem.arcs(), 2)


def found_prices(problem: Problem, match: list[int]) -> Prices:
    arcs = problem.arcs()
    return prices(arcs, weighed(problem).worth(arcs.score), problem.places, np.array(match))


def test_the_best_matching_is_found_and_supported(problem: Problem) -> None:
    arcs, weighing = problem.arcs(), weighed(problem)
    match = assign(arcs, weighing.worth(arcs.score), problem.places, 2)
    assert match.tolist() == [1, 0]
    proof = verify(problem, weighing, match, found_prices(problem, [1, 0]))
    assert proof.primal == proof.dual == 2 * weighing.bonus + 1000


@pytest.mark.parametrize("match", [[0, -1], [1, -1], [-1, -1], [-1, 0]])
def test_a_matching_that_could_be_better_has_no_prices(problem: Problem, match: list[int]) -> None:
    with pytest.raises(UnprovenError, match="no pairs are proposed"):
        found_prices(problem, match)


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ([0, 0], "more mentees than places"),
        ([0, 1], "breaks a rule"),
        ([0, -1], "the pairs are worth"),
    ],
)
def test_good_prices_do_not_cover_a_wrong_matching(problem: Problem, match: list[int], why: str) -> None:
    good = found_prices(problem, [1, 0])
    with pytest.raises(UnprovenError, match=why):
        verify(problem, weighed(problem), np.array(match), good)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((-1, 0), "worth more than its prices"),
        ((1, 0), "the pairs are worth"),
        ((10_000, -10_000), "a price is negative"),
    ],
)
def test_forged_prices_prove_nothing(problem: Problem, change: tuple[int, int], why: str) -> None:
    good = found_prices(problem, [1, 0])
    forged = Prices(good.mentee + change[0], good.mentor + change[1])
    with pytest.raises(UnprovenError, match=why):
        verify(problem, weighed(problem), np.array([1, 0]), forged)


def test_scores_too_large_for_exact_sums_are_refused_before_solving() -> None:
    require_exact(10**9, 1000)
    with pytest.raises(MentorflowError, match="divide the weights of all criteria by ten"):
        require_exact(10**13, 1000)


@pytest.mark.parametrize("objective", [Objective.FAIREST, Objective.STABLE])
def test_an_objective_that_is_not_solved_here_is_refused_by_name(problem: Problem, objective: Objective) -> None:
    with pytest.raises(MentorflowError, match=f"'{objective}' is not available yet; write 'most_then_best'"):
        weighed(problem, objective)
