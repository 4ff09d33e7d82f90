"""What a price says: one more place adds exactly these people and points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from programs.matching import Person, one_more_place, pair
from programs.spec.matching import Objective
from tests.unit.matching.crowd import ON, terms
from tests.unit.matching.test_decisions import WISHES, crowd


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL])
@pytest.mark.parametrize("seed", range(8))
def test_one_more_place_adds_what_is_said(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 22, 6)
    wanted = terms(
        [{"different": "department"}, {"level_gap": {"field": "grade", "at_least": 1}}], WISHES, objective=objective
    )
    found = pair(mentees, mentors, wanted, on=ON)
    said = {gain.mentor: (gain.people, gain.units) for gain in one_more_place(found)}
    assert said, "the crowd was meant to be larger than its mentors can take"
    for number, mentor in enumerate(mentors):
        roomier = [*mentors[:number], replace(mentor, capacity=mentor.capacity + 1), *mentors[number + 1 :]]
        more = pair(mentees, roomier, wanted, on=ON)
        assert said.get(mentor.key, (0, 0)) == (len(more.pairs) - len(found.pairs), more.units - found.units)


def test_the_most_helpful_place_comes_first_and_is_told_in_words() -> None:
    mentees = [
        Person("ada", {"site": "North"}),
        Person("ben", {"site": "South"}),
        Person("cleo", {"department": "Tax"}),
    ]
    mentors = [Person("mia", {"site": "North"}), Person("nia", {"site": "South", "department": "Tax"})]
    found = pair(mentees, mentors, terms([{"different": "department"}], WISHES), on=ON)
    assert len(found.pairs) == 2
    assert [(gain.mentor, str(gain)) for gain in one_more_place(found)] == [
        ("mia", "1 person more"),
        ("nia", "1 person more, 2 points less"),
    ]
    assert one_more_place(pair(mentees[:1], mentors, terms([], WISHES), on=ON)) == ()


@pytest.mark.parametrize("objective", [Objective.STABLE, Objective.FAIREST])
def test_where_there_are_no_prices_nothing_is_said(objective: Objective) -> None:
    mentees = [Person(f"E-{number}", {}) for number in range(3)]
    assert one_more_place(pair(mentees, [Person("mia", {})], terms([], WISHES, objective=objective), on=ON)) == ()
    two = replace(terms([], WISHES), mentors=2)
    assert one_more_place(pair(mentees, [Person("mia", {})], two, on=ON)) == ()
    first = pair(mentees, [Person("mia", {})], terms([], WISHES), on=ON, priority={"E-1": 1})
    assert one_more_place(first) == ()
