"""Headings of real sheets lead to the fields of the program, or it is said why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from programs.spec import Program, Role
from tasks.roster import Roster

Read = Callable[..., Roster]
Told = Callable[..., list[str]]
Make = Callable[..., Program]


def test_headings_are_compared_without_regard_to_case_and_spacing(read: Read) -> None:
    roster = read(
        mentees="E-Mail , First Name,LAST_NAME, department\nada@example.org,Ada,Lovelace,Engines\n".replace(
            "E-Mail", "Email"
        )
    )
    assert roster.entries[0].fields["department"] == "Engines"


def test_a_program_maps_the_headings_of_its_sheets(read: Read, make_program: Make) -> None:
    program = make_program(
        columns={"Your Civil Service email address": "email", "Full name": "name", "Agency": "department"},
        ignore=["Timestamp"],
    )
    sheet = "Timestamp,your civil service  email address,Full name,agency\n1,ada@example.org,Ada Lovelace,Engines\n"
    entry = read(mentees=sheet, program=program).entries[0]
    assert (entry.email, entry.first_name, entry.last_name) == ("ada@example.org", "Ada Lovelace", "")
    assert entry.fields["department"] == "Engines"


def test_the_title_of_a_field_is_a_heading_too(read: Read) -> None:
    sheet = "email,name,department,Where do you work?\nada@example.org,Ada,Engines,north\n"
    assert read(mentees=sheet).entries[0].fields["site"] == "North"


def test_an_unknown_heading_is_refused_with_what_was_probably_meant(read: Read, told: Told) -> None:
    roster = read(mentees="email,name,departmnet\nada@example.org,Ada,Engines\n")
    assert told(roster) == [
        "mentees.csv:1:1: there is no column for department (is it one of the unknown headings?)",
        "mentees.csv:1:3: departmnet: 'departmnet' is not a heading the program knows (did you mean 'department'? "
        "Otherwise map it under enrollment.columns, or name it under enrollment.ignore)",
    ]
    assert roster.unreadable


def test_an_unknown_heading_like_no_other_can_be_mapped_or_ignored(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees="email,name,department,shoe size\na@example.org,A,E,9\n"))
    assert problem.endswith("(map it under enrollment.columns, or name it under enrollment.ignore)")


def test_two_columns_for_one_field_are_refused(read: Read, told: Told) -> None:
    assert told(read(mentees="email,name,department,Department\na@example.org,A,E,F\n")) == [
        "mentees.csv:1:4: Department: 'Department' and 'department' in column 3 both mean department "
        "(name one of them under enrollment.ignore)"
    ]


def test_a_value_under_no_heading_is_refused_where_it_stands(read: Read, told: Told) -> None:
    assert told(read(mentees="email,name,department,\na@example.org,A,E,\nb@example.org,B,E,9\n")) == [
        "mentees.csv:3:4: there is a value under no heading"
    ]


def test_a_column_without_heading_and_values_is_passed_over(read: Read) -> None:
    assert len(read(mentees="email,name,department,,\na@example.org,A,E,,\n").entries) == 1


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        ("name,department", "there is no column for email"),
        ("email,department", "there is no column for name (first_name and last_name, or name)"),
        ("email,name", "there is no column for department"),
    ],
)
def test_a_column_without_which_nobody_can_be_enrolled_is_missed(
    read: Read, told: Told, headings: str, missing: str
) -> None:
    assert told(read(mentees=f"{headings}\na@example.org,b\n")) == [f"mentees.csv:1:1: {missing}"]


def test_a_sheet_without_roles_needs_to_be_one_of_a_role(read: Read, told: Told) -> None:
    assert told(read("email,name,department\na@example.org,A,E\n")) == [
        "people.csv:1:1: there is no column for role (or hand in one sheet for each role)"
    ]


def test_a_required_field_of_the_other_role_needs_no_column(read: Read, make_program: Make) -> None:
    program = make_program(fields={"wants": {"type": "tags", "required": True, "roles": ["mentee"]}})
    assert read(mentors="email,name\na@example.org,A\n", program=program).problems == ()
    assert read(mentees="email,name\na@example.org,A\n", program=program).unreadable


def test_members_of_a_circle_need_no_column_for_their_role(read: Read) -> None:
    program = Program.model_validate(
        {
            "program": "circle",
            "title": "Circle",
            "relationships": {"shape": "circle"},
            "phases": [{"id": "talk", "lasts": "4 weeks"}],
        }
    )
    roster = read("email,name\na@example.org,A\n", program=program)
    assert [entry.roles for entry in roster.entries] == [(Role.MEMBER,)]
