"""What separates the values of one cell, whatever separates the columns of the sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from programs.spec import Program
from tasks.roster import Entry, Roster, RosterFile, read_roster
from tests.optional import needed

One = Callable[..., Entry]
Read = Callable[..., Roster]
Told = Callable[..., list[str]]
Make = Callable[..., Program]


@pytest.mark.parametrize("said", ["en,de", "en;de", "en; de", " en ;; de;", "en\nde", "en,\nde", "EN; en, de"])
def test_commas_semicolons_and_lines_all_separate_values(one: One, said: str) -> None:
    assert [word.casefold() for word in one(languages=said).fields["languages"]] == ["en", "de"]


def test_a_ranking_is_separated_like_tags(one: One) -> None:
    said = "ben@example.org; cleo@example.org"
    assert one(choices=said).fields["choices"] == ["ben@example.org", "cleo@example.org"]


@pytest.mark.parametrize("column", [",", ";", "\t"])
@pytest.mark.parametrize("value", [",", ";"])
def test_it_does_not_matter_what_separates_the_columns(read: Read, column: str, value: str) -> None:
    rows = (("email", "name", "department", "languages"), ("a@example.org", "A", "E", f'"en{value}de"'))
    sheet = "".join(column.join(row) + "\n" for row in rows)
    assert read(mentees=sheet).entries[0].fields["languages"] == ["en", "de"]


def test_a_cell_of_a_spreadsheet_is_separated_alike(tmp_path: Path, make_program: Make) -> None:
    openpyxl = needed("openpyxl", "test")
    needed("python_calamine", "xlsx")
    book = openpyxl.Workbook()
    head = ["email", "name", "department", "role", "languages"]
    for row in (head, ["a@example.org", "A", "E", "mentee", "en;de"], ["b@example.org", "B", "E", "mentee", "en, de"]):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    roster = read_roster([RosterFile(tmp_path / "people.xlsx")], make_program())
    assert [entry.fields["languages"] for entry in roster.entries] == [["en", "de"], ["en", "de"]]


def topics(make_program: Make, **more: Any) -> Program:
    return make_program(fields={"topics": {"type": "tags"} | more})


def sheet(*cells: str) -> str:
    rows = (f'p{number}@example.org,P {number},"{cell}"\n' for number, cell in enumerate(cells))
    return f"email,name,topics\n{''.join(rows)}"


def test_what_the_program_says_separates_values_is_all_that_does(read: Read, make_program: Make) -> None:
    roster = read(mentees=sheet("Law, civil; Python"), program=topics(make_program, separator=";"))
    assert roster.entries[0].fields["topics"] == ["Law, civil", "Python"]
    assert roster.notes == ()


@pytest.mark.parametrize(
    ("said", "separator"),
    [("Law, Python", ";"), ("Law; Python", "|"), ("Law | Python", ","), ("Law、Python", ","), ("Law；Python", ";")],
)
def test_a_value_that_looks_like_several_is_noted(
    read: Read, told: Told, make_program: Make, said: str, separator: str
) -> None:
    roster = read(mentees=sheet(said), program=topics(make_program, separator=separator))
    assert roster.entries[0].fields["topics"] == [said]
    known = "commas, semicolons and line breaks" if separator == "," else f"'{separator}' and line breaks"
    assert told(roster.notes) == [f"mentees.csv:2:3: topics: '{said}' is read as one value ({known} separate values)"]


def test_an_option_that_has_a_separator_in_it_stays_whole(read: Read, make_program: Make) -> None:
    program = topics(make_program, options=["Law, civil", "Law", "Sales; stores"])
    roster = read(mentees=sheet("law, civil", "Law, civil, Law", "sales;  stores, law, civil"), program=program)
    assert [entry.fields["topics"] for entry in roster.entries] == [
        ["Law, civil"],
        ["Law, civil", "Law"],
        ["Sales; stores", "Law, civil"],
    ]


def test_words_that_the_program_explains_stay_whole(read: Read, make_program: Make) -> None:
    program = make_program(
        fields={"topics": {"type": "tags"}}, values={"topics": {"R; D": "research", "all": "law; research"}}
    )
    roster = read(mentees=sheet("r; d, law", "ALL"), program=program)
    assert [entry.fields["topics"] for entry in roster.entries] == [["research", "law"], ["law", "research"]]


def test_many_values_in_one_cell_are_read_without_delay(read: Read, make_program: Make) -> None:
    program = topics(make_program, options=["a; b", "c"])
    assert read(mentees=sheet("c;" * 60_000 + "a; b"), program=program).entries[0].fields["topics"] == ["c", "a; b"]
