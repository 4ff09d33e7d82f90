"""What a roster is once it has been read: people who can be enrolled, rows that cannot, and what deserves a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from programs.errors import Problem
from programs.spec import Role


@dataclass(frozen=True)
class RosterFile:
    """A sheet somebody hands in: CSV, or XLSX with one sheet or one for each role."""

    path: Path
    role: Role | None = None
    """The role of everybody on it; without one, a column `role` says so."""
    sheet: str | None = None
    """Of an XLSX file with several."""


@dataclass(frozen=True, order=True)
class Place:
    """A row: the file (with the sheet in brackets) and its line, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Column:
    """A column that is read: its position from 1, its heading as written, and the field or built-in it means."""

    position: int
    heading: str
    target: str


@dataclass(frozen=True)
class Entry:
    """One person as the sheets know them, however many rows that took."""

    email: str
    """As written, to be written to; only a domain outside ASCII is in its ASCII form."""
    email_key: str
    """Equal for the same person, whatever the case."""
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    """Sorted."""
    capacity: int
    fields: Mapping[str, Any]
    """Typed and JSON-serialisable, with defaults; what is not known is absent."""
    said: frozenset[str]
    """Which fields (or `capacity`) the sheets have a column for: all others stay as they were when somebody enrolls again."""
    place: Place


Slot = tuple[str, int]
"""A column of the sheet of refused rows: its heading, and which of those with that heading it is, counted from 0."""


@dataclass(frozen=True)
class RefusedRow:
    """A row with every cell that stood in the sheet, and why it was not taken."""

    place: Place
    role: Role | None
    cells: Mapping[Slot, str]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """All sheets together."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    """Everything wrong, sorted by place."""
    notes: tuple[Problem, ...] = ()
    """What is allowed and may still be a mistake."""
    refused: tuple[RefusedRow, ...] = ()
    unreadable: bool = False
    """Whether a whole sheet could not be read: then there is nothing to skip over."""


@dataclass
class Findings:
    """What is collected while sheets are read."""

    broken: list[Problem] = field(default_factory=list)
    """Of whole sheets."""
    rows: dict[Place, list[Problem]] = field(default_factory=dict)
    """Of single rows."""
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, place: Place, column: Column | None, message: str, hint: str | None = None) -> None:
        """The row at that place is not taken."""
        self.rows.setdefault(place, []).append(at(place, column, message, hint))

    def break_sheet(self, place: Place, column: Column | None, message: str, hint: str | None = None) -> None:
        """Nothing of the sheet is taken."""
        self.broken.append(at(place, column, message, hint))

    def note(self, place: Place, column: Column | None, message: str, hint: str | None = None) -> None:
        self.notes.append(at(place, column, message, hint))


def at(place: Place, column: Column | None, message: str, hint: str | None = None) -> Problem:
    """A problem at a cell, or at a row as a whole. The column is the one of the sheet, counted from 1."""
    position, heading = (column.position, column.heading) if column else (1, "")
    return Problem(place.file, place.line, position, heading, message, hint)
