"""Each objective against brute force and against certificates read by other code; every way through the engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from programs.errors import MentorflowError
from programs.matching import Pairing, Person, Solver, Terms, aims, best, grid, pair, rounds, solve, stages
from programs.matching.prices import UnprovenError
from programs.spec.matching import Objective
from tests.unit.matching.crowd import ON
from tests.unit.matching.test_pairing_is_best import TERMS, crowd, matchings, score, who_with_whom

FULL = 7000
REACHES = (1400, 2100, 2800)
"""A fifth, three tenths and two fifths of a full score."""
Ways = list[tuple[list[int], list[str]]]


def aiming(objective: Objective) -> Terms:
    return replace(TERMS, matching=TERMS.matching.model_copy(update={"objective": objective}))


def every_way(mentees: list[Person], mentors: list[Person]) -> Ways:
    """Scores and mentees of every way to pair."""
    places = {mentor.key: mentor.capacity for mentor in mentors}
    return [([units for _, units in one.values()], list(one)) for one in matchings(mentees, places, mentors)]


def fairness(units: list[int]) -> tuple[int, ...]:
    """What the fairest matching has most of, in order."""
    return len(units), *(-sum(one < reach for one in units) for reach in REACHES), sum(units)


def units_of(pairing: Pairing) -> list[int]:
    return [one.units for one in pairing.pairs]


@pytest.mark.parametrize("seed", range(200))
def test_no_way_to_pair_a_few_people_is_fairer(seed: int) -> None:
    mentees, mentors = crowd(seed, seed % 6, seed // 6 % 5)
    found = pair(mentees, mentors, aiming(Objective.FAIREST), on=ON)
    assert fairness(units_of(found)) == max(fairness(units) for units, _ in every_way(mentees, mentors))


@pytest.mark.parametrize("seed", range(200))
def test_who_comes_first_is_covered_first_and_never_costs_a_pair(seed: int) -> None:
    mentees, mentors = crowd(seed, 1 + seed % 5, seed // 6 % 5)
    priority = {mentee.key: number for mentee, number in zip(mentees, (0, 7, 0, 2, 7), strict=False) if number}
    ways = every_way(mentees, mentors)

    def first(units: list[int], who: list[str]) -> tuple[int, ...]:
        by_number = Counter(priority.get(key, 0) for key in who)
        return len(units), by_number[7], by_number[2]

    most = pair(mentees, mentors, TERMS, on=ON, priority=priority)
    covered = [one.mentee for one in most.pairs]
    best_way = max((*first(*way), sum(way[0])) for way in ways)
    assert (*first(units_of(most), covered), most.units) == best_way
    assert best_way[0] == max(len(units) for units, _ in ways)
    fair = pair(mentees, mentors, aiming(Objective.FAIREST), on=ON, priority=priority)
    fairest = max((*first(*way), *fairness(way[0])) for way in ways)
    assert (*first(units_of(fair), [one.mentee for one in fair.pairs]), *fairness(units_of(fair))) == fairest
    total = pair(mentees, mentors, aiming(Objective.BEST_TOTAL), on=ON, priority=priority)
    richest = max((sum(units), *first(units, who)) for units, who in ways)
    assert (total.units, *first(units_of(total), [one.mentee for one in total.pairs])) == richest


@pytest.mark.parametrize("objective", Objective)
@pytest.mark.parametrize("seed", range(5))
def test_without_somebody_unmatched_every_objective_comes_to_the_same_pairs(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 30, 8)
    found = pair(mentees, mentors, aiming(objective), on=ON, priority={"E-3": 1, "E-5": 2})
    assert found.unmatched, "the crowd was meant to be larger than its mentors can take"
    for left in found.unmatched[:4]:
        others = [mentee for mentee in mentees if mentee.key != left.key]
        again = pair(others, mentors, aiming(objective), on=ON, priority={"E-3": 1, "E-5": 2})
        assert who_with_whom(again) == who_with_whom(found)


@pytest.mark.parametrize("objective", [one for one in Objective if one is not Objective.GIVEN])
@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_nothing_by_any_objective_and_neither_does_who_runs_it_again(
    seed: int, objective: Objective
) -> None:
    mentees, mentors = crowd(seed, 30, 14)
    first = {"E-3": 1, "E-5": 2}
    expected = pair(mentees, mentors, aiming(objective), on=ON, priority=first, seed=seed)
    draw = random.Random(seed)
    for _ in range(3):
        draw.shuffle(mentees)
        draw.shuffle(mentors)
        assert pair(mentees, mentors, aiming(objective), on=ON, priority=first, seed=seed) == expected


@pytest.mark.parametrize("seed", range(5))
def test_one_more_place_never_takes_points_from_the_best_total(seed: int) -> None:
    mentees, mentors = crowd(seed, 24, 8)
    before = pair(mentees, mentors, aiming(Objective.BEST_TOTAL), on=ON)
    for number, mentor in enumerate(mentors):
        more = [*mentors[:number], replace(mentor, capacity=mentor.capacity + 1), *mentors[number + 1 :]]
        after = pair(mentees, more, aiming(Objective.BEST_TOTAL), on=ON)
        assert (after.units, len(after.pairs)) >= (before.units, len(before.pairs))


@pytest.mark.parametrize("seed", range(6))
def test_a_second_solver_that_shares_nothing_finds_nothing_fairer_among_many(seed: int) -> None:
    """One aim after the other, each kept, by an integer program over all pairs."""
    mentees, mentors = crowd(seed, 45, 20)
    cells = [(i, j, u) for i, a in enumerate(mentees) for j, b in enumerate(mentors) if (u := score(a, b)) is not None]
    units, rows = np.array([u for *_, u in cells]), np.zeros((len(mentees) + len(mentors), len(cells)))
    for at, (i, j, _) in enumerate(cells):
        rows[i, at] = rows[len(mentees) + j, at] = 1
    limits = [LinearConstraint(rows, ub=[1.0] * len(mentees) + [mentor.capacity for mentor in mentors])]
    reached = []
    for worth in (np.ones(len(cells)), *((units >= reach).astype(float) for reach in REACHES), units):
        best_way = milp(-worth, constraints=limits, integrality=np.ones(len(cells)), bounds=(0, 1))
        reached.append(round(-best_way.fun))
        limits.append(LinearConstraint(worth[None, :], lb=reached[-1] - 0.5))
    found = units_of(pair(mentees, mentors, aiming(Objective.FAIREST), on=ON))
    assert [len(found), *(sum(one >= reach for one in found) for reach in REACHES), sum(found)] == reached


@pytest.mark.parametrize("seed", range(5))
def test_one_more_place_never_makes_a_matching_less_fair(seed: int) -> None:
    mentees, mentors = crowd(seed, 24, 8)
    before = fairness(units_of(pair(mentees, mentors, aiming(Objective.FAIREST), on=ON)))
    for number, mentor in enumerate(mentors):
        more = [*mentors[:number], replace(mentor, capacity=mentor.capacity + 1), *mentors[number + 1 :]]
        after = fairness(units_of(pair(mentees, more, aiming(Objective.FAIREST), on=ON)))
        assert after >= before


def test_a_priority_of_somebody_who_is_not_here_is_noted() -> None:
    found = pair([Person("ada", {})], [], TERMS, on=ON, priority={"ada": 1, "gone": 2})
    assert found.notes == ("gone has a priority, but is no mentee here; it has no effect",)


def check(found: Pairing, mentees: list[Person], mentors: list[Person]) -> None:
    """The certificate, read by hand."""
    proof, places = found.proof, {mentor.key: mentor.capacity for mentor in mentors}

    def worth(mentee: Person, units: int) -> int:
        reached = sum(weight for reach, weight in proof.bands if units >= reach)
        return units * proof.scale + reached + proof.bonus * (1 + proof.priorities.get(mentee.key, 0))

    by_key = {person.key: person for person in (*mentees, *mentors)}
    prices = (*proof.mentee_prices.values(), *proof.mentor_prices.values())
    assert all(type(price) is int and price >= 0 for price in prices)
    for mentee in mentees:
        for mentor in mentors:
            units = score(mentee, mentor)
            asked = proof.mentee_prices[mentee.key] + proof.mentor_prices[mentor.key]
            assert units is None or asked >= worth(mentee, units)
    assert all(score(by_key[one.mentee], by_key[one.mentor]) == one.units for one in found.pairs)
    assert all(held <= places[key] for key, held in Counter(one.mentor for one in found.pairs).items())
    primal = sum(worth(by_key[one.mentee], one.units) for one in found.pairs)
    dual = sum(proof.mentee_prices.values()) + sum(price * places[key] for key, price in proof.mentor_prices.items())
    assert primal == dual == proof.primal == proof.dual


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL, Objective.FAIREST])
@pytest.mark.parametrize("seed", range(8))
def test_the_certificate_of_every_objective_holds_when_it_is_read_by_hand(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 40, 25)
    check(pair(mentees, mentors, aiming(objective), on=ON), mentees, mentors)
    first = {mentee.key: 1 + number % 3 for number, mentee in enumerate(mentees[::4])}
    check(pair(mentees, mentors, aiming(objective), on=ON, priority=first), mentees, mentors)


def ways_through(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """One after the other: aims in a number of their own each, no tight pairs kept, hardly any candidates, and so on."""
    with monkeypatch.context() as patch:
        patch.setattr(aims, "_fits", lambda each, pairs, limit: len(each) == 1)
        yield "stage by stage"
    with monkeypatch.context() as patch:
        patch.setattr(stages, "OPEN", 1)
        yield "with the lottery among all pairs"
    with monkeypatch.context() as patch:
        patch.setattr(stages, "OPEN", 1)
        patch.setattr(aims, "_fits", lambda each, pairs, limit: len(each) == 1)
        yield "stage by stage among all pairs"
    with monkeypatch.context() as patch:
        patch.setattr(stages, "CHOICES", 1)
        patch.setattr(stages, "ASKED", 1)
        patch.setattr(stages, "MORE", 1)
        yield "from hardly any candidates"
        patch.setattr(rounds, "NEAR", 0)
        patch.setattr(grid, "KEPT", 300)
        yield "forgetting almost everything from round to round"
        patch.setattr(best, "SHRINKING", 0)
        yield "forgetting no pair"
    with monkeypatch.context() as patch:
        patch.setattr(aims, "FEW", 0)
        yield "with lighter numbers that lead astray"
    with monkeypatch.context() as patch:
        patch.setattr(aims, "FEW", 1000)
        yield "without lighter numbers"


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL, Objective.FAIREST])
@pytest.mark.parametrize("seed", range(6))
def test_every_way_through_the_engine_ends_at_the_same_pairs(seed, objective, monkeypatch) -> None:
    mentees, mentors = crowd(seed, 30, 18)
    expected = pair(mentees, mentors, aiming(objective), on=ON, solver=Solver.SCIPY)
    assert pair(mentees, mentors, aiming(objective), on=ON, solver=Solver.ORTOOLS) == expected
    for way, solver in ((way, solver) for way in ways_through(monkeypatch) for solver in Solver):
        found = pair(mentees, mentors, aiming(objective), on=ON, solver=solver)
        assert who_with_whom(found) == who_with_whom(expected), way
        check(found, mentees, mentors)


@pytest.mark.parametrize("size", [(400, 220), (300, 500)])
def test_both_solvers_and_any_order_of_rows_give_the_same_pairs_among_many(size: tuple[int, int]) -> None:
    mentees, mentors = crowd(1, *size)
    found = pair(mentees, mentors, TERMS, on=ON, solver=Solver.SCIPY)
    again = pair(mentees[::-1], mentors[::-1], TERMS, on=ON, solver=Solver.ORTOOLS)
    assert again == found
    check(found, mentees, mentors)


def test_all_equal_is_decided_by_the_lottery_alone() -> None:
    mentees = [
        Person(f"E-{number}", {"department": f"{number}", "grade": "junior", "wants": ("x",)}) for number in range(120)
    ]
    mentors = [Person(f"M-{number}", {"department": "Tax", "grade": "lead"}, 2) for number in range(40)]
    found = pair(mentees, mentors, TERMS, on=ON)
    assert (found.possible, len(found.pairs), found.units) == (4800, 80, 0)
    assert pair(mentees[::-1], mentors, TERMS, on=ON, solver=Solver.ORTOOLS) == found
    assert who_with_whom(pair(mentees, mentors, TERMS, on=ON, seed=1)) != who_with_whom(found)


def test_a_few_mentors_with_very_many_places_are_matched_too(monkeypatch) -> None:
    mentees, mentors = crowd(2, 300, 6)
    roomy = [replace(mentor, capacity=40) for mentor in mentors]
    found = pair(mentees, roomy, TERMS, on=ON, solver=Solver.ORTOOLS)
    check(found, mentees, roomy)
    assert pair(mentees, roomy, TERMS, on=ON, solver=Solver.SCIPY) == found
    monkeypatch.setattr(solve, "COPIES", 1000)
    assert pair(mentees, roomy, TERMS, on=ON, solver=Solver.ORTOOLS) == found
    with pytest.raises(MentorflowError, match="install mentorflow with the extra 'fast'"):
        pair(mentees, roomy, TERMS, on=ON, solver=Solver.SCIPY)


def test_lotteries_without_end_are_an_error(monkeypatch) -> None:
    monkeypatch.setattr(best, "only", lambda *_: False)
    with pytest.raises(UnprovenError, match="lotteries left more than one matching"):
        pair([Person("ada", {})], [Person("mia", {})], TERMS, on=ON)


@pytest.mark.parametrize("objective", Objective)
def test_every_objective_takes_input_of_every_size(objective: Objective) -> None:
    asked, alike = aiming(objective), {"department": "Tax", "grade": "junior"}
    ada, ben = Person("ada", {**alike, "department": "IT"}), Person("ben", {**alike, "department": "Law"})
    mia, nia = (
        Person("mia", {"department": "Tax", "grade": "lead"}),
        Person("nia", {"department": "Tax", "grade": "lead"}),
    )
    nobody, full = Person("kim", alike), replace(mia, capacity=0)

    def pairs(mentees: list[Person], mentors: list[Person]) -> int:
        found = pair(mentees, mentors, asked, on=ON)
        assert {one.mentee for one in found.pairs} | {left.key for left in found.unmatched} == {
            who.key for who in mentees
        }
        assert all(left.why for left in (*found.unmatched, *found.idle))
        return len(found.pairs)

    assert [pairs([], []), pairs([ada], []), pairs([], [mia]), pairs([ada], [mia])] == [0, 0, 0, 1]
    assert [pairs([nobody], [mia]), pairs([ada], [full]), pairs([ada, ben], [full])] == [0, 0, 0]
    assert [pairs([ada, ben], [mia]), pairs([ada], [mia, nia]), pairs([ada, ben], [mia, nia])] == [1, 1, 2]
