"""The attention list from the command line: shown with who has to act, counted in the status, and taken off with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tasks.db import shared_engine
from tests.cli.walk import PROGRAM, ROSTER, data, launch

WEEK_LATER = ("--today", "2027-01-11")


@pytest.fixture
def place(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Path]:
    """Two proposals that have waited for a week, and one person for whom nobody was found."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", database_url)
    for name in ("MENTORFLOW_PROGRAMS", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    Path("walk.yaml").write_text(PROGRAM)
    Path("people.csv").write_text(ROSTER)
    assert launch() == 0
    assert cli.run(["match", "w1", "--today", "2027-01-04"]) == 0
    assert cli.run(["advance", "w1", *WEEK_LATER]) == 0
    capsys.readouterr()
    yield tmp_path
    shared_engine(database_url).dispose()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert cli.run([*words]) == 0
    return capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(capsys, "status", "w1", "--attention")
    return found


def test_the_list_says_since_when_whom_who_acts_what_and_why(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "status", "w1", "--attention")
    assert said.splitlines()[0].split() == "since whom what who acts what to do why".split()
    assert "nobody was found" in said
    assert "proposed on 2027-01-04" in said
    assert "3 in all" in said
    found = listed(capsys)
    assert [(one["kind"], one["since"], one["who"]) for one in found] == [
        ("unmatched", "2027-01-04", "operator"),
        ("proposal", "2027-01-11", "operator"),
        ("proposal", "2027-01-11", "operator"),
    ]


def test_the_status_says_how_many_and_how_to_see_them(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "status", "w1")
    assert "on the attention list: 3 (P-" in said
    assert "; see: mentorflow status w1 --attention" in said


def test_without_a_cohort_the_list_names_each(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "status", "--attention")
    assert said.startswith("cohort ")
    assert said.count("\nw1 ") == 3


def test_what_is_cleared_is_gone_and_the_history_says_why(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = next(one["whom"] for one in listed(capsys) if one["kind"] == "unmatched")
    said = run(capsys, "clear", person, "unmatched", "--why", "waits for autumn", *WEEK_LATER)
    assert said == f"{person}: unmatched cleared.\n"
    assert run(capsys, "clear", person, *WEEK_LATER) == f"{person}: nothing of the kind is listed.\n"
    assert [one["kind"] for one in listed(capsys)] == ["proposal", "proposal"]
    shown = run(capsys, "show", person)
    assert "needs a look since 2027-01-04: unmatched, nobody was found" in shown
    assert "cleared 2027-01-11" in shown
    assert "clear: unmatched: waits for autumn (by operator)" in shown


def test_a_relationship_shows_its_own(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = next(one["whom"] for one in listed(capsys) if one["kind"] == "proposal")
    shown = run(capsys, "show", pair)
    assert "needs a look since 2027-01-11: proposal" in shown
    assert "operator: Approve it, or reject it." in shown
    assert json.loads(run(capsys, "show", pair, "--json"))["needs"][0]["kind"] == "proposal"


def test_a_kind_that_does_not_exist_is_refused_with_the_nearest(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["clear", "R-7F3K2", "at_rsk"]) == 1
    assert "did you mean 'at_risk'?" in capsys.readouterr().err


def test_an_empty_list_says_so(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for one in listed(capsys):
        run(capsys, "clear", one["whom"], *WEEK_LATER)
    assert run(capsys, "status", "w1", "--attention") == "Nothing needs anybody.\n"
    assert listed(capsys) == []
