"""Every size of input gives a clear result, and every result says why."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from programs.errors import MentorflowError
from programs.matching import Alternative, Pairing, Person, Terms, pair
from programs.spec.enrollment import EnrollmentField
from programs.spec.program import Program
from tests.unit.matching.crowd import FIELDS, ON, terms

PLAIN = terms([{"different": "department"}, {"share": "languages"}], [{"same": "site", "weight": 2}])


def person(
    key: str, department: str = "", site: str = "", capacity: int = 1, languages: tuple[str, ...] = ("en",)
) -> Person:
    return Person(key, {"department": department, "site": site, "languages": languages}, capacity)


def left(pairing: Pairing) -> dict[str, str]:
    return {one.key: one.why for one in (*pairing.unmatched, *pairing.idle)}


def test_nobody_at_all_is_a_result() -> None:
    found = pair([], [], PLAIN, on=ON)
    assert (found.pairs, found.unmatched, found.idle, found.possible, found.units) == ((), (), (), 0, 0)
    assert found.proof.primal == found.proof.dual == 0


def test_a_side_with_nobody_leaves_the_other_side_and_says_so() -> None:
    assert left(pair([person("ada")], [], PLAIN, on=ON)) == {"ada": "there is no mentor"}
    assert left(pair([], [person("mia")], PLAIN, on=ON)) == {"mia": "there is no mentee"}


def test_one_of_each_is_a_pair() -> None:
    (only,) = pair([person("ada", "Tax", "North")], [person("mia", "Law", "north")], PLAIN, on=ON).pairs
    assert (only.mentee, only.mentor, only.points, only.rank, only.possible) == ("ada", "mia", 2.0, 1, 1)
    assert only.alternatives == ()
    assert [(each.criterion, each.points, each.words) for each in only.reasons] == [
        ("same site", 2.0, "same site: North")
    ]


def test_somebody_with_both_roles_is_never_their_own_mentor() -> None:
    ada = person("ada", "Tax")
    found = pair([ada], [ada], PLAIN, on=ON)
    assert found.pairs == ()
    assert "'not oneself' rules out 1" in left(found)["ada"]
    other = person("mia", "Law")
    assert {(one.mentee, one.mentor) for one in pair([ada, other], [ada, other], PLAIN, on=ON).pairs} == {
        ("ada", "mia"),
        ("mia", "ada"),
    }


def test_who_has_nobody_possible_learns_which_rule_removed_how_many() -> None:
    mentors = [person("mia", "Tax"), person("nia", "Tax", languages=("de",)), person("pia", "Law", languages=("de",))]
    found = pair([person("ada", "Tax")], mentors, PLAIN, on=ON)
    (ada,) = found.unmatched
    assert ada.why == (
        "no mentor is possible among 3: 'different department' rules out 2, 1 of them by itself; "
        "'something in common in languages' rules out 2, 1 of them by itself"
    )
    assert [(each.rule, each.removes, each.alone) for each in ada.obstacles] == [
        ("different department", 2, 1),
        ("something in common in languages", 2, 1),
    ]
    assert left(found)["pia"] == "no mentee is possible among 1: 'something in common in languages' rules out 1"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("What I would like help with", "“What I would like help with”"),
        ("Whom my team needs", "“Whom my team needs”"),
        ("A few lines about myself", "“A few lines about myself”"),
        ("The ideal mentor", "“The ideal mentor”"),
        ("Skills to learn", "skills to learn"),
        ("HR skills", "HR skills"),
        ("Italian", "italian"),
    ],
)
def test_a_title_that_speaks_to_the_person_is_quoted_and_any_other_stands_in_the_sentence(
    title: str, told: str
) -> None:
    fields = {"wants": EnrollmentField.model_validate({"type": "tags", "title": title})}
    wanted = replace(terms([], [{"overlap": "wants"}]), fields=fields)
    (only,) = pair([Person("ada", {"wants": ("sql",)})], [Person("mia", {"wants": ("sql",)})], wanted, on=ON).pairs
    assert [(each.criterion, each.words) for each in only.reasons] == [(told, f"shares 1 of 1 in {told}: sql")]


def test_a_value_that_is_missing_is_named_as_what_stands_in_the_way() -> None:
    found = pair([person("ada", languages=())], [person("mia"), person("nia")], PLAIN, on=ON)
    assert left(found)["ada"] == (
        "no mentor is possible among 2: languages is not known, which 'something in common in languages' needs"
    )
    assert left(found)["mia"] == "no mentee is possible among 1: 'something in common in languages' rules out 1"


def test_who_is_crowded_out_learns_who_holds_the_places() -> None:
    mentees = [person("ada", site="North"), person("ben", site="North"), person("cleo", site="South")]
    found = pair(mentees, [person("mia", site="North", capacity=2)], PLAIN, on=ON)
    (cleo,) = found.unmatched
    assert cleo.why == "the only possible mentor has no place left (held: mia by ada, ben)"
    assert [(one.key, one.points, one.held_by) for one in cleo.alternatives] == [("mia", 0.0, ("ada", "ben"))]


def test_a_mentor_without_room_leaves_a_clear_word_on_both_sides() -> None:
    found = pair([person("ada")], [person("mia", capacity=0), person("nia", capacity=2)], PLAIN, on=ON, held={"nia": 2})
    assert left(found) == {
        "ada": "both possible mentors have no place left (held: mia has no place; nia by 2 relationships that go on)",
        "mia": "takes nobody: capacity 0",
        "nia": "all places are taken by relationships that go on",
    }


def test_mentors_left_over_learn_where_the_mentees_are() -> None:
    mentors = [person(key, site="North" if key == "mia" else "South", capacity=2) for key in ("mia", "nia")]
    found = pair([person("ada", site="North")], mentors, PLAIN, on=ON)
    assert left(found) == {
        "mia": "1 place left: every possible mentee is here already",
        "nia": "2 places left: the only possible mentee is with somebody else",
    }
    assert [(one.key, one.free) for one in found.idle] == [("mia", 1), ("nia", 2)]


def test_a_pair_knows_its_rank_and_the_next_best() -> None:
    mentees = [person("ada", site="North"), person("ben", site="North", languages=("de", "en"))]
    mentors = [person("mia", site="North"), person("nia", site="South", languages=("de",))]
    ada, ben = pair(mentees, mentors, PLAIN, on=ON).pairs
    assert (ada.mentor, ada.rank, ada.possible, ada.alternatives) == ("mia", 1, 1, ())
    assert (ben.mentor, ben.rank, ben.possible) == ("nia", 2, 2)
    assert ben.alternatives == (Alternative("mia", 2000, held_by=("ada",)),)


def test_rankings_of_strangers_are_reported_and_stop_nothing() -> None:
    ranked = terms([], [{"ranked": "choices"}])
    found = pair([Person("ada", {"choices": ("gone@x.org", "mia")})], [Person("mia", {})], ranked, on=ON)
    assert found.notes == ("ada ranked 'gone@x.org', whom nobody here answers to; the other choices keep their places",)
    assert [one.units for one in found.pairs] == [500]


def test_two_people_under_one_key_and_fewer_than_no_places_are_refused() -> None:
    with pytest.raises(MentorflowError, match="ada stands twice among the mentees"):
        pair([person("ada"), person("ada")], [], PLAIN, on=ON)
    with pytest.raises(MentorflowError, match="mia offers fewer than no places"):
        pair([], [person("mia", capacity=-1)], PLAIN, on=ON)


def test_a_program_gives_its_own_terms_and_a_circle_has_none() -> None:
    def program(**relationships: object) -> Program:
        return Program.model_validate(
            {
                "program": "p",
                "title": "P",
                "relationships": relationships,
                "enrollment": {"fields": FIELDS},
                "matching": {"rules": [{"level_gap": {"field": "grade", "at_least": 1}}], "seed": 4},
                "phases": [{"id": "one", "lasts": "1 week"}],
            }
        )

    junior, lead = Person("ada", {"grade": "junior"}), Person("mia", {"grade": "lead"})
    assert len(pair([junior], [lead], program(), on=ON).pairs) == 1
    assert len(pair([junior], [lead], program(reverse=True), on=ON).pairs) == 0
    assert len(pair([lead], [junior], program(shape="group", reverse=True), on=ON).pairs) == 1
    assert pair([], [], program(), on=ON).seed == 4
    with pytest.raises(MentorflowError, match="'p' forms peer circles"):
        Terms.of(program(shape="circle"))


def test_reading_the_package_loads_no_arrays() -> None:
    """A program is checked in well under half a second, of which numpy and scipy alone would take most."""
    asked = "import sys, programs.matching; print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
