"""Headings of a sheet into what its columns mean, by the program's map, its fields and the built-in columns."""

from __future__ import annotations

from collections.abc import Iterable

from programs.errors import Problem
from programs.spec import BUILT_IN_COLUMNS, EnrollmentField, Program, Role
from programs.words import did_you_mean
from tasks.roster.entries import Column, Findings, Place, at
from tasks.roster.sheets import Sheet

REFUSED_AT, REFUSED_WHY, SURPLUS = "refused at", "refused because", "surplus cell"
"""Headings that we write ourselves beside refused rows; not read as anything about people when the sheet comes back."""


def plain(text: str) -> str:
    """A heading or a word of a sheet as it is compared: without regard to case, and to how its words are held apart."""
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


def read_headings(sheet: Sheet, program: Program, findings: Findings) -> dict[str, Column] | None:
    """The columns that are read, by what they mean; None when the sheet cannot be used."""
    known = _known(program)
    ignored = {plain(heading) for heading in (*program.enrollment.ignore, REFUSED_AT, REFUSED_WHY, SURPLUS)}
    columns: dict[str, Column] = {}
    problems: list[Problem] = []
    for position, written in enumerate(sheet.headings, start=1):
        heading = " ".join(written.split())
        column = Column(position, heading, known.get(plain(heading), ""))
        if plain(heading) in ignored:
            continue
        wrong = _wrong(sheet, column, columns, known, program)
        if wrong is not None:
            problems.append(wrong)
        elif column.target:
            columns[column.target] = column
    problems += _missing(sheet, columns, program, has_unknown=bool(problems))
    findings.broken.extend(problems)
    return None if problems else columns


def meanings(sheet: Sheet, program: Program) -> list[str]:
    """What each column means as far as it is known, whether or not the sheet can be used; empty for the others."""
    known = _known(program)
    return [known.get(plain(heading), "") for heading in sheet.headings]


def asked_of(field: EnrollmentField, roles: Iterable[Role]) -> bool:
    return field.asked_of(frozenset(roles))


def _known(program: Program) -> dict[str, str]:
    """What can stand over a column, and what it means; the program's own map goes before everything else."""
    fields = program.enrollment.fields
    titles = {plain(field.title): name for name, field in fields.items() if field.title}
    names = {plain(name): name for name in (*BUILT_IN_COLUMNS, *fields)}
    mapped = {plain(heading): name for heading, name in program.enrollment.columns.items()}
    return titles | names | mapped


def _wrong(
    sheet: Sheet, column: Column, columns: dict[str, Column], known: dict[str, str], program: Program
) -> Problem | None:
    place = Place(sheet.file, 1)
    if not column.heading:
        filled = next(
            (row for row in sheet.rows if "".join(row.cells[column.position - 1 : column.position]).strip()), None
        )
        return at(filled.place, column, "there is a value under no heading") if filled else None
    if not column.target:
        return at(place, column, f"'{column.heading}' is not a heading the program knows", _hint(column, known))
    if column.target in columns:
        other = columns[column.target]
        message = f"'{column.heading}' and '{other.heading}' in column {other.position} both mean {column.target}"
        return at(place, column, message, "name one of them under enrollment.ignore" if column != other else None)
    if column.target in program.enrollment.fields or column.target in BUILT_IN_COLUMNS:
        return None
    return at(place, column, f"'{column.heading}' means '{column.target}', which is not a field of the program")


def _hint(column: Column, known: dict[str, str]) -> str:
    if ";" in column.heading or "\t" in column.heading:
        return "the columns seem to be held apart by something else than commas; save the sheet as CSV with commas"
    near = did_you_mean(column.heading, known)
    advice = "map it under enrollment.columns, or name it under enrollment.ignore"
    return f"{near} Otherwise {advice}" if near and near.startswith("did you mean") else advice


def _missing(sheet: Sheet, columns: dict[str, Column], program: Program, *, has_unknown: bool) -> list[Problem]:
    """Columns without which nobody on the sheet could be enrolled."""
    roles = (sheet.role,) if sheet.role else program.roles
    wanted = {"email": "email" not in columns, "name": not {"name", "first_name", "last_name"} & set(columns)}
    wanted["role"] = sheet.role is None and program.roles != (Role.MEMBER,) and "role" not in columns
    for name, field in program.enrollment.fields.items():
        wanted[name] = field.required and field.default is None and asked_of(field, roles) and name not in columns
    hint = "is it one of the unknown headings?" if has_unknown else None
    hints = {"role": "or hand in one sheet for each role", "name": "first_name and last_name, or name"}
    return [
        at(Place(sheet.file, 1), None, f"there is no column for {name}", hints.get(name, hint))
        for name, is_missing in wanted.items()
        if is_missing
    ]
