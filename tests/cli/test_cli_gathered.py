"""Groups and circles formed from sheets without a database."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from flows import cli

PROGRAM = """\
program: {name}
title: Together
relationships: {{shape: {shape}, mentor_capacity: 1, size: {{at_least: 2, at_most: 3}}}}
enrollment:
  fields:
    site: {{type: text}}
    skills: {{type: tags}}
matching:
  rules:
    - different: site
  criteria:
    - overlap: skills
phases:
  - {{id: going, lasts: 4 weeks}}
"""
PEOPLE = """\
email,first_name,last_name,site,skills{role}
ada@example.org,Ada,Byron,north,sql{mentor}
ben@example.org,Ben,Stone,south,"sql, law"{mentee}
cleo@example.org,Cleo,Ray,south,law{mentee}
dan@example.org,Dan,Poe,north,sql{mentee}
eve@example.org,Eve,Low,north,talks{mentee}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MENTORFLOW_PROGRAMS", raising=False)
    for shape in ("group", "circle"):
        Path(f"{shape}.yaml").write_text(PROGRAM.format(name=f"in-{shape}s", shape=shape))
    Path("group.csv").write_text(PEOPLE.format(role=",role", mentor=",mentor", mentee=",mentee"))
    Path("circle.csv").write_text(PEOPLE.format(role="", mentor="", mentee=""))


def pair(shape: str, *more: str) -> None:
    assert cli.run(["pair", f"{shape}.yaml", "--roster", f"{shape}.csv", "--today", "2027-01-04", *more]) == 0


def test_groups_are_shown_with_their_proof_and_who_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    pair("group")
    told = capsys.readouterr().out
    assert "1 group with 2 mentees and 0.5 points in total (most_then_best)." in told
    assert "Proven: nothing better exists." in told
    assert "Mentees without a group (2):" in told
    assert "'different site' rules out 1" in told


def test_circles_are_shown_in_the_order_of_the_mentors_role(capsys: pytest.CaptureFixture[str]) -> None:
    pair("circle", "--json")
    found = json.loads(capsys.readouterr().out)
    (first, second) = found["circles"]
    assert sorted([len(first["members"]), len(second["members"])]) == [2, 3]
    assert (found["together"], found["fewest"], found["proven"]) == (1, 1, True)
    pair("circle")
    told = capsys.readouterr().out
    assert "2 circles. Within them people differ" in told
    assert "1 pair sits together who should be apart; proven, fewer are impossible." in told


def test_groups_say_where_one_more_would_help_most_or_that_it_is_not_worked_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ("ben@example.org,Ben,Stone,south,sql,mentee", "cleo@example.org,Cleo,Ray,south,law,mentee",
              "dan@example.org,Dan,Poe,south,sql,mentee", "eve@example.org,Eve,Low,south,talks,mentee",
              "ada@example.org,Ada,Byron,north,sql,mentor")  # fmt: skip
    Path("group.csv").write_text("\n".join(["email,first_name,last_name,site,skills,role", *people, ""]))
    pair("group")
    told = capsys.readouterr().out
    assert "One more group would help most with:" in told
    assert "Ada Byron  1 person more" in told
    pair("group", "--json")
    found = json.loads(capsys.readouterr().out)
    assert [(one["mentor"], one["people"]) for one in found["one_more_group"]] == [("ada@example.org", 1)]
    assert found["one_more_group_unstated"] == ""
    monkeypatch.setattr("programs.matching.more_groups.UP_TO", 1)
    pair("group")
    assert "Where one more group would help most is not stated: for so many people it takes" in capsys.readouterr().out


@pytest.mark.parametrize("shape", ["group", "circle"])
def test_a_file_has_one_row_for_every_member(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    pair(shape, "--out", "out.csv")
    assert "Written: out.csv" in capsys.readouterr().out
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    assert Counter(row["number"] for row in rows) == ({"1": 3} if shape == "group" else {"1": 3, "2": 2})
    assert all("@example.org" in row["email"] for row in rows)


def test_groups_are_given_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    pair("group", "--json")
    found = json.loads(capsys.readouterr().out)
    assert [group["mentor"] for group in found["groups"]] == ["ada@example.org"]
    assert {one["mentee"] for one in found["groups"][0]["mentees"]} == {"ben@example.org", "cleo@example.org"}
    assert all(one["rank"] == 1 and len(one["reasons"]) for one in found["groups"][0]["mentees"])
    assert (found["proven"], found["most"]) == (True, 2)
