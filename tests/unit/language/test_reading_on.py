"""After what is wrong the rest is still checked, and nothing is called wrong only because something else was."""

from __future__ import annotations

import pytest

from programs.errors import DeclarationError
from programs.library import load

PROGRAM = """program: reading-on
title: Reading on
enrollment:
  gates: [training]
phases:
  - id: main
    lasts: 8 weeks
    milestones:
      - {id: training, at: start, ask: {form: check, roles: [mentor, mentee], due: in 7 days}, required: true}
goals:
  - {id: well, objective: It goes well, measure: check.going, target: average >= 4}
forms:
  check:
    questions:
      - {id: going, ask: How is it going?, type: scale}
"""


def messages(tmp_path, old: str, new: str) -> list[str]:
    assert old in PROGRAM
    path = tmp_path / "p.yaml"
    path.write_text(PROGRAM.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        load(path)
    return [problem.message for problem in refused.value.problems]


def test_the_program_itself_is_right(tmp_path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PROGRAM, encoding="utf-8")
    assert load(path).title == "Reading on"


@pytest.mark.parametrize(
    ("old", "new", "only"),
    [
        ("due: in 7 days", "due: soon", "'soon' is not a length of time"),
        ("roles: [mentor, mentee]", "roles: [mentor, boss]", "'boss' is not one of: mentor, mentee, member"),
        ("required: true", "required: perhaps", "'perhaps' is not true or false"),
        ("at: start", "at: begin", "'begin' does not say when"),
        ("lasts: 8 weeks", "lasts: 8 weks", "'8 weks' is not a length of time"),
        ("type: scale", "type: stars", "'stars' is not one of"),
        ("questions:\n", "questons:\n", "'questons' is not a known key"),
        ("id: training", "id: Training", "'Training' is not an id"),
    ],
)
def test_one_mistake_is_one_problem_although_much_leans_on_it(tmp_path, old: str, new: str, only: str) -> None:
    found = [message for message in messages(tmp_path, old, new) if not message.endswith("is missing")]
    assert len(found) == 1
    assert found[0].startswith(only)


def test_what_was_probably_meant_is_checked_too(tmp_path) -> None:
    found = messages(
        tmp_path, "forms:\n", "form:\n  other: {questions: [{id: x, ask: X?, type: progress, goal: none}]}\n"
    )
    assert "'form' is not a known key" in found
    assert "there is no question 'none'" in found


def test_a_program_of_which_nothing_can_be_read_is_still_refused_in_words(tmp_path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("- one\n- two\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="is a list; expected keys with values"):
        load(path)
