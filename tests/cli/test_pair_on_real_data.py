"""`mentorflow pair` on data that nobody on this project wrote: as sheets and a program of ours, with the stated outcome.

The people are those of jonodrew/mentor-match (Open Government Licence v3.0), and of daffidwilde/matching and
jonathanchukinas/mentormatch (both MIT).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from programs.words import count
from tests.cli.real_data import Capture, address, asked, best, write

Names = Mapping[str, Sequence[Any]]

HOSPITALS = """\
program: hospitals
title: Residents and hospitals
enrollment:
  fields:
    choices: {type: ranking, title: Choices}
matching:
  objective: stable
  rules:
    - listed: choices
  criteria:
    - ranked: choices
      weight: 100
    - ranked: choices
      by: mentor
      weight: 100
phases:
  - {id: only, lasts: 4 weeks}
"""
COMPANY = """\
program: company
title: People with wishes about each other
enrollment:
  fields:
    location: {type: text}
    gender: {type: text}
    locations: {type: tags}
    genders: {type: tags}
    level: {type: level, levels: ["1", "2", "3", "4", "5", "6"]}
    choices: {type: ranking, roles: [mentee]}
matching:
  rules:
    - share: {mentee: locations, mentor: location}
    - share: {mentee: location, mentor: locations}
    - share: {mentee: genders, mentor: gender}
    - share: {mentee: gender, mentor: genders}
    - level_gap: {field: level, at_least: 1}
  criteria:
    - ranked: choices
      weight: 10
    - same: location
      weight: 3
phases:
  - {id: only, lasts: 4 weeks}
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hospitals.yaml").write_text(HOSPITALS)
    Path("company.yaml").write_text(COMPANY)


def test_the_civil_service_sheets_give_the_known_best_matching(shared_data: Path, capsys: Capture) -> None:
    sheets = shared_data / "civil-service-small"
    words = ["--mentors", f"{sheets / 'mentors.csv'}", "--mentees", f"{sheets / 'mentees.csv'}"]
    shown, data = asked(["civil-service", *words], capsys)
    assert "50 mentees, 50 mentors, 392 possible pairs." in shown
    assert "35 pairs with 750 points in total" in shown
    assert "Proof, from both sides" in shown
    assert "Mentees without a mentor (15):" in shown
    (line,) = [line for line in shown.splitlines() if "no mentee is possible among 50" in line]
    assert line.startswith("mentor 36 ")
    assert (data["possible"], data["points"], len(data["pairs"])) == (392, 750, 35)
    assert data["proof"]["primal"] == data["proof"]["dual"]
    assert [one["who"] for one in data["idle"] if not one["possible"]] == ["mentor.36@gov.uk"]
    assert all(sum(reason["points"] for reason in one["reasons"]) == one["points"] for one in data["pairs"])


def hospitals(residents: Names, above: Names, capacities: Mapping[str, int]) -> list[str]:
    """One sheet for each side, in which people are called by name; and how they are named on the command line."""
    headings = ("email", "name", "choices", "capacity")
    below = [(address("r", key), f"Resident {key}", join("Hospital", names), "") for key, names in residents.items()]
    write("residents.csv", headings, below)
    write(
        "hospitals.csv",
        headings,
        [
            (address("h", key), f"Hospital {key}", join("Resident", names), capacities[key])
            for key, names in above.items()
        ],
    )
    return ["hospitals.yaml", "--mentees", "residents.csv", "--mentors", "hospitals.csv"]


def join(title: str, names: Iterable[object]) -> str:
    return ", ".join(f"{title} {name}" for name in names)


@pytest.mark.parametrize("number", range(3))
def test_published_residents_and_hospitals_get_the_published_stable_matching(
    shared_data: Path, capsys: Capture, number: int
) -> None:
    examples = json.loads((shared_data / "hospital-residents" / "hr_examples.json").read_text())
    assert len(examples) == 3
    example = examples[number]
    shown, data = asked(hospitals(example["residents"], example["hospitals"], example["capacities"]), capsys)
    expected = {(address("r", one), address("h", at)) for at, held in example["expected"].items() for one in held}
    assert {(pair["mentee"], pair["mentor"]) for pair in data["pairs"]} == expected, example["name"]
    assert f"{count(len(expected), 'pair')} with" in shown
    assert "(stable)" in shown
    assert f"Proof: of {data['possible']} possible pairs, no two would both rather have each other." in shown
    assert "the mentee's choice 1 of" in shown
    assert data["proof"]["looked_at"] == data["possible"]


def test_one_sided_entries_of_dirty_lists_are_noted_and_the_rest_is_matched(shared_data: Path, capsys: Capture) -> None:
    lists = json.loads((shared_data / "hospital-residents" / "issue_159.json").read_text())
    wishes = {(address("r", one), address("h", other)) for one, names in lists["residents"].items() for other in names}
    back = {(address("h", one), address("r", other)) for one, names in lists["hospitals"].items() for other in names}
    one_sided = {(one, other) for one, other in wishes | back if (other, one) not in wishes | back}
    shown, data = asked(hospitals(lists["residents"], lists["hospitals"], dict.fromkeys(lists["hospitals"], 1)), capsys)
    assert (data["possible"], len(data["pairs"]), len(one_sided)) == (64, 37, 85)
    assert data["proof"]["looked_at"] == 64
    noted = {
        tuple(note.removesuffix(", who does not list them; the two are not possible").split(" lists "))
        for note in data["notes"]
    }
    assert noted == one_sided
    assert shown.count("\nNote: ") == len(data["notes"]) == 85
    assert all((pair["mentee"], pair["mentor"]) in wishes for pair in data["pairs"])
    assert all((pair["mentor"], pair["mentee"]) in back for pair in data["pairs"])
    silent = {address("r", one) for one, names in lists["residents"].items() if not names}
    no_list = "choices is not known, which 'each lists the other in choices' needs"
    assert {left["who"] for left in data["unmatched"] if no_list in left["why"]} == silent
    assert len(silent) == 42
    assert len(data["unmatched"]) == 63


def company(rows: Mapping[str, Sequence[dict[str, Any]]]) -> list[str]:
    """Everybody on one sheet, called by number before the @."""
    headings = ("role", "email", "first_name", "last_name", "location", "gender", "level", "locations", "genders",
                "choices", "capacity")  # fmt: skip

    def line(role: str, row: dict[str, Any]) -> list[object]:
        genders = [each for each in wanted(row) if each in ("female", "male")]
        places = [each for each in wanted(row) if each not in genders]
        choices = [address("w", number) for number in row.get("preferred_wwids", ())]
        lists = [",".join(each) for each in (places, genders, choices)]
        names = [address("w", row["wwid"]), row["first_name"], row["last_name"]]
        own = [row["location"], row["gender"], row["position_level"]]
        return [role, *names, *own, *lists, row.get("max_mentee_count", "")]

    everybody = [line(side.removesuffix("s"), row) for side in ("mentors", "mentees") for row in rows[side]]
    write("people.csv", headings, everybody)
    return ["company.yaml", "--roster", "people.csv"]


def wanted(row: dict[str, Any]) -> list[str]:
    return [*row["preference_yes"], *row["preference_maybe"]]


def fit(mentee: dict[str, Any], mentor: dict[str, Any]) -> int | None:
    """What the two are worth in thousandths of a point, by hand."""
    wishes = all(
        here[of] in wanted(there)
        for here, there in ((mentee, mentor), (mentor, mentee))
        for of in ("location", "gender")
    )
    if not wishes or mentee["position_level"] >= mentor["position_level"]:
        return None
    choices = mentee.get("preferred_wwids", [])
    place = choices.index(mentor["wwid"]) if mentor["wwid"] in choices else len(choices)
    ranked = round(10_000 * (len(choices) - place) / len(choices)) if choices else 0
    return ranked + (3000 if mentee["location"] == mentor["location"] else 0)


@pytest.mark.parametrize("files", [("mentees", "mentors"), ("perfect_matches",)])
def test_people_with_wishes_about_each_other_get_the_best_that_trying_everything_finds(
    shared_data: Path, capsys: Capture, files: tuple[str, ...]
) -> None:
    rows: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        rows |= json.loads((shared_data / "mentormatch-xlsx" / f"{file}.json").read_text())
    mentors = {row["wwid"]: row for row in rows["mentors"]}
    places = {number: row["max_mentee_count"] for number, row in mentors.items()}
    pairs, units = best(rows["mentees"], places, lambda mentee, number: fit(mentee, mentors[number]))
    shown, data = asked(company(rows), capsys)
    every = [fit(mentee, mentor) for mentee in rows["mentees"] for mentor in rows["mentors"]]
    assert data["possible"] == len(every) - every.count(None) > 0
    assert (len(data["pairs"]), round(data["points"] * 1000)) == (pairs, units)
    assert data["proof"]["primal"] == data["proof"]["dual"]
    assert f"{count(pairs, 'pair')} with {units / 1000:g} points in total" in shown
