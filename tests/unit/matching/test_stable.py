"""A stable matching: nobody finds a partner who would rather have them too; of all such matchings the mentees' best one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from programs.matching import Pairing, Person, pair, stable
from programs.matching.lottery import drawn
from programs.matching.problem import pose
from programs.matching.stable import Liking, UnstableError, verify
from tests.unit.matching.crowd import ON, terms

RANKED = terms(
    [{"different": "department"}, "not_before"],
    [
        {"ranked": "choices", "weight": 10},
        {"ranked": "choices", "by": "mentor", "weight": 10},
        {"same": "site", "weight": 2},
    ],
    objective="stable",
)


def crowd(seed: int, mentees: int, mentors: int) -> tuple[list[Person], list[Person]]:
    draw = random.Random(seed)
    below, above = [f"E-{number}" for number in range(mentees)], [f"M-{number}" for number in range(mentors)]

    def someone(key: str, others: list[str]) -> Person:
        choices = tuple(draw.sample(others, draw.randint(0, len(others))))
        known = {"choices": choices, "site": draw.choice(["North", "South"]), "department": draw.choice("abcd")}
        return Person(key, known, draw.randint(0, 2))

    return [someone(key, above) for key in below], [someone(key, below) for key in above]


def likes(who: Person, whom: Person) -> int:
    """The terms once more, written by hand."""
    choices = who.fields["choices"]
    ranked = round(10_000 * (len(choices) - choices.index(whom.key)) / len(choices)) if whom.key in choices else 0  # type: ignore
    return ranked + (2000 if who.fields["site"] == whom.fields["site"] else 0)


def matchings(mentees: list[Person], mentors: list[Person], places: dict[str, int]) -> Iterator[dict[str, str]]:
    if not mentees:
        yield {}
        return
    first, *rest = mentees
    yield from matchings(rest, mentors, places)
    for mentor in mentors:
        if places[mentor.key] and mentor.fields["department"] != first.fields["department"]:
            for others in matchings(rest, mentors, {**places, mentor.key: places[mentor.key] - 1}):
                yield {first.key: mentor.key, **others}


def is_stable(found: dict[str, str], mentees: list[Person], mentors: list[Person], lots: dict[str, int]) -> bool:
    by_key = {person.key: person for person in (*mentees, *mentors)}

    def rather(who: Person, one: Person, other: str) -> bool:
        return (likes(who, one), lots[one.key]) > (likes(who, by_key[other]), lots[other])

    for mentee in mentees:
        for mentor in mentors:
            if mentor.fields["department"] == mentee.fields["department"]:
                continue
            own, held = found.get(mentee.key), [key for key, at in found.items() if at == mentor.key]
            wanted = len(held) < mentor.capacity or any(rather(mentor, mentee, key) for key in held)
            if mentor.capacity and wanted and (own is None or rather(mentee, mentor, own)):
                return False
    return True


def who_with_whom(pairing: Pairing) -> dict[str, str]:
    return {one.mentee: one.mentor for one in pairing.pairs}


def drawn_lots(seed: int, mentees: list[Person], mentors: list[Person]) -> dict[str, int]:
    sides = (("mentee", [who.key for who in mentees]), ("mentor", [who.key for who in mentors]))
    return {
        key: lot for side, keys in sides for key, lot in zip(keys, drawn(str(seed), side, keys).tolist(), strict=True)
    }


@pytest.mark.parametrize("seed", range(120))
def test_of_all_stable_matchings_every_mentee_gets_the_best(seed: int) -> None:
    mentees, mentors = crowd(seed, seed % 6, seed // 6 % 5)
    lots = drawn_lots(0, mentees, mentors)
    places = {mentor.key: mentor.capacity for mentor in mentors}
    every = [one for one in matchings(mentees, mentors, places) if is_stable(one, mentees, mentors, lots)]
    found = pair(mentees, mentors, RANKED, on=ON)
    assert who_with_whom(found) in every
    assert found.proof.looked_at == found.possible
    by_key = {person.key: person for person in mentors}

    def joy(mentee: Person, one: dict[str, str]) -> tuple[int, int]:
        key = one.get(mentee.key)
        return (likes(mentee, by_key[key]), lots[key]) if key else (-1, -1)

    assert all(joy(who, who_with_whom(found)) == max(joy(who, one) for one in every) for who in mentees)
    assert len({frozenset(one) for one in every}) == 1, "the same mentees are matched in every stable matching"
    loads = [{key: list(one.values()).count(key) for key in places} for one in every]
    assert all(load == loads[0] for load in loads), "and every mentor has as many in each of them"


@pytest.mark.parametrize("seed", range(10))
def test_neither_the_order_of_rows_nor_the_length_of_lists_changes_anything(seed: int, monkeypatch) -> None:
    mentees, mentors = crowd(seed, 30, 18)
    expected = pair(mentees, mentors, RANKED, on=ON)
    random.Random(seed).shuffle(mentees)
    random.Random(seed).shuffle(mentors)
    monkeypatch.setattr(stable, "LISTED", 2)
    assert pair(mentees, mentors, RANKED, on=ON) == expected


@pytest.mark.parametrize("seed", range(10))
def test_one_more_place_leaves_no_mentee_worse_off(seed: int) -> None:
    mentees, mentors = crowd(seed, 20, 8)
    lots = drawn_lots(0, mentees, mentors)
    by_key = {person.key: person for person in (*mentees, *mentors)}
    before = who_with_whom(pair(mentees, mentors, RANKED, on=ON))
    for number, mentor in enumerate(mentors):
        roomier = [*mentors[:number], replace(mentor, capacity=mentor.capacity + 1), *mentors[number + 1 :]]
        after = who_with_whom(pair(mentees, roomier, RANKED, on=ON))
        for key, own in before.items():
            now = after[key]
            assert (likes(by_key[key], by_key[now]), lots[now]) >= (likes(by_key[key], by_key[own]), lots[own])


def test_the_lot_decides_between_equals_and_a_priority_comes_before_it() -> None:
    mentees = [Person(f"E-{number}", {"department": "a"}) for number in range(6)]
    mentor = [Person("M-0", {"department": "b"})]
    chosen = {next(iter(who_with_whom(pair(mentees, mentor, RANKED, on=ON, seed=seed)))) for seed in range(40)}
    assert len(chosen) > 3
    for seed in range(10):
        first = pair(mentees, mentor, RANKED, on=ON, seed=seed, priority={"E-4": 1})
        assert who_with_whom(first) == {"E-4": "M-0"}
    liked = [Person("M-0", {"department": "b", "choices": ("E-2",)})]
    assert who_with_whom(pair(mentees, liked, RANKED, on=ON, priority={"E-4": 1})) == {"E-2": "M-0"}


def test_two_who_would_rather_have_each_other_are_found() -> None:
    mentees = [Person(key, {"choices": ("M-0",), "department": "a"}) for key in ("E-0", "E-1")]
    mentors = [Person("M-0", {"choices": ("E-0",), "department": "b"}), Person("M-1", {"department": "b"})]
    problem = pose(mentees, mentors, RANKED, past=(), held={}, on=ON)
    liking = Liking.of(problem, 0, np.zeros(2, dtype=np.int64))
    for match in ([1, 0], [-1, 0], [-1, -1]):
        with pytest.raises(UnstableError, match="would rather have each other"):
            verify(liking, problem.places, np.array(match))
    with pytest.raises(UnstableError, match="more mentees than places"):
        verify(liking, problem.places, np.array([0, 0]))
    verify(liking, problem.places, np.array([0, 1]))


def hospitals(residents: dict[str, list[str]], hospitals: dict[str, list[str]], capacities: dict[str, int]) -> Pairing:
    """Only those who name each other may be matched."""
    mentees = [
        Person(f"r {key}", {"choices": tuple(f"h {name}" for name in names)}) for key, names in residents.items()
    ]
    mentors = [
        Person(f"h {key}", {"choices": tuple(f"r {name}" for name in names)}, capacities[key])
        for key, names in hospitals.items()
    ]
    strangers = {
        (f"r {one}", f"h {other}")
        for one, names in residents.items()
        for other in hospitals
        if other not in names or one not in hospitals[other]
    }
    by_choice = terms(
        ["not_before"],
        [{"ranked": "choices", "weight": 100}, {"ranked": "choices", "by": "mentor", "weight": 100}],
        objective="stable",
    )
    return pair(mentees, mentors, by_choice, on=ON, past=strangers)


def test_published_examples_come_out_as_published(shared_data: Path) -> None:
    for example in json.loads((shared_data / "hospital-residents" / "hr_examples.json").read_text()):
        found = hospitals(example["residents"], example["hospitals"], example["capacities"])
        expected = {f"r {one}": f"h {at}" for at, held in example["expected"].items() for one in held}
        assert who_with_whom(found) == expected, example["name"]


def test_a_dirty_list_with_one_sided_entries_is_matched_all_the_same(shared_data: Path) -> None:
    data = json.loads((shared_data / "hospital-residents" / "issue_159.json").read_text())
    residents = {key: [str(name) for name in names] for key, names in data["residents"].items()}
    above = {key: [str(name) for name in names] for key, names in data["hospitals"].items()}
    found = hospitals(residents, above, dict.fromkeys(above, 1))
    assert (found.possible, len(found.pairs)) == (64, 37)
    assert sum(not left.possible for left in found.unmatched) >= sum(not names for names in residents.values()) == 42
