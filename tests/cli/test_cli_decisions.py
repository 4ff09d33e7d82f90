"""Deciding about single pairs from the command line: the cost first, then the proposals made again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tasks.db import shared_engine

PROGRAM = """\
program: walk
title: A walk
enrollment:
  fields:
    wants: {type: tags, roles: [mentee]}
    offers: {type: tags, roles: [mentor]}
matching:
  criteria:
    - overlap: {mentee: wants, mentor: offers}
      weight: 5
phases:
  - {id: going, lasts: 4 weeks}
"""
ROSTER = """\
role,email,first_name,last_name,wants,offers
mentor,ada@example.org,Ada,Byron,,"python, statistics"
mentor,kay@example.org,Kay,McNulty,,writing
mentee,tim@example.org,Tim,Lee,python,
mentee,ann@example.org,Ann,Other,writing,
mentee,joe@example.org,Joe,Doe,painting,
"""
TODAY = ("--today", "2027-01-04")


@pytest.fixture
def place(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Path]:
    """A cohort with two proposals that wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", database_url)
    for name in ("MENTORFLOW_PROGRAMS", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    Path("walk.yaml").write_text(PROGRAM)
    Path("people.csv").write_text(ROSTER)
    launch = ["launch", "walk.yaml", "--cohort", "w1", "--start", "2027-01-11", "--roster", "people.csv", *TODAY]
    assert cli.run(launch) == 0
    assert cli.run(["match", "w1", *TODAY]) == 0
    capsys.readouterr()
    yield tmp_path
    shared_engine(database_url).dispose()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert cli.run(["match", "w1", *words, *TODAY]) == 0
    return capsys.readouterr().out


def pairs(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Mentee → mentor and proposal."""
    found: Any = json.loads(run(capsys, "--json"))
    named = [
        ({one["role"]: one["name"] for one in each["members"]}, each["relationship"]) for each in found["proposals"]
    ]
    return {members["mentee"]: (members["mentor"], relationship) for members, relationship in named}


@pytest.mark.usefixtures("place")
def test_the_cost_is_said_first_and_a_dry_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    told = run(capsys, "--force", "joe@example.org:ada@example.org", "--dry-run")
    assert "Joe Doe and Ada Byron together: costs 5 points" in told
    assert [line.split() for line in told.splitlines() if "Ada" in line][1:] == [
        ["Joe", "Doe", "nobody", "Ada", "Byron"],
        ["Tim", "Lee", "Ada", "Byron", "nobody"],
    ]
    assert pairs(capsys) == before
    data = json.loads(run(capsys, "--force", "joe@example.org:ada@example.org", "--dry-run", "--json"))
    assert (data["together"]["people"], data["together"]["points"]) == (0, 5.0)


@pytest.mark.usefixtures("place")
def test_proposals_are_made_again_around_what_was_decided(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--force", "joe@example.org:ada@example.org")
    assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()} == {
        "Joe Doe": "Ada Byron",
        "Ann Other": "Kay McNulty",
    }
    run(capsys, "--forbid", "ann@example.org:kay@example.org")
    after = {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()}
    assert after == {"Joe Doe": "Ada Byron", "Tim Lee": "Kay McNulty"}


@pytest.mark.usefixtures("place")
def test_two_proposals_exchange_their_mentors(capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(capsys)
    told = run(capsys, "--swap", ":".join(relationship for _, relationship in before.values()))
    assert "All decisions together: costs 10 points" in told
    assert {mentee: mentor for mentee, (mentor, _) in pairs(capsys).items()} == {
        "Tim Lee": "Kay McNulty",
        "Ann Other": "Ada Byron",
    }


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--force", "joe@example.org"], "does not name two; write MENTEE:MENTOR"),
        (["--force", "joe@example.org:nobody@example.org"], "nobody in this cohort has the address"),
        (["--force", "ada@example.org:kay@example.org"], "is not among the mentees"),
        (["--swap", "R-58HKY:R-MF3V4"], "waits for no decision"),
        (["--dry-run"], "add --force, --forbid or --swap"),
        (["--approve", "--forbid", "joe@example.org:ada@example.org"], "then --approve or --reject"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["match", "w1", *words, *TODAY]) == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.usefixtures("place")
def test_a_relationship_shows_why_and_who_would_have_been_next(capsys: pytest.CaptureFixture[str]) -> None:
    _, tims = pairs(capsys)["Tim Lee"]
    assert cli.run(["show", tims]) == 0
    told = capsys.readouterr().out
    assert "5 points, choice 1 of 2" in told
    assert "shares 1 of 1 in wants: python" in told
    assert "next best: P-" in told
    assert cli.run(["show", "joe@example.org"]) == 0
    assert "found nobody: both possible mentors have no place left" in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_a_decided_relationship_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--force", "joe@example.org:ada@example.org")
    _, joes = pairs(capsys)["Joe Doe"]
    assert cli.run(["show", joes]) == 0
    assert "0 points, choice 1 of 2, decided by the operator" in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_two_who_are_kept_apart_already_are_named_and_nothing_is_doubled(capsys: pytest.CaptureFixture[str]) -> None:
    apart = ("--forbid", "ann@example.org:kay@example.org")
    assert "Ann Other and Kay McNulty apart: costs" in run(capsys, *apart)
    after = pairs(capsys)
    relationships = everything_of(capsys, "ann@example.org")
    told = run(capsys, *apart, *apart)
    assert told.count("Ann Other and Kay McNulty are kept apart already; nothing changes.") == 1
    assert "apart: costs" not in told
    assert pairs(capsys) == after
    assert everything_of(capsys, "ann@example.org") == relationships


@pytest.mark.usefixtures("place")
def test_a_pair_forced_together_after_all_can_be_kept_apart_again(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("--forbid", "--force", "--forbid"):
        run(capsys, words, "ann@example.org:kay@example.org")
        together = pairs(capsys).get("Ann Other", ("nobody",))[0] == "Kay McNulty"
        assert together is (words == "--force")


@pytest.mark.usefixtures("place")
def test_two_who_are_under_way_together_are_not_said_to_be_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--approve")
    assert cli.run(["match", "w1", "--forbid", "ann@example.org:kay@example.org", *TODAY]) == 1
    assert "apart already" not in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_a_dry_run_names_whom_is_kept_apart_already(capsys: pytest.CaptureFixture[str]) -> None:
    apart = ("--forbid", "ann@example.org:kay@example.org")
    assert json.loads(run(capsys, *apart, "--dry-run", "--json"))["already"] == []
    run(capsys, *apart)
    found = json.loads(run(capsys, *apart, "--dry-run", "--json"))
    assert [set(one) for one in found["already"]] == [{"mentee", "mentor"}]
    assert found["each"] == []


def everything_of(capsys: pytest.CaptureFixture[str], email: str) -> list[Any]:
    """All relationships somebody is or was in."""
    capsys.readouterr()
    assert cli.run(["show", email, "--json"]) == 0
    found: list[Any] = json.loads(capsys.readouterr().out)["relationships"]
    return found
