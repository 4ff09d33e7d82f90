"""Several mentors for each mentee: coverage first, then the second one, then the scores; and nothing better exists."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from programs.errors import MentorflowError
from programs.matching import Pairing, Person, Proof, Terms, decide, equals, pair, several
from programs.matching.arcs import Arcs
from programs.matching.lottery import Lottery
from programs.matching.prices import UnprovenError
from programs.spec.matching import Objective
from programs.spec.program import Program
from tests.unit.matching.crowd import FIELDS, ON, terms

MOST = 5000 + 2000 + 2
"""Units that two wishes give at most, each rounded."""
WISHES = [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5}, {"same": "site", "weight": 2}]


def asked(mentors: int, objective: Objective = Objective.MOST_THEN_BEST) -> Terms:
    return replace(terms([{"different": "department"}], WISHES, objective=objective), mentors=mentors)


def crowd(seed: int, mentees: int, mentors: int) -> tuple[list[Person], list[Person]]:
    draw = random.Random(seed)

    def someone(key: str, skills: str) -> Person:
        known = {
            "department": draw.choice(["Tax", "Law", "IT", None]),
            "site": draw.choice(["North", "South"]),
            skills: tuple(draw.sample(["sql", "law", "talks", "hiring"], draw.randint(1, 3))),
        }
        return Person(key, known, draw.randint(0, 3))

    return (
        [someone(f"E-{number:03}", "wants") for number in range(mentees)],
        [someone(f"M-{number:03}", "offers") for number in range(mentors)],
    )


def score(mentee: Person, mentor: Person) -> int | None:
    """The terms once more, written by hand."""
    one, other = mentee.fields, mentor.fields
    if one["department"] is not None and one["department"] == other["department"]:
        return None
    wanted, offered = set(one["wants"]), set(other["offers"])  # type: ignore[call-overload]
    return round(5000 * len(wanted & offered) / len(wanted)) + (2000 if one["site"] == other["site"] else 0)


def ways(mentees: list[Person], mentors: list[Person], most: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """How many have a first, a second … mentor, and the total, of every way to pair."""
    sets = [chosen for many in range(most + 1) for chosen in combinations(mentors, many)]
    for chosen in product(sets, repeat=len(mentees)):
        load = Counter(mentor.key for each in chosen for mentor in each)
        units = [score(mentee, mentor) for mentee, each in zip(mentees, chosen, strict=True) for mentor in each]
        if None not in units and all(load[mentor.key] <= mentor.capacity for mentor in mentors):
            counts = tuple(sum(len(each) > level for each in chosen) for level in range(most))
            yield counts, sum(unit for unit in units if unit is not None)


def chosen(mentee: Person, mentors: list[Person], proof: Proof, people: int) -> int:
    """The most that a mentee could make of two places at their prices: a first outweighs all seconds, those all points."""
    units = {mentor.key: score(mentee, mentor) for mentor in mentors}
    gains = sorted((unit - proof.mentor_prices[key] for key, unit in units.items() if unit is not None), reverse=True)
    second = 2 * people * MOST + 1
    first = people * second + 2 * people * MOST + 1
    worth = [gain + level for gain, level in zip(gains, (first, second), strict=False)]
    return max(0, *worth[:1], sum(worth)) if worth else 0


def outcome(found: Pairing, most: int) -> tuple[tuple[int, ...], int]:
    load = Counter(one.mentee for one in found.pairs)
    return tuple(sum(many > level for many in load.values()) for level in range(most)), found.units


@pytest.mark.parametrize("mentors", [2, 3])
@pytest.mark.parametrize("seed", range(25))
def test_no_way_to_give_several_mentors_is_better(seed: int, mentors: int) -> None:
    below, above = crowd(seed, 1 + seed % 4, 1 + seed % 3)
    every = list(ways(below, above, mentors))
    found = pair(below, above, asked(mentors), on=ON)
    assert outcome(found, mentors) == max(every)
    assert len({(one.mentee, one.mentor) for one in found.pairs}) == len(found.pairs)
    total = pair(below, above, asked(mentors, Objective.BEST_TOTAL), on=ON)
    assert (total.units, len(total.pairs)) == max((units, sum(counts)) for counts, units in every)


@pytest.mark.parametrize("seed", range(5))
def test_a_second_solver_finds_nothing_better_among_many(seed: int) -> None:
    below, above = crowd(seed, 60, 30)
    found = pair(below, above, asked(2), on=ON)
    cells = [
        (i, j, units) for i, a in enumerate(below) for j, b in enumerate(above) if (units := score(a, b)) is not None
    ]
    size, people = len(cells), len(below)
    uses, leads = np.zeros((people, size + people)), np.zeros((len(above), size + people))
    for at, (i, j, _) in enumerate(cells):
        uses[i, at] = leads[j, at] = 1
    covered = uses.copy()
    covered[:, size:] = -np.eye(people)
    worth = np.array([10_000_000 + units for *_, units in cells] + [10_000_000_000] * people, dtype=float)
    places = [mentor.capacity for mentor in above]
    limits = [LinearConstraint(uses, ub=2), LinearConstraint(leads, ub=places), LinearConstraint(covered, lb=0)]
    best = milp(-worth, constraints=limits, integrality=np.ones(len(worth)), bounds=(0, 1), options={"mip_rel_gap": 0})
    counts, units = outcome(found, 2)
    assert counts[0] * 10_000_000_000 + sum(counts) * 10_000_000 + units == round(-best.fun)


@pytest.mark.parametrize("seed", range(8))
def test_the_proof_holds_when_it_is_read_by_hand(seed: int) -> None:
    below, above = crowd(seed, 30, 15)
    found = pair(below, above, asked(2), on=ON)
    proof, places = found.proof, {mentor.key: mentor.capacity for mentor in above}
    assert all(price >= 0 for price in proof.mentor_prices.values())
    load = Counter(one.mentor for one in found.pairs)
    assert all(load[key] <= places[key] for key in load)
    assert all(
        value == chosen(mentee, above, proof, len(below))
        for mentee, value in zip(below, proof.mentee_prices.values(), strict=True)
    )
    dual = sum(proof.mentee_prices.values()) + sum(price * places[key] for key, price in proof.mentor_prices.items())
    assert proof.primal == proof.dual == dual


@pytest.mark.parametrize("seed", range(25))
def test_mentors_that_somebody_has_already_count_as_their_first(seed: int) -> None:
    below, above = crowd(seed, 1 + seed % 4, 1 + seed % 3)
    draw = random.Random(seed)
    had = {mentee.key: draw.randint(0, 2) for mentee in below}
    sets = [chosen for many in range(3) for chosen in combinations(above, many)]
    every = []
    for chosen_ones in product(sets, repeat=len(below)):
        load = Counter(mentor.key for each in chosen_ones for mentor in each)
        units = [score(a, b) for a, each in zip(below, chosen_ones, strict=True) for b in each]
        have = [had[a.key] + len(each) for a, each in zip(below, chosen_ones, strict=True)]
        is_right = all(not each or many <= 2 for each, many in zip(chosen_ones, have, strict=True))
        if is_right and None not in units and all(load[mentor.key] <= mentor.capacity for mentor in above):
            every.append((*(sum(many > level for many in have) for level in range(2)), sum(u for u in units if u)))
    found = pair(below, above, asked(2), on=ON, had=had)
    have = [had[a.key] + sum(one.mentee == a.key for one in found.pairs) for a in below]
    assert (*(sum(many > level for many in have) for level in range(2)), found.units) == max(every)
    lacking = {a.key: 2 - many for a, many in zip(below, have, strict=True) if 0 < many < 2}
    assert {one.key: one.free for one in found.fewer} == lacking
    assert {one.key for one in found.unmatched} == {a.key for a, many in zip(below, have, strict=True) if not many}


def test_who_has_fewer_mentors_than_they_should_is_told_why() -> None:
    mentees = [Person("ada", {"wants": ("sql",)}), Person("ben", {"wants": ("sql",)})]
    mentors = [Person(key, {"offers": ("sql",)}) for key in ("mia", "nia")]
    found = pair(mentees, mentors, asked(2), on=ON)
    assert [(one.key, one.free, one.possible) for one in found.fewer] == [("ada", 1, 1), ("ben", 1, 1)]
    assert "the only further possible mentor has no place left" in found.fewer[0].why
    (left,) = pair(mentees[:1], mentors[:1], asked(2), on=ON).fewer
    assert left.why == "the only possible mentor is theirs already"


def test_whoever_has_all_their_mentors_is_given_no_other() -> None:
    mentees, mentors = [Person("ada", {})], [Person("mia", {})]
    with pytest.raises(MentorflowError, match="ada has all the mentors they get"):
        pair(mentees, mentors, asked(2), on=ON, had={"ada": 2}, force=[("ada", "mia")])


def test_everybody_gets_a_first_mentor_before_anybody_gets_a_second() -> None:
    mentees = [Person("ada", {"wants": ("sql",)}), Person("ben", {"wants": ("quilts",)})]
    mentors = [Person("mia", {"offers": ("sql",)}), Person("nia", {"offers": ("sql",)})]
    assert outcome(pair(mentees, mentors, asked(2), on=ON), 2) == ((2, 0), 5000)
    assert outcome(pair(mentees, mentors, asked(2, Objective.BEST_TOTAL), on=ON), 2) == ((1, 1), 10000)


def test_who_comes_first_gets_the_only_second_mentor() -> None:
    mentees = [Person("ada", {"wants": ("sql",)}), Person("ben", {"wants": ("quilts",)})]
    mentors = [Person(key, {"offers": ("sql",)}) for key in ("mia", "nia", "pia")]
    seconds = [pair(mentees, mentors, asked(2), on=ON, priority=first) for first in ({}, {"ben": 1})]
    assert [Counter(one.mentee for one in each.pairs).most_common(1)[0][0] for each in seconds] == ["ada", "ben"]


def test_pairs_are_told_and_those_without_anybody_stand_once() -> None:
    mentees = [Person("ada", {"site": "North"}), Person("ben", {"department": "Tax"})]
    mentors = [Person(key, {"site": "North", "department": "Tax"}) for key in ("mia", "nia", "pia")]
    found = pair(mentees, mentors, asked(2), on=ON)
    assert [(one.mentee, one.units, one.rank, one.possible) for one in found.pairs] == [("ada", 2000, 1, 3)] * 2
    assert [[other.key for other in one.alternatives] for one in found.pairs] == [
        sorted({"mia", "nia", "pia"} - {one.mentor for one in found.pairs})
    ] * 2
    assert [one.key for one in found.unmatched] == ["ben"]
    assert [one.key for one in found.idle] == sorted({"mia", "nia", "pia"} - {one.mentor for one in found.pairs})
    assert found.possible == 3


@pytest.mark.parametrize("seed", range(4))
def test_the_operator_decides_here_too(seed: int) -> None:
    below, above = crowd(seed, 10, 6)
    before = pair(below, above, asked(2), on=ON)
    mentor = next(one for one in above if one.capacity)
    told = decide(below, above, asked(2), on=ON, force=[("E-000", mentor.key)])
    after = {(one.mentee, one.mentor): one.decided for one in told.after.pairs}
    assert after[("E-000", mentor.key)]
    assert max(Counter(one.mentee for one in told.after.pairs).values()) <= 2
    assert told.each[0].cost == told.together
    assert (told.together.people, told.together.units) == (
        len(before.pairs) - len(told.after.pairs),
        before.units - told.after.units,
    )
    with pytest.raises(MentorflowError, match="decide for 2 of them"):
        pair(below, above, asked(2), on=ON, force=[("E-000", one.key) for one in above[:3]])


def test_rows_do_not_matter_and_a_program_says_how_many() -> None:
    below, above = crowd(2, 25, 12)
    assert pair(below[::-1], above[::-1], asked(2), on=ON) == pair(below, above, asked(2), on=ON)
    declared = Program.model_validate(
        {
            "program": "p",
            "title": "P",
            "relationships": {"mentors": 2},
            "enrollment": {"fields": FIELDS},
            "matching": {"rules": [{"different": "department"}], "criteria": WISHES},
            "phases": [{"id": "one", "lasts": "1 week"}],
        }
    )
    assert pair(below, above, declared, on=ON).pairs == pair(below, above, asked(2), on=ON).pairs


def drawn(seed: int, below: list[Person], above: list[Person]) -> dict[tuple[str, str], int]:
    keys = [who.key for who in below], [who.key for who in above]
    lots = Lottery.of(seed, 0, *keys, bits=24)
    rows, columns = np.divmod(np.arange(len(below) * len(above)), max(1, len(above)))
    pairs = [(below[row].key, above[column].key) for row, column in zip(rows, columns, strict=True)]
    return dict(zip(pairs, lots.of_pairs(rows, columns).tolist(), strict=True))


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL])
@pytest.mark.parametrize("seed", range(25))
def test_of_equally_good_ways_the_one_is_taken_with_the_greatest_draws(seed: int, objective: Objective) -> None:
    below, above = crowd(seed, 1 + seed % 4, 1 + seed % 3)
    alike = [replace(who, fields={**who.fields, "wants": ("sql",), "offers": ("sql",)}) for who in (*below, *above)]
    below, above = alike[: len(below)], alike[len(below) :]
    draws, every = drawn(seed, below, above), []
    sets = [chosen for many in range(3) for chosen in combinations(above, many)]
    for each in product(sets, repeat=len(below)):
        pairs = [(one, other) for one, others in zip(below, each, strict=True) for other in others]
        load, units = Counter(other.key for _, other in pairs), [score(*two) for two in pairs]
        if None not in units and all(load[mentor.key] <= mentor.capacity for mentor in above):
            counts, total = (
                tuple(sum(len(one) > level for one in each) for level in range(2)),
                sum(u for u in units if u),
            )
            worth = (counts, total) if objective is Objective.MOST_THEN_BEST else (total, (sum(counts),))
            named = frozenset((one.key, other.key) for one, other in pairs)
            every.append((worth, sum(draws[two] for two in named), named))
    found = pair(below, above, asked(2, objective), on=ON, seed=seed)
    assert {(one.mentee, one.mentor) for one in found.pairs} == max(every, key=lambda way: way[:2])[2]


@pytest.mark.parametrize("mentors", [2, 3])
def test_another_seed_gives_other_mentors_among_equals_and_the_order_of_rows_none(mentors: int) -> None:
    below, above = [Person(f"E-{at}", {}) for at in range(12)], [Person(f"M-{at}", {}, 3) for at in range(8)]
    found = [pair(below, above, asked(mentors), on=ON, seed=seed) for seed in range(10)]
    assert len({frozenset((one.mentee, one.mentor) for one in each.pairs) for each in found}) > 7
    assert {outcome(each, mentors) for each in found} == {outcome(found[0], mentors)}
    for seed in range(10):
        assert pair(below[::-1], above[::-1], asked(mentors), on=ON, seed=seed) == found[seed]


def test_where_very_many_are_equal_the_lottery_is_among_those_looked_at_and_costs_nothing(monkeypatch) -> None:
    below, above = [Person(f"E-{at}", {}) for at in range(60)], [Person(f"M-{at}", {}, 2) for at in range(50)]
    expected = outcome(pair(below, above, asked(2), on=ON), 2)
    monkeypatch.setattr(equals, "MOST", 10)
    found = [pair(below, above, asked(2), on=ON, seed=seed) for seed in (1, 2)]
    assert [outcome(each, 2) for each in found] == [expected, expected] == [((60, 40), 0)] * 2
    assert found[0].pairs != found[1].pairs
    assert pair(below[::-1], above[::-1], asked(2), on=ON, seed=1) == found[0]


def test_three_mentors_for_each_of_a_large_service_are_found_and_numbers_too_large_are_refused() -> None:
    below, above = crowd(7, 610, 371)
    found = pair(below, above, asked(3), on=ON)
    assert found.proof.primal == found.proof.dual
    covered = len({one.mentee for one in found.pairs})
    assert covered == len(pair(below, above, asked(1), on=ON).pairs)
    many = np.full(9000, 3)
    with pytest.raises(MentorflowError, match="cannot be weighed exactly"):
        several.Wanted.of(Objective.MOST_THEN_BEST, many, many * 0, MOST, many * 0)


@pytest.mark.parametrize("objective", [Objective.FAIREST, Objective.STABLE])
def test_other_objectives_are_refused_by_name(objective: Objective) -> None:
    with pytest.raises(MentorflowError, match=f"not found by '{objective}'"):
        pair([Person("ada", {})], [Person("mia", {})], asked(2, objective), on=ON)


@pytest.mark.parametrize("where", [several, equals])
@pytest.mark.parametrize("wrong", ["too few", "too many", "a mentor twice"])
def test_a_solver_that_errs_is_an_error_and_no_matching(where, wrong: str, monkeypatch) -> None:
    """Ada and Ben both want SQL, which three teach; whatever a solver makes of it, only what is the best is proposed."""
    mentees = [Person(key, {"wants": ("sql",)}) for key in ("ada", "ben")]
    mentors = [Person(key, {"offers": ("sql",)}) for key in ("mia", "nia", "pia")]
    right = where.assigned
    used = {"too few": [0, 3], "too many": [0, 1, 2, 3, 4], "a mentor twice": [0, 1, 3]}[wrong]

    def careless(arcs, places, wanted):  # type: ignore[no-untyped-def]
        own = right(arcs, places, wanted) & False
        own[used] = True
        return own

    monkeypatch.setattr(where, "assigned", careless)
    with pytest.raises(UnprovenError):
        pair(mentees, mentors, asked(2), on=ON)


def test_more_than_the_places_is_never_a_matching_whatever_its_worth() -> None:
    wanted = several.Wanted.of(Objective.MOST_THEN_BEST, np.array([1, 1]), np.zeros(2, dtype=np.int64), 5, np.zeros(2))
    both = Arcs(np.array([0, 1]), np.array([0, 0]), np.array([5, 5]))
    with pytest.raises(UnprovenError, match="more mentees than places"):
        several.require_places(both, np.array([1, 1]), np.array([1]), wanted)
    with pytest.raises(UnprovenError, match="more mentors than asked for"):
        several.require_places(both, np.array([2, 0]), np.array([2]), wanted)


def test_nobody_is_a_result() -> None:
    assert pair([], [], asked(2), on=ON).pairs == ()
    assert [one.why for one in pair([Person("ada", {})], [], asked(2), on=ON).unmatched] == ["there is no mentor"]
