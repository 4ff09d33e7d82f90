"""Sheets of responses that were collected elsewhere, read into submissions. Knows no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from flows.cli import console
from programs.codes import number
from programs.errors import NotFoundError, Problem, RosterError
from programs.spec import Program
from programs.survey import NEXT_STEP
from tasks.answer import Submission
from tasks.opening import sheet_of
from tasks.roster.addresses import read_address
from tasks.roster.entries import Column, Findings, Place, at
from tasks.roster.headings import plain
from tasks.roster.sheets import Sheet, SheetRow, read_sheets
from tasks.roster.values import Refused

ADDRESSING = ("ask", "email", "form")
"""Columns that say what a row answers; all others are questions."""


@dataclass(frozen=True)
class Sent:
    """A row of the sheet, and the ask it answers."""

    place: Place
    submission: Submission


def read(
    latest: Mapping[tuple[str, str], int], program: Program, file: str, form: str | None, encoding: str | None
) -> tuple[list[Sent], list[Problem]]:
    """The responses, and the rows that answer nothing. Raises RosterError for a sheet that cannot be read at all.

    `latest` is the newest ask by the key of an address and a form; `form` counts where no column says which.
    """
    findings = Findings()
    sheets = read_sheets(sheet_of(file), findings, encoding)
    read_columns = [(sheet, _columns(sheet, program, form, findings)) for sheet in sheets]
    if findings.broken:
        raise RosterError(findings.broken)
    console.tell(*(f"note: {note}" for note in findings.notes))
    sent: list[Sent] = []
    for sheet, columns in read_columns:
        for row in sheet.rows:
            if row.place not in findings.rows:
                try:
                    sent.append(Sent(row.place, _submission(_cells(row, columns), form, latest)))
                except NotFoundError as error:
                    findings.refuse(row.place, None, str(error))
    return sent, [problem for problems in findings.rows.values() for problem in problems]


def _columns(sheet: Sheet, program: Program, form: str | None, findings: Findings) -> dict[str, Column]:
    """The columns by what they mean: what says which ask is answered, and the ids of questions."""
    known = _known(program)
    columns: dict[str, Column] = {}
    for position, written in enumerate(sheet.headings, start=1):
        heading = " ".join(written.split())
        column = Column(position, heading, known.get(plain(heading), heading))
        if not heading:
            findings.broken.extend(_under_nothing(sheet, column))
        elif column.target in columns:
            other = columns[column.target]
            what = f"'{heading}' and '{other.heading}' in column {other.position} both mean '{column.target}'"
            findings.broken.append(at(Place(sheet.file, 1), column, what))
        else:
            columns[column.target] = column
    if "ask" not in columns and not ("email" in columns and (form or "form" in columns)):
        findings.broken.append(at(Place(sheet.file, 1), None, *_nothing_says_what(sheet)))
    return columns


def _under_nothing(sheet: Sheet, column: Column) -> list[Problem]:
    here = slice(column.position - 1, column.position)
    filled = [row.place for row in sheet.rows if "".join(row.cells[here]).strip()]
    return [at(place, column, "there is a value under no heading") for place in filled[:1]]


def _known(program: Program) -> dict[str, str]:
    """What can stand over a column, and what it means; words that several questions share name none of them."""
    questions = [question for form in program.forms.values() for question in form.questions]
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for question in questions:
        asked[plain(question.ask)].add(question.id)
    words = {said: id_ for said, ids in asked.items() for id_ in ids if len(ids) == 1}
    ids = {plain(id_): id_ for id_ in (NEXT_STEP, *(question.id for question in questions))}
    mapped = {plain(heading): name for heading, name in program.enrollment.columns.items() if name == "email"}
    return words | ids | {"e mail": "email"} | mapped | {name: name for name in ADDRESSING}


def _nothing_says_what(sheet: Sheet) -> tuple[str, str | None]:
    first = sheet.headings[0].strip()
    if "@" in first or first.upper().startswith("A-"):
        return "the first line is a response already; the headings belong there", "such as: ask, and the question's id"
    return "no column says what is answered: 'ask', or 'email' and 'form' (or --form)", None


def _cells(row: SheetRow, columns: Mapping[str, Column]) -> dict[str, str]:
    return {target: row.cells[column.position - 1].strip() for target, column in columns.items()}


def _submission(cells: Mapping[str, str], form: str | None, latest: Mapping[tuple[str, str], int]) -> Submission:
    answers = {heading: cell for heading, cell in cells.items() if heading not in ADDRESSING and cell}
    return Submission(_ask_of(cells, form, latest), answers, by="operator")


def _ask_of(cells: Mapping[str, str], form: str | None, latest: Mapping[tuple[str, str], int]) -> int:
    if cells.get("ask"):
        return number(cells["ask"], "A")
    wanted = cells.get("form") or form or ""
    try:
        key = read_address(cells.get("email", ""), test=True).key
    except Refused as error:
        raise NotFoundError(error.message) from None
    if (key, wanted) not in latest:
        raise NotFoundError(f"{cells['email']} has not been asked for '{wanted}'")
    return latest[key, wanted]
