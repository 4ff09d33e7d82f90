"""Mentee-led matching against its definition: one mentee after the other takes the best mentor who is still free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.matching import Person, Terms, in_turn, pair, wishes
from programs.matching.problem import pose
from tests.unit.matching import crowd

SOME_RULES = [{"different": "department"}, {"share": "languages"}]
SOME_CRITERIA = [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5}, {"text": "goals", "weight": 2}]


def led(**more: Any) -> Terms:
    return crowd.terms(SOME_RULES, SOME_CRITERIA, objective="mentee_led", **more)


def people(side: str, many: int, seed: int) -> list[Person]:
    rng = np.random.default_rng(seed)
    skills, places = ["Law", "Tax", "Health", "IT"], ["Finance", "Research", "Sales"]
    return [
        Person(
            f"{side}-{number}",
            {
                "department": places[rng.integers(3)],
                "languages": tuple(np.array(["en", "fr"])[rng.random(2) < 0.7].tolist()),
                "wants": tuple(np.array(skills)[rng.random(4) < 0.5].tolist()),
                "offers": tuple(np.array(skills)[rng.random(4) < 0.5].tolist()),
                "goals": " ".join(np.array(skills)[rng.random(4) < 0.4].tolist()),
            },
            int(rng.integers(0, 3)),
        )
        for number in range(many)
    ]


def score(terms: Terms, mentee: Person, mentor: Person, everybody: tuple[list[Person], list[Person]]) -> int | None:
    """By the criteria's own scalar words; None for an impossible pair."""
    problem = pose(*everybody, terms, past=(), held={}, on=crowd.ON)
    if not all(rule.allows(mentee, mentor) for rule in problem.rules):
        return None
    return sum(each.units(mentee, mentor) for each in problem.criteria)


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_everybody_has_the_best_who_is_free_at_their_turn(seed: int, mentees: int, mentors: int) -> None:
    below, above = people("mentee", mentees, seed), people("mentor", mentors, seed + 1)
    terms, priority = led(), {who.key: mentees - at for at, who in enumerate(below)}
    found = pair(below, above, terms, on=crowd.ON, priority=priority)
    room = {who.key: who.capacity for who in above}
    got = {one.mentee: one for one in found.pairs}
    for mentee in below:
        scores = {other.key: score(terms, mentee, other, (below, above)) for other in above if room[other.key]}
        best = max((units for units in scores.values() if units is not None), default=None)
        assert (got[mentee.key].units if mentee.key in got else None) == best
        if mentee.key in got:
            room[got[mentee.key].mentor] -= 1


def test_who_comes_first_has_the_mentor_whom_both_want() -> None:
    below = [
        Person(f"m{number}", {"department": "Sales", "languages": ("en",), "wants": ("Law",)}) for number in (1, 2)
    ]
    above = [Person("only", {"department": "Law", "languages": ("en",), "offers": ("Law",)}, 1)]
    for first in ("m1", "m2"):
        found = pair(below, above, led(), on=crowd.ON, priority={first: 1})
        assert [one.mentee for one in found.pairs] == [first]


def test_equals_are_drawn_by_the_seed_and_never_by_the_row() -> None:
    below, above = people("mentee", 6, 1), people("mentor", 5, 2)
    one = pair(below, above, led(seed=3), on=crowd.ON)
    other = pair(below[::-1], above[::-1], led(seed=3), on=crowd.ON)
    assert [(each.mentee, each.mentor) for each in one.pairs] == [(each.mentee, each.mentor) for each in other.pairs]


@pytest.mark.parametrize("seed", range(8))
def test_the_lot_follows_the_person_and_not_the_number_they_have_in_a_store(seed: int) -> None:
    """The same people enrolled in another order have other keys; whose turn it is, and which of equals they take, stays."""
    below, above = [f"e{number}@x.org" for number in range(8)], [f"r{number}@x.org" for number in range(5)]
    known: dict[str, object] = {"languages": ("en",)}

    def asked(order: int) -> list[tuple[str | None, str | None]]:
        sides = (below[::order], above[::order])
        mentees, mentors = (
            [Person(f"P-{side}{at}", known, 1, email) for at, email in enumerate(emails)]
            for side, emails in enumerate(sides)
        )
        email = {who.key: who.email for who in (*mentees, *mentors)}
        found = pair(mentees, mentors, crowd.terms([], [], objective="mentee_led", seed=seed), on=crowd.ON)
        lists = wishes(mentees, mentors, led(seed=seed), on=crowd.ON, top=5)
        first = [(email[key], email[one.key]) for key, best in lists.items() for one in best[:1]]
        return sorted((email[one.mentee], email[one.mentor]) for one in found.pairs) + sorted(first)

    assert asked(1) == asked(-1)


def test_the_words_of_the_proof_claim_no_best_total() -> None:
    proof = pair(people("mentee", 5, 1), people("mentor", 4, 2), led(), on=crowd.ON).proof
    assert "not a best total" in proof.words
    assert "worth" not in proof.words


def test_a_list_of_wishes_is_in_the_order_in_which_one_would_ask() -> None:
    below, above = people("mentee", 5, 5), people("mentor", 6, 6)
    lists = wishes(below, above, led(), on=crowd.ON, top=3)
    for mentee in below:
        scores = sorted(
            (units for who in above if (units := score(led(), mentee, who, (below, above))) is not None), reverse=True
        )
        assert [one.units for one in lists[mentee.key]] == scores[:3]


def test_a_pair_that_breaks_a_rule_and_a_mentor_with_too_many_are_noticed() -> None:
    below = [Person(key, {"department": "Tax", "languages": ("en",)}) for key in ("ada", "ben")]
    above = [Person("mia", {"department": "Law", "languages": ("en",)}), Person("nia", {"department": "Tax"}, 2)]
    problem = pose(below, above, led(), past=(), held={}, on=crowd.ON)
    lists = in_turn.Wishes.of(problem, 0, np.zeros(2, dtype=np.int64))
    in_turn.verify(lists, problem.places, in_turn.settle(lists, problem.places))
    with pytest.raises(in_turn.NotInTurnError, match="breaks a rule"):
        in_turn.verify(lists, problem.places, np.array([0, 1]))
    with pytest.raises(in_turn.NotInTurnError, match="more asks than they take"):
        in_turn.verify(lists, problem.places, np.array([0, 0]))


def test_a_better_one_passed_over_is_noticed() -> None:
    below, above = people("mentee", 6, 9), [replace(who, capacity=6) for who in people("mentor", 5, 9)]
    problem = pose(below, above, led(), past=(), held={}, on=crowd.ON)
    lists = in_turn.Wishes.of(problem, 0, np.zeros(6, dtype=np.int64))
    match = in_turn.settle(lists, problem.places)
    in_turn.verify(lists, problem.places, match)
    worse = match.copy()
    row = next(row for row in range(6) if len(lists.of_mentee(row)[0]) > 1)
    worse[row] = lists.of_mentee(row)[0][-1]
    with pytest.raises(in_turn.NotInTurnError, match="still had a place"):
        in_turn.verify(lists, problem.places, worse)
