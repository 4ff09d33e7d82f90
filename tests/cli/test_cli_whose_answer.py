"""Whose answer a row of a sheet is: of the ask it names, or of the only one it can mean; never of one that was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flows import cli
from tests.cli.kept import led
from tests.cli.walk import data

PEOPLE = """\
role,email,first_name,last_name,department,grade,timezone,wants,offers
mentor,wen@example.org,Wen,Li,Law,lead,Europe/London,,"python; law"
mentee,tim@example.org,Tim,Lee,Tax,junior,Europe/London,python,
mentee,kim@example.org,Kim,Roe,Tax,junior,Europe/London,law,
"""
WEN, TIM, KIM = "wen@example.org", "tim@example.org", "kim@example.org"
DAY = ("--today", "2027-01-04")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a row means does not depend on the database; the queries behind it are tested on both in tests/store."""
    return sqlite_url


@pytest.fixture
def asked(place: Path, database_url: str, capsys: Capture) -> Path:
    """Both mentees of one mentor are asked whether they want to begin."""
    led(database_url, place / "mail", ("mentees asked",), ask_the_mentees)
    capsys.readouterr()
    return place


def ask_the_mentees() -> None:
    Path("people.csv").write_text(PEOPLE)
    for words in (
        ["launch", "four-phase", "--cohort", "f1", "--start", "2027-01-11", "--roster", "people.csv", *DAY],
        ["match", "f1", *DAY],
        ["match", "f1", "--approve", *DAY],
        ["advance", "f1", *DAY],
    ):
        assert cli.run(words) == 0


@pytest.fixture
def both(place: Path, database_url: str, capsys: Capture) -> Path:
    """The mentor is asked about both of them."""
    led(database_url, place / "mail", ("mentor asked",), ask_everybody)
    capsys.readouterr()
    return place


def ask_everybody() -> None:
    ask_the_mentees()
    answer(f"{TIM},yes", f"{KIM},yes")
    advance()


def answer(*lines: str, headings: str = "email,accept", form: str | None = "consent") -> int:
    Path("in.csv").write_text("\n".join([headings, *lines, ""]))
    return cli.run(["answer", "f1", "--file", "in.csv", *(["--form", form] if form else []), *DAY])


def advance() -> None:
    assert cli.run(["advance", "f1", *DAY]) == 0


def wens(capsys: Capture) -> dict[str, dict[str, Any]]:
    """What waits for the mentor, by the mentee whom it is about."""
    capsys.readouterr()
    waiting = [one for one in data(capsys, "answer", "f1", *DAY) if one["email"] == WEN]
    return {_mentee(data(capsys, "show", one["relationship"])["members"]): one for one in waiting}


def _mentee(members: Sequence[dict[str, Any]]) -> str:
    return next(str(one["email"]) for one in members if one["role"] == "mentee")


@pytest.mark.usefixtures("both")
def test_a_row_that_could_answer_several_open_asks_is_refused_with_each_of_them(capsys: Capture) -> None:
    before = wens(capsys)
    assert answer(f"{WEN},yes") == 1
    shown = capsys.readouterr()
    assert "0 taken, 0 known already, 1 refused." in shown.out
    assert "in.csv:2:1: wen@example.org has 2 open asks of 'consent'" in shown.err
    for email, name in ((TIM, "Tim Lee"), (KIM, "Kim Roe")):
        assert f"{before[email]['ask']} with {name} in {before[email]['relationship']}" in shown.err
    assert "column `ask`" in shown.err
    assert "column `relationship`" in shown.err
    assert wens(capsys) == before


@pytest.mark.usefixtures("both")
def test_the_only_open_ask_is_meant_however_the_answered_one_was_answered(capsys: Capture) -> None:
    before = wens(capsys)
    assert answer(f"{before[TIM]['ask']},yes", headings="ask,accept", form=None) == 0
    assert set(wens(capsys)) == {KIM}
    assert answer(f"{WEN},yes") == 0
    assert "1 taken" in capsys.readouterr().out
    assert wens(capsys) == {}


@pytest.mark.usefixtures("both")
def test_a_relationship_says_which_ask_is_meant(capsys: Capture) -> None:
    before = wens(capsys)
    lines = (f"{WEN},{before[KIM]['relationship'].lower()},no", f"{WEN},{before[TIM]['relationship']},yes")
    assert answer(*lines, headings="email,Relationship,accept") == 0
    assert "2 taken, 0 known already" in capsys.readouterr().out
    assert data(capsys, "show", before[KIM]["relationship"])["status"] == "declined"
    assert data(capsys, "show", before[TIM]["relationship"])["status"] == "agreed"
    assert answer(*lines, headings="email,relationship,accept") == 0
    assert "0 taken, 2 known already" in capsys.readouterr().out


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("headings", "cell", "why"),
    [
        ("ask,email,accept", "tim@example.org", "was asked of wen@example.org, not of tim@example.org"),
        ("ask,relationship,accept", "of_kim", "was asked in {of_tim}, not in {of_kim}"),
        ("ask,form,accept", "fit", "asks for 'consent', not for 'fit'"),
        ("ask,relationship,accept", "R-!", "is not an id of the form R-"),
    ],
)
def test_a_row_that_says_two_things_of_its_ask_is_refused(headings: str, cell: str, why: str, capsys: Capture) -> None:
    before = wens(capsys)
    codes = {"of_tim": before[TIM]["relationship"], "of_kim": before[KIM]["relationship"]}
    assert answer(f"{before[TIM]['ask']},{codes.get(cell, cell)},yes", headings=headings, form=None) == 1
    assert why.format(**codes) in capsys.readouterr().err
    assert wens(capsys) == before


@pytest.mark.usefixtures("both")
def test_a_relationship_in_which_nothing_was_asked_of_them_is_told(capsys: Capture) -> None:
    of_kim = wens(capsys)[KIM]["relationship"]
    assert answer(f"{TIM},{of_kim},yes", headings="email,relationship,accept") == 1
    assert f"tim@example.org has not been asked for 'consent' in {of_kim}" in capsys.readouterr().err


@pytest.mark.usefixtures("both")
def test_rows_for_the_same_ask_are_all_refused_and_stop_no_other(capsys: Capture) -> None:
    before = wens(capsys)
    of_tim, of_kim = before[TIM]["ask"], before[KIM]["ask"]
    assert answer(f"{of_tim},yes", f"{of_kim},yes", f"{of_tim},no", headings="ask,accept", form=None) == 1
    shown = capsys.readouterr()
    assert "1 taken, 0 known already, 2 refused." in shown.out
    for line in (2, 4):
        assert f"in.csv:{line}:1: {of_tim} is answered by 2 rows (lines 2, 4)" in shown.err
    assert set(wens(capsys)) == {TIM}


@pytest.mark.usefixtures("asked")
def test_the_same_sheet_again_never_answers_what_was_asked_since(capsys: Capture) -> None:
    assert answer(f"{TIM},yes") == 0
    advance()
    assert answer(f"{WEN},yes") == 0
    assert answer(f"{KIM},yes") == 0
    advance()
    before = wens(capsys)
    assert set(before) == {KIM}
    assert answer(f"{WEN},yes") == 0
    shown = capsys.readouterr()
    assert "0 taken, 1 known already, 0 refused." in shown.out
    assert "in.csv:2:1: these answers are known already" in shown.err
    assert f"{before[KIM]['ask']} with Kim Roe" in shown.err
    assert wens(capsys) == before
    assert answer(f"{WEN},no") == 0
    assert "1 taken" in capsys.readouterr().out
    assert wens(capsys) == {}


@pytest.mark.usefixtures("both")
def test_where_nothing_is_open_the_same_answer_is_known_and_another_has_to_say_which_it_changes(
    capsys: Capture,
) -> None:
    before = wens(capsys)
    assert answer(*(f"{one['ask']},yes" for one in before.values()), headings="ask,accept", form=None) == 0
    assert answer(f"{WEN},yes") == 0
    assert "0 taken, 1 known already" in capsys.readouterr().out
    assert answer(f"{WEN},no") == 1
    why = capsys.readouterr().err
    assert "wen@example.org was asked for 'consent' 2 times, and none of these is open" in why
    assert before[TIM]["ask"] in why
    assert before[KIM]["ask"] in why


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("headings", "line", "why"),
    [
        ("email,form,accept", f"{WEN},,yes", "in.csv:2:2: form: the cell is empty"),
        ("email,form,accept", ",consent,yes", "in.csv:2:1: email: the cell is empty"),
        ("ask,accept", ",yes", "in.csv:2:1: ask: the cell is empty"),
        ("ask,email,form,accept", f",{WEN},,yes", "in.csv:2:3: form: the cell is empty"),
        ("email,form,accept", f"{WEN},consnt,yes", "four-phase has no form 'consnt'; did you mean 'consent'?"),
        ("email,form,accept", f"{WEN},fit,yes", "wen@example.org has not been asked for 'fit'"),
    ],
)
def test_what_does_not_say_which_ask_is_meant_is_told_by_its_cell(
    headings: str, line: str, why: str, capsys: Capture
) -> None:
    assert answer(line, headings=headings, form=None) == 1
    assert why in capsys.readouterr().err


@pytest.mark.usefixtures("both")
def test_a_form_that_the_program_does_not_have_is_told_once(capsys: Capture) -> None:
    assert answer(f"{WEN},yes", f"{TIM},yes", form="consnt") == 1
    assert capsys.readouterr().err == "four-phase has no form 'consnt'; did you mean 'consent'?\n"


@pytest.mark.usefixtures("both")
def test_rows_in_which_nothing_is_answered_yet_are_left_out_and_counted(capsys: Capture) -> None:
    of_tim = wens(capsys)[TIM]["ask"]
    assert answer(f"{of_tim},yes,", "A-00000,,", ",,", headings="ask,accept,note", form=None) == 0
    assert "1 taken, 0 known already, 0 refused, 1 without an answer." in capsys.readouterr().out
    Path("in.csv").write_text(f"ask,accept\n{of_tim},\n")
    assert data(capsys, "answer", "f1", "--file", "in.csv", *DAY) == {
        "taken": 0, "unchanged": 0, "refused": 0, "without_answers": 1, "problems": [], "notes": [],
    }  # fmt: skip


def test_where_nothing_is_open_the_listing_says_so(launched: Path, capsys: Capture) -> None:
    assert cli.run(["answer", "w1", *DAY]) == 0
    assert capsys.readouterr().out == "Nothing waits for an answer in w1.\n"
    assert data(capsys, "answer", "w1", *DAY) == []


@pytest.mark.usefixtures("both")
def test_something_asked_is_shown_with_its_questions(capsys: Capture) -> None:
    of_tim = wens(capsys)[TIM]["ask"]
    assert cli.run(["show", of_tim]) == 0
    shown = capsys.readouterr().out
    assert "  accept, required: Would you like to begin?\n    yes or no\n" in shown
    assert "  why: If not, what stands in the way?\n    one of no_time, other_person" in shown
    assert "(no_time = I do not have the time just now; other_person = " in shown
    (accept, *_) = data(capsys, "show", of_tim)["questions"]
    assert accept == {
        "question": "accept", "words": "Would you like to begin?", "type": "yes_no", "required": True, "roles": [],
        "options": {}, "accepted": "yes or no",
    }  # fmt: skip


@pytest.mark.usefixtures("both")
def test_a_form_is_listed_with_its_questions_and_what_is_open_of_it(capsys: Capture) -> None:
    of_tim, of_kim = (one["ask"] for one in wens(capsys).values())
    assert cli.run(["answer", "f1", "--form", "consent", *DAY]) == 0
    shown = capsys.readouterr().out
    assert "  note: Is there anything that would help us to find a better match?\n    text of at most 10,000" in shown
    assert of_tim in shown
    assert of_kim in shown
    found = data(capsys, "answer", "f1", "--form", "consent", *DAY)
    assert [one["question"] for one in found["questions"]] == ["accept", "why", "note"]
    assert {one["ask"] for one in found["open"]} == {of_tim, of_kim}
    assert cli.run(["answer", "f1", "--form", "fit", *DAY]) == 0
    assert "Nothing waits for an answer to 'fit' in f1." in capsys.readouterr().out


@pytest.mark.usefixtures("both")
def test_a_sheet_to_be_filled_in_has_a_row_for_each_open_ask_and_is_taken(capsys: Capture) -> None:
    before = wens(capsys)
    out = Path("out.csv")
    assert cli.run(["answer", "f1", "--form", "consent", "--sheet", "out.csv", *DAY]) == 0
    assert (
        "out.csv: written, with 2 rows to fill in; then: mentorflow answer f1 --file out.csv" in capsys.readouterr().out
    )
    heading, *rows = out.read_text(encoding="utf-8-sig").splitlines()
    assert heading == "ask,email,relationship,with,accept,why,note"
    assert sorted(rows) == sorted(
        f"{before[email]['ask']},{WEN},{before[email]['relationship']},{name},,,"
        for email, name in ((TIM, "Tim Lee"), (KIM, "Kim Roe"))
    )
    filled = "\n".join([heading, *(row.replace("Lee,", "Lee,y") for row in rows), ""])
    out.write_text(filled, encoding="utf-8-sig")
    assert cli.run(["answer", "f1", "--file", "out.csv", *DAY]) == 0
    assert "1 taken, 0 known already, 0 refused, 1 without an answer." in capsys.readouterr().out
    assert set(wens(capsys)) == {KIM}


@pytest.mark.usefixtures("both")
def test_a_sheet_is_not_written_over_and_not_written_without_a_form_or_a_row(capsys: Capture) -> None:
    Path("out.csv").write_text("half filled in")
    for words, why in (
        (["--form", "consent", "--sheet", "out.csv"], "out.csv is there already, and may have answers in it"),
        (["--sheet", "new.csv"], "say with --form for which form the sheet is; open in f1: consent"),
        (["--form", "consent", "--sheet", "new.csv", "--file", "out.csv"], "name only one of them"),
        (["--form", "consnt", "--sheet", "new.csv"], "did you mean 'consent'?"),
    ):
        assert cli.run(["answer", "f1", *words, *DAY]) == 1
        assert why in capsys.readouterr().err
    assert cli.run(["answer", "f1", "--form", "fit", "--sheet", "new.csv", *DAY]) == 0
    assert capsys.readouterr().out == "Nothing waits for an answer to 'fit' in f1.\n"
    assert Path("out.csv").read_text() == "half filled in"
    assert not Path("new.csv").exists()
