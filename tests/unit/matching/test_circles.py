"""Circles: nobody twice, no rule broken, as mixed as can be, and an honest figure of how far people are apart."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from programs.errors import MentorflowError
from programs.matching import Circles, Person, form_circles
from programs.spec.program import Program
from tests.unit.matching.crowd import FIELDS, ON

DEFAULT: dict[str, Any] = {
    "rules": [{"different": "department"}],
    "criteria": [{"overlap": "wants"}, {"near": {"field": "grade", "within": 3}, "weight": 2}],
}


def program(at_least: int = 3, at_most: int = 6, **matching: Any) -> Program:
    return Program.model_validate(
        {
            "program": "peers",
            "title": "Peers",
            "relationships": {"shape": "circle", "size": {"at_least": at_least, "at_most": at_most}},
            "enrollment": {"fields": FIELDS},
            "matching": {**DEFAULT, **matching},
            "phases": [{"id": "one", "lasts": "1 week"}],
        }
    )


def crowd(seed: int, size: int, departments: int = 4) -> list[Person]:
    draw = random.Random(seed)
    return [
        Person(
            f"P-{number:03}",
            {
                "department": f"d{draw.randrange(departments)}" if draw.random() < 0.95 else None,
                "grade": draw.choice(["junior", "middle", "senior", "lead"]),
                "languages": tuple(draw.sample(["en", "de", "fr"], draw.randint(1, 2))),
                "zone": draw.choice(["Europe/London", "Asia/Kolkata", "America/New_York", "Europe/Kyiv"]),
                "wants": tuple(draw.sample(["sql", "law", "talks", "hiring"], 2)),
            },
        )
        for number in range(size)
    ]


def seats(found: Circles) -> list[str]:
    return sorted([key for one in found.circles for key in one.members] + [one.key for one in found.left])


def clashes(found: Circles, people: list[Person]) -> int:
    """Pairs of one circle in one department, counted by hand."""
    where = {who.key: who.fields["department"] for who in people}
    known = [Counter(where[key] for key in one.members if where[key] is not None) for one in found.circles]
    return sum(many * (many - 1) // 2 for counts in known for many in counts.values())


def deals(people: list[Person], sizes: list[int]) -> Iterator[list[tuple[Person, ...]]]:
    """Every way to sit, in circles of these sizes."""
    if not sizes:
        yield []
        return
    for chosen in combinations(people, sizes[0]):
        others = [who for who in people if who not in chosen]
        for rest in deals(others, sizes[1:]):
            yield [chosen, *rest]


@pytest.mark.parametrize("seed", range(20))
def test_everybody_sits_once_in_a_circle_of_the_right_size(seed: int) -> None:
    people = crowd(seed, 5 + 7 * seed)
    found = form_circles(people, program(), on=ON)
    assert seats(found) == [who.key for who in people]
    assert all(3 <= len(one.members) <= 6 for one in found.circles)
    assert found.left == ()
    assert found.together == clashes(found, people) >= found.fewest


@pytest.mark.parametrize("seed", range(12))
def test_no_way_to_sit_keeps_more_people_apart(seed: int) -> None:
    people = crowd(seed, 8, departments=3)
    found = form_circles(people, program(4, 4), on=ON)
    every = [
        sum(
            one.fields["department"] == other.fields["department"] is not None
            for circle in deal
            for one, other in combinations(circle, 2)
        )
        for deal in deals(people, [4, 4])
    ]
    assert found.fewest == min(every) == found.together
    assert found.proven


@pytest.mark.parametrize("seed", range(4))
def test_a_large_crowd_is_kept_apart_as_far_as_arithmetic_allows_and_mixed_better_than_by_chance(seed: int) -> None:
    people = crowd(seed, 400, departments=9)
    found = form_circles(people, program(5, 7), on=ON)
    assert found.fewest <= found.together <= found.fewest + 2
    assert found.diversity > 0.93
    grades = {who.key: who.fields["grade"] for who in people}
    assert all(len({grades[key] for key in one.members}) >= 2 for one in found.circles)


@pytest.mark.parametrize("seed", range(8))
def test_rules_for_everybody_hold_between_every_two(seed: int) -> None:
    rules = [{"share": "languages"}, {"within_hours": {"field": "zone", "hours": 5.5}}]
    people = crowd(seed, 60)
    found = form_circles(people, program(rules=rules), on=ON)
    assert seats(found) == [who.key for who in people]
    assert all(one.together == () for one in found.circles)
    languages = {who.key: set(who.fields["languages"]) for who in people}  # type: ignore[call-overload]
    for one in found.circles:
        assert all(languages[a] & languages[b] for a, b in combinations(one.members, 2))


def test_a_pool_too_small_for_a_circle_is_joined_with_one_that_takes_it() -> None:
    many = [Person(f"P-{number}", {"languages": ("en",)}) for number in range(4)]
    both, alone = Person("both", {"languages": ("de", "fr", "en")}), Person("alone", {"languages": ("de",)})
    found = form_circles([*many, both, alone], program(rules=[{"share": "languages"}]), on=ON)
    assert [sorted(one.members) for one in found.circles] == [["P-0", "P-1", "P-2", "P-3", "both"]]
    (left,) = found.left
    assert left.key == "alone"
    assert left.why == (
        "1 other could sit in a circle with them, which takes 3 to 6: 'something in common in languages' rules out 4"
    )


def test_two_small_pools_that_can_be_one_become_one() -> None:
    near, far = {"zone": "Europe/London"}, {"zone": "Pacific/Auckland", "languages": ("de",)}
    people = [
        *(Person(f"P-{number}", {**near, "languages": ("de", "fr")}) for number in range(2)),
        *(Person(f"P-{number}", {**near, "languages": ("fr",)}) for number in range(2, 4)),
        *(Person(f"P-{number}", far) for number in range(4, 9)),
    ]
    rules = [{"share": "languages"}, {"within_hours": {"field": "zone", "hours": 4}}]
    found = form_circles(people, program(rules=rules), on=ON)
    assert sorted(sorted(one.members) for one in found.circles) == [
        ["P-0", "P-1", "P-2", "P-3"],
        ["P-4", "P-5", "P-6", "P-7", "P-8"],
    ]


def test_who_says_nothing_that_a_rule_needs_is_left_and_told_so() -> None:
    people = [Person(f"P-{number}", {"languages": ("en",) if number else None}) for number in range(4)]
    (left,) = form_circles(people, program(rules=[{"share": "languages"}]), on=ON).left
    assert left.key == "P-0"
    assert "languages is not known, which 'something in common in languages' needs" in left.why


@pytest.mark.parametrize(
    ("size", "sizes", "left"), [(0, [], 0), (2, [], 2), (3, [3], 0), (4, [3], 1), (5, [3], 2), (6, [3, 3], 0)]
)
def test_who_finds_no_seat_is_left_rather_than_sizes_bent(size: int, sizes: list[int], left: int) -> None:
    found = form_circles(crowd(1, size), program(3, 3), on=ON)
    assert [len(one.members) for one in found.circles] == sizes
    assert len(found.left) == left


def test_managers_lists_and_earlier_circles_are_kept_apart_where_that_is_possible() -> None:
    rules = [{"not_manager": "manager"}, {"exclude": "avoids"}, "not_before"]
    people = [
        Person(f"P-{number}", {"manager": "P-0", "avoids": ("P-2",) if number == 3 else ()}) for number in range(8)
    ]
    wanted = program(4, 4, rules=rules[1:], criteria=[])
    found = form_circles(people, wanted, on=ON, past=[("P-4", "P-5")])
    sits = {key: number for number, one in enumerate(found.circles) for key in one.members}
    assert sits["P-2"] != sits["P-3"]
    assert sits["P-4"] != sits["P-5"]
    assert found.together == 0
    clash = form_circles(people, program(4, 4, rules=rules), on=ON)
    assert clash.together == 3
    named = [pair for one in clash.circles for pair in one.together]
    assert all("P-0" in pair[:2] and pair[2] == "not one's own manager" for pair in named)
    assert not clash.proven


def test_the_mentors_role_goes_round_by_lot_and_rows_do_not_matter() -> None:
    people = crowd(3, 40)
    first = form_circles(people, program(), on=ON, seed=1)
    assert form_circles(people[::-1], program(), on=ON, seed=1) == first
    orders = {form_circles(people[:4], program(), on=ON, seed=seed).circles[0].members for seed in range(-15, 15)}
    assert len(orders) > 10
    assert {order[0] for order in orders} == {who.key for who in people[:4]}


def test_a_circle_says_how_mixed_it_is() -> None:
    people = [
        Person("ada", {"wants": ("sql", "law"), "grade": "lead"}),
        Person("ben", {"wants": ("Law",), "grade": "junior"}),
        Person("cleo", {"wants": ("talks",), "grade": None}),
    ]
    (only,) = form_circles(people, program(), on=ON).circles
    assert only.mix == ("3 different in skills wanted", "2 different in grade")
    assert form_circles(people, program(), on=ON).diversity == 1.0


def test_somebody_cannot_sit_in_two_circles() -> None:
    with pytest.raises(MentorflowError, match="P-000 stands twice"):
        form_circles([*crowd(1, 3), *crowd(1, 3)], program(), on=ON)
