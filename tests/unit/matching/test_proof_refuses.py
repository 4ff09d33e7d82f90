"""A matching that is not the best one is never proposed, whatever made it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from programs.errors import MentorflowError
from programs.matching import Person, Solver
from programs.matching.aims import Aim, Weighing, aims, packed
from programs.matching.best import Best, Search
from programs.matching.grid import Grid
from programs.matching.prices import Prices, UnprovenError, prices
from programs.matching.problem import Problem, pose
from programs.matching.proof import verify
from programs.matching.solve import assign
from programs.matching.stages import Stage
from programs.spec.matching import Objective
from tests.unit.matching.crowd import ON, terms

BOTH = np.zeros(2, dtype=np.int64)


@pytest.fixture
def problem() -> Problem:
    """Ada and Ben both want law, which Mia teaches; Nia teaches nothing that Ada or Ben want, and Ben works with Nia."""
    mentees = [Person("ada", {"wants": ("law",)}), Person("ben", {"wants": ("law",), "department": "IT"})]
    mentors = [Person("mia", {"offers": ("law",)}), Person("nia", {"department": "IT"})]
    declared = terms([{"different": "department"}], [{"overlap": {"mentee": "wants", "mentor": "offers"}}])
    return pose(mentees, mentors, declared, past=(), held={}, on=ON)


@pytest.fixture
def weighing() -> Weighing:
    (only,) = packed(aims(Objective.MOST_THEN_BEST, 1000, 1000, BOTH), 2, 2)
    return only


def supported(problem: Problem, weighing: Weighing, match: list[int]) -> Prices:
    arcs = Grid.of(problem).arcs()
    worth = weighing.of(arcs.mentee, arcs.mentor, arcs.score)
    return prices(arcs, worth, problem.places, np.array(match))


def claimed(problem: Problem, weighing: Weighing, match: list[int], found: Prices) -> None:
    best = Best(np.array(match), (Stage(weighing, found),), (weighing,))
    verify(Grid.of(problem), problem.places, best)


@pytest.mark.parametrize("solver", Solver)
def test_the_best_matching_is_found_and_supported(problem, weighing, solver) -> None:
    arcs = Grid.of(problem).arcs()
    match = assign(arcs, weighing.of(arcs.mentee, arcs.mentor, arcs.score), problem.places, 2, solver)
    assert match.tolist() == [1, 0]
    found = supported(problem, weighing, [1, 0])
    assert found.total(problem.places) == 2 * weighing.bonus + 1000
    claimed(problem, weighing, [1, 0], found)


@pytest.mark.parametrize("match", [[0, -1], [1, -1], [-1, -1], [-1, 0], [0, 1]])
def test_a_matching_that_could_be_better_or_is_none_has_no_prices(problem, weighing, match) -> None:
    with pytest.raises(UnprovenError, match="no pairs are proposed"):
        supported(problem, weighing, match)


@pytest.mark.parametrize(
    ("match", "why"),
    [
        ([0, 0], "more mentees than places"),
        ([0, 1], "breaks a rule"),
        ([0, -1], "the pairs are worth"),
    ],
)
def test_good_prices_do_not_cover_a_wrong_matching(problem, weighing, match, why) -> None:
    good = supported(problem, weighing, [1, 0])
    with pytest.raises(UnprovenError, match=why):
        claimed(problem, weighing, match, good)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((-1, 0), "worth more than its prices"),
        ((1, 0), "the pairs are worth"),
        ((10_000, -10_000), "a price is negative"),
    ],
)
def test_forged_prices_prove_nothing(problem, weighing, change, why) -> None:
    good = supported(problem, weighing, [1, 0])
    with pytest.raises(UnprovenError, match=why):
        claimed(problem, weighing, [1, 0], Prices(good.mentee + change[0], good.mentor + change[1]))


def test_a_later_stage_is_looked_at_too(problem, weighing) -> None:
    """Among the pairs that the first stage leaves, the second asks for less than they are worth."""
    good = supported(problem, weighing, [1, 0])
    too_low = Stage(replace(weighing, scale=0, bonus=5, base=BOTH + 5), Prices(BOTH + 2, BOTH + 2))
    best = Best(np.array([1, 0]), (Stage(weighing, good), too_low), (weighing,))
    with pytest.raises(UnprovenError, match="worth more than its prices"):
        verify(Grid.of(problem), problem.places, best)


def test_a_solver_that_errs_is_an_error_and_no_matching(problem, monkeypatch) -> None:
    def careless(arcs: object, worth: object, places: object, mentees: int, solver: Solver, near: object) -> object:
        return np.array([0, -1])

    monkeypatch.setattr("programs.matching.rounds.assign", careless)
    search = Search(Grid.of(problem), problem.places, Solver.SCIPY)
    with pytest.raises(UnprovenError, match="some other set of pairs is worth more"):
        search.best(lambda top: aims(Objective.MOST_THEN_BEST, top, 1000, BOTH), 0, (["a", "b"], ["m", "n"]))


def test_aims_go_into_one_number_as_long_as_it_stays_exact() -> None:
    def numbers(units: int, people: int) -> list[int]:
        wanted = aims(Objective.FAIREST, units, units, np.zeros(people, dtype=np.int64))
        return [len(each.bands) + bool(each.bonus) + bool(each.scale) for each in packed(wanted, people, people)]

    assert numbers(20_000, 100) == [5]
    assert numbers(20_000, 10_000) == [4, 1]
    assert numbers(20_000, 200_000) == [3, 1, 1]


def test_the_first_aim_outweighs_all_that_the_others_can_add_up_to() -> None:
    (one,) = packed((Aim(1, each=np.ones(3, dtype=np.int64)), Aim(1, reach=50), Aim(90)), 3, 3)
    assert one.bands == ((50, 3 * 90 + 1),)
    assert one.bonus == 3 * 90 + 3 * (3 * 90 + 1) + 1
    assert one.of(np.array([0]), np.array([0]), np.array([49])).tolist() == [one.bonus + 49]
    assert one.of(np.array([0]), np.array([0]), np.array([50])).tolist() == [one.bonus + 3 * 90 + 1 + 50]


def test_scores_too_large_for_exact_sums_are_refused_before_solving() -> None:
    none = np.zeros(1000, dtype=np.int64)
    list(packed(aims(Objective.MOST_THEN_BEST, 10**11, 10**11, none), 1000, 1000))
    with pytest.raises(MentorflowError, match="divide the weights of all criteria by ten"):
        list(packed(aims(Objective.MOST_THEN_BEST, 10**16, 10**16, none), 1000, 1000))
