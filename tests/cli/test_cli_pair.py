"""`mentorflow pair`: sheets in, proven pairs out, no database."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from flows import cli

PROGRAM = """\
program: tiny
title: Tiny
enrollment:
  fields:
    wants: {type: tags, roles: [mentee]}
    offers: {type: tags, roles: [mentor]}
matching:
  criteria:
    - overlap: {mentee: wants, mentor: offers}
      weight: 5
phases:
  - {id: only, lasts: 4 weeks}
"""
ROSTER = """\
role,email,first_name,last_name,wants,offers
mentor,ada@example.org,Ada,Byron,,"python, statistics"
mentor,kay@example.org,=Kay,McNulty,,writing
mentee,tim@example.org,Tim,Lee,python,
mentee,joe@example.org,Joe,Doe,painting,
mentee,ann@example.org,Ann,Other,writing,
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.yaml").write_text(PROGRAM)
    Path("people.csv").write_text(ROSTER)


def test_the_pairs_go_to_a_sheet_for_the_operator_alone() -> None:
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv", "--out", "pairs.csv"]) == 0
    assert stat.S_IMODE(Path("pairs.csv").stat().st_mode) == 0o600
    with Path("pairs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["mentee email"], row["mentor email"]) for row in rows} >= {("tim@example.org", "ada@example.org")}


def test_no_cell_of_the_sheet_is_a_formula() -> None:
    cli.run(["pair", "tiny.yaml", "--roster", "people.csv", "--out", "pairs.csv"])
    with Path("pairs.csv").open(encoding="utf-8-sig", newline="") as file:
        names = {row["mentor"] for row in csv.DictReader(file)}
    assert "'=Kay McNulty" in names


def test_who_is_left_is_told_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 0
    told = capsys.readouterr().out
    assert "Mentees without a mentor (1):" in told
    assert "both possible mentors have no place left (held: Ada Byron by Tim Lee; =Kay McNulty by Ann Other)" in told


def test_every_pair_is_told_with_its_next_best_and_who_holds_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Tim Lee ")]
    assert line.rstrip().endswith("shares 1 of 1 in wants: python (5)   =Kay McNulty (0)")
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (tims,) = [one for one in found["pairs"] if one["mentee"] == "tim@example.org"]
    assert tims["alternatives"] == [{"mentor": "kay@example.org", "points": 0.0, "held_by": ["ann@example.org"]}]
    assert [one["held_by"] for one in found["unmatched"][0]["alternatives"]] == [
        ["tim@example.org"],
        ["ann@example.org"],
    ]


def test_who_has_fewer_mentors_than_wanted_is_told_why(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tiny.yaml").write_text(PROGRAM.replace("enrollment:", "relationships: {mentors: 2}\nenrollment:"))
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 0
    told = capsys.readouterr().out
    assert "Mentees with fewer mentors than wanted (2):" in told
    assert "the only further possible mentor has no place left" in told
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv", "--json"]) == 0
    assert [one["free"] for one in json.loads(capsys.readouterr().out)["fewer"]] == [1, 1]


@pytest.mark.parametrize(
    ("objective", "added"),
    [
        ("most_then_best", "1 person more"),
        ("best_total", "1 person more"),
        (
            "fairest",
            "1 person more, 1 pair more below 1 point, 1 pair more below 1.5 points, 1 pair more below 2 points",
        ),
        ("stable", "1 person more"),
        ("mentee_led", "1 person more, 5 points more"),
    ],
)
def test_where_one_more_place_would_help_most_is_said_for_every_objective(
    objective: str, added: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = "\n  consent: [mentee, mentor]"
    Path("tiny.yaml").write_text(PROGRAM.replace("matching:", f"matching:\n  objective: {objective}{consent}"))
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 0
    told = capsys.readouterr().out
    (line,) = [line for line in told.splitlines() if line.startswith("Ada Byron ") and "more" in line]
    assert "One more place would help most with:" in told
    assert line.split(maxsplit=2)[2] == added
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["people"] for one in found["one_more_place"]] == [1, 1]
    if objective == "stable":
        monkeypatch.setattr("programs.matching.vacancies.LARGEST_STABLE", 1)
        assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 0
        assert "Where one more place would help most is not stated: for so many people" in capsys.readouterr().out


def test_every_bad_row_is_listed_and_nothing_is_paired(capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text(ROSTER + "mentor,not an address,Bad,One,,\nmuse,m@example.org,Bad,Two,,\n")
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv"]) == 1
    shown = capsys.readouterr()
    assert "people.csv:7:" in shown.err
    assert "people.csv:8:" in shown.err
    assert shown.out == ""


def test_without_a_sheet_there_is_nothing_to_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pair", "tiny.yaml"]) == 1
    assert "--roster" in capsys.readouterr().err


def test_a_missing_sheet_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pair", "tiny.yaml", "--roster", "nobody.csv"]) == 1
    assert "nobody.csv" in capsys.readouterr().err


def test_a_file_with_a_number_sign_in_its_own_name_is_that_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("round.1#people.csv").write_text(ROSTER)
    assert cli.run(["pair", "tiny.yaml", "--roster", "round.1#people.csv"]) == 0
    assert cli.run(["pair", "tiny.yaml", "--roster", "round#people.csv"]) == 1
    assert "cannot read round#people.csv" in capsys.readouterr().err


def test_no_sheet_can_be_named_of_a_file_that_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["pair", "tiny.yaml", "--roster", "people.csv#mentors"]) == 1
    assert "people.csv has no sheets; only a spreadsheet has" in capsys.readouterr().err
