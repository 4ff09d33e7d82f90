"""The operator lets people through a gate, by id, by address, from a sheet, or all of them; and takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import PROGRAM, launch

GATE = "enrollment:\n  gates: [{id: screening, title: Screening, by: operator, before: matching}]\n"


@pytest.fixture
def screened(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Five people before a gate that the operator opens."""
    Path("walk.yaml").write_text(PROGRAM.replace("enrollment:\n", GATE))
    assert launch() == 0
    capsys.readouterr()
    return place


def let(*words: str) -> int:
    return cli.run(["pass", "w1", "screening", *words, "--today", "2027-01-04"])


def test_people_are_let_through_by_address_and_from_a_sheet(screened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert let("ada@example.org", "kay@example.org") == 0
    assert "2 participants: have passed 'screening'." in capsys.readouterr().out
    Path("screened.csv").write_text("email\ntim@example.org\nada@example.org\n")
    assert let("--file", "screened.csv") == 0
    assert "1 participant: have passed 'screening'; 1 did before." in capsys.readouterr().out
    assert let("--everybody") == 0
    assert "2 participants" in capsys.readouterr().out
    assert let("--everybody") == 0
    assert "nobody: have passed 'screening'." in capsys.readouterr().out


def test_status_says_who_stands_before_the_gate_and_show_says_which(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["status", "w1"]) == 0
    told = capsys.readouterr().out
    assert "before the gate 'screening' (opened by the operator), the longest since 2027-01-04: 5 (P-" in told
    assert cli.run(["show", "ada@example.org"]) == 0
    assert "stands before 'Screening' since 2027-01-04" in capsys.readouterr().out


def test_what_was_passed_is_taken_back_until_somebody_was_matched(
    screened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert let("--everybody") == 0
    assert let("ada@example.org", "--undo") == 0
    assert "1 participant: stand before 'screening' again." in capsys.readouterr().out
    assert let("ada@example.org") == 0
    assert cli.run(["advance", "w1", "--today", "2027-01-04"]) == 0
    capsys.readouterr()
    assert let("ada@example.org", "--undo") == 1
    assert "went on after passing 'screening'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("ada@example.org", "--everybody")])
def test_it_has_to_be_said_who(screened: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert let(*words) == 1
    assert "say who" in capsys.readouterr().err
