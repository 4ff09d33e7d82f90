"""People of another matching program (jonathanchukinas/mentormatch, MIT): its wishes said in our terms, nothing better exists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from programs.matching import Person, Terms, pair
from programs.spec.enrollment import EnrollmentField
from programs.spec.matching import Matching
from tests.unit.matching.crowd import ON

LEVELS = [str(level) for level in range(1, 8)]
FIELDS: dict[str, Any] = {
    "location": {"type": "text"},
    "gender": {"type": "text"},
    "locations": {"type": "tags"},
    "genders": {"type": "tags"},
    "level": {"type": "level", "levels": LEVELS},
    "years": {"type": "number"},
    "choices": {"type": "ranking"},
}
DECLARED: dict[str, Any] = {
    "rules": [
        {"share": {"mentee": "locations", "mentor": "location"}},
        {"share": {"mentee": "location", "mentor": "locations"}},
        {"share": {"mentee": "genders", "mentor": "gender"}},
        {"share": {"mentee": "gender", "mentor": "genders"}},
        {"level_gap": {"field": "level", "at_least": 1}},
    ],
    "criteria": [
        {"ranked": "choices", "weight": 10},
        {"same": "location", "weight": 3},
        {"near": {"field": "years", "within": 40}, "weight": 2},
    ],
}
TERMS = Terms(
    Matching.model_validate(DECLARED), {name: EnrollmentField.model_validate(field) for name, field in FIELDS.items()}
)


def read(folder: Path, name: str) -> tuple[list[Person], list[Person], dict[str, int]]:
    """Mentees, mentors, and the favor that a mentee has: they come first when places are short."""

    def person(row: dict[str, Any]) -> Person:
        wanted = (*row["preference_yes"], *row["preference_maybe"])
        genders = {"female", "male"}
        fields = {
            "location": row["location"],
            "gender": row["gender"],
            "locations": tuple(each for each in wanted if each not in genders),
            "genders": tuple(each for each in wanted if each in genders),
            "level": str(row["position_level"]),
            "years": row["years_total"],
            "choices": tuple(str(each) for each in row.get("preferred_wwids", ())),
        }
        return Person(str(row["wwid"]), fields, row.get("max_mentee_count", 1))

    if name == "perfect_matches":
        rows = json.loads((folder / "perfect_matches.json").read_text())
    else:
        rows = {side: json.loads((folder / f"{side}.json").read_text())[side] for side in ("mentees", "mentors")}
    favor = {str(row["wwid"]): row["favor"] for row in rows["mentees"] if row["favor"]}
    return [person(row) for row in rows["mentees"]], [person(row) for row in rows["mentors"]], favor


def possible(mentee: Person, mentor: Person) -> bool:
    """Their wishes once more, by hand."""
    one, other = mentee.fields, mentor.fields
    fits = all(
        here[of] in there[wish]
        for here, there in ((one, other), (other, one))
        for of, wish in (("location", "locations"), ("gender", "genders"))
    )  # type: ignore[operator]
    return fits and int(str(one["level"])) < int(str(other["level"]))


def most(mentees: list[Person], mentors: list[Person], places: dict[str, int]) -> int:
    if not mentees:
        return 0
    first, *rest = mentees
    best = most(rest, mentors, places)
    for mentor in mentors:
        if places[mentor.key] and possible(first, mentor):
            best = max(best, 1 + most(rest, mentors, {**places, mentor.key: places[mentor.key] - 1}))
    return best


def test_as_many_as_their_wishes_allow_are_matched(shared_data: Path) -> None:
    mentees, mentors, favor = read(shared_data / "mentormatch-xlsx", "people")
    found = pair(mentees, mentors, TERMS, on=ON, priority=favor)
    assert found.possible == sum(possible(one, other) for one in mentees for other in mentors) > 0
    assert len(found.pairs) == most(mentees, mentors, {mentor.key: mentor.capacity for mentor in mentors})
    assert found.proof.primal == found.proof.dual


@pytest.mark.parametrize("seed", range(5))
def test_of_two_who_are_alike_the_one_in_favor_gets_the_place(shared_data: Path, seed: int) -> None:
    mentees, mentors, favor = read(shared_data / "mentormatch-xlsx", "perfect_matches")
    assert favor == {"1": 1, "2": 2}
    (only,) = pair(mentees, mentors, TERMS, on=ON, seed=seed, priority=favor).pairs
    assert (only.mentee, only.mentor) == ("2", "3")
