"""The operator moves a relationship along the ways of its program, as often as the command is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import PROGRAM, data, launch, of

BACK = "  - {id: back_home, lasts: 2 weeks, paths: [{to: end}, {to: going, when: operator, at_most: 1}]}\nclosure:"


@pytest.fixture
def walking(place: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A running relationship of a program that leads from `going` to `back_home`, and once back."""
    Path("walk.yaml").write_text(PROGRAM.replace("closure:", BACK))
    assert launch() == 0
    assert cli.run(["match", "w1", "--today", "2027-01-04"]) == 0
    assert cli.run(["match", "w1", "--approve", "--today", "2027-01-04"]) == 0
    assert cli.run(["advance", "w1", "--today", "2027-01-11"]) == 0
    capsys.readouterr()
    return of(capsys, "tim@example.org")


def test_a_relationship_is_moved_once_and_told_where_else_it_may_go(
    walking: str, capsys: pytest.CaptureFixture[str]
) -> None:
    on = ["--today", "2027-01-12"]
    assert cli.run(["move", walking, "back_home", "--why", "they are through", *on]) == 0
    assert cli.run(["move", walking, "back_home", *on]) == 0
    assert cli.run(["move", walking, "elsewhere", *on]) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [f"{walking}: goes on to back_home.", f"{walking}: has come already to back_home."]
    assert "it may go to: going, end" in shown.err
    assert data(capsys, "show", walking)["phase"] == "back_home"
