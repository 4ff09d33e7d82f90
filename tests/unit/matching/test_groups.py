"""Groups: none too small, none too large, and no way to form them is better."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from programs.errors import MentorflowError
from programs.matching import Groups, Person, Terms, form_groups, integer
from programs.matching.aims import BANDS
from programs.matching.groups import Asked, form
from programs.matching.prices import UnprovenError
from programs.matching.problem import pose
from programs.spec.program import Program, Size
from tests.unit.matching.crowd import FIELDS, ON

WISHES = [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5}, {"same": "site", "weight": 2}]


def program(at_least: int = 2, at_most: int = 3, **matching: Any) -> Program:
    return Program.model_validate(
        {
            "program": "groups",
            "title": "Groups",
            "relationships": {"shape": "group", "size": {"at_least": at_least, "at_most": at_most}},
            "enrollment": {"fields": FIELDS},
            "matching": {"rules": [{"different": "department"}], "criteria": WISHES, **matching},
            "phases": [{"id": "one", "lasts": "1 week"}],
        }
    )


def crowd(seed: int, mentees: int, mentors: int) -> tuple[list[Person], list[Person]]:
    draw = random.Random(seed)

    def someone(key: str, skills: str) -> Person:
        known = {
            "department": draw.choice(["Tax", "Law", "IT", None]),
            "site": draw.choice(["North", "South"]),
            skills: tuple(draw.sample(["sql", "law", "talks", "hiring"], draw.randint(1, 3))),
        }
        return Person(key, known, draw.choice([0, 1, 1, 2]))

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


def ways(mentees: list[Person], mentors: list[Person], least: int, most: int) -> Iterator[tuple[int, int]]:
    """People and units of every way to form groups."""
    return ((len(units), sum(units)) for units in scores(mentees, mentors, least, most))


def scores(mentees: list[Person], mentors: list[Person], least: int, most: int) -> Iterator[list[int]]:
    """The units of everybody in a group, for every way to form groups."""
    for chosen in product([None, *mentors], repeat=len(mentees)):
        load = Counter(mentor.key for mentor in chosen if mentor)
        if all(seated(load[mentor.key], mentor.capacity, least, most) for mentor in mentors):
            units = [score(mentee, mentor) for mentee, mentor in zip(mentees, chosen, strict=True) if mentor]
            if None not in units:
                yield [unit for unit in units if unit is not None]


def seated(many: int, capacity: int, least: int, most: int) -> bool:
    return any(groups_led * least <= many <= groups_led * most for groups_led in range(capacity + 1))


def require_sizes(found: Groups, mentors: list[Person], least: int, most: int) -> None:
    assert all(least <= len(group.mentees) <= most for group in found.groups)
    led = Counter(group.mentor for group in found.groups)
    assert all(led[mentor.key] <= mentor.capacity for mentor in mentors)
    everybody = [pair.mentee for group in found.groups for pair in group.mentees]
    assert len(everybody) == len(set(everybody)) == found.mentees


@pytest.mark.parametrize("seed", range(40))
def test_no_way_to_form_groups_is_better(seed: int) -> None:
    mentees, mentors = crowd(seed, 2 + seed % 5, 1 + seed % 4)
    every = list(ways(mentees, mentors, 2, 3))
    found = form_groups(mentees, mentors, program(), on=ON)
    require_sizes(found, mentors, 2, 3)
    assert (found.mentees, found.units) == max(every)
    assert (found.proven, found.most) == (True, max(every)[0])
    total = form_groups(mentees, mentors, program(objective="best_total"), on=ON)
    assert (total.units, total.mentees) == max((units, people) for people, units in every)


@pytest.mark.parametrize("seed", range(20))
def test_the_fairest_groups_leave_fewest_below_each_band(seed: int) -> None:
    mentees, mentors = crowd(seed, 2 + seed % 4, 1 + seed % 3)
    bands = [round(share * 7000) for share in BANDS]
    best = max(
        (len(units), *(sum(unit >= band for unit in units) for band in bands), sum(units))
        for units in scores(mentees, mentors, 2, 3)
    )
    found = form_groups(mentees, mentors, program(objective="fairest"), on=ON)
    units = [pair.units for group in found.groups for pair in group.mentees]
    assert (len(units), *(sum(unit >= band for unit in units) for band in bands), sum(units)) == best


@pytest.mark.parametrize("seed", range(10))
def test_what_is_too_large_for_a_proof_still_keeps_every_size(seed: int) -> None:
    mentees, mentors = crowd(seed, 40, 12)
    wanted = program(3, 5)
    terms = Terms.of(wanted)
    problem = pose(mentees, mentors, terms, past=(), held={}, on=ON)
    quick = form(Asked(problem, wanted.matching, Size(at_least=3, at_most=5), {}, ()), exact_up_to=0)
    exact = form_groups(mentees, mentors, wanted, on=ON)
    require_sizes(quick, mentors, 3, 5)
    require_sizes(exact, mentors, 3, 5)
    assert (quick.proven, exact.proven) == (False, True)
    assert (quick.mentees, quick.units) <= (exact.mentees, exact.units)
    assert exact.most <= quick.most
    assert quick.mentees >= exact.mentees - 2


def test_everybody_stands_in_one_line_and_learns_why_there_is_no_group() -> None:
    mentees = [Person(key, {"site": "North", "department": "Tax"}) for key in ("ada", "ben", "cleo")]
    mentees.append(Person("dan", {"site": "South", "department": "Law"}))
    mentors = [Person("mia", {"site": "North"}), Person("nia", {"department": "Tax"}), Person("pia", {}, capacity=0)]
    found = form_groups(mentees, mentors, program(3, 3), on=ON)
    assert [(group.mentor, [pair.mentee for pair in group.mentees]) for group in found.groups] == [
        ("mia", ["ada", "ben", "cleo"])
    ]
    assert {left.key: left.why for left in (*found.unmatched, *found.idle)} == {
        "dan": "3 mentors are possible, but no group of at least 3 comes together",
        "nia": "no group of at least 3 comes together",
        "pia": "takes nobody: capacity 0",
    }


def test_a_mentor_with_two_places_leads_two_groups() -> None:
    mentees = [Person(f"E-{number}", {}) for number in range(5)]
    found = form_groups(mentees, [Person("mia", {}, capacity=2)], program(2, 3), on=ON)
    assert sorted(len(group.mentees) for group in found.groups) == [2, 3]
    assert found.idle == ()
    held = form_groups(mentees, [Person("mia", {}, capacity=2)], program(2, 3), on=ON, held={"mia": 1})
    assert [len(group.mentees) for group in held.groups] == [3]


@pytest.mark.parametrize(("capacity", "held", "told"), [(1, 0, ""), (3, 2, ", 2 relationships that go on")])
def test_who_finds_every_group_full_learns_who_sits_there(capacity: int, held: int, told: str) -> None:
    mentees = [Person(f"E-{number}", {"wants": ("sql",)}) for number in range(4)]
    mentors = [Person("mia", {"offers": ("sql",)}, capacity)]
    found = form_groups(mentees, mentors, program(2, 3), on=ON, held={"mia": held})
    (left,) = found.unmatched
    sit = ", ".join(sorted(one.mentee for one in found.pairs))
    assert left.why == f"the only possible mentor has no place left (held: mia by {sit}{told})"


def test_the_operator_decides_about_groups_too() -> None:
    mentees = [Person(key, {"site": "North"}) for key in ("ada", "ben", "cleo", "dan")]
    mentors = [Person("mia", {"site": "North"}), Person("nia", {"site": "South"})]
    found = form_groups(mentees, mentors, program(2, 2), on=ON, force=[("ada", "nia")], forbid=[("ben", "nia")])
    sits = {pair.mentee: group.mentor for group in found.groups for pair in group.mentees}
    assert sits["ada"] == "nia"
    assert sits["ben"] == "mia"
    with pytest.raises(MentorflowError, match="no groups of 2 to 2 can be formed"):
        form_groups(mentees[:1], mentors, program(2, 2), on=ON, force=[("ada", "nia")])


def test_the_order_of_rows_changes_no_group() -> None:
    mentees, mentors = crowd(4, 20, 8)
    assert form_groups(mentees[::-1], mentors[::-1], program(), on=ON) == form_groups(
        mentees, mentors, program(), on=ON
    )


def test_another_seed_forms_other_groups_among_equals_and_the_order_of_rows_none() -> None:
    mentees = [Person(f"E-{at}", {}) for at in range(9)]
    mentors = [Person(f"M-{at}", {}) for at in range(5)]
    found = [form_groups(mentees, mentors, program(), on=ON, seed=seed) for seed in range(10)]
    assert {(each.mentees, each.units) for each in found} == {(9, 0)}
    together = {frozenset((one.mentee, one.mentor) for one in each.pairs) for each in found}
    leading = {frozenset(group.mentor for group in each.groups) for each in found}
    assert (len(together) > 7, len(leading) > 2) == (True, True)
    for seed in range(10):
        assert form_groups(mentees[::-1], mentors[::-1], program(), on=ON, seed=seed) == found[seed]


@pytest.mark.parametrize("wrong", ["too few", "too small", "too large", "not at its end", "stopped"])
def test_a_solver_of_groups_that_errs_is_an_error_and_no_groups(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven alike and two mentors: groups of 2 to 3 have a place for six. Nothing else comes of a solver that says otherwise."""
    mentees, mentors = [Person(f"E-{at}", {}) for at in range(7)], [Person("mia", {}), Person("nia", {})]
    right, leads = integer.search, {"too few": (3, 0), "too small": (5, 1), "too large": (2, 4)}.get(wrong)

    def careless(*asked: Any) -> integer.Answer:
        found = right(*asked)
        if leads is None:
            lower = replace(found, least=found.least - 1)
            return lower if wrong == "not at its end" else replace(found, ended=False, said="time limit reached")
        pairs = np.zeros((7, 2))
        pairs[: leads[0], 0] = pairs[leads[0] : sum(leads), 1] = 1
        return replace(found, used=np.concatenate([pairs.ravel(), found.used[14:]]))

    monkeypatch.setattr(integer, "search", careless)
    sizes = "a group has the wrong size"
    why = {"too small": sizes, "too large": sizes, "stopped": "ended with 'time limit reached'"}
    with pytest.raises(UnprovenError, match=why.get(wrong, "stopped before its end")):
        form_groups(mentees, mentors, program(), on=ON)


def test_nobody_is_a_result_and_stable_is_about_pairs() -> None:
    assert form_groups([], [], program(), on=ON).groups == ()
    assert form_groups([Person("ada", {})], [], program(), on=ON).unmatched[0].why == "there is no mentor"
    with pytest.raises(MentorflowError, match="'stable' is about pairs"):
        form_groups([], [], program(objective="stable"), on=ON)
