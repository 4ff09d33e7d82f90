"""What is shown as data names everything as it is named elsewhere: by codes that can be pasted into the next command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tests.cli.conftest import walk_begun
from tests.cli.walk import PROGRAM, START, data, of


def numbers(found: Any, name: str = "") -> Iterator[str]:
    """The names under which a number of a row stands, however deep."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from numbers(value, key)
    elif isinstance(found, list):
        for one in found:
            yield from numbers(one, name)
    elif isinstance(found, int) and not isinstance(found, bool) and (name == "id" or name.endswith(("_id", "_by"))):
        yield name


@pytest.fixture
def name(running: Path, capsys: pytest.CaptureFixture[str]) -> str:
    tims = of(capsys, "tim@example.org")
    for words in (
        ["goal", tims, "far", "--participant", "tim@example.org", "--text", "Walk far", "--today", START],
        ["log-meeting", tims, "--on", START, "--minutes", "45", "--today", START],
    ):
        assert cli.run(words) == 0
    capsys.readouterr()
    return tims


@pytest.mark.parametrize("what", ["tim@example.org", "joe@example.org", "R"])
def test_nothing_that_is_shown_as_data_has_the_number_of_a_row(
    what: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(numbers(data(capsys, "show", name if what == "R" else what))) == set()


def test_codes_in_the_lists_of_a_relationship_lead_on(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "show", name)
    assert found["relationship"] == name
    people = {member["participant"] for member in found["members"]}
    assert people == {ask["participant"] for ask in found["asks"]}
    assert {goal["participant"] for goal in found["goals"]} < people
    for ask in found["asks"]:
        assert ask["relationship"] == name
        assert data(capsys, "show", ask["ask"])["participant"] == ask["participant"]


def test_a_goal_of_which_nobody_has_spoken_is_not_said_to_be_nowhere(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["show", name]) == 0
    assert "goal 'far' of Tim Lee: open, nobody has said yet how far it is" in capsys.readouterr().out
    far = ["goal", name, "far", "--participant", "tim@example.org"]
    assert cli.run([*far, "--progress", "0", "--today", START]) == 0
    assert cli.run(["show", name]) == 0
    assert "goal 'far' of Tim Lee: open, 0 %" in capsys.readouterr().out


def test_phases_forms_goals_and_reasons_are_called_by_their_titles(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goal = "{id: far, ask: How far do you want to get?, type: goal, term: long, roles: [mentee]}"
    told = PROGRAM.replace("going\n", "going\n    title: On the way\n").replace(
        "- id: aims\n", "- id: aims\n        title: Our aims\n"
    )
    (place / "walk.yaml").write_text(told.replace("  back:\n", f"      - {goal}\n  back:\n"))
    walk_begun()
    capsys.readouterr()
    tims = of(capsys, "tim@example.org")
    words = ["goal", tims, "far", "--participant", "tim@example.org", "--text", "The sea", "--today", START]
    assert cli.run(words) == 0
    capsys.readouterr()
    assert cli.run(["show", tims]) == 0
    shown = capsys.readouterr().out
    assert "goal 'far' of Tim Lee “How far do you want to get?”: open" in shown
    assert re.search(r"A-\w+  Our aims +P-\w+ Tim Lee", shown)
    assert cli.run(["show", "tim@example.org"]) == 0
    assert f"mentee in {tims}: active, in On the way" in capsys.readouterr().out
    assert cli.run(["close", tims, "--reason", "left_organisation", "--today", START]) == 0
    capsys.readouterr()
    assert cli.run(["show", tims]) == 0
    shown = capsys.readouterr().out
    assert "early, by operator: left organisation" in shown
    assert "close: left organisation (by " in shown


def test_codes_in_the_lists_of_a_participant_lead_on(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "show", "tim@example.org")
    assert data(capsys, "show", found["participant"])["email"] == "tim@example.org"
    assert [one["relationship"] for one in found["relationships"]] == [name]
    assert {ask["ask"] for ask in found["asks"]} <= {ask["ask"] for ask in data(capsys, "show", name)["asks"]}
