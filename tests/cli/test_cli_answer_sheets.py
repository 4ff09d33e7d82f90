"""Sheets of answers are read as sheets of people are: whatever holds their columns apart, and however headings are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli
from tests.cli.walk import START, data
from tests.optional import needed

AIM = "To see far, and wide"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """How a sheet is read does not depend on the database."""
    return sqlite_url


def answered(*more: str) -> int:
    return cli.run(["answer", "w1", "--file", "in.csv", "--today", START, *more])


def ask(capsys: pytest.CaptureFixture[str]) -> str:
    found: str = data(capsys, "answer", "w1", "--today", START)[0]["ask"]
    return found


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_columns_may_be_held_apart_by_semicolons_or_tabs_behind_a_mark(
    separator: str, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(f"{mark}ask{separator}aim\n{ask(capsys)}{separator}{AIM}\n", encoding="utf-8")
    assert answered() == 0
    assert "1 taken" in capsys.readouterr().out


@pytest.mark.usefixtures("running")
def test_the_mark_of_utf_16_says_how_a_sheet_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text(f"ask\taim\n{ask(capsys)}\t{AIM}\n", encoding="utf-16")
    assert answered() == 0


@pytest.mark.usefixtures("running")
def test_another_encoding_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text(f"ask;aim\n{ask(capsys)};Müßiggang\n", encoding="cp1252")
    assert answered() == 1
    assert "in.csv:2:" in capsys.readouterr().err
    assert answered("--encoding", "cp1252") == 0


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "headings", ["EMAIL,Form,Aim", "e_mail,form,AIM", "Work address,form,What do you want?", "email, form ,aim"]
)
def test_headings_are_known_by_their_words_by_the_programs_map_and_by_the_question(
    headings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(f"{headings}\ntim@example.org,aims,High\n")
    assert answered() == 0
    assert "1 taken" in capsys.readouterr().out


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("", "in.csv:1:1: the file is empty"),
        ("\nask,aim\n", "in.csv:1:1: the first line is empty; the headings belong there"),
        ("ask,aim\n", "in.csv:1:1: there are headings, but nothing under them"),
        ("A-7F3K2,High\nA-7F3K3,Low\n", "in.csv:1:1: the first line is a response already; the headings belong there"),
        ("ann@example.org,High\nx,y\n", "in.csv:1:1: the first line is a response already; the headings belong there"),
        ("aim\nx\n", "in.csv:1:1: no column says what is answered"),
        ("ask,,aim\nA-7F3K2,High,Low\n", "in.csv:2:2: there is a value under no heading"),
        ("E-Mail,email,form\na,b,c\n", "in.csv:1:2: email: 'email' and 'E-Mail' in column 1 both mean 'email'"),
    ],
)
def test_a_sheet_without_headings_or_responses_is_told_with_its_place(
    sheet: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(sheet)
    assert answered() == 1
    assert told in capsys.readouterr().err


@pytest.mark.usefixtures("running")
def test_a_row_of_another_length_is_refused_and_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [one["ask"] for one in data(capsys, "answer", "w1", "--today", START)]
    Path("in.csv").write_text(f"ask,aim\n{asked[0]},a,b\n{asked[1]}\n{asked[2]},go\n")
    assert answered() == 1
    shown = capsys.readouterr()
    assert "1 taken, 0 known already, 2 refused." in shown.out
    assert "in.csv:2:3: the row has 3 cells, but there are 2 headings" in shown.err
    assert "in.csv:3:2: aim: the row ends here" in shown.err


@pytest.mark.usefixtures("running")
def test_answers_come_out_of_a_workbook_too(capsys: pytest.CaptureFixture[str]) -> None:
    openpyxl = needed("openpyxl", "test")
    book = openpyxl.Workbook()
    book.active.title = "Responses"
    for row in (("ask", "aim"), (ask(capsys), AIM)):
        book.active.append(row)
    book.create_sheet("Notes")
    book.save("in.xlsx")
    assert cli.run(["answer", "w1", "--file", "in.xlsx", "--today", START]) == 1
    assert "in.xlsx#Responses" in capsys.readouterr().err
    assert cli.run(["answer", "w1", "--file", "in.xlsx#Responses", "--today", START]) == 0
    assert "1 taken" in capsys.readouterr().out
