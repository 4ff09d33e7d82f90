"""Refused rows with all their cells, on their way out and back: what was cut or moved stays refused until it is corrected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from programs.errors import Problem
from tasks.cells import read_back
from tasks.roster.entries import Column, Findings, RefusedRow, Slot
from tasks.roster.headings import REFUSED_AT, REFUSED_WHY, SURPLUS, plain
from tasks.roster.sheets import Sheet, SheetRow

NOT_THERE, BLANK = "(no cell)", "(blank)"
"""What is written for a cell that a row ended before, and for one too many with nothing in it: spreadsheets would fill up the one and lose the other."""


def taken_back(sheet: Sheet, findings: Findings) -> Sheet:
    """The sheet as it is read; one of refused rows without the apostrophes that were put before its cells."""
    if {REFUSED_AT, REFUSED_WHY} & {*map(plain, sheet.headings)}:
        rows = tuple(replace(row, cells=tuple(map(read_back, row.cells))) for row in sheet.rows)
        sheet = replace(sheet, headings=tuple(map(read_back, sheet.headings)), rows=rows)
    surplus = [at for at, heading in enumerate(sheet.headings) if plain(heading) == SURPLUS]
    for row in sheet.rows:
        for at in surplus:
            if said := "".join(row.cells[at : at + 1]):
                hint = "put everything into its column, and empty this cell"
                findings.refuse(row.place, _column(sheet, at), f"'{said}' stood in a cell too many", hint)
        if NOT_THERE in row.cells:
            _refuse_where_nothing_was(sheet, row, findings)
    return sheet


def _refuse_where_nothing_was(sheet: Sheet, row: SheetRow, findings: Findings) -> None:
    for at, cell in enumerate(row.cells[: len(sheet.headings)]):
        if cell == NOT_THERE:
            hint = "write what belongs here, or empty the cell"
            findings.refuse(row.place, _column(sheet, at), "the row ended before this cell", hint)


def _column(sheet: Sheet, at: int) -> Column:
    return Column(at + 1, sheet.headings[at], "")


def refused_rows(read: Iterable[tuple[Sheet, Mapping[str, Column]]], findings: Findings) -> Iterable[RefusedRow]:
    """Every refused row; columns of several sheets that mean the same have the heading of the first."""
    known: dict[tuple[str, str, int], Slot] = {}
    for sheet, columns in read:
        slots = _slots(sheet, columns, known)
        for row in sheet.rows:
            if row.place in findings.rows:
                cells = _cells(row, slots)
                role = known.setdefault(("role", "", 0), ("role", 0))
                if sheet.role and not cells.get(role, "").strip():
                    cells[role] = str(sheet.role)
                why = tuple(_why(problem) for problem in findings.rows[row.place])
                yield RefusedRow(row.place, sheet.role, cells, why or ("another row of the person is wrong",))


def _slots(sheet: Sheet, columns: Mapping[str, Column], known: dict[tuple[str, str, int], Slot]) -> list[Slot | None]:
    """Where the cells of each column go; None for those without a heading, and for what we wrote ourselves."""
    targets = {column.position: target for target, column in columns.items()}
    seen: Counter[str] = Counter()
    slots: list[Slot | None] = []
    for position, written in enumerate(sheet.headings, start=1):
        target, words = targets.get(position, ""), plain(written)
        if words in ("", REFUSED_AT, REFUSED_WHY):
            slots.append(None)
            continue
        key = (target, "" if target else words, seen[words])
        slots.append(known.setdefault(key, (written.strip(), seen[words])))
        seen[words] += 1
    return slots


def _cells(row: SheetRow, slots: list[Slot | None]) -> dict[Slot, str]:
    cells = {slot: row.cells[at] if at < len(row.cells) else NOT_THERE for at, slot in enumerate(slots) if slot}
    first = sum(slot is not None and plain(slot[0]) == SURPLUS for slot in slots)
    surplus = row.cells[len(slots) :]
    return cells | {(SURPLUS, nth): cell if cell.strip() else BLANK for nth, cell in enumerate(surplus, start=first)}


def _why(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message
