"""A cell becomes a value of its field's type, or is refused with the way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from programs.spec import Program
from tasks.roster import Entry, Roster

One = Callable[..., Entry]
Refused = Callable[..., str]
Read = Callable[..., Roster]
Make = Callable[..., Program]


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        ("department", "  Engines  ", "Engines"),
        ("grade", "SENIOR", "Senior"),
        ("zone", "europe/london", "Europe/London"),
        ("zone", "America/New York", "America/New_York"),
        ("languages", "en, fr ,, EN", ["en", "fr"]),
        ("manager", " Boss@Example.org ", "Boss@Example.org"),
        ("since", "2027-02-28", "2027-02-28"),
        ("years", "7", 7),
        ("years", "1.5", 1.5),
        ("years", "-2.0", -2),
        ("remote", "Yes", True),
        ("remote", "0", False),
        ("site", "north", "North"),
        ("choices", "ben@example.org, Cleo", ["ben@example.org", "Cleo"]),
    ],
)
def test_a_cell_becomes_a_value(one: One, field: str, said: str, meant: Any) -> None:
    found = one(**{field: said}).fields[field]
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("field", "said", "why"),
    [
        ("grade", "Seniro", "'Seniro' is not one of: Junior, Middle, Senior (did you mean 'Senior'?)"),
        ("grade", "Director", "(map it under enrollment.values, or correct the sheet)"),
        ("zone", "London", "'London' is not a time zone (did you mean 'Europe/London'?)"),
        ("zone", "Europe/Lundon", "(did you mean 'Europe/London'?)"),
        ("zone", "../../etc/passwd", "is not a time zone"),
        ("manager", "boss", "'boss' is not an e-mail address: an email address must have an @-sign"),
        ("since", "01/03/2027", "'01/03/2027' is not a date (write year, month and day, like 2027-03-31)"),
        ("since", "2027-02-29", "is not a date"),
        ("since", "20270228", "is not a date"),
        ("since", "2027-W02-1", "'2027-W02-1' is not a date (write year, month and day, like 2027-03-31)"),
        ("since", "2027-W02", "is not a date"),
        ("since", "２０２７-03-31", "is not a date"),
        ("years", "1,5", "'1,5' is not a number (write it without units and thousands separators, like 1200 or 1.5)"),
        ("years", "nan", "is not a number"),
        ("years", "inf", "is not a number"),
        ("years", "1_000", "is not a number"),
        ("years", "٣", "is not a number"),
        ("remote", "ja", "'ja' is neither yes nor no (map it under enrollment.values, such as {ja: yes})"),
        ("site", "East", "'East' is not one of: North, South"),
        ("department", "En\x07gines", "holds control characters"),
        ("department", "x" * 10_001, "is longer than 10,000 characters"),
        ("first_name", "x" * 121, "is longer than 120 characters"),
        ("first_name", "Ada\x1b", "holds control characters"),
        ("first_name", "Ada\u202egro", "holds control characters"),
    ],
)
def test_a_cell_that_says_something_else_is_refused(refused: Refused, field: str, said: str, why: str) -> None:
    problem = refused(**{field: said})
    assert problem.startswith("mentees.csv:2:")
    assert f": {field}: " in problem
    assert why in problem


def test_a_name_may_hold_characters_that_join_letters(one: One) -> None:
    assert one(last_name="علی\u200cزاده").last_name == "علی\u200cزاده"


def test_line_breaks_in_a_name_are_spaces(one: One) -> None:
    assert one(first_name="Ada\r\nBcc: x").first_name == "Ada Bcc: x"


def test_a_blank_cell_is_not_known(one: One) -> None:
    assert "grade" not in one(grade=" ").fields


def test_a_blank_cell_takes_the_default(one: One) -> None:
    assert one(languages="").fields["languages"] == ["en"]


def test_a_column_that_is_not_there_takes_the_default_too_but_is_not_said(one: One) -> None:
    entry = one()
    assert entry.fields["languages"] == ["en"]
    assert "languages" not in entry.said


def test_a_required_cell_that_is_blank_is_refused(refused: Refused) -> None:
    assert refused(department=" ") == "mentees.csv:2:4: department: is empty, and the program requires it"


def test_what_the_sheet_says_means_what_the_program_says(read: Read, make_program: Make) -> None:
    program = make_program(
        values={
            "grade": {"G7": "Senior", "n/a": ""},
            "remote": {"ja": "yes", "nein": "no"},
            "languages": {"English": "en", "both": "en, fr"},
            "role": {"Mentorin": "mentor", "beides": "both"},
        }
    )
    sheet = (
        "email,name,department,role,grade,remote,languages\n"
        "a@example.org,A,E,mentorin,g7,JA,both\n"
        'b@example.org,B,E,Beides,N/A,nein,"english, de"\n'
    )
    first, second = read(sheet, program=program).entries
    assert first.roles == ("mentor",)
    assert first.fields == {"department": "E", "grade": "Senior", "remote": True, "languages": ["en", "fr"]}
    assert second.roles == ("mentee", "mentor")
    assert second.fields == {"department": "E", "remote": False, "languages": ["en", "de"]}


def test_tags_with_options_are_held_to_them(read: Read, make_program: Make) -> None:
    program = make_program(fields={"topics": {"type": "tags", "options": ["Python", "Law"], "separator": ";"}})
    sheet = "email,name,topics\na@example.org,A,python;LAW\nb@example.org,B,Pyton\n"
    roster = read(mentees=sheet, program=program)
    assert roster.entries[0].fields == {"topics": ["Python", "Law"]}
    assert roster.problems[0].hint == "did you mean 'Python'?"


@pytest.mark.parametrize(("default", "value"), [(True, True), ("no", False)])
def test_a_default_is_read_like_a_cell(read: Read, make_program: Make, default: Any, value: bool) -> None:
    program = make_program(fields={"remote": {"type": "yes_no", "default": default}})
    assert read(mentees="email,name\na@example.org,A\n", program=program).entries[0].fields == {"remote": value}


@pytest.mark.parametrize(("said", "places"), [("", 2), ("0", 0), ("5", 5)])
def test_a_mentor_has_the_places_of_their_row_or_of_the_program(read: Read, said: str, places: int) -> None:
    roster = read(mentors=f"email,name,department,capacity\na@example.org,A,E,{said}\n")
    assert roster.entries[0].capacity == places


def test_places_that_a_form_says_in_words_are_what_the_program_says_they_mean(read: Read, make_program: Make) -> None:
    program = make_program(fields={}, values={"capacity": {"Just one": "1", "I cannot say": ""}})
    rows = "a@example.org,A,just  one\nb@example.org,B,I cannot say\nc@example.org,C,3\n"
    roster = read(mentors=f"email,name,capacity\n{rows}", program=program)
    assert [entry.capacity for entry in roster.entries] == [1, program.relationships.mentor_capacity, 3]


@pytest.mark.parametrize("said", ["-1", "101", "two", "1.5", "²"])
def test_places_that_cannot_be_counted_are_refused(read: Read, said: str) -> None:
    roster = read(mentors=f"email,name,department,capacity\na@example.org,A,E,{said}\n")
    assert roster.problems[0].message == f"'{said}' is not a number of relationships"


def test_a_mentee_has_no_places(read: Read) -> None:
    assert read(mentees="email,name,department,capacity\na@example.org,A,E,3\n").entries[0].capacity == 0
