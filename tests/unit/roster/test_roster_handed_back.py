"""Refused rows go out whole and harmless, and come back refused until somebody has corrected them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.spec import Program
from tasks.cells import read_back, safe_text
from tasks.roster import Roster, RosterFile, read_roster, write_rejected

Read = Callable[..., Roster]
Make = Callable[..., Program]
HEAD = "email,first_name,last_name,department\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "refused.csv"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def again(path: Path, program: Program) -> Roster:
    return read_roster([RosterFile(path)], program)


def test_a_row_with_a_cell_too_many_keeps_it_and_stays_refused(read: Read, make_program: Make, sheet: Path) -> None:
    write_rejected(read(mentees=HEAD + "ben@example.org,Ben,Bell,Arts, Crafts\n"), sheet)
    assert " Crafts" in rows_of(sheet)[1]
    roster = again(sheet, make_program())
    assert roster.entries == ()
    assert [str(problem.message) for problem in roster.problems] == ["' Crafts' stood in a cell too many"]


def test_a_cell_too_many_that_is_blank_keeps_the_row_refused_as_well(
    read: Read, make_program: Make, sheet: Path
) -> None:
    write_rejected(read(mentees=HEAD + "ben@example.org,Ben,,Bell,Arts,\n"), sheet)
    assert again(sheet, make_program()).entries == ()


def test_a_row_that_ended_early_stays_refused_at_every_cell_that_was_not_there(
    read: Read, make_program: Make, sheet: Path
) -> None:
    program = make_program(fields={"department": {"type": "text"}})
    write_rejected(read(mentees=HEAD + "ben@example.org,Ben\n", program=program), sheet)
    roster = again(sheet, program)
    assert roster.entries == ()
    assert {(problem.path, problem.message) for problem in roster.problems} == {
        (name, "the row ended before this cell") for name in ("last_name", "department")
    }


def test_rows_are_refused_however_often_they_are_handed_in_uncorrected(
    read: Read, make_program: Make, sheet: Path
) -> None:
    ragged = HEAD + "ben@example.org,Ben\ncleo@example.org,Cleo,Cox,Arts,Crafts,,More\n=dora,=D,-D,@x\n"
    write_rejected(read(mentees=ragged), sheet)
    before = [row[:-2] for row in rows_of(sheet)]
    for _ in range(2):
        assert write_rejected(again(sheet, make_program()), sheet) == 3
        assert [row[:-2] for row in rows_of(sheet)] == before


def test_a_row_that_has_been_put_right_is_taken(read: Read, make_program: Make, sheet: Path) -> None:
    ragged = HEAD + "ben@example.org,Ben\ncleo@example.org,Cleo,Cox,Arts,Crafts\n"
    write_rejected(read(mentees=ragged), sheet)
    heads, ben, cleo = rows_of(sheet)
    ben[2:4] = ["Bell", "Arts"]
    cleo[3], cleo[heads.index("surplus cell")] = "Arts, Crafts", ""
    write(sheet, [heads, ben, cleo])
    roster = again(sheet, make_program())
    assert roster.problems == ()
    assert [(entry.last_name, entry.fields["department"]) for entry in roster.entries] == [
        ("Bell", "Arts"),
        ("Cox", "Arts, Crafts"),
    ]


def test_columns_keep_their_headings_also_those_that_are_not_read(read: Read, make_program: Make, sheet: Path) -> None:
    """A survey tool exports its own `Email` beside the one that people gave; under the name of the field it would be ignored."""
    program = make_program(
        fields={}, columns={"Work address": "email", "Full name": "name"}, ignore=["Email", "Name", "Remarks"]
    )
    text = "Email,Work address,Name,Full name,Remarks,Remarks\nanonymous,ben,x,Ben Bell,on leave,call\n"
    write_rejected(read(mentees=text, program=program), sheet)
    heads, ben = rows_of(sheet)
    assert heads[:6] == ["Email", "Work address", "Name", "Full name", "Remarks", "Remarks"]
    assert ben[:6] == ["anonymous", "ben", "x", "Ben Bell", "on leave", "call"]
    ben[1] = "ben@example.org"
    write(sheet, [heads, ben])
    (entry,) = again(sheet, program).entries
    assert (entry.email, entry.first_name, entry.roles) == ("ben@example.org", "Ben Bell", ("mentee",))


def test_columns_that_mean_the_same_are_one_column(read: Read, make_program: Make, sheet: Path) -> None:
    mentors = "Email,Name,Department\nben,Ben,Arts\n"
    mentees = "department,email,name\nArts,cleo,Cleo\n"
    write_rejected(read(mentors=mentors, mentees=mentees), sheet)
    assert [row[:4] for row in rows_of(sheet)] == [
        ["Email", "Name", "Department", "role"],
        ["ben", "Ben", "Arts", "mentor"],
        ["cleo", "Cleo", "Arts", "mentee"],
    ]


def test_every_row_of_a_person_who_is_refused_is_handed_back(read: Read, sheet: Path) -> None:
    rows = "a@example.org,A,E,mentor\na@example.org,A,E,mentee\na@example.org,B,E,mentor\n"
    roster = read(f"email,name,department,role\n{rows}")
    assert roster.entries == ()
    assert write_rejected(roster, sheet) == 3


def test_no_cell_of_the_sheet_can_be_taken_for_a_formula(read: Read, sheet: Path) -> None:
    write_rejected(read(mentees=HEAD + "ben,=1+1,@x,-2 Dept\n"), sheet)
    assert rows_of(sheet)[1][:4] == ["ben", "'=1+1", "'@x", "'-2 Dept"]


def test_what_was_made_harmless_is_read_as_it_was(read: Read, make_program: Make, sheet: Path) -> None:
    program = make_program(columns={"+ department": "department"})
    text = "email,first_name,last_name,+ department,years\nben,=1+1,'@x,-2 Dept,-3\n"
    write_rejected(read(mentees=text, program=program), sheet)
    heads, ben = rows_of(sheet)
    assert heads[3] == "'+ department"
    ben[0] = "ben@example.org"
    write(sheet, [heads, ben])
    (entry,) = again(sheet, program).entries
    assert (entry.first_name, entry.last_name) == ("=1+1", "'@x")
    assert (entry.fields["department"], entry.fields["years"]) == ("-2 Dept", -3)


def test_an_apostrophe_of_another_sheet_is_somebodys_own(read: Read) -> None:
    assert read(mentees=HEAD + "b@example.org,B,Bell,'-20%' was\n").entries[0].fields["department"] == "'-20%' was"


@given(st.text("'=+-@\t ＝ax\n"))
def test_every_text_is_read_back_as_it_was_written(text: str) -> None:
    written = safe_text(text)
    assert read_back(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


def test_a_short_row_that_a_spreadsheet_filled_up_is_still_refused(
    read: Read, make_program: Make, sheet: Path, tmp_path: Path
) -> None:
    write_rejected(read(mentees=HEAD + "ben@example.org,Ben\ncleo@example.org,Cleo,Cox,Arts,Crafts\n"), sheet)
    rows: list[list[Any]] = rows_of(sheet)
    widest = max(map(len, rows))
    write(sheet, [[*row, *[""] * (widest - len(row))] for row in rows])
    assert again(sheet, make_program()).entries == ()
