"""Closing what has not begun: who gets ready alone leaves without fault, and a proposal is not closed but turned down."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import PROGRAM, START, data, launch

EARLY = ["--today", "2027-01-04"]
CONSIDERING = """\
  - id: considering
    alone: true
    lasts: {at_least: 1 day, at_most: 3 weeks}
    until: required milestones reached
    overrun: {after: 1 week, then: close, reason: other}
    milestones:
      - id: decision
        at: start
        ask: {form: decision, roles: [mentor, mentee], due: in 7 days}
        required: true
"""
DECISION = """\
  decision:
    questions:
      - {id: join, ask: Is it for you?, type: yes_no, required: true}
"""


@pytest.fixture
def considering(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Everybody considers it, each alone."""
    text = PROGRAM.replace("phases:\n", f"phases:\n{CONSIDERING}").replace("forms:\n", f"forms:\n{DECISION}")
    Path("walk.yaml").write_text(text)
    assert launch() == 0
    assert cli.run(["advance", "w1", *EARLY]) == 0
    capsys.readouterr()
    return place


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert cli.run([*words]) == code
    out = capsys.readouterr()
    return " ".join((out.out if code == 0 else out.err).split())


def ready(capsys: pytest.CaptureFixture[str], email: str) -> tuple[str, str]:
    """The participant, and that under which they get ready."""
    found = data(capsys, "show", email)
    return found["participant"], found["relationships"][0]["relationship"]


@pytest.mark.usefixtures("considering")
@pytest.mark.parametrize("by", ["participant", "relationship"])
def test_who_gets_ready_leaves_with_a_kind_word_and_without_a_record(
    by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    person, alone = ready(capsys, "tim@example.org")
    named = ["--participant", person] if by == "participant" else [alone]
    told = said(capsys, "close", *named, "--reason", "left_organisation", *EARLY)
    assert told == f"{person}: takes part in w1 no more. Nothing was running there, so there is no record."
    found = data(capsys, "show", person)
    assert (found["status"], found["withdrawn_why"]) == ("withdrawn", "left_organisation")
    assert [one["status"] for one in found["relationships"]] == ["left"]
    assert [ask["status"] for ask in found["asks"]] == ["withdrawn"]
    again = said(capsys, "close", "--participant", person, "--reason", "other", *EARLY)
    assert again.startswith(f"{person}: had left already.")
    assert "not this time" in "".join(mail.read_text() for mail in Path("mail").rglob("*.eml"))


@pytest.mark.usefixtures("launched")
def test_a_proposal_is_not_closed_and_the_way_to_turn_it_down_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "match", "w1", *EARLY)
    (proposed,) = data(capsys, "show", "tim@example.org")["relationships"]
    name = proposed["relationship"]
    why = said(capsys, "close", name, "--reason", "other", *EARLY, code=1)
    assert f"turn it down by: mentorflow match w1 --reject {name}" in why
    said(capsys, "match", "w1", "--approve", *EARLY)
    why = said(capsys, "close", name, "--reason", "other", *EARLY, code=1)
    assert "taken out by: mentorflow close --participant P-… --reason …" in why
    said(capsys, "advance", "w1", "--today", START)
    said(capsys, "close", name, "--reason", "other", "--today", START)
    assert data(capsys, "show", name)["status"] == "closed"
