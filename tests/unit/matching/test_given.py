"""Teams that were formed elsewhere: everybody who names the same thing is in one, and nobody is lost without a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from programs.matching import Person, Team, Teams, form_teams
from programs.spec import Fields

BY = Fields(mentee="project", mentor="mentors")
NAMES = st.sampled_from(["moss", "Moss", "fern", "lichen", "", " "])


def mentee(key: str, project: str | None) -> Person:
    return Person(key, {"project": project})


def mentor(key: str, *projects: str, places: int = 9) -> Person:
    return Person(key, {"mentors": projects}, capacity=places)


def formed(mentees: Sequence[Person], mentors: Sequence[Person], **more: object) -> Teams:
    return form_teams(mentees, mentors, BY, **more)  # type: ignore[arg-type]


def test_everybody_who_names_the_same_project_is_in_one_team() -> None:
    found = formed(
        [mentee("a", "moss"), mentee("b", "Moss "), mentee("c", "fern")],
        [mentor("x", "MOSS", "fern"), mentor("y", "moss")],
    )
    assert found == Teams((Team("fern", ("x",), ("c",)), Team("moss", ("x", "y"), ("a", "b"))), ())


def test_a_project_that_nobody_mentors_waits_and_says_why() -> None:
    found = formed([mentee("a", "moss"), mentee("b", None), mentee("c", " ")], [mentor("x", "fern")])
    assert found.teams == ()
    assert [(one.key, one.why) for one in found.left] == [
        ("a", "no mentor names moss in mentors"), ("b", "nothing in project"), ("c", "nothing in project"),
    ]  # fmt: skip
    assert [(one.key, one.why) for one in found.idle] == [("x", "no mentee names fern in project")]


def test_a_project_that_nobody_mentors_starts_where_the_program_says_so() -> None:
    found = formed([mentee("a", "moss"), mentee("b", None)], [], without_mentor=True)
    assert found.teams == (Team("moss", (), ("a",)),)
    assert [one.key for one in found.left] == ["b"]


def test_whoever_names_several_belongs_to_the_first_that_somebody_mentors() -> None:
    several = Person("a", {"project": ("lichen", "moss", "fern")})
    assert formed([several], [mentor("x", "fern", "moss")]).teams == (Team("moss", ("x",), ("a",)),)
    assert formed([several], [mentor("x", "fern")], without_mentor=True).teams == (Team("fern", ("x",), ("a",)),)


def test_whoever_is_mentor_here_and_mentee_there_is_in_both_teams() -> None:
    both = Person("b", {"project": "moss", "mentors": ("fern",)})
    found = formed([both, mentee("c", "fern")], [both, mentor("x", "moss")])
    assert found.teams == (Team("fern", ("b",), ("c",)), Team("moss", ("x",), ("b",)))


def test_nobody_is_their_own_mentor() -> None:
    both = Person("b", {"project": "moss", "mentors": ("moss",)})
    assert formed([both], [both]).teams == ()
    beside = formed([both, mentee("c", "moss")], [both, mentor("x", "moss")])
    assert beside.teams == (Team("moss", ("x",), ("b", "c")),)
    assert [(one.key, one.why) for one in beside.idle] == [("b", "is one of those who are mentored there")]


def test_whoever_is_the_only_mentor_of_their_own_project_mentors_the_others() -> None:
    both = Person("b", {"project": "moss", "mentors": ("moss",)})
    found = formed([both, mentee("c", "moss")], [both])
    assert found.teams == (Team("moss", ("b",), ("c",)),)
    assert [one.key for one in found.left] == ["b"]


def test_who_were_together_before_are_not_brought_together_again() -> None:
    found = formed([mentee("a", "moss")], [mentor("x", "moss"), mentor("y", "moss")], past={("a", "x")})
    assert found.teams == (Team("moss", ("y",), ("a",)),)
    gone = formed([mentee("a", "moss")], [mentor("x", "moss")], past={("a", "x")}, without_mentor=True)
    assert (gone.teams, [one.why for one in gone.left]) == ((), ["were together before"])


def test_who_mentors_already_takes_on_what_they_have_places_for_the_first_named_first() -> None:
    mentees = [mentee("a", "moss"), mentee("b", "fern"), mentee("c", "algae")]
    x, y = mentor("x", "fern", "lichen", "moss", "algae", places=3), mentor("y", "moss")
    found = formed(mentees, [x, y], held={"x": 1})
    assert found.teams == (Team("fern", ("x",), ("b",)), Team("moss", ("x", "y"), ("a",)))
    assert [(one.key, one.why) for one in found.left] == [("c", "no mentor of algae has a place left")]
    assert [(one.key, one.why, one.free) for one in found.idle] == [("x", "has no place left for algae", 0)]
    full = formed(mentees, [x, y], held={"x": 4})
    assert [one.why for one in full.idle] == ["has no place left for fern, moss, algae"]


def test_what_is_given_is_done_where_nobody_mentors_yet() -> None:
    found = formed([mentee("a", "moss"), mentee("b", "fern")], [mentor("x", "fern", "moss", places=1)])
    assert [team.mentors for team in found.teams] == [("x",), ("x",)]


@given(st.lists(NAMES, max_size=6), st.lists(st.lists(NAMES, max_size=3), max_size=4), st.booleans(), st.integers(0, 2))
def test_every_mentee_is_in_one_team_or_left_with_a_reason(
    named: list[str], offered: list[list[str]], alone: bool, busy: int
) -> None:
    mentees = [mentee(f"e{at}", name) for at, name in enumerate(named)]
    mentors = [mentor(f"r{at}", *names, places=1 + at % 2) for at, names in enumerate(offered)]
    held = {one.key: busy for one in mentors}
    found = formed(mentees, mentors, without_mentor=alone, held=held)
    placed = [key for team in found.teams for key in team.mentees]
    assert sorted([*placed, *(one.key for one in found.left)]) == sorted(one.key for one in mentees)
    assert all(one.why for one in found.left)
    assert alone or all(team.mentors for team in found.teams)
    taken = Counter(key for team in found.teams for key in team.mentors)
    assert not busy or all(taken[one.key] <= max(0, one.capacity - busy) for one in mentors)
    assert {*taken, *(one.key for one in found.idle)} == {one.key for one in mentors}
    assert all(one.key not in taken or one.why.startswith("has no place left") for one in found.idle)
