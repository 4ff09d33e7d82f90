"""Spreadsheets are read like the sheets they are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from programs.errors import MentorflowError
from programs.spec import Program, Role
from tasks.roster import RosterFile, read_roster
from tests.optional import needed

openpyxl = needed("openpyxl", "test")
needed("python_calamine", "xlsx")

Make = Callable[..., Program]
HEAD = ["email", "first_name", "last_name", "department"]
ADA = ["ada@example.org", "Ada", "Lovelace", "Engines"]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_only_sheet_is_read_with_its_typed_cells(tmp_path: Path, make_program: Make) -> None:
    head = [*HEAD, "role", "since", "years", "remote"]
    rows = [
        [*ADA, "both", date(2027, 2, 28), 3, True],
        ["b@example.org", "B", None, 7, "mentor", datetime(2027, 3, 1), 1.5, False],  # noqa: DTZ001 - as sheets have it
    ]
    path = workbook(tmp_path / "people.xlsx", Sheet1=[head, *rows])
    roster = read_roster([RosterFile(path)], make_program())
    assert roster.problems == ()
    first, second = roster.entries
    assert (first.fields["since"], first.fields["years"], first.fields["remote"]) == ("2027-02-28", 3, True)
    assert (second.fields["since"], second.fields["years"], second.fields["remote"]) == ("2027-03-01", 1.5, False)
    assert second.fields["department"] == "7"


def test_sheets_named_after_the_roles_give_the_roles(tmp_path: Path, make_program: Make) -> None:
    ben = ["ben@example.org", "Ben", "Bell", "Arts"]
    path = workbook(tmp_path / "people.xlsx", Mentees=[HEAD, ADA], notes=[["x"]], mentors=[HEAD, ben])
    roster = read_roster([RosterFile(path)], make_program())
    assert {entry.email: entry.roles for entry in roster.entries} == {
        "ada@example.org": (Role.MENTEE,),
        "ben@example.org": (Role.MENTOR,),
    }


def test_a_problem_names_the_sheet_and_its_row(tmp_path: Path, make_program: Make) -> None:
    path = workbook(tmp_path / "people.xlsx", mentors=[HEAD, ADA], mentees=[HEAD, [], ["x", "X", "Y", "E"]])
    (problem,) = read_roster([RosterFile(path)], make_program()).problems
    assert str(problem).startswith(f"{path}[mentees]:3:1: email: 'x' is not an e-mail address")


def test_a_sheet_can_be_named(tmp_path: Path, make_program: Make) -> None:
    path = workbook(tmp_path / "people.xlsx", old=[["x"]], new=[HEAD, ADA])
    roster = read_roster([RosterFile(path, Role.MENTOR, sheet="new")], make_program())
    assert [entry.roles for entry in roster.entries] == [(Role.MENTOR,)]


@pytest.mark.parametrize(
    ("file", "missing"),
    [({"sheet": "newest"}, "'newest'"), ({"role": Role.MENTEE}, "'mentees'"), ({}, "'mentors'")],
)
def test_a_sheet_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, make_program: Make, file: dict[str, Any], missing: str
) -> None:
    path = workbook(tmp_path / "people.xlsx", old=[["x"]], new=[HEAD, ADA])
    with pytest.raises(MentorflowError, match=f"has no sheet {missing}; there are: old, new"):
        read_roster([RosterFile(path, **file)], make_program())


def test_headings_must_stand_on_the_first_line(tmp_path: Path, make_program: Make) -> None:
    path = workbook(tmp_path / "people.xlsx", people=[[], HEAD, ADA])
    (problem,) = read_roster([RosterFile(path, Role.MENTEE)], make_program()).problems
    assert str(problem) == f"{path}[people]:1:1: the first line is empty; the headings belong there"


def test_a_file_that_only_looks_like_a_spreadsheet_is_refused(tmp_path: Path, make_program: Make) -> None:
    path = tmp_path / "people.xlsx"
    path.write_text("email,name\n")
    with pytest.raises(MentorflowError, match="it is not a spreadsheet, or damaged"):
        read_roster([RosterFile(path)], make_program())


def test_a_csv_file_has_no_sheets(tmp_path: Path, make_program: Make) -> None:
    path = tmp_path / "people.csv"
    path.write_text("email,name\n")
    with pytest.raises(MentorflowError, match="has no sheets"):
        read_roster([RosterFile(path, sheet="new")], make_program())


def test_without_the_extra_the_error_says_what_to_install(
    tmp_path: Path, make_program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    path = workbook(tmp_path / "people.xlsx", people=[HEAD, ADA])
    with pytest.raises(MentorflowError, match=r"pip install 'mentorflow\[xlsx\]'"):
        read_roster([RosterFile(path)], make_program())


def test_an_export_without_its_sheet_is_refused(shared_data: Path, make_program: Make) -> None:
    path = shared_data / "mentormatch-xlsx" / "missing_worksheet.xlsx"
    with pytest.raises(
        MentorflowError, match=r"has no sheet 'mentors'; there are: wrong_mentors_tab_name, mentees, favor; name one as"
    ):
        read_roster([RosterFile(path)], make_program())


def test_an_export_with_its_headings_on_another_row_is_refused_with_the_row(
    shared_data: Path, make_program: Make
) -> None:
    path = shared_data / "mentormatch-xlsx" / "wrong_row.xlsx"
    problems = read_roster([RosterFile(path)], make_program()).problems
    assert f"{path}[mentors]:1:1: the first line is empty" in str(problems[-1])
