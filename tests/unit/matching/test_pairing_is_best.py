"""Nothing better exists: held against brute force, against a second solver, and against certificates read by other code."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from programs.matching import Pairing, Person, Solver, pair
from programs.matching.lottery import Lottery
from programs.spec.matching import Objective
from tests.unit.matching.crowd import LEVELS, ON, terms

TERMS = terms(
    [{"different": "department"}, {"level_gap": {"field": "grade", "at_least": 1}}],
    [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5}, {"same": "site", "weight": 2}],
)
BEST_TOTAL = replace(TERMS, matching=TERMS.matching.model_copy(update={"objective": Objective.BEST_TOTAL}))


def crowd(seed: int, mentees: int, mentors: int) -> tuple[list[Person], list[Person]]:
    draw = random.Random(seed)

    def someone(key: str, skills: str, levels: list[str]) -> Person:
        known = {
            "department": draw.choice(["Tax", "Law", "IT", None]),
            "grade": draw.choice(levels),
            "site": draw.choice(["North", "South"]),
            skills: tuple(draw.sample(["sql", "law", "talks", "hiring"], draw.randint(1, 3))),
        }
        return Person(key, known, draw.randint(0, 3))

    return (
        [someone(f"E-{number}", "wants", LEVELS[:3]) for number in range(mentees)],
        [someone(f"M-{number}", "offers", LEVELS[1:]) for number in range(mentors)],
    )


def score(mentee: Person, mentor: Person) -> int | None:
    """The terms once more, written by hand."""
    one, other = mentee.fields, mentor.fields
    if one["department"] is not None and one["department"] == other["department"]:
        return None
    if LEVELS.index(str(other["grade"])) <= LEVELS.index(str(one["grade"])):
        return None
    wanted, offered = set(one["wants"]), set(other["offers"])  # type: ignore[call-overload]
    return round(5000 * len(wanted & offered) / len(wanted)) + (2000 if one["site"] == other["site"] else 0)


def matchings(
    mentees: list[Person], places: dict[str, int], mentors: list[Person]
) -> Iterator[dict[str, tuple[str, int]]]:
    """Every way to pair, one after the other."""
    if not mentees:
        yield {}
        return
    first, *rest = mentees
    yield from matchings(rest, places, mentors)
    for mentor in mentors:
        units = score(first, mentor)
        if units is not None and places[mentor.key]:
            left = {**places, mentor.key: places[mentor.key] - 1}
            for others in matchings(rest, left, mentors):
                yield {first.key: (mentor.key, units), **others}


def outcome(pairing: Pairing) -> tuple[int, int]:
    return len(pairing.pairs), pairing.units


def who_with_whom(pairing: Pairing) -> set[tuple[str, str]]:
    return {(one.mentee, one.mentor) for one in pairing.pairs}


@pytest.mark.parametrize("seed", range(200))
def test_no_way_to_pair_a_few_people_is_better(seed: int) -> None:
    mentees, mentors = crowd(seed, seed % 6, seed // 6 % 5)
    places = {mentor.key: mentor.capacity for mentor in mentors}
    every = [(len(one), sum(units for _, units in one.values()), one) for one in matchings(mentees, places, mentors)]
    most = max((count, total) for count, total, _ in every)
    assert outcome(pair(mentees, mentors, TERMS, on=ON)) == most
    total, count = max((total, count) for count, total, _ in every)
    assert outcome(pair(mentees, mentors, BEST_TOTAL, on=ON)) == (count, total)


@pytest.mark.parametrize("seed", range(60))
def test_ties_go_to_the_matching_with_the_greatest_draw_whichever_solver_runs(seed: int) -> None:
    mentees, mentors = crowd(seed, 5, 4)
    places = {mentor.key: mentor.capacity for mentor in mentors}
    every = [(len(one), sum(units for _, units in one.values()), one) for one in matchings(mentees, places, mentors)]
    most = max((count, total) for count, total, _ in every)
    best = [frozenset((e, m) for e, (m, _) in one.items()) for count, total, one in every if (count, total) == most]
    lottery = Lottery.of(7, 0, [who.key for who in mentees], [who.key for who in mentors])
    drawn = lottery.of_pairs(np.arange(20) // 4, np.arange(20) % 4)
    draw = {(mentees[at // 4].key, mentors[at % 4].key): units for at, units in enumerate(drawn.tolist())}
    winner = max(best, key=lambda one: sum(draw[each] for each in one))
    for solver in Solver:
        assert who_with_whom(pair(mentees, mentors, TERMS, on=ON, seed=7, solver=solver)) == winner


@pytest.mark.parametrize("seed", range(6))
def test_a_second_solver_finds_nothing_better_among_many(seed: int) -> None:
    mentees, mentors = crowd(seed, 150, 70)
    columns = [number for number, mentor in enumerate(mentors) for _ in range(mentor.capacity)]
    units = [[score(mentee, mentor) for mentor in mentors] for mentee in mentees]
    possible = np.array([[row[at] is not None for at in columns] for row in units])
    value = np.array([[(row[at] or 0) + 10_000_000 if row[at] is not None else 0 for at in columns] for row in units])
    rows, slots = linear_sum_assignment(value, maximize=True)
    found = pair(mentees, mentors, TERMS, on=ON)
    assert len(found.pairs) * 10_000_000 + found.units == value[rows, slots].sum()
    assert len(found.pairs) == (maximum_bipartite_matching(csr_matrix(possible), perm_type="column") >= 0).sum()


@pytest.mark.parametrize("objective", [TERMS, BEST_TOTAL])
@pytest.mark.parametrize("seed", range(10))
def test_the_certificate_holds_when_it_is_read_by_hand(seed: int, objective) -> None:
    mentees, mentors = crowd(seed, 40, 25)
    found = pair(mentees, mentors, objective, on=ON)
    proof, places = found.proof, {mentor.key: mentor.capacity for mentor in mentors}
    assert all(type(price) is int and price >= 0 for price in proof.mentee_prices.values())
    assert all(type(price) is int and price >= 0 for price in proof.mentor_prices.values())
    for mentee in mentees:
        for mentor in mentors:
            units = score(mentee, mentor)
            if units is not None:
                prices = proof.mentee_prices[mentee.key] + proof.mentor_prices[mentor.key]
                assert prices >= units * proof.scale + proof.bonus
    by_key = {person.key: person for person in (*mentees, *mentors)}
    assert all(score(by_key[one.mentee], by_key[one.mentor]) == one.units for one in found.pairs)
    assert len({one.mentee for one in found.pairs}) == len(found.pairs)
    assert all(held <= places[key] for key, held in Counter(one.mentor for one in found.pairs).items())
    primal = sum(one.units * proof.scale + proof.bonus for one in found.pairs)
    dual = sum(proof.mentee_prices.values()) + sum(price * places[key] for key, price in proof.mentor_prices.items())
    assert primal == dual == proof.primal == proof.dual


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_rows_and_the_side_effects_of_sheets_change_nothing(seed: int) -> None:
    mentees, mentors = crowd(seed, 30, 20)
    expected = pair(mentees, mentors, TERMS, on=ON)
    draw = random.Random(seed)
    draw.shuffle(mentees)
    draw.shuffle(mentors)
    assert pair(mentees, mentors, TERMS, on=ON) == expected


def test_the_seed_decides_between_equally_good_matchings_and_nothing_else() -> None:
    mentees = [Person(f"E-{number}", {}) for number in range(6)]
    mentors = [Person(f"M-{number}", {}) for number in range(4)]
    found = [pair(mentees, mentors, terms([], []), on=ON, seed=seed) for seed in range(20)]
    assert {outcome(one) for one in found} == {(4, 0)}
    assert len({frozenset(who_with_whom(one)) for one in found}) > 15
    assert {left.key for one in found for left in one.unmatched} == {mentee.key for mentee in mentees}


@pytest.mark.parametrize("seed", range(8))
def test_of_equal_totals_the_one_with_more_pairs_is_better(seed: int) -> None:
    declared = terms([{"different": "department"}], [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 4}])
    total = replace(declared, matching=declared.matching.model_copy(update={"objective": Objective.BEST_TOTAL}))
    mentees = [Person("ada", {"wants": tuple("abcd")}), Person("ben", {"wants": tuple("ax"), "department": "IT"})]
    mentors = [Person("mia", {"offers": tuple("abcd")}), Person("nia", {"offers": tuple("ab"), "department": "IT"})]
    found = pair(mentees, mentors, total, on=ON, seed=seed)
    assert who_with_whom(found) == {("ada", "nia"), ("ben", "mia")}
    assert found.units == 4000


@pytest.mark.parametrize("seed", range(10))
def test_without_somebody_unmatched_all_others_keep_their_partner(seed: int) -> None:
    mentees, mentors = crowd(seed, 30, 8)
    found = pair(mentees, mentors, TERMS, on=ON)
    assert found.unmatched, "the crowd was meant to be larger than its mentors can take"
    for left in found.unmatched[:5]:
        others = [mentee for mentee in mentees if mentee.key != left.key]
        assert who_with_whom(pair(others, mentors, TERMS, on=ON)) == who_with_whom(found)


@pytest.mark.parametrize("seed", range(10))
def test_one_more_place_is_worth_exactly_its_price_and_never_hurts(seed: int) -> None:
    mentees, mentors = crowd(seed, 20, 8)
    found = pair(mentees, mentors, TERMS, on=ON)
    for number, mentor in enumerate(mentors):
        roomier = [*mentors[:number], replace(mentor, capacity=mentor.capacity + 1), *mentors[number + 1 :]]
        more = pair(mentees, roomier, TERMS, on=ON)
        assert outcome(more) >= outcome(found)
        gain = (len(more.pairs) - len(found.pairs)) * found.proof.bonus + more.units - found.units
        assert gain == found.proof.mentor_prices[mentor.key]


def test_places_held_by_relationships_that_go_on_are_not_given_twice() -> None:
    mentees, mentors = crowd(3, 20, 6)
    held = {mentor.key: 1 for mentor in mentors}
    smaller = [replace(mentor, capacity=max(0, mentor.capacity - 1)) for mentor in mentors]
    found = pair(mentees, mentors, TERMS, on=ON, held={**held, "somebody-else": 4})
    assert who_with_whom(found) == who_with_whom(pair(mentees, smaller, TERMS, on=ON))
    assert found.pairs
