"""The operator decides, and hears before what it costs: exactly what a second matching would come to."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.errors import MentorflowError
from programs.matching import Decided, Pairing, Person, Terms, decide, pair
from programs.matching.exclude import KeptApart
from programs.spec.matching import Objective
from tests.unit.matching.crowd import KEYS, LEVELS, ON, people, terms

WISHES = [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5}, {"same": "site", "weight": 2}]


def asked(objective: Objective = Objective.MOST_THEN_BEST) -> Terms:
    rules = [{"different": "department"}, {"level_gap": {"field": "grade", "at_least": 1}}]
    return terms(rules, WISHES, objective=objective)


def asked_freely() -> Terms:
    return terms([], WISHES)


def crowd(seed: int, mentees: int, mentors: int) -> tuple[list[Person], list[Person]]:
    draw = random.Random(seed)

    def someone(key: str, skills: str, levels: list[str]) -> Person:
        known = {
            "department": draw.choice(["Tax", "Law", "IT", None]),
            "grade": draw.choice(levels),
            "site": draw.choice(["North", "South"]),
            skills: tuple(draw.sample(["sql", "law", "talks", "hiring"], draw.randint(1, 3))),
        }
        return Person(key, known, draw.randint(1, 3))

    return (
        [someone(f"E-{number:02}", "wants", LEVELS[:3]) for number in range(mentees)],
        [someone(f"M-{number:02}", "offers", LEVELS[1:]) for number in range(mentors)],
    )


def partners(pairing: Pairing) -> dict[str, str]:
    return {one.mentee: one.mentor for one in pairing.pairs}


def lost(before: Pairing, after: Pairing) -> tuple[int, int]:
    return len(before.pairs) - len(after.pairs), before.units - after.units


def moved(before: dict[str, str], decided: Decided) -> dict[str, str]:
    """Who is with whom once the moves that were announced have been made."""
    after = dict(before)
    for move in decided.each[0].cost.moves:
        assert after.pop(move.mentee, None) == move.was
        if move.becomes:
            after[move.mentee] = move.becomes
    return after


def totals(partners: dict[str, str], mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[int, int]:
    by_key = {person.key: person for person in (*mentees, *mentors)}
    open_terms = terms([], WISHES)
    alone = [pair([by_key[one]], [by_key[other]], open_terms, on=ON).units for one, other in partners.items()]
    return len(alone), sum(alone)


@pytest.mark.parametrize("objective", [Objective.MOST_THEN_BEST, Objective.BEST_TOTAL, Objective.FAIREST])
@pytest.mark.parametrize("seed", range(8))
def test_a_forced_pair_costs_what_a_second_matching_with_it_loses(seed: int, objective: Objective) -> None:
    mentees, mentors = crowd(seed, 14, 7)
    wanted, draw = asked(objective), random.Random(seed)
    before = pair(mentees, mentors, wanted, on=ON)
    for _ in range(5):
        chosen = (draw.choice(mentees).key, draw.choice(mentors).key)
        told = decide(mentees, mentors, wanted, on=ON, force=[chosen])
        cost = told.each[0].cost
        again = pair(mentees, mentors, wanted, on=ON, force=[chosen])
        assert partners(again)[chosen[0]] == chosen[1]
        assert (cost.people, cost.units) == lost(before, again)
        after = moved(partners(before), told)
        assert after[chosen[0]] == chosen[1]
        assert totals(after, mentees, mentors) == (len(before.pairs) - cost.people, before.units - cost.units)


@pytest.mark.parametrize("seed", range(8))
def test_a_forbidden_pair_costs_what_a_second_matching_without_it_loses(seed: int) -> None:
    mentees, mentors = crowd(seed, 14, 7)
    before = pair(mentees, mentors, asked(), on=ON)
    for one in before.pairs[:5]:
        chosen = (one.mentee, one.mentor)
        told = decide(mentees, mentors, asked(), on=ON, forbid=[chosen])
        again = pair(mentees, mentors, asked(), on=ON, forbid=[chosen])
        assert partners(again).get(one.mentee) != one.mentor
        assert (told.each[0].cost.people, told.each[0].cost.units) == lost(before, again)
        assert moved(partners(before), told).get(one.mentee) != one.mentor


@pytest.mark.parametrize("seed", range(4))
def test_where_pairs_are_stable_a_decision_costs_what_the_next_matching_loses(seed: int) -> None:
    mentees, mentors = crowd(seed, 12, 6)
    stable = asked(Objective.STABLE)
    before = pair(mentees, mentors, stable, on=ON)
    chosen = ("E-03", "M-02")
    told = decide(mentees, mentors, stable, on=ON, force=[chosen])
    assert partners(told.after)[chosen[0]] == chosen[1]
    assert (told.each[0].cost.people, told.each[0].cost.units) == lost(before, told.after)
    assert moved(partners(before), told) == partners(told.after)


@pytest.mark.parametrize("seed", range(6))
def test_decisions_together_cost_the_difference_of_the_two_matchings(seed: int) -> None:
    mentees, mentors = crowd(seed, 12, 7)
    before = pair(mentees, mentors, asked(), on=ON)
    one, other = before.pairs[:2]
    told = decide(
        mentees, mentors, asked(), on=ON, force=[(one.mentee, other.mentor)], forbid=[(other.mentee, other.mentor)]
    )
    assert told.before == before
    assert (told.together.people, told.together.units) == lost(before, told.after)
    assert {str(move) for move in told.together.moves} >= {f"{one.mentee}: {one.mentor} → {other.mentor}"} or (
        one.mentor == other.mentor
    )


def test_whoever_comes_first_counts_in_the_cost_of_a_decision() -> None:
    mentees = [Person("ada", {"site": "South"}), Person("ben", {"site": "North"})]
    told = decide(
        mentees, [Person("mia", {"site": "North"})], asked_freely(), on=ON, priority={"ada": 1}, force=[("ben", "mia")]
    )
    assert partners(told.before) == {"ada": "mia"}
    assert str(told.each[0].cost) == "gains 2 points"
    assert str(told.together) == "gains 2 points"


@settings(deadline=None, max_examples=40)
@given(people(), people(), st.frozensets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=6))
def test_keeping_apart_says_the_same_of_two_people_and_of_many(mentees, mentors, pairs) -> None:
    rule = KeptApart(pairs)
    expected = [[rule.allows(mentee, mentor) for mentor in mentors] for mentee in mentees]
    assert rule.over(mentees, mentors)(slice(0, len(mentees))).tolist() == expected
    assert all(
        allowed == ((a.key, b.key) not in pairs)
        for a, row in zip(mentees, expected, strict=True)
        for b, allowed in zip(mentors, row, strict=True)
    )


def test_what_is_so_anyway_costs_nothing_and_moves_nobody() -> None:
    mentees, mentors = crowd(1, 12, 7)
    before = pair(mentees, mentors, asked(), on=ON)
    all_of_them = list(partners(before).items())
    told = decide(mentees, mentors, asked(), on=ON, force=all_of_them, forbid=[("E-00", "M-06")])
    assert partners(told.after) == partners(before)
    assert all(one.cost.nothing and not one.cost.moves for one in told.each if one.will == "force")
    assert str(told.together) == "costs nothing"


def test_approving_some_and_matching_the_rest_again_keeps_what_was_approved() -> None:
    mentees, mentors = crowd(2, 14, 7)
    before = pair(mentees, mentors, asked(), on=ON)
    approved, turned_down = list(partners(before).items())[:4], list(partners(before).items())[4:6]
    after = pair(mentees, mentors, asked(), on=ON, force=approved, forbid=turned_down)
    assert set(approved) <= set(partners(after).items())
    assert not set(turned_down) & set(partners(after).items())
    assert [one.decided for one in after.pairs if (one.mentee, one.mentor) in approved] == [True] * 4


def test_two_mentees_may_swap_their_mentors() -> None:
    mentees, mentors = crowd(3, 12, 7)
    one, *others = pair(mentees, mentors, asked(), on=ON).pairs
    other = next(each for each in others if each.mentor != one.mentor)
    swapped = pair(mentees, mentors, asked(), on=ON, force=[(one.mentee, other.mentor), (other.mentee, one.mentor)])
    assert partners(swapped)[one.mentee] == other.mentor
    assert partners(swapped)[other.mentee] == one.mentor


def test_a_decided_pair_stands_where_it_breaks_a_rule_and_says_so() -> None:
    mentees = [
        Person("ada", {"department": "Tax", "grade": "lead", "site": "North"}),
        Person("ben", {"grade": "junior"}),
    ]
    mentors = [Person("mia", {"department": "Tax", "grade": "lead", "site": "North"})]
    told = decide(mentees, mentors, asked(), on=ON, force=[("ada", "mia")])
    (only,) = told.after.pairs
    assert (only.mentee, only.decided, only.units, only.rank, only.possible) == ("ada", True, 2000, 1, 0)
    assert only.breaks == ("different department", "mentor at least 1 level above in grade")
    assert told.each[0].breaks == only.breaks
    assert str(told.each[0].cost) == "gains 2 points"
    assert [str(move) for move in told.each[0].cost.moves] == ["ada: nobody → mia", "ben: mia → nobody"]
    assert [left.why for left in told.after.unmatched] == [
        "the only possible mentor has no place left (held: mia by ada)"
    ]
    assert told.after.idle == ()


def test_a_cost_is_told_in_people_and_points() -> None:
    mentees = [Person("ada", {"site": "North"}), Person("ben", {"site": "North", "department": "IT"})]
    mentors = [Person("mia", {"site": "North"}), Person("nia", {"site": "South", "department": "IT"})]
    wanted = terms([{"different": "department"}], WISHES)
    (priced,) = decide(mentees, mentors, wanted, on=ON, force=[("ada", "mia")]).each
    assert str(priced.cost) == "costs 1 person"
    assert [str(move) for move in priced.cost.moves] == ["ada: nia → mia", "ben: mia → nobody"]


@pytest.mark.parametrize(
    ("force", "forbid", "complaint"),
    [
        ([("E-99", "M-00")], [], "E-99 is not among the mentees"),
        ([("E-00", "M-99")], [], "M-99 is not among the mentors"),
        ([], [("E-99", "M-00")], "E-99 is not among the mentees"),
        ([("E-00", "M-00"), ("E-00", "M-01")], [], "E-00 is to be paired with M-00 and with M-01"),
        ([("E-00", "M-00")], [("E-00", "M-00")], "both to be paired and to be kept apart"),
        ([(f"E-0{number}", "M-00") for number in range(4)], [], "M-00 is to get 4 mentees but has [123] free place"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(force, forbid, complaint: str) -> None:
    mentees, mentors = crowd(1, 8, 4)
    with pytest.raises(MentorflowError, match=complaint):
        decide(mentees, mentors, asked(), on=ON, force=force, forbid=forbid)


def test_nobody_can_be_forced_on_themselves() -> None:
    ada = Person("ada", {})
    with pytest.raises(MentorflowError, match="ada cannot be their own mentor"):
        pair([ada], [ada], terms([], []), on=ON, force=[("ada", "ada")])


def test_a_few_who_look_again_get_free_places_and_nobody_else_is_touched() -> None:
    mentees, mentors = crowd(5, 14, 7)
    first = pair(mentees, mentors, asked(), on=ON)
    ended = first.pairs[0]
    held = {mentor.key: sum(one.mentor == mentor.key for one in first.pairs[1:]) for mentor in mentors}
    again = [mentee for mentee in mentees if mentee.key not in {one.mentee for one in first.pairs[1:]}]
    past = [(one.mentee, one.mentor) for one in first.pairs]
    declared = terms(["not_before", {"different": "department"}], WISHES)
    found = pair(again, mentors, declared, on=ON, held=held, past=past)
    assert {one.mentee for one in found.pairs} <= {mentee.key for mentee in again}
    assert partners(found).get(ended.mentee) != ended.mentor
    for mentor in mentors:
        assert held[mentor.key] + sum(one.mentor == mentor.key for one in found.pairs) <= mentor.capacity
