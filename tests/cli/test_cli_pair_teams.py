"""`mentorflow pair` for a program whose teams are given: who is with whom, who is left, and who has taken on too much."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows import cli

PROGRAM = Path(__file__).parents[1] / "declarations" / "valid" / "team.yaml"
MENTEES = "email,first name,last name,project\nada@example.org,Ada,Moss,Moss\nben@example.org,Ben,Moss,moss\ndan@example.org,Dan,Lichen,Lichen\ncyd@example.org,Cyd,Fern,Fern\n"
MENTORS = 'email,first name,last name,mentors\nkim@example.org,Kim,Many,"moss, fern"\nlou@example.org,Lou,Once,Moss\nmax@example.org,Max,Idle,Algae\n'


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    mentees, mentors = tmp_path / "mentees.csv", tmp_path / "mentors.csv"
    mentees.write_text(MENTEES, encoding="utf-8")
    mentors.write_text(MENTORS, encoding="utf-8")
    return ["pair", str(PROGRAM), "--mentees", str(mentees), "--mentors", str(mentors)]


def test_given_teams_are_shown_with_who_is_left_and_why(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(words) == 0
    shown = capsys.readouterr().out
    assert "2 teams, 1 with several mentors, as they were given." in shown
    assert "Note: kim@example.org has 2 teams, and places for 1" in shown
    for said in (
        "Mentees without a team (1):",
        "no mentor names Lichen in mentors",
        "no mentee names Algae in project",
    ):
        assert said in shown


def test_given_teams_are_the_same_as_data(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    moss = {
        "team": "Moss",
        "mentors": ["kim@example.org", "lou@example.org"],
        "mentees": ["ada@example.org", "ben@example.org"],
    }
    assert data["teams"] == [{"team": "Fern", "mentors": ["kim@example.org"], "mentees": ["cyd@example.org"]}, moss]
