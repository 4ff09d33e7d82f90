"""The operator decides who sits with whom: the least is changed, what it costs is counted, and what was decided stands."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from programs.errors import MentorflowError
from programs.matching import Circles, Cost, Decided, Person, decide_circles, form_circles
from tests.unit.matching.crowd import ON
from tests.unit.matching.test_circles import crowd, program

Seats = list[set[str]]


def seats(found: Circles) -> Seats:
    return [set(one.members) for one in found.circles]


def circle_of(found: Circles, who: str) -> set[str]:
    return next((circle for circle in seats(found) if who in circle), set())


def broken(circles: Seats, people: list[Person]) -> int:
    """Pairs in one circle and one department, counted by hand."""
    where = {who.key: who.fields["department"] for who in people}
    return sum(
        where[one] is not None and where[one] == where[other]
        for circle in circles
        for one, other in combinations(sorted(circle), 2)
    )


def dealt(people: list[Person], size: int = 4, **more: Any) -> tuple[list[tuple[str, ...]], Any]:
    declared = program(size - 1, size + 1, **more)
    return [one.members for one in form_circles(people, declared, on=ON).circles], declared


def decided(people: list[Person], size: int = 4, **wishes: Any) -> Decided[Circles]:
    circles, declared = dealt(people, size)
    return decide_circles(people, circles, declared, on=ON, **wishes)


def test_a_rule_that_is_kept_again_is_no_gain_of_a_broken_one() -> None:
    assert str(Cost(0, 0, (), clashes=-1, mixing=0.011)) == "costs 1.1% of the mixing and mends 1 broken rule"
    assert str(Cost(0, 0, (), clashes=2, mixing=0.009)) == "costs 2 broken rules and 0.9% of the mixing"
    assert str(Cost(0, 0, (), clashes=-2, mixing=-0.01)) == "gains 1.0% of the mixing and mends 2 broken rules"


@pytest.mark.parametrize("seed", range(10))
def test_two_are_brought_into_one_circle_by_the_cheapest_single_step(seed: int) -> None:
    people = crowd(seed, 12)
    circles, _ = dealt(people)
    start = [set(circle) for circle in circles]
    one, other = circles[0][0], circles[1][0]
    found = decided(people, force=[(one, other)])
    assert other in circle_of(found.after, one)
    assert found.together.clashes == broken(seats(found.after), people) - broken(start, people)
    least = min(broken(way, people) for way in steps(start, one, other))
    assert broken(seats(found.after), people) == least
    assert sum(a != b for a, b in zip(start, seats(found.after), strict=True)) == 2
    assert len(found.together.moves) <= 2


def steps(start: Seats, one: str, other: str) -> list[Seats]:
    """All ways to bring two together by one move or one exchange."""
    found = []
    for goes, stays in ((one, other), (other, one)):
        here, there = (next(c for c in start if who in c) for who in (goes, stays))
        rest = [c for c in start if c not in (here, there)]
        if len(here) > 3 and len(there) < 5:
            found.append([*rest, here - {goes}, there | {goes}])
        found += [[*rest, here - {goes} | {third}, there - {third} | {goes}] for third in there - {stays}]
    return found


@pytest.mark.parametrize("seed", range(10))
def test_two_who_are_kept_apart_sit_in_different_circles(seed: int) -> None:
    people = crowd(seed, 12)
    circles, _ = dealt(people)
    one, other = circles[0][:2]
    found = decided(people, forbid=[(one, other)])
    assert other not in circle_of(found.after, one)
    assert sorted(who for circle in seats(found.after) for who in circle) == sorted(who.key for who in people)
    assert all(3 <= len(circle) <= 5 for circle in seats(found.after))
    assert sum(set(a) != b for a, b in zip(circles, seats(found.after), strict=True)) == 2
    assert len(found.together.moves) in (1, 2)


def test_two_exchange_their_places_and_nobody_else_moves() -> None:
    people = crowd(1, 12)
    circles, _ = dealt(people)
    one, other = circles[0][0], circles[1][0]
    found = decided(people, swap=[(one, other)])
    assert circle_of(found.after, one) == set(circles[1]) - {other} | {one}
    assert circle_of(found.after, other) == set(circles[0]) - {one} | {other}
    assert [move.mentee for move in found.together.moves] == sorted([one, other])
    assert found.together.mixing == pytest.approx(found.before.diversity - found.after.diversity)


def test_an_earlier_decision_is_not_undone_by_a_later_one() -> None:
    people = crowd(2, 12)
    circles, _ = dealt(people)
    one, other, third = circles[0][0], circles[1][0], circles[2][0]
    found = decided(people, force=[(one, other), (other, third)])
    assert {one, other, third} <= circle_of(found.after, one)
    with pytest.raises(MentorflowError, match="cannot be brought into one circle"):
        decided(people, force=[(one, other)], apart=[(one, other)])


def test_who_sits_nowhere_takes_a_place_that_is_free() -> None:
    people = crowd(3, 9)
    circles, declared = dealt(people, 4)
    late = Person("late", {"department": "none of these"})
    free = min(circles, key=len)
    found = decide_circles([*people, late], circles, declared, on=ON, force=[("late", free[0])])
    assert circle_of(found.after, "late") == {*free, "late"}
    assert found.together.people == -1
    assert "gains 1 person" in str(found.together)


def test_what_cannot_be_is_refused_with_the_way_out() -> None:
    people = crowd(4, 4)
    with pytest.raises(MentorflowError, match="cannot be kept apart: no move"):
        decided(people, forbid=[(people[0].key, people[1].key)])
    with pytest.raises(MentorflowError, match="sits in no circle that waits"):
        decided(people, force=[(people[0].key, "nobody")])
    with pytest.raises(MentorflowError, match="both to sit together and to be kept apart"):
        decided(people, force=[("P-000", "P-001")], forbid=[("P-001", "P-000")])
    with pytest.raises(MentorflowError, match="they sit in one circle"):
        decided(people, swap=[(people[0].key, people[1].key)])


def test_who_sits_together_already_costs_nothing() -> None:
    people = crowd(5, 12)
    circles, _ = dealt(people)
    found = decided(people, force=[(circles[0][0], circles[0][1])], forbid=[(circles[0][0], circles[1][1])])
    assert [str(one.cost) for one in found.each] == ["costs nothing", "costs nothing"]
    assert seats(found.after) == [set(circle) for circle in circles]
