"""The operator lets people through a gate, by id, by address, from a sheet, or all of them; and takes it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import PROGRAM, START, data, launch, of

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
    assert (
        "before the gate “Screening” (screening, opened by the operator), the longest since 2027-01-04: 5 (P-" in told
    )
    assert cli.run(["show", "ada@example.org"]) == 0
    assert "stands before “Screening” since 2027-01-04" in capsys.readouterr().out


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


@pytest.fixture
def briefed(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A gate that is passed by answering what everybody is asked at the start."""
    Path("walk.yaml").write_text(PROGRAM.replace("enrollment:\n", "enrollment:\n  gates: [aims]\n"))
    assert launch() == 0
    for words in (["match", "w1"], ["match", "w1", "--approve"], ["advance", "w1"]):
        assert cli.run([*words, "--today", "2027-01-04"]) == 0
    capsys.readouterr()
    sheet = "ask,accept\n"
    while asked := [ask for ask in data(capsys, "answer", "w1") if ask["form"] == "consent"]:
        Path("in.csv").write_text(sheet + "".join(f"{ask['ask']},yes\n" for ask in asked))
        assert cli.run(["answer", "w1", "--file", "in.csv", "--today", "2027-01-04"]) == 0
        assert cli.run(["advance", "w1", "--today", "2027-01-04"]) == 0
        capsys.readouterr()
    assert cli.run(["advance", "w1", "--today", START]) == 0
    capsys.readouterr()
    return place


def test_a_gate_that_is_answered_is_opened_for_named_people_and_for_a_reason(
    briefed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_off = ["pass", "w1", "aims", "tim@example.org", "--today", START]
    assert cli.run(let_off) == 1
    assert 'is let through with --why "…"' in capsys.readouterr().err
    assert cli.run(["pass", "w1", "aims", "--everybody", "--why", "on paper", "--today", START]) == 1
    assert "name those who pass it without" in capsys.readouterr().err
    assert cli.run([*let_off, "--why", "on paper"]) == 0
    assert "1 participant: have passed 'aims'." in capsys.readouterr().out
    assert cli.run(["show", "tim@example.org"]) == 0
    told = capsys.readouterr().out
    assert f"{START}  pass: gate aims: on paper (by operator)" in told
    assert "stands before" not in told


def test_a_waived_form_of_a_gate_lets_its_people_through_and_says_so(
    briefed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tims = of(capsys, "tim@example.org")
    waive = ["waive", tims, "aims", "--why", "did it last year", "--today", START]
    assert cli.run(waive) == 0
    assert f"{tims}: let off aims, and past the gate 'aims' by that." in capsys.readouterr().out
    assert cli.run(waive) == 0
    assert "nothing of aims is outstanding" in capsys.readouterr().out
    assert cli.run(["show", "tim@example.org"]) == 0
    told = capsys.readouterr().out
    assert told.count("pass: gate aims, waived: did it last year (by operator)") == 1
    assert "stands before" not in told
    assert "active" in told.splitlines()[0]
