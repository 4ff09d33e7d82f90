"""What is shown as data names everything as it is named elsewhere: by codes that can be pasted into the next command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tests.cli.walk import START, data, of


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
    assert "goal 'far': open, nobody has said yet how far it is" in capsys.readouterr().out
    far = ["goal", name, "far", "--participant", "tim@example.org"]
    assert cli.run([*far, "--progress", "0", "--today", START]) == 0
    assert cli.run(["show", name]) == 0
    assert "goal 'far': open, 0 %" in capsys.readouterr().out


def test_codes_in_the_lists_of_a_participant_lead_on(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "show", "tim@example.org")
    assert data(capsys, "show", found["participant"])["email"] == "tim@example.org"
    assert [one["relationship"] for one in found["relationships"]] == [name]
    assert {ask["ask"] for ask in found["asks"]} <= {ask["ask"] for ask in data(capsys, "show", name)["asks"]}
