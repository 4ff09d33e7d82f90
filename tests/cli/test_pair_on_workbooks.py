"""`mentorflow pair` on workbooks that a survey tool wrote, good, malformed and dirty (jonathanchukinas/mentormatch, MIT)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.real_data import Capture, address, asked, best, refused, write
from tests.optional import needed

SURVEY = """\
program: survey
title: People as a survey tool exports them
enrollment:
  fields:
    grade: {type: level, required: true, levels: [Professional, Manager, Director, Vice President, President]}
    office: {type: choice, options: [Fort Washington, Malvern, Spring House, West Chester, Horsham]}
    years: {type: number}
    choices: {type: ranking, roles: [mentee], title: Preferred mentors}
    wants: {type: tags, roles: [mentee], separator: ;}
    offers: {type: tags, roles: [mentor], separator: ;}
  columns:
    J&J Email Address: email
    First Name: first_name
    Last Name: last_name
    Position Level: grade
    Which is your home office?: office
    Years of Experience: years
    WWIDs of Preferred Mentor: choices
    Part 3 of 3 Which of these mentor skills are important to you?: wants
    Which of these do you think are good at?: offers
    How many mentees are you willing to mentor?: capacity
  ignore: [
    ID, Start time, Completion time, Email, Name, Nickname, Gender, WWID, Job Title, Department and/or job function,
    Years with JNJ, '"Elevator Pitch"', LinkedIn Profile URL, Fort Washington (Consumer Inc), Malvern (Janssen),
    Spring House (Janssen), West Chester (DePuy Synthes), Horsham (Janssen), Titusville (Janssen), Female, Male,
    Please confirm you are willing and able to meet at least once a month with your mentor between April and December 2020.,
    Comments for the mentoring committee, function, preferred_functions,
    "Would you like to enter one to five preferred mentors?",
    "Thanks for taking the time to enter some preferred mentors! How would you like to proceed?"]
  values:
    grade:
      Professional Level 20-29: Professional
      Manager Level 30-39: Manager
      Director Level 40-49: Director
      Vice President Level 50-59: Vice President
      President Level 60-69: President
    choices:
      123456789 234567891: aarand@example.com, bballard@example.com
      "123456789": aarand@example.com
      456789123: ddeat@example.com
      234567891 345678912: bballard@example.com, ccalbrai@example.com
      "234567891": bballard@example.com
    wants:
      "Skill: Public Speaking": Public Speaking
      "Skill: Managing Up": Managing Up
      "Skill: Large career shifts": Large career shifts
    capacity:
      One mentee only, please!: "1"
      I'm willing to take on two mentees.: "2"
      I can handle this! Give me three mentees.: "3"
matching:
  rules:
    - level_gap: {field: grade, at_least: 1}
  criteria:
    - ranked: choices
      weight: 10
    - overlap: {mentee: wants, mentor: offers}
      weight: 5
phases:
  - {id: only, lasts: 4 weeks}
"""
DIRTY = """\
program: dirty
title: Values of every kind in every column
enrollment:
  fields:
    float: {type: number}
    boolean_perfect: {type: yes_no}
    all_numbers: {type: number}
  ignore: [string, list_of_words, first_digit, first_digit_missing, tuple_ints, boolean, ints_with_missing]
phases:
  - {id: only, lasts: 4 weeks}
"""
ABBY, BINH, CANDINCE, DALLAS, EFFIE = (
    f"{name}@example.com" for name in ("aarand", "bballard", "ccalbrai", "ddeat", "eeldritc")
)
SPEAK, MANAGE, SHIFT = "Public Speaking", "Managing Up", "Large career shifts"
OFFERS = {
    ABBY: (4, [SPEAK, MANAGE], 1),
    BINH: (1, [MANAGE, SHIFT], 1),
    CANDINCE: (0, [], 2),
    DALLAS: (2, [SPEAK, MANAGE, SHIFT], 1),
    EFFIE: (3, [SPEAK, SHIFT], 3),
}
"""Mentors of the export: how far up, what they are good at, how many they take."""
WISHES: dict[str, tuple[int, list[str], list[str]]] = {
    "Zarek": (0, [SPEAK, MANAGE], [ABBY, BINH]),
    "Yngvar": (1, [], [ABBY]),
    "Xavier": (2, [MANAGE, SHIFT], [DALLAS]),
    "Wednesday": (3, [SPEAK, MANAGE, SHIFT], [DALLAS]),
    "Vivian": (4, [SPEAK], []),
    "Ursula": (0, [SPEAK, MANAGE], [BINH, CANDINCE]),
    "Tina": (0, [SPEAK, MANAGE], [BINH]),
}
"""Mentees of the export: how far up, what they want to learn, whom they would like best."""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("survey.yaml").write_text(SURVEY)
    Path("dirty.yaml").write_text(DIRTY)


@pytest.fixture
def workbooks(shared_data: Path) -> Path:
    needed("python_calamine", "xlsx")
    return shared_data / "mentormatch-xlsx"


def with_an_address_of_her_own(export: Path) -> str:
    """Two of its people share an address, which the coordinator would have to ask about; the rest stays as it is."""
    openpyxl = needed("openpyxl", "test")
    book = openpyxl.load_workbook(export)
    sheet = book["mentee"]
    assert sheet.cell(8, 11).value == sheet.cell(7, 11).value == "uupton@example.com"
    sheet.cell(8, 11).value = "ttravis@example.com"
    book.save("applications.xlsx")
    return "applications.xlsx"


def test_an_address_that_two_people_of_the_export_share_is_refused_with_both_rows(
    workbooks: Path, capsys: Capture
) -> None:
    said = refused(["survey.yaml", "--roster", f"{workbooks / 'applications.xlsx'}"], capsys)
    assert "applications.xlsx[mentee]:8:11: J&J Email Address: uupton@example.com is already a mentee in" in said
    assert "applications.xlsx[mentee]:7" in said


@pytest.mark.parametrize(
    "named",
    [
        ["--roster", "{}"],
        ["--mentors", "{}", "--mentees", "{}"],
        ["--mentors", "{}#mentor", "--mentees", "{}#mentee"],
    ],
    ids=["one-file", "by-role", "by-sheet"],
)
def test_the_export_is_read_from_its_two_sheets_and_matched(workbooks: Path, capsys: Capture, named: list[str]) -> None:
    export = with_an_address_of_her_own(workbooks / "applications.xlsx")
    shown, data = asked(["survey.yaml", *(word.format(export) for word in named)], capsys)
    assert data["possible"] == sum(worth(mentee, one) is not None for mentee in WISHES.values() for one in OFFERS) == 18
    pairs, units = best(list(WISHES.values()), {one: places for one, (*_, places) in OFFERS.items()}, worth)
    assert (len(data["pairs"]), round(data["points"] * 1000)) == (pairs, units)
    assert data["proof"]["primal"] == data["proof"]["dual"]
    assert "7 mentees, 5 mentors, 18 possible pairs." in shown
    assert f"{pairs} pairs with {units / 1000:g} points in total" in shown
    assert "Proof, from both sides" in shown
    assert "the mentee's choice 1 of" in shown
    assert [left["who"] for left in data["unmatched"]] == ["vvuitton@example.com"], (
        "who is a president has nobody above"
    )


def worth(mentee: tuple[int, list[str], list[str]], mentor: str) -> int | None:
    """What the two are worth in thousandths of a point, by hand."""
    level, wants, choices = mentee
    above, offers, _ = OFFERS[mentor]
    if above <= level:
        return None
    ranked = round(10_000 * (len(choices) - choices.index(mentor)) / len(choices)) if mentor in choices else 0
    return ranked + (round(5000 * len({*wants} & {*offers}) / len(wants)) if wants else 0)


def test_a_sheet_that_is_missing_is_named_with_those_that_are_there(workbooks: Path, capsys: Capture) -> None:
    export = f"{workbooks / 'missing_worksheet.xlsx'}"
    there = "there are: wrong_mentors_tab_name, mentees, favor"
    for words in (["--roster", export], ["--mentors", f"{export}#mentors", "--mentees", f"{export}#mentees"]):
        assert f"missing_worksheet.xlsx has no sheet 'mentors'; {there}" in refused(["survey.yaml", *words], capsys)


def test_a_sheet_beside_those_of_the_roles_is_missed_only_by_whoever_names_it(workbooks: Path, capsys: Capture) -> None:
    export = f"{workbooks / 'missing_favor_ws.xlsx'}"
    said = refused(["survey.yaml", "--mentors", export, "--mentees", f"{export}#favor"], capsys)
    assert (
        "missing_favor_ws.xlsx has no sheet 'favor'; there are: mentors, mentees, thejkljfdsajjlfdsauuklfdjsajjfl"
        in said
    )


def test_headings_on_another_row_are_refused_with_the_sheet_and_the_row(workbooks: Path, capsys: Capture) -> None:
    said = refused(["survey.yaml", "--roster", f"{workbooks / 'wrong_row.xlsx'}"], capsys)
    assert "wrong_row.xlsx[mentors]:1:1: the first line is empty; the headings belong there" in said


def test_a_sheet_without_addresses_is_refused_by_name(workbooks: Path, capsys: Capture) -> None:
    said = refused(["dirty.yaml", "--roster", f"{workbooks / 'test_mentormatch.xlsx'}"], capsys)
    for sheet in ("mentors", "mentees"):
        assert f"test_mentormatch.xlsx[{sheet}]:1:1: there is no column for email" in said


def named_and_addressed(workbook: Path, sheet: str) -> str:
    """The same sheet with a name and an address in two more columns, without which nobody can be matched."""
    openpyxl = needed("openpyxl", "test")
    book = openpyxl.load_workbook(workbook)
    rows = book[sheet]
    width = rows.max_column
    for line in range(1, rows.max_row + 1):
        more = ("name", "email") if line == 1 else (f"Person {line}", f"person-{line}@example.org")
        for place, cell in enumerate(more, start=1):
            rows.cell(line, width + place).value = cell
    book.save(workbook.name)
    return f"{workbook.name}#{sheet}"


def test_every_dirty_value_is_refused_with_its_row_and_the_clean_ones_are_taken(
    workbooks: Path, capsys: Capture
) -> None:
    sheet = named_and_addressed(workbooks / "test_mentormatch.xlsx", "test_converters")
    write("mentees.csv", ("email", "name"), [("ada@example.org", "Ada")])
    words = ["dirty.yaml", "--mentors", sheet, "--mentees", "mentees.csv"]
    said = refused(words, capsys)
    complaints = {line.split(" (")[0] for line in said.splitlines() if "is not a number" in line}
    assert complaints == {
        f"test_mentormatch.xlsx[test_converters]:{line}:10: float: '{value}' is not a number"
        for line, value in ((3, "no"), (4, "yes"), (5, "19twenty3"), (6, "hello"), (10, "2019-10-18"))
    }
    Path("dirty.yaml").write_text(DIRTY.replace("    float: {type: number}\n", "").replace("[string", "[float, string"))
    shown, data = asked(words, capsys)
    assert "1 mentee, 9 mentors, 9 possible pairs." in shown
    assert len(data["pairs"]) == 1


def test_one_number_under_two_names_is_refused_with_both_rows(workbooks: Path, capsys: Capture) -> None:
    openpyxl = needed("openpyxl", "test")
    rows = openpyxl.load_workbook(workbooks / "test_mentormatch.xlsx")["drop_dups"].iter_rows(values_only=True)
    _, *people = rows
    write(
        "mentors.csv", ("first_name", "last_name", "email"), [(one, two, address("w", key)) for one, two, key in people]
    )
    said = refused(["dirty.yaml", "--mentors", "mentors.csv"], capsys)
    assert "mentors.csv:4:3: email: w-43243@example.org is already a mentor in mentors.csv:3" in said
