"""Spreadsheets into rows of text, through the optional extra `xlsx`. Every cell becomes what a person would have typed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from programs.errors import MentorflowError
from programs.spec import Role
from programs.words import listing
from tasks.roster.entries import Place, RosterFile
from tasks.roster.sheets import SheetRow

Table = tuple[str, Role | None, Iterator[SheetRow]]
_NAMES = {Role.MENTOR: ("mentor", "mentors"), Role.MENTEE: ("mentee", "mentees"), Role.MEMBER: ("member", "members")}


def read_workbook(data: bytes, file: RosterFile) -> list[Table]:
    """The sheets that are meant: the one named, the only one, or one named after each role. Raises MentorflowError."""
    try:
        import python_calamine as calamine  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MentorflowError(
            f"cannot read {file.path}: spreadsheets need an extra part; install it with: pip install 'mentorflow[xlsx]', "
            "or save the sheet as CSV (UTF-8)"
        ) from error
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (calamine.CalamineError, OSError) as error:
        raise MentorflowError(f"cannot read {file.path}: it is not a spreadsheet, or damaged ({error})") from error
    visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is calamine.SheetVisibleEnum.Visible]
    return [
        (f"{file.path}[{name}]", role, _rows(book, name, f"{file.path}[{name}]"))
        for name, role in _chosen(file, visible)
    ]


def _chosen(file: RosterFile, names: list[str]) -> list[tuple[str, Role | None]]:
    if file.sheet is not None:
        if file.sheet not in names:
            raise _no_sheet(file, f"'{file.sheet}'", names)
        return [(file.sheet, file.role)]
    if len(names) == 1:
        return [(names[0], file.role)]
    if file.role is not None:
        return [(_of_role(file, file.role, names), file.role)]
    return [(_of_role(file, role, names), role) for role in (Role.MENTOR, Role.MENTEE)]


def _of_role(file: RosterFile, role: Role, names: list[str]) -> str:
    for name in names:
        if name.strip().casefold() in _NAMES[role]:
            return name
    raise _no_sheet(file, f"'{_NAMES[role][1]}'", names, f"; name one as {file.path}#{names[0]}" if names else "")


def _no_sheet(file: RosterFile, wanted: str, names: list[str], way_out: str = "") -> MentorflowError:
    there = listing(names) or "none that is visible"
    return MentorflowError(f"{file.path} has no sheet {wanted}; there are: {there}{way_out}")


def _rows(book: Any, name: str, shown: str) -> Iterator[SheetRow]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for line, cells in enumerate(rows, start=1):
        yield SheetRow(Place(shown, line), tuple(_text(cell) for cell in cells))


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
