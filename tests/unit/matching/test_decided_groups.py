"""The operator decides about groups, and hears before what it costs: what no other way to form them could undercut."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from programs.errors import MentorflowError
from programs.matching import Decided, Groups, Person, decide_groups
from tests.unit.matching.crowd import ON
from tests.unit.matching.test_groups import crowd, program, score, seated

Two = tuple[str, str]


def with_whom(found: Groups) -> dict[str, str]:
    return {one.mentee: one.mentor for one in found.pairs}


def best(below: list[Person], above: list[Person], keeps: object) -> tuple[int, int]:
    """People and units of the best way to form groups of 2 to 3 that keeps what was decided."""
    found = (0, -1)
    for chosen in product([None, *above], repeat=len(below)):
        who = {mentee.key: mentor.key for mentee, mentor in zip(below, chosen, strict=True) if mentor}
        load = Counter(who.values())
        if not keeps(who) or not all(seated(load[one.key], one.capacity, 2, 3) for one in above):  # type: ignore[operator]
            continue
        units = [score(mentee, mentor) for mentee, mentor in zip(below, chosen, strict=True) if mentor]
        if None not in units:
            found = max(found, (len(units), sum(unit for unit in units if unit is not None)))
    return found


def outcome(found: Groups) -> tuple[int, int]:
    return found.mentees, found.units


@pytest.mark.parametrize("seed", range(12))
def test_two_mentees_who_are_kept_apart_or_together_cost_the_least_possible(seed: int) -> None:
    below, above = crowd(seed, 5, 3)
    one, other = below[0].key, below[1].key
    apart = decide_groups(below, above, program(), on=ON, apart=[(one, other)])
    assert outcome(apart.before) == best(below, above, lambda _: True)
    assert outcome(apart.after) == best(below, above, lambda who: who.get(one, 1) != who.get(other, 2))
    wanted = best(below, above, lambda who: one in who and who[one] == who.get(other))
    if wanted[1] < 0:
        with pytest.raises(MentorflowError, match="what was decided"):
            decide_groups(below, above, program(), on=ON, together=[(one, other)])
        return
    together = decide_groups(below, above, program(), on=ON, together=[(one, other)])
    assert outcome(together.after) == wanted
    (group,) = [{pair.mentee for pair in each.mentees} for each in together.after.groups if one in with_whom_of(each)]
    assert other in group
    assert together.each[0].peers
    assert (together.together.people, together.together.units) == (
        outcome(together.before)[0] - wanted[0],
        outcome(together.before)[1] - wanted[1],
    )


def with_whom_of(group: object) -> set[str]:
    return {pair.mentee for pair in group.mentees}  # type: ignore[attr-defined]


def people() -> tuple[list[Person], list[Person]]:
    mentees = [Person(f"e{at}", {"wants": ("sql",) if at < 3 else ("law",)}) for at in range(6)]
    return mentees, [Person("mia", {"offers": ("sql",)}), Person("nia", {"offers": ("law",)})]


def decided(**wishes: list[Two]) -> Decided[Groups]:
    return decide_groups(*people(), program(), on=ON, **wishes)  # type: ignore[arg-type]


def test_somebody_is_forced_into_a_group_and_the_least_is_moved() -> None:
    found = decided(force=[("e0", "nia")])
    assert str(found.together) == "costs 10 points"
    assert len(found.together.moves) == 2
    assert with_whom(found.after)["e0"] == "nia"
    (marked,) = [one for one in found.after.pairs if one.decided]
    assert (marked.mentee, marked.mentor) == ("e0", "nia")


def test_of_equally_good_ways_the_one_is_taken_that_moves_nobody() -> None:
    mentees = [Person(f"e{at}", {}) for at in range(6)]
    mentors = [Person("mia", {}), Person("nia", {})]
    first = decide_groups(mentees, mentors, program(), on=ON)
    who = with_whom(first.before)
    (one, other) = next((a, b) for a in sorted(who) for b in sorted(who) if who[a] != who[b])
    found = decide_groups(mentees, mentors, program(), on=ON, prefer=list(who.items()), apart=[(one, other)])
    assert found.together.nothing
    assert found.together.moves == ()


def test_what_was_decided_before_stands_and_costs_nothing_more() -> None:
    found = decide_groups(*people(), program(), on=ON, standing=[("e0", "nia")], forbid=[("e5", "nia")])
    assert with_whom(found.before)["e0"] == "nia"
    assert with_whom(found.after)["e0"] == "nia"
    assert with_whom(found.after)["e5"] == "mia"


def test_a_group_that_breaks_a_rule_by_decision_says_so() -> None:
    mentees, mentors = people()
    mentees[0] = Person("e0", {"wants": ("sql",), "department": "Tax"})
    mentors[1] = Person("nia", {"offers": ("law",), "department": "Tax"})
    found = decide_groups(mentees, mentors, program(), on=ON, force=[("e0", "nia")])
    assert found.each[0].breaks == ("different department",)


def test_what_contradicts_itself_is_refused() -> None:
    with pytest.raises(MentorflowError, match="both to be in one group and to be kept apart"):
        decided(together=[("e0", "e1")], apart=[("e0", "e1")])
    with pytest.raises(MentorflowError, match="is not among the mentees"):
        decided(apart=[("e0", "e9")])


def test_beyond_the_exact_size_it_is_said_that_costs_are_estimates() -> None:
    from programs.matching.groups import Asked
    from programs.matching.problem import pose
    from programs.matching.regrouping import Wishes, weighed
    from programs.matching.terms import Terms
    from programs.spec.program import Size

    mentees, mentors = people()
    declared = program()
    problem = pose(mentees, mentors, Terms.of(declared), past=(), held={}, on=ON)
    asked = Asked(problem, declared.matching, Size(at_least=2, at_most=3), {}, ())
    found = weighed(asked, Wishes(apart=[("e0", "e1")]), exact_up_to=5)
    assert "more than 5, groups are not proven" in found.caveat
    who = with_whom(found.after)
    assert who.get("e0") != who.get("e1")
    with pytest.raises(MentorflowError, match="decide for the same mentor for both"):
        weighed(asked, Wishes(together=[("e0", "e1")]), exact_up_to=5)


def test_a_mentor_of_two_groups_keeps_two_mentees_in_one_of_them() -> None:
    mentees = [Person(f"e{at}", {}) for at in range(6)]
    found = decide_groups(mentees, [Person("mia", {}, 2)], program(), on=ON, together=[("e0", "e1")])
    groups = [{one.mentee for one in group.mentees} for group in found.after.groups]
    assert sorted(map(len, groups)) == [3, 3]
    assert any({"e0", "e1"} <= group for group in groups)
