"""The action plan and goals from the command line, and how relationships in a row are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import data, of

TODAY = ["--today", "2027-01-12"]


@pytest.fixture
def name(running: Path, capsys: pytest.CaptureFixture[str]) -> str:
    return of(capsys, "tim@example.org")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert cli.run([*words]) == code
    out = capsys.readouterr()
    return out.out if code == 0 else out.err


def test_items_are_added_done_dropped_and_commented_by_their_number(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    far = ["goal", name, "far", "--participant", "tim@example.org", "--text", "Walk far", *TODAY]
    said(capsys, *far)
    more = ["--to", "ada@example.org", "--by", "2027-01-20", "--goal", "far"]
    assert "added" in said(capsys, "actions", name, "--add", "Buy  boots", *more, *TODAY)
    assert "was on the plan already" in said(capsys, "actions", name, "--add", "Buy boots", *TODAY)
    said(capsys, "actions", name, "--add", "Read a map", *TODAY)
    assert "item 1 is done" in said(capsys, "actions", name, "--done", "1", *TODAY)
    assert "was settled already" in said(capsys, "actions", name, "--done", "1", *TODAY)
    assert "item 2 is dropped" in said(capsys, "actions", name, "--drop", "2", *TODAY)
    assert "noted" in said(capsys, "actions", name, "--comment", "1", "They fit", *TODAY)
    first, second = data(capsys, "actions", name)
    assert (first["text"], first["status"], first["due_on"], first["goal"]) == (
        "Buy boots",
        "done",
        "2027-01-20",
        "far",
    )
    assert (second["text"], second["status"], second["participant"]) == ("Read a map", "dropped", None)
    assert [one["text"] for one in first["comments"]] == ["They fit"]
    listed = said(capsys, "actions", name)
    assert "Buy boots" in listed
    assert "1: They fit (operator, 2027-01-12)" in listed
    assert "action plan: 1 done, 1 dropped; see: mentorflow actions" in said(capsys, "show", name)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--done", "1", "--drop", "1"], "one change at a time"),
        (["--to", "ada@example.org"], "say what it is with --add"),
        (["--add", "  "], "nothing that is to be done"),
        (["--done", "4"], "has no item 4 in its action plan; it has none yet"),
        (["--add", "Go", "--to", "joe@example.org"], "is not a member"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    words: list[str], why: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert why in " ".join(said(capsys, "actions", name, *words, *TODAY, code=1).split())


def test_an_empty_plan_says_how_to_begin_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f'mentorflow actions {name} --add "…"' in said(capsys, "actions", name)


def test_a_goal_of_the_relationship_is_given_up_by_any_member(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    whose = ["--participant", "tim@example.org"]
    said(capsys, "goal", name, "top", *whose, "--text", "See the top", "--of", "relationship", *TODAY)
    assert "goal 'top' of the relationship: open, nobody has said yet how far it is" in said(capsys, "show", name)
    assert "goal 'top' given up" in said(
        capsys, "goal", name, "top", "--participant", "ada@example.org", "--drop", *TODAY
    )
    assert "was given up already" in said(capsys, "goal", name, "top", *whose, "--drop", *TODAY)
    both = said(capsys, "goal", name, "top", *whose, "--drop", "--progress", "3", *TODAY, code=1)
    assert "goes with neither --text nor --progress" in " ".join(both.split())
