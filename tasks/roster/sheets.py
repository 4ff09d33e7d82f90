"""Files into sheets: headings and rows of text, each with its line. Knows no program and no meaning of a column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from programs.errors import MentorflowError, Problem
from programs.spec import Role
from tasks.roster.decoding import decode
from tasks.roster.entries import Column, Findings, Place, RosterFile, at

MAX_ROWS = 200_000
MAX_BYTES = 200_000_000
_LONGEST_CELL = 131_072
"""Of one cell, in characters: the limit of the csv module, which is process-wide and left alone."""

_NAMED = re.compile(r'"?sep=(?P<separator>[,;\t|])"?(?P=separator)*(\r\n|\n|\r|\Z)', re.IGNORECASE)
"""A first line for spreadsheets that says what separates the columns."""


@dataclass(frozen=True)
class SheetRow:
    place: Place
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What stands in one sheet, blank rows left out."""

    file: str
    role: Role | None
    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheets(file: RosterFile, findings: Findings, encoding: str | None = None) -> list[Sheet]:
    """The sheets of a file; what is wrong with one goes into the findings, and the sheet is left out."""
    data = _bytes(file)
    if file.path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb"):
        from tasks.roster.workbooks import read_workbook  # noqa: PLC0415 - needs the extra

        tables = read_workbook(data, file)
    elif file.sheet is not None:
        raise MentorflowError(f"{file.path} has no sheets; only a spreadsheet has")
    else:
        text = decode(data, str(file.path), encoding)
        if isinstance(text, Problem):
            findings.broken.append(text)
            return []
        tables = [(str(file.path), file.role, read_csv(text, str(file.path), findings))]
    made = (_sheet(name, role, rows, findings) for name, role, rows in tables)
    return [sheet for sheet in made if sheet is not None]


def read_csv(text: str, file: str, findings: Findings) -> Iterator[SheetRow]:
    """Rows with the line on which they begin. A file cut inside quotes is noticed, a file cut elsewhere noted."""
    named = _NAMED.match(text)
    rest, above = (text[named.end() :], 1) if named else (text, 0)
    separator = named["separator"] if named else _separator(text.lstrip("\r\n").partition("\n")[0])
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator, strict=True)
    begins = 1 + above
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            findings.broken.append(at(Place(file, begins), None, *_csv_error(error, reader.line_num + above)))
            return
        if cells is None:
            break
        yield SheetRow(Place(file, begins), tuple(cells))
        begins = reader.line_num + above + 1
    if text and text[-1] not in "\r\n":
        message = "the last line has no end; should the file have been cut, its last value is not whole"
        findings.note(Place(file, reader.line_num + above), None, message)


def _separator(first_line: str) -> str:
    """The comma, unless the headings are one cell for it and several for a semicolon or a tab."""
    for separator in (";", "\t"):
        if "," not in first_line and separator in first_line:
            return separator
    return ","


def _csv_error(error: csv.Error, line: int) -> tuple[str, str | None]:
    if "unexpected end of data" in str(error):
        return "a quoted value begins in this row and never ends", "the file was cut, or a quotation mark is missing"
    if "field larger" in str(error):
        hint = "a quotation mark that is never closed swallows what follows"
        return f"a value is longer than {_LONGEST_CELL} characters", hint
    return f"the quotation marks are not those of a CSV file ({error}, in line {line})", 'inside quotes, write " twice'


def _sheet(file: str, role: Role | None, rows: Iterator[SheetRow], findings: Findings) -> Sheet | None:
    broken = len(findings.broken)
    first = next(rows, None)
    if first is None or _is_blank(first):
        if len(findings.broken) == broken:
            what = "the file is empty" if first is None else "the first line is empty; the headings belong there"
            findings.broken.append(at(Place(file, 1), None, what))
        return None
    headings = first.cells
    filled: list[SheetRow] = []
    for row in rows:
        if _is_blank(row):
            continue
        if len(filled) == MAX_ROWS:
            findings.broken.append(at(row.place, None, f"there are more than {MAX_ROWS:,} rows", "use several files"))
            return None
        filled.append(row)
    if len(findings.broken) > broken:
        return None
    if not filled:
        findings.broken.append(at(Place(file, 1), None, "there are headings, but nothing under them"))
        return None
    return Sheet(file, role, headings, tuple(_regular(row, headings, findings) for row in filled))


def _regular(row: SheetRow, headings: tuple[str, ...], findings: Findings) -> SheetRow:
    """The same row; one with another number of cells than there are headings is refused, as its values may have moved."""
    have, want = len(row.cells), len(headings)
    if have < want:
        column = Column(have + 1, headings[have], "")
        message = f"the row ends here: it has {have} of {want} cells"
        findings.refuse(row.place, column, message, "was the file cut?")
    elif have > want:
        message = f"the row has {have} cells, but there are {want} headings"
        hint = "a value that contains what separates the columns needs quotes"
        findings.refuse(row.place, Column(want + 1, "", ""), message, hint)
    return row


def _is_blank(row: SheetRow) -> bool:
    return not any(cell.strip() for cell in row.cells)


def _bytes(file: RosterFile) -> bytes:
    try:
        size = file.path.stat().st_size
        if size > MAX_BYTES:
            raise MentorflowError(f"{file.path} has {size:,} bytes; a sheet may have {MAX_BYTES:,}. Use several files")
        return file.path.read_bytes()
    except OSError as error:
        raise MentorflowError(f"cannot read {file.path}: {error.strerror or error}") from error
