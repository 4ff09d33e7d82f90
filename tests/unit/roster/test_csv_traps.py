"""Every way in which a CSV file deceives its reader is an error with a place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from programs.errors import MentorflowError
from programs.spec import Program
from tasks.roster import Roster, RosterFile, read_roster, sheets

Read = Callable[..., Roster]
Told = Callable[..., list[str]]
HEAD = "email,first_name,last_name,department\n"
ADA = "ada@example.org,Ada,Lovelace,Engines\n"


def test_a_whole_sheet_is_taken(read: Read) -> None:
    roster = read(mentees=HEAD + ADA)
    assert (len(roster.entries), roster.problems, roster.notes) == (1, (), ())


def test_a_file_cut_inside_quotes_is_refused_at_the_row_that_never_ends(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA + 'ben@example.org,Ben,"Bel')
    assert told(roster) == [
        "mentees.csv:3:1: a quoted value begins in this row and never ends "
        "(the file was cut, or a quotation mark is missing)"
    ]
    assert roster.unreadable
    assert roster.entries == ()


def test_a_quotation_mark_inside_a_quoted_value_is_refused(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=HEAD + 'ada@example.org,"Ada "the" first",Lovelace,Engines\n'))
    assert problem.startswith("mentees.csv:2:1: the quotation marks are not those of a CSV file")


def test_a_nul_is_refused_where_it_stands(read: Read, told: Told) -> None:
    assert told(read(mentees=HEAD + "ada@example.org,A\0da,Lovelace,Engines\n")) == [
        "mentees.csv:2:18: holds a NUL character; the file is damaged"
    ]


def test_a_value_longer_than_any_cell_is_refused(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=HEAD + ADA + 'ben@example.org,"' + "x" * 140_000 + '",B,E\n'))
    assert problem.startswith("mentees.csv:3:1: a value is longer than 131072 characters")


def test_a_row_with_a_cell_too_many_is_refused_because_its_values_may_have_moved(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA + "ben@example.org,Ben,Bell,Arts, Crafts\n")
    assert told(roster) == [
        "mentees.csv:3:5: the row has 5 cells, but there are 4 headings (a value that contains what separates the columns needs quotes)"
    ]
    assert [entry.email for entry in roster.entries] == ["ada@example.org"]


def test_a_row_cut_between_cells_is_refused_where_it_ends(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA + "ben@example.org,Ben")
    assert told(roster) == ["mentees.csv:3:3: last_name: the row ends here: it has 2 of 4 cells (was the file cut?)"]


def test_a_last_line_without_an_end_is_noted_because_it_may_have_been_cut(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA.strip())
    assert roster.problems == ()
    assert told(roster.notes) == [
        "mentees.csv:2:1: the last line has no end; should the file have been cut, its last value is not whole"
    ]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_refused(read: Read, content: str) -> None:
    (problem,) = read(mentees=content).problems
    assert problem.line == 1
    assert "empty" in problem.message


def test_a_sheet_of_headings_is_refused(read: Read, told: Told) -> None:
    assert told(read(mentees=HEAD + ",,,\n\n")) == ["mentees.csv:1:1: there are headings, but nothing under them"]


def test_blank_rows_between_people_are_passed_over_and_still_counted_as_lines(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + "\n" + ADA + ",,,\n" + "ben,Ben,Bell,Arts\n")
    assert [entry.place.line for entry in roster.entries] == [3]
    assert [problem.line for problem in roster.problems] == [5]


def test_a_row_of_several_lines_has_the_place_of_its_first(read: Read) -> None:
    roster = read(mentees=HEAD + 'ada@example.org,Ada,Lovelace,"Engines\nand more"\n' + "ben,Ben,Bell,Arts\n")
    assert [entry.place.line for entry in roster.entries] == [2]
    assert roster.problems[0].line == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_that_says_its_encoding_is_read_in_it(read: Read, encoding: str) -> None:
    roster = read(mentees=(HEAD + "ada@example.org,Zoë,Łukasz,Engines\n").encode(encoding))
    assert [(entry.first_name, entry.last_name) for entry in roster.entries] == [("Zoë", "Łukasz")]


def test_a_file_that_is_not_utf_8_is_refused_and_not_guessed(read: Read, told: Told) -> None:
    roster = read(mentees=(HEAD + ADA + "ben@example.org,José,Bell,Arts\n").encode("cp1252"))
    assert told(roster) == [
        "mentees.csv:3:20: is not UTF-8, and nothing is guessed about names "
        "(name its encoding, such as --encoding cp1252, which would read 'mple.org,José,Bell,A' here)"
    ]


@pytest.mark.parametrize(
    ("begins", "name"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "people.xlsx"),
        (b"PK\x03\x04\x14\x00\x00\x08mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "people.ods"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "people.xls"),
    ],
)
@pytest.mark.parametrize("encoding", [None, "cp1252"])
def test_a_spreadsheet_under_the_name_of_a_csv_file_is_recognised(
    read: Read, told: Told, begins: bytes, name: str, encoding: str | None
) -> None:
    roster = read(begins + b"\x00\xff" * 20, encoding=encoding)
    assert told(roster) == [f"people.csv:1:1: is a spreadsheet, not CSV (name it {name}, or save it as CSV in UTF-8)"]


def test_an_encoding_that_is_named_is_used(read: Read) -> None:
    roster = read(mentees=(HEAD + "ada@example.org,José,Bell,Arts\n").encode("cp1252"), encoding="cp1252")
    assert roster.entries[0].first_name == "José"


def test_an_encoding_that_does_not_fit_is_refused(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=(HEAD + "ada@example.org,José,B,A\n").encode(), encoding="ascii"))
    assert problem.startswith("mentees.csv:2:20: is not ascii")


def test_an_encoding_that_does_not_exist_is_named(read: Read) -> None:
    with pytest.raises(MentorflowError, match="there is no encoding 'cp9999'"):
        read(mentees=HEAD + ADA, encoding="cp9999")


def test_utf_16_without_its_mark_is_recognised_by_its_nuls_and_not_read(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=(HEAD + ADA).encode("utf-16-le")))
    assert problem.endswith("the file is damaged (a file in UTF-16 must be named: --encoding utf-16)")


def test_letters_composed_in_two_ways_are_the_same_letters(read: Read) -> None:
    roster = read(mentees=HEAD + "ada@example.org,Zoe\u0308,Bell,Arts\n")
    assert roster.entries[0].first_name == "Zo\u00eb"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_taken_when_the_headings_leave_no_doubt(read: Read, separator: str) -> None:
    sheet = HEAD.replace(",", separator) + f'ada@example.org{separator}Ada{separator}Lovelace{separator}"R, D"\n'
    assert read(mentees=sheet).entries[0].fields["department"] == "R, D"


@pytest.mark.parametrize("line", ["sep={}\n", "sep={}\r\n", '"sep={}"\n', "\ufeffSEP={}\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_first_line_that_names_the_separator_is_followed_and_passed_over(
    read: Read, told: Told, line: str, separator: str
) -> None:
    rows = HEAD + "x,Ada,Lovelace,Engines\n" + ADA
    roster = read(mentees=line.format(separator) + rows.replace(",", separator))
    assert [entry.fields["department"] for entry in roster.entries] == ["Engines"]
    assert told(roster)[0].startswith("mentees.csv:3:1: email: 'x' is not an e-mail address"), "lines are the file's"


def test_a_separator_that_is_named_counts_more_than_what_the_headings_look_like(read: Read) -> None:
    text = 'sep=;\nemail;"Name, in full";department\nada@example.org;Ada;"A;B"\n'
    assert "'Name, in full' is not a heading" in read(mentees=text).problems[1].message


def test_a_file_that_only_names_its_separator_is_empty(read: Read, told: Told) -> None:
    assert told(read(mentees="sep=;\n")) == ["mentees.csv:1:1: the file is empty"]


def test_headings_held_apart_by_two_things_are_refused_with_the_reason(read: Read, told: Told) -> None:
    found = told(read(mentees="email;first_name;last_name;department, or agency\na@example.org;A;B;C, D\n"))
    assert "the columns seem to be held apart by something else than commas" in " ".join(found)


def test_more_rows_than_anybody_enrolls_are_refused(read: Read, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    rows = "".join(f"p{number}@example.org,P,{number},Arts\n" for number in range(3))
    assert told(read(mentees=HEAD + rows)) == ["mentees.csv:4:1: there are more than 2 rows (use several files)"]


def test_a_file_larger_than_any_roster_is_not_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    with pytest.raises(MentorflowError, match="a sheet may have 10"):
        read(mentees=HEAD + ADA)


def test_a_file_that_does_not_exist_is_named(make_program: Callable[..., Program], tmp_path: Path) -> None:
    with pytest.raises(MentorflowError, match=r"cannot read .*nobody.csv: No such file"):
        read_roster([RosterFile(tmp_path / "nobody.csv")], make_program())


def test_everything_wrong_is_told_in_one_go_and_in_order(read: Read) -> None:
    rows = "x,Ada,L,E\nben@example.org,,,E\ncleo@example.org,Cleo,C,\n"
    roster = read(mentees=HEAD + rows, mentors="email;name\n")
    lines = [(Path(problem.file).name, problem.line) for problem in roster.problems]
    assert lines == [("mentees.csv", 2), ("mentees.csv", 3), ("mentees.csv", 4), ("mentors.csv", 1)]
