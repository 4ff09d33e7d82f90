"""What each rule and criterion means, and that its two forms never differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programs.errors import MentorflowError
from programs.matching import Person, pair, tables
from programs.matching.criteria import Criterion
from programs.matching.criteria import compiled as compiled_criteria
from programs.matching.grid import Grid, Tile
from programs.matching.problem import IMPOSSIBLE, Problem, pose
from programs.matching.rules import Rule
from programs.matching.rules import compiled as compiled_rules
from tests.unit.matching.crowd import CRITERIA, KEYS, ON, RULES, packed, people, terms

PAST = st.frozensets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=5)


def rule(declared: object, past: frozenset[tuple[str, str]] = frozenset(), reverse: bool = False) -> Rule:
    return compiled_rules(terms([declared], [], reverse), past, ON)[1]


def criterion(declared: dict[str, object], reverse: bool = False) -> Criterion:
    return compiled_criteria(terms([], [declared], reverse), ON)[0]


def two(field: str, mentee: object, mentor: object) -> tuple[Person, Person]:
    return Person("P-1", {field: mentee}), Person("P-2", {field: mentor})


@settings(deadline=None, max_examples=80)
@given(people(), people(), PAST, st.booleans(), st.data())
def test_a_rule_says_the_same_of_two_people_and_of_many(mentees, mentors, past, reverse, data) -> None:
    start = data.draw(st.integers(0, len(mentees)))
    rows = slice(start, data.draw(st.integers(start, len(mentees))))
    for one in compiled_rules(terms(RULES, [], reverse), past, ON):
        expected = [[one.allows(mentee, mentor) for mentor in mentors] for mentee in mentees[rows]]
        assert one.over(mentees, mentors)(rows).tolist() == expected, one.title


@settings(deadline=None, max_examples=80)
@given(people(), people(), st.booleans(), st.data())
@example([Person("P-1", {"age": 1.7e308})], [Person("P-2", {"age": -1.7e308})], False, None)
def test_a_criterion_gives_the_same_units_to_two_people_and_to_many(mentees, mentors, reverse, data) -> None:
    start = data.draw(st.integers(0, len(mentees))) if data else 0
    rows = slice(start, data.draw(st.integers(start, len(mentees))) if data else len(mentees))
    for one in compiled_criteria(terms([], CRITERIA, reverse), ON, mentees, mentors):
        shares = one.measure.over(mentees, mentors)(rows)
        expected = [[one.measure.fraction(mentee, mentor) for mentor in mentors] for mentee in mentees[rows]]
        assert shares.tolist() == expected, one.measure.title
        units = [[one.units(mentee, mentor) for mentor in mentors] for mentee in mentees[rows]]
        assert np.rint(one.full * shares).astype(np.int64).tolist() == units


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_both_forms_agree_wherever_values_meet(seed: int, reverse: bool) -> None:
    mentees, mentors, every = packed(seed, "mentees"), packed(seed, "mentors"), slice(0, 14)
    for one in compiled_rules(terms(RULES, [], reverse), {("P-1", "P-2"), ("P-9", "P-3")}, ON):
        allowed = [[one.allows(mentee, mentor) for mentor in mentors] for mentee in mentees]
        assert one.over(mentees, mentors)(every).tolist() == allowed, one.title
        assert 0 < sum(map(sum, allowed)) < 14 * 14, f"{one.title} is put to no test"
    for wish in compiled_criteria(terms([], CRITERIA, reverse), ON, mentees, mentors):
        shares = [[wish.measure.fraction(mentee, mentor) for mentor in mentors] for mentee in mentees]
        assert wish.measure.over(mentees, mentors)(every).tolist() == shares, wish.measure.title
        assert max(map(max, shares)) > 0, f"{wish.measure.title} is put to no test"


@settings(deadline=None, max_examples=60)
@given(people(), people(), PAST)
def test_tiles_hold_the_sum_of_the_criteria_where_every_rule_allows(mentees, mentors, past) -> None:
    problem = pose(mentees, mentors, terms(RULES[:1] + RULES[-1:], CRITERIA), past=past, held={}, on=ON)
    assert _table(Grid.of(problem)) == [
        [_score(problem, mentee, mentor) for mentor in problem.mentors] for mentee in problem.mentees
    ]


@pytest.mark.parametrize(
    "rules", [RULES[:1], [RULES[8], RULES[4]], [RULES[7], RULES[0], RULES[3], RULES[6], RULES[10]]]
)
@pytest.mark.parametrize("seed", range(6))
def test_neither_cells_nor_tiles_nor_tables_of_values_change_a_score(seed, rules, monkeypatch) -> None:
    past = {("P-1", "P-2"), ("P-9", "P-3")}
    problem = pose(packed(seed, "e", 40), packed(seed, "m", 30), terms(rules, CRITERIA), past=past, held={}, on=ON)
    scores = [[_score(problem, mentee, mentor) for mentor in problem.mentors] for mentee in problem.mentees]
    for together, tile in ((64, 1 << 18), (1, 1 << 18), (4, 50), (1, 1)):
        grid = replace(Grid.of(problem, together=together), tile=tile)
        assert _table(grid) == scores
        monkeypatch.setattr("programs.matching.grid.KEPT", 400)
        assert _table(grid, grid.tiles_again()) == _table(grid, grid.tiles_again()) == scores
    monkeypatch.setattr(tables, "LOOKED_UP", 0)
    assert _table(Grid.of(problem, together=1)) == scores


def _table(over: Grid, tiles: Iterable[Tile] | None = None) -> list[list[int]]:
    table = np.full(over.size, IMPOSSIBLE, dtype=np.int64)
    for tile in over.tiles() if tiles is None else tiles:
        table[np.ix_(tile.rows, tile.cols)] = tile.units
    return table.tolist()


def _score(problem: Problem, mentee: Person, mentor: Person) -> int:
    if not all(one.allows(mentee, mentor) for one in problem.rules):
        return -1
    return sum(one.units(mentee, mentor) for one in problem.criteria)


@pytest.mark.parametrize(
    ("declared", "field", "mentee", "mentor", "allowed"),
    [
        ({"different": "department"}, "department", "Tax", " TAX ", False),
        ({"different": "department"}, "department", "Tax", "Law", True),
        ({"different": "department"}, "department", None, None, True),
        ({"different": "department"}, "department", "Tax", None, True),
        ({"same": "site"}, "site", "North", "north", True),
        ({"same": "site"}, "site", None, None, False),
        ({"share": "languages"}, "languages", ("en", "de"), ("DE",), True),
        ({"share": "languages"}, "languages", ("en",), ("de",), False),
        ({"share": "languages"}, "languages", ("en",), None, False),
        ({"share": "languages"}, "languages", (" ",), ("",), False),
        ({"level_gap": {"field": "grade", "at_least": 1}}, "grade", "junior", "middle", True),
        ({"level_gap": {"field": "grade", "at_least": 1}}, "grade", "middle", "middle", False),
        ({"level_gap": {"field": "grade", "at_most": 1}}, "grade", "junior", "senior", False),
        ({"level_gap": {"field": "grade", "at_least": 1}}, "grade", None, "lead", False),
        ({"within_hours": {"field": "zone", "hours": 2}}, "zone", "Europe/London", "Europe/Kyiv", True),
        ({"within_hours": {"field": "zone", "hours": 1}}, "zone", "Europe/London", "Europe/Kyiv", False),
        ({"within_hours": {"field": "zone", "hours": 2}}, "zone", None, "Europe/Kyiv", False),
    ],
)
def test_what_a_rule_allows(declared, field, mentee, mentor, allowed) -> None:
    assert rule(declared).allows(*two(field, mentee, mentor)) is allowed


def test_clocks_are_compared_around_the_dial() -> None:
    auckland_and_honolulu = two("zone", "Pacific/Auckland", "Pacific/Honolulu")  # 23 hours apart in southern summer
    assert rule({"within_hours": {"field": "zone", "hours": 1}}).allows(*auckland_and_honolulu)


def test_in_a_reverse_program_the_mentor_stands_below() -> None:
    declared = {"level_gap": {"field": "grade", "at_least": 1}}
    assert rule(declared, reverse=True).allows(*two("grade", "lead", "junior"))
    assert not rule(declared, reverse=True).allows(*two("grade", "junior", "lead"))
    worth = {"gap": {"field": "grade", "worth": {2: 1}}}
    assert criterion(worth, reverse=True).units(*two("grade", "senior", "junior")) == 1000
    assert criterion(worth).units(*two("grade", "senior", "junior")) == 0


def test_nobody_is_matched_with_their_manager_whichever_side_the_manager_stands_on() -> None:
    own = rule({"not_manager": "manager"})
    boss = Person("P-9", {}, email="Boss@x.org")
    assert not own.allows(Person("P-1", {"manager": "boss@X.org "}), boss)
    assert not own.allows(Person("P-1", {"manager": "p-9"}), boss)
    assert not own.allows(boss, Person("P-1", {"manager": "boss@x.org"}))
    assert own.allows(Person("P-1", {"manager": None}), boss)


def test_two_people_who_were_together_are_kept_apart_in_either_role() -> None:
    apart = rule("not_before", past=frozenset({("P-1", "P-2")}))
    assert not apart.allows(Person("P-1", {}), Person("P-2", {}))
    assert not apart.allows(Person("P-2", {}), Person("P-1", {}))
    assert apart.allows(Person("P-1", {}), Person("P-3", {}))


def test_who_is_listed_by_either_side_is_excluded() -> None:
    apart = rule({"exclude": "avoids"})
    ada, ben = Person("P-1", {"avoids": ("Ben@X.org ", "P-7")}), Person("P-2", {}, email="ben@x.org")
    assert not apart.allows(ada, ben)
    assert not apart.allows(ben, ada)
    assert not apart.allows(Person("P-7", {}), ada)
    assert apart.allows(ada, Person("P-3", {"avoids": None}))


def test_only_who_is_listed_by_everybody_who_is_asked_is_possible() -> None:
    mutual, chosen = rule({"listed": "choices"}), rule({"listed": "heroes"})
    ada = Person("P-1", {"choices": ("Ben@X.org ", "P-7"), "heroes": ("P-2",)})
    ben = Person("P-2", {"choices": ("p-1",)}, email="ben@x.org")
    assert mutual.allows(ada, ben)
    assert not mutual.allows(ada, Person("P-7", {"choices": None})), "not even a one-sided wish is enough"
    assert not mutual.allows(Person("P-3", {}), ben)
    assert chosen.allows(ada, ben)
    assert not chosen.allows(ben, ada), "mentors are not asked for their heroes, mentees are"
    assert [mutual.title, chosen.title] == ["each lists the other in choices", "the mentee lists the other in heroes"]


def test_who_lists_somebody_without_being_listed_is_noted() -> None:
    mentees = [Person("E-1", {"choices": ("M-1", "M-2")}), Person("E-2", {"choices": ()})]
    mentors = [Person("M-1", {"choices": ("E-1", "E-2", "E-9")}), Person("M-2", {})]
    found = pair(mentees, mentors, terms([{"listed": "choices"}], [{"ranked": "choices"}]), on=ON)
    assert [(one.mentee, one.mentor) for one in found.pairs] == [("E-1", "M-1")]
    assert found.notes == (
        "E-1 lists M-2, who does not list them; the two are not possible",
        "M-1 lists E-2, who does not list them; the two are not possible",
    )
    (left,) = found.unmatched
    assert (
        left.why == "no mentor is possible among 2: choices is not known, which 'each lists the other in choices' needs"
    )


def test_somebody_with_two_keys_but_one_address_is_still_one_person() -> None:
    themselves = compiled_rules(terms([], []), frozenset(), ON)[0]
    assert not themselves.allows(Person("P-1", {}, email="ada@x.org"), Person("P-2", {}, email="Ada@X.org"))


@pytest.mark.parametrize(
    ("declared", "field", "mentee", "mentor", "units", "words"),
    [
        ({"overlap": "languages", "weight": 3}, "languages", ("En", "de", "fr"), ("DE", "en"), 2000,
         "shares 2 of 3 in languages: En, de"),
        ({"overlap": "languages"}, "languages", ("en",), ("de",), 0, "shares nothing in languages"),
        ({"overlap": "languages"}, "languages", (), ("de",), 0, "languages not known"),
        ({"same": "department", "weight": 2}, "department", "Tax", "tax", 2000, "same department: Tax"),
        ({"same": "department", "weight": 2}, "department", "Tax", "Law", 0, "different department"),
        ({"same": "department", "weight": 2}, "department", None, None, 0, "department not known"),
        ({"near": {"field": "age", "within": 10}}, "age", 30, 32.5, 750, "2.5 apart in age; nothing is left at 10"),
        ({"near": {"field": "age", "within": 10}}, "age", 30, 50, 0, "20 apart in age; nothing is left at 10"),
        ({"near": {"field": "zone", "within": 8}}, "zone", "Europe/London", "Europe/Kyiv", 750,
         "2 hours apart in zone; nothing is left at 8"),
        ({"gap": {"field": "grade", "worth": {1: 0.75}}, "weight": 12}, "grade", "junior", "middle", 9000,
         "mentor 1 level above in grade: middle and junior"),
        ({"gap": {"field": "grade", "worth": {3: 1}}}, "grade", "lead", "junior", 0,
         "mentor 3 levels below in grade: junior and lead"),
        ({"gap": {"field": "grade", "worth": {0: 1}}}, "grade", "lead", "lead", 1000, "same grade: lead"),
        ({"gap": {"field": "grade", "worth": {0: 1}}}, "grade", None, "lead", 0, "grade not known"),
    ],
)  # fmt: skip
def test_what_a_criterion_gives_and_says(declared, field, mentee, mentor, units, words) -> None:
    one = criterion(declared)
    assert one.units(*two(field, mentee, mentor)) == units
    assert one.measure.words(*two(field, mentee, mentor)) == words


def test_a_ranking_counts_down_from_the_first_choice_of_either_side() -> None:
    ada = Person("P-1", {"choices": ("P-2", "ben@x.org", "P-2", "unknown@x.org")})
    ben, cleo = Person("P-3", {"choices": ("P-1",)}, email="Ben@x.org"), Person("P-4", {})
    mine = criterion({"ranked": "choices", "weight": 3})
    assert [mine.units(ada, Person("P-2", {})), mine.units(ada, ben), mine.units(ada, cleo)] == [3000, 2000, 0]
    assert mine.measure.words(ada, ben) == "the mentee's choice 2 of 3"
    assert mine.measure.words(ada, cleo) == "not among the mentee's 3 choices"
    assert mine.measure.words(cleo, ben) == "the mentee ranked nobody"
    theirs = criterion({"ranked": "choices", "by": "mentor"})
    assert (theirs.units(ada, ben), theirs.units(cleo, ben)) == (1000, 0)


@pytest.mark.parametrize(
    ("declared", "complaint"),
    [
        ({"different": "salary"}, "compares 'salary' .different., which enrollment does not ask for"),
        ({"different": "languages"}, "'different' cannot compare 'languages', which is tags"),
        ({"same": {"mentee": "grade", "mentor": "department"}}, "level, with 'department', which is text"),
    ],
)
def test_a_field_that_cannot_be_compared_is_named(declared, complaint) -> None:
    with pytest.raises(MentorflowError, match=complaint):
        rule(declared)


@pytest.mark.parametrize(
    ("declared", "field", "value"),
    [
        ({"level_gap": {"field": "grade", "at_least": 1}}, "grade", "director"),
        ({"within_hours": {"field": "zone", "hours": 1}}, "zone", "Mars/Olympus"),
        ({"within_hours": {"field": "zone", "hours": 1}}, "zone", "../etc/passwd"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_name(declared, field, value) -> None:
    with pytest.raises(MentorflowError, match=value):
        rule(declared).allows(*two(field, value, value))
