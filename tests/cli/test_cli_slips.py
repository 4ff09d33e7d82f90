"""Slips of the hand at the command line: they are told in words that lead on, and can be put right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flows import cli
from tests.cli.walk import START, data, of

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is said does not depend on the database."""
    return sqlite_url


def refused(capsys: Capture, words: Sequence[str]) -> str:
    """Why a command is refused."""
    capsys.readouterr()
    assert cli.run(words) == 1
    return capsys.readouterr().err


def told(capsys: Capture, words: Sequence[str]) -> str:
    capsys.readouterr()
    assert cli.run(words) == 0
    return capsys.readouterr().out


def meeting(relationship: str, minutes: int, *more: str) -> list[str]:
    return ["log-meeting", relationship, "--on", START, "--minutes", str(minutes), "--today", START, *more]


@pytest.mark.usefixtures("running")
def test_a_meeting_logged_with_other_minutes_is_refused_with_both_figures(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    assert told(capsys, meeting(tims, 450)) == f"{tims}: logged.\n"
    why = refused(capsys, meeting(tims, 45))
    assert why == f"{tims} has a meeting of 450 minutes on {START} already, not of 45; if 45 is right, add --correct\n"
    assert [one["minutes"] for one in data(capsys, "show", tims)["meetings"]] == [450]


@pytest.mark.usefixtures("running")
def test_the_same_meeting_twice_is_harmless(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    told(capsys, meeting(tims, 45))
    before = data(capsys, "show", tims)
    for more in ((), ("--correct",)):
        assert told(capsys, meeting(tims, 45, *more)) == f"{tims}: was logged already, with 45 minutes.\n"
    assert data(capsys, "show", tims) == before


@pytest.mark.usefixtures("running")
def test_a_meeting_is_corrected_on_demand_and_its_history_says_so(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    told(capsys, meeting(tims, 450))
    correct = meeting(tims, 45, "--correct")
    assert told(capsys, correct) == f"{tims}: corrected, 45 minutes instead of 450.\n"
    assert "was logged already" in told(capsys, correct)
    found = data(capsys, "show", tims)
    assert [one["minutes"] for one in found["meetings"]] == [45]
    corrections = [one for one in found["history"] if one["event"] == "correct"]
    assert [(one["why"], one["by"]) for one in corrections] == [
        (f"the meeting on {START} took 45 minutes, not 450", "operator")
    ]


@pytest.mark.usefixtures("running")
def test_what_was_never_logged_cannot_be_corrected(capsys: Capture) -> None:
    tims = of(capsys, "tim@example.org")
    why = refused(capsys, meeting(tims, 45, "--correct"))
    assert f"{tims} has no meeting on {START} that could be corrected" in why
    told(capsys, meeting(tims, 45))
    assert "a meeting of 0 minutes cannot be" in refused(capsys, meeting(tims, 0, "--correct"))
