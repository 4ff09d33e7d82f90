"""Sheets of responses that were collected elsewhere, read into rows: what each answers, and the answers. Knows no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.cli import console
from flows.cli.addressed import Written
from programs.errors import Problem, RosterError
from programs.spec import Program
from programs.survey import NEXT_STEP
from tasks.opening import sheet_of
from tasks.roster.entries import Column, Findings, Place, at
from tasks.roster.headings import plain
from tasks.roster.sheets import Sheet, SheetRow, read_sheets

ADDRESSING = ("ask", "email", "form", "relationship")
"""Columns that say what a row answers; all others are questions."""

FOR_PEOPLE = "with"
"""Heads a column of the sheets that we write ourselves, for whoever fills them in. Not read, unless a question is called so."""

_UNREAD = "with, for people"


@dataclass(frozen=True)
class Responses:
    """What stands in a sheet."""

    rows: Sequence[Written]
    problems: Sequence[Problem]
    without_answers: int
    """Rows in which nothing is answered, as in a sheet that is not filled in to its end."""


def read(program: Program, file: str, form: str | None, encoding: str | None) -> Responses:
    """Raises RosterError for a sheet that cannot be read at all. `form` counts where no column says which."""
    findings = Findings()
    sheets = read_sheets(sheet_of(file), findings, encoding)
    read_columns = [(sheet, _columns(sheet, program, form, findings)) for sheet in sheets]
    if findings.broken:
        raise RosterError(findings.broken)
    console.tell(*(f"note: {note}" for note in findings.notes))
    rows = [
        _written(row, columns)
        for sheet, columns in read_columns
        for row in sheet.rows
        if row.place not in findings.rows
    ]
    answered = [row for row in rows if row.answers]
    problems = [problem for problems in findings.rows.values() for problem in problems]
    return Responses(answered, problems, len(rows) - len(answered))


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
    return {FOR_PEOPLE: _UNREAD} | words | ids | {"e mail": "email"} | mapped | {name: name for name in ADDRESSING}


def _nothing_says_what(sheet: Sheet) -> tuple[str, str | None]:
    first = sheet.headings[0].strip()
    if "@" in first or first.upper().startswith("A-"):
        return "the first line is a response already; the headings belong there", "such as: ask, and the question's id"
    return "no column says what is answered: 'ask', or 'email' and 'form' (or --form)", None


def _written(row: SheetRow, columns: Mapping[str, Column]) -> Written:
    cells = {target: row.cells[column.position - 1].strip() for target, column in columns.items()}
    says = {target: cells.pop(target) for target in ADDRESSING if target in cells}
    cells.pop(_UNREAD, None)
    return Written(row.place, says, columns, {question: cell for question, cell in cells.items() if cell})
