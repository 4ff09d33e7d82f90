"""Where one more place would help most: what is said comes out when the matching is made once more with that place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from programs.matching import Gain, Groups, Pairing, Person, Terms, aims, form_groups, one_more_place, pair, vacancies
from programs.matching import more_groups as more
from programs.spec.matching import Objective
from tests.unit.matching import test_groups, test_several_mentors, test_stable
from tests.unit.matching.crowd import ON, terms
from tests.unit.matching.test_decisions import WISHES, crowd

REACHES = (1400, 2100, 2800)
"""A fifth, three tenths and two fifths of a full score."""
ADDED = [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL, Objective.FAIREST]


def asked(objective: Objective) -> Terms:
    rules = [{"different": "department"}, {"level_gap": {"field": "grade", "at_least": 1}}]
    return terms(rules, WISHES, objective=objective)


def roomier(mentors: list[Person], number: int) -> list[Person]:
    more = replace(mentors[number], capacity=mentors[number].capacity + 1)
    return [*mentors[:number], more, *mentors[number + 1 :]]


def below(units: list[int], fair: bool) -> tuple[tuple[int, int], ...]:
    return tuple((reach, sum(one < reach for one in units)) for reach in REACHES) if fair else ()


def rise(mentor: str, before: list[int], after: list[int], fair: bool) -> Gain:
    """What a second matching comes to, beside the first."""
    now, then = below(before, fair), below(after, fair)
    bands = tuple((reach, many - had) for (reach, many), (_, had) in zip(then, now, strict=True))
    return Gain(mentor, len(after) - len(before), sum(after) - sum(before), below=bands)


def units_of(found: Pairing) -> list[int]:
    return [one.units for one in found.pairs]


def require_what_is_said(found: Pairing, mentors: list[Person], again: Callable[[list[Person]], Pairing]) -> None:
    fair = found.objective is Objective.FAIREST
    said = {gain.mentor: gain for gain in one_more_place(found).each}
    assert one_more_place(found).unstated == ""
    for number, mentor in enumerate(mentors):
        expected = rise(mentor.key, units_of(found), units_of(again(roomier(mentors, number))), fair)
        nothing = Gain(mentor.key, 0, 0, below=tuple((reach, 0) for reach in REACHES) if fair else ())
        assert said.get(mentor.key, nothing) == expected


@pytest.mark.parametrize("objective", ADDED)
@pytest.mark.parametrize("seed", range(8))
def test_one_more_place_adds_what_is_said(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 22, 6)
    found = pair(mentees, mentors, asked(objective), on=ON)
    assert one_more_place(found).each, "the crowd was meant to be larger than its mentors can take"
    require_what_is_said(found, mentors, lambda above: pair(mentees, above, asked(objective), on=ON))


@pytest.mark.parametrize("objective", ADDED)
@pytest.mark.parametrize("seed", range(5))
def test_the_same_where_some_come_first_and_some_pairs_are_decided(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 20, 6)
    first = {mentee.key: 1 + number % 3 for number, mentee in enumerate(mentees[::2])}
    force = [(mentees[1].key, mentors[2].key)]

    def again(above: list[Person]) -> Pairing:
        return pair(mentees, above, asked(objective), on=ON, priority=first, force=force)

    require_what_is_said(again(mentors), mentors, again)


@pytest.mark.parametrize("objective", ADDED)
@pytest.mark.parametrize("seed", range(5))
def test_aims_that_were_proven_one_after_the_other_say_the_same(seed: int, objective: Objective, monkeypatch) -> None:
    mentees, mentors = crowd(seed, 22, 6)
    at_once = pair(mentees, mentors, asked(objective), on=ON)
    monkeypatch.setattr(aims, "_fits", lambda each, pairs, limit: len(each) == 1 or limit == aims.WHOLE)
    found = pair(mentees, mentors, asked(objective), on=ON)
    assert found.proof.stages > at_once.proof.stages == 1
    assert one_more_place(found) == one_more_place(at_once)


def test_where_the_aims_are_too_large_for_whole_numbers_it_is_said_so(monkeypatch) -> None:
    mentees, mentors = crowd(1, 22, 6)
    monkeypatch.setattr(aims, "_fits", lambda each, pairs, limit: len(each) == 1)
    gains = one_more_place(pair(mentees, mentors, asked(Objective.FAIREST), on=ON))
    assert (gains.each, "larger than whole numbers" in gains.unstated) == ((), True)


def nth_mentor(before: Pairing, after: Pairing) -> int:
    """Which mentor it is that one person more has."""
    had, have = (Counter(Counter(one.mentee for one in found.pairs).values()) for found in (before, after))
    rises = [sum((have - had)[many] - (had - have)[many] for many in range(nth, 9)) for nth in range(1, 9)]
    assert sorted(rises) == [0] * 7 + [1]
    return 1 + rises.index(1)


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL])
@pytest.mark.parametrize("mentors", [2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_with_several_mentors_it_is_said_which_one_somebody_gets_more(
    seed: int, mentors: int, objective: Objective
) -> None:
    people, above = test_several_mentors.crowd(seed, 14, 7)
    wanted = test_several_mentors.asked(mentors, objective)
    first = {people[0].key: 1, people[3].key: 2} if seed % 2 else {}
    found = pair(people, above, wanted, on=ON, priority=first)
    said = {gain.mentor: gain for gain in one_more_place(found).each}
    assert said
    for number, mentor in enumerate(above):
        again = pair(people, roomier(above, number), wanted, on=ON, priority=first)
        gain = said.get(mentor.key, Gain(mentor.key, 0, 0))
        assert (gain.people, gain.units) == (len(again.pairs) - len(found.pairs), again.units - found.units)
        if gain.people and objective is Objective.MOST_THEN_BEST:
            assert gain.nth == nth_mentor(found, again)


@pytest.mark.parametrize("seed", range(25))
def test_one_more_place_changes_a_stable_matching_as_is_said(seed: int, monkeypatch) -> None:
    mentees, mentors = test_stable.crowd(seed, 24, 3 + seed % 9)
    monkeypatch.setattr("programs.matching.stable.LISTED", 2 + seed % 3)
    require_what_is_said_of_wishes(mentees, mentors, test_stable.RANKED, {})


@pytest.mark.parametrize("seed", range(25))
def test_one_more_place_changes_what_mentees_ask_for_as_is_said(seed: int) -> None:
    mentees, mentors = test_stable.crowd(seed, 24, 3 + seed % 9)
    led = replace(
        test_stable.RANKED, matching=test_stable.RANKED.matching.model_copy(update={"objective": Objective.MENTEE_LED})
    )
    require_what_is_said_of_wishes(mentees, mentors, led, {mentees[4].key: 2})


def require_what_is_said_of_wishes(
    mentees: list[Person], mentors: list[Person], wanted: Terms, first: dict[str, int]
) -> None:
    found = pair(mentees, mentors, wanted, on=ON, priority=first)
    gains, own = one_more_place(found), {one.mentee: one.mentor for one in found.pairs}
    said = {gain.mentor: gain for gain in gains.each}
    assert gains.unstated == ""
    for number, mentor in enumerate(mentors):
        again = pair(mentees, roomier(mentors, number), wanted, on=ON, priority=first)
        changed = sum(own.get(one.mentee, one.mentor) != one.mentor for one in again.pairs)
        people, units = len(again.pairs) - len(found.pairs), again.units - found.units
        expected = Gain(mentor.key, people, units, better=changed)
        assert said.get(mentor.key, Gain(mentor.key, 0, 0)) == expected
    order = [(-gain.people, -gain.better, -gain.units) for gain in gains.each]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("limit", "objective"),
    [("LARGEST_STABLE", Objective.STABLE), ("STEPS", Objective.STABLE), ("LARGEST", Objective.MENTEE_LED)],
)
def test_for_very_many_it_is_said_that_it_is_not_worked_out(limit: str, objective: Objective, monkeypatch) -> None:
    mentees, mentors = test_stable.crowd(1, 24, 5)
    wanted = test_stable.RANKED.matching.model_copy(update={"objective": objective})
    monkeypatch.setattr(vacancies, limit, 3)
    gains = one_more_place(pair(mentees, mentors, replace(test_stable.RANKED, matching=wanted), on=ON))
    assert (gains.each, "takes too long" in gains.unstated) == ((), True)


@pytest.mark.parametrize("objective", ADDED)
@pytest.mark.parametrize("seed", range(6))
def test_one_more_group_adds_what_is_said(seed: int, objective: Objective) -> None:
    mentees, mentors = test_groups.crowd(seed, 12, 4)
    wanted: Any = test_groups.program(objective=objective)
    first = {mentees[0].key: 1}

    def formed(above: list[Person]) -> Groups:
        return form_groups(mentees, above, wanted, on=ON, priority=first)

    def units(found: Groups) -> list[int]:
        return [one.units for group in found.groups for one in group.mentees]

    found, fair = formed(mentors), objective is Objective.FAIREST
    gains = found.more()
    assert gains.unstated == ""
    said = {gain.mentor: gain for gain in gains.each}
    for number, mentor in enumerate(mentors):
        expected = rise(mentor.key, units(found), units(formed(roomier(mentors, number))), fair)
        nothing = Gain(mentor.key, 0, 0, below=tuple((reach, 0) for reach in REACHES) if fair else ())
        assert said.get(mentor.key, nothing) == expected


def test_of_groups_that_are_not_proven_or_too_many_nothing_is_said(monkeypatch) -> None:
    mentees, mentors = test_groups.crowd(1, 12, 4)
    found = form_groups(mentees, mentors, test_groups.program(), on=ON)
    monkeypatch.setattr(more, "UP_TO", 3)
    assert "takes too long" in found.more().unstated
    unproven = replace(found.more, mentors=None)  # type: ignore[type-var]
    assert "not proven" in unproven().unstated


def test_the_most_helpful_place_comes_first_and_is_told_in_words() -> None:
    mentees = [
        Person("ada", {"site": "North"}),
        Person("ben", {"site": "South"}),
        Person("cleo", {"department": "Tax"}),
    ]
    mentors = [Person("mia", {"site": "North"}), Person("nia", {"site": "South", "department": "Tax"})]
    found = pair(mentees, mentors, terms([{"different": "department"}], WISHES), on=ON)
    assert len(found.pairs) == 2
    assert [(gain.mentor, str(gain)) for gain in one_more_place(found).each] == [
        ("mia", "1 person more"),
        ("nia", "1 person more, 2 points less"),
    ]
    assert one_more_place(pair(mentees[:1], mentors, terms([], WISHES), on=ON)).each == ()


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (Gain("m", 1, 2500), "1 person more, 2.5 points more"),
        (Gain("m", 0, 2500), "2.5 points more"),
        (Gain("m", 1, -500, nth=2), "1 person more with a second mentor, 0.5 points less"),
        (Gain("m", 1, 500, nth=5), "1 person more with one more mentor, 0.5 points more"),
        (Gain("m", 1, 500, nth=0), "1 pair more, 0.5 points more"),
        (Gain("m", 3, 0), "3 people more"),
        (Gain("m", 0, -100, better=2), "2 people get somebody whom they would rather have, 0.1 points less"),
        (Gain("m", 1, 100, better=1), "1 person more, 1 person gets somebody whom they would rather have, 0.1 points more"),
        (Gain("m", 0, -100, below=((1400, 0), (2100, -1), (2800, 2))),
         "1 pair fewer below 2.1 points, 2 pairs more below 2.8 points, 0.1 points less"),
    ],
)  # fmt: skip
def test_a_gain_in_words(gain: Gain, words: str) -> None:
    assert str(gain) == words
