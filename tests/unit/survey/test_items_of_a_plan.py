"""Items of an action plan as people write them: a line each, whose it is, and by when."""

from __future__ import annotations

from datetime import date

import pytest

from programs.errors import AnswerRefusedError
from programs.spec import Form, Role
from programs.survey import Item, described, item, validate

FORM = Form.model_validate({"questions": [{"id": "plan", "ask": "What will you do?", "type": "actions"}]})


def taken(said: object) -> object:
    return validate(FORM, Role.MENTEE, {"plan": said})["plan"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ask Eva for a talk", Item("Ask Eva for a talk")),
        ("mentor: Introduce me to Eva", Item("Introduce me to Eva", "mentor")),
        ("Mentor: by 2027-03-01 Introduce me", Item("Introduce me", "mentor", date(2027, 3, 1))),
        ("by 2027-03-01: Write it down", Item("Write it down", "me", date(2027, 3, 1))),
        ("Write it down by 2027-03-01", Item("Write it down", "me", date(2027, 3, 1))),
        ("Write it down (by 2027-03-01).", Item("Write it down", "me", date(2027, 3, 1))),
        ("both: Meet on Mondays", Item("Meet on Mondays", "both")),
        ("Read the book: chapter 2", Item("Read the book: chapter 2")),
        ("Stand by Eva", Item("Stand by Eva")),
    ],
)
def test_a_line_says_what_and_if_it_wants_whose_and_by_when(line: str, expected: Item) -> None:
    assert item(line) == expected


def test_what_people_put_before_the_lines_of_a_list_is_left_out() -> None:
    assert taken("- One\r\n\r\n* Two  words\n3. Three\n• One") == ["One", "Two words", "Three"]


def test_a_list_is_taken_as_it_is_and_nothing_is_no_answer() -> None:
    assert taken(["One", " Two "]) == ["One", "Two"]
    with pytest.raises(AnswerRefusedError, match="nothing was answered"):
        taken("\n - \n".replace("- ", ""))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("\n".join(f"Item {number}" for number in range(21)), "these are 21 items"),
        ("x" * 301, "an item is 301 characters long"),
        ("Write by 2027-02-30", "the calendar has no such day"),
        ("mentor: by 2027-02-01", "says nothing that is to be done"),
        (7, "this is not a list of items"),
    ],
)
def test_what_cannot_be_an_item_is_refused_with_the_way_out(said: object, why: str) -> None:
    with pytest.raises(AnswerRefusedError, match=why) as refused:
        taken(said)
    assert "a line for each item, at most 20" in str(refused.value)


def test_a_form_says_how_to_write_them() -> None:
    assert "A line for each item" in described(FORM, Role.MENTEE)
