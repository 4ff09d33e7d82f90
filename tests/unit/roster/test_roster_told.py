"""What a dirty roster makes an operator read: the likely cause first, each kind once, and every count right."""

from __future__ import annotations

from collections.abc import Callable

from programs.errors import RosterError, few
from programs.spec import Program
from tasks.roster import Roster

Read = Callable[..., Roster]
Told = Callable[..., list[str]]
Make = Callable[..., Program]

HEAD = "email,name,department"


def test_many_notes_of_a_kind_are_counted_instead_of_listed(read: Read) -> None:
    rows = "".join(f"ada{number}@example.org,Ada Lovelace,Engines\n" for number in range(100))
    notes = read(mentees=f"{HEAD}\n{rows}").notes
    shown = few(notes)
    assert (len(notes), len(shown)) == (99, 21)
    assert shown[-1].message == "… and 79 more like this"


def test_five_thousand_refused_rows_are_a_few_lines_and_still_five_thousand_problems(read: Read, told: Told) -> None:
    rows = "".join(f"ada{number} at example.org,Ada {number},Engines\n" for number in range(5_000))
    error = RosterError(read(mentees=f"{HEAD}\n{rows}").problems)
    lines = str(error).splitlines()
    assert (len(error.problems), len(lines)) == (5_000, 21)
    assert lines[-1].endswith("mentees.csv:22:1: email: … and 4,980 more like this")


def test_one_kind_does_not_hide_another_in_the_same_column(read: Read) -> None:
    rows = "".join(f"ada{number}@example.org,Ada {number},Engines,mentee\n" for number in range(60))
    twice = "".join(f"ada{number}@example.org,Ada {number},Engines,mentee\n" for number in range(30))
    wrong = "".join(f"nobody{number},Ben {number},Engines,mentee\n" for number in range(3))
    lines = str(RosterError(read(f"{HEAD},role\n{rows}{twice}{wrong}").problems)).splitlines()
    assert len([line for line in lines if "is already a mentee" in line]) == 20
    assert len([line for line in lines if "nobody" in line]) == 3
    assert len([line for line in lines if "… and 10 more like this" in line]) == 1


def test_many_unknown_headings_are_of_one_kind(read: Read) -> None:
    headings = ",".join(f"x{number}x" for number in range(50))
    problems = read(mentees=f"{HEAD},{headings}\nada@example.org,Ada,Engines{',' * 50}\n").problems
    assert (len(problems), len(few(problems))) == (50, 21)


def test_two_sheets_that_were_swapped_are_noted_in_one_line(read: Read, told: Told) -> None:
    roster = read(
        mentors=f"{HEAD},wants\nada@example.org,Ada,Engines,looms\nbea@example.org,Bea,Engines,looms\n",
        mentees=f"{HEAD},offers\nben@example.org,Ben,Looms,engines\n",
    )
    assert roster.problems == ()
    assert told(roster.notes) == [
        "mentors.csv:1:1: given as the sheet of mentors, but has what only mentees are asked (wants); mentees.csv was "
        "given as that of mentees, but has what only mentors are asked (offers) (were the two swapped?)"
    ]


def test_swapped_sheets_whose_rows_say_so_are_refused_in_one_line(read: Read, told: Told) -> None:
    roster = read(
        mentors=f"{HEAD},role\nada@example.org,Ada,Engines,mentee\nbea@example.org,Bea,Engines,Mentee\n",
        mentees=f"{HEAD},role\nben@example.org,Ben,Looms,mentor\n",
    )
    assert told(roster) == [
        "mentors.csv:1:1: given as the sheet of mentors, but every row says 'mentee'; mentees.csv was given as that of "
        "mentees, but every row says 'mentor' (were the two swapped?)"
    ]
    assert roster.unreadable


def test_a_sheet_that_lacks_what_its_role_needs_and_looks_like_the_other_is_told_so(
    read: Read, told: Told, make_program: Make
) -> None:
    fields = {
        "offers": {"type": "tags", "roles": ["mentor"], "required": True},
        "wants": {"type": "tags", "roles": ["mentee"]},
    }
    roster = read(mentors="email,name,wants\nada@example.org,Ada,looms\n", program=make_program(fields=fields))
    assert told(roster) == [
        "mentors.csv:1:1: given as the sheet of mentors, but has what only mentees are asked (wants) "
        "(is it the sheet of mentees?)",
        "mentors.csv:1:1: there is no column for offers",
    ]


def test_a_sheet_with_columns_of_both_roles_is_not_suspected(read: Read) -> None:
    roster = read(mentors=f"{HEAD},wants,offers\nada@example.org,Ada,Engines,,looms\n")
    assert roster.notes == ()
