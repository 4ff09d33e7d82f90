"""One row of one sheet: who it is, in which roles, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programs.spec import FieldType, Program, Role
from programs.words import did_you_mean
from tasks.roster.addresses import Address, mixes_scripts, read_address
from tasks.roster.entries import Column, Findings, Place
from tasks.roster.headings import asked_of
from tasks.roster.lists import doubtful, said_of
from tasks.roster.sheets import Sheet, SheetRow
from tasks.roster.values import LISTS, Reader, Refused, plain, reader_of

LONGEST_NAME = 120
MOST = 100
"""Relationships of one mentor."""

_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, also those that turn the direction of what follows; the ones that join letters belong to names."""

_ROLES = {
    "mentor": frozenset({Role.MENTOR}),
    "mentee": frozenset({Role.MENTEE}),
    "both": frozenset({Role.MENTOR, Role.MENTEE}),
    "member": frozenset({Role.MEMBER}),
}


@dataclass(frozen=True)
class PersonRow:
    """A row in which nothing is wrong."""

    place: Place
    columns: Mapping[str, Column]
    address: Address
    names: tuple[str, str]
    roles: frozenset[Role]
    capacity: int | None
    fields: Mapping[str, Any]
    """None for a blank cell; only fields with a column."""


class RowReader:
    """Reads the rows of one sheet, whose columns are known."""

    def __init__(
        self, program: Program, sheet: Sheet, columns: Mapping[str, Column], findings: Findings, test: bool
    ) -> None:
        self.program, self.sheet, self.columns, self.findings, self.test = program, sheet, columns, findings, test
        self.notes_what_is_not_asked = True
        self._readers = readers(program, test)
        roles = {word: role for word, role in _ROLES.items() if role <= set(program.roles)}
        said = program.enrollment.values.get("role", {})
        self._roles: dict[str, frozenset[Role]] = roles | {
            plain(word): roles[meaning] for word, meaning in said.items() if meaning in roles
        }
        self._places = {plain(word): meaning for word, meaning in program.enrollment.values.get("capacity", {}).items()}

    def read(self, row: SheetRow) -> PersonRow | None:
        """The person of the row; None when something is wrong with it, which the findings say."""
        address = self._email(row)
        names = self._names(row)
        roles = self._role(row)
        capacity = self._cell(row, "capacity", lambda text: _read_capacity(self._places.get(plain(text), text)))
        fields = {
            name: self._cell(row, name, self._readers[name])
            for name in self.columns
            if name in self._readers and self._is_asked(row, name, roles)
        }
        self._note_doubtful(row, fields)
        if address is None or names is None or roles is None or row.place in self.findings.rows:
            return None
        return PersonRow(row.place, self.columns, address, names, roles, capacity, fields)

    def _is_asked(self, row: SheetRow, name: str, roles: frozenset[Role] | None) -> bool:
        field = self.program.enrollment.fields[name]
        if roles is None or asked_of(field, roles):
            return True
        if self._text(row, name) and self.notes_what_is_not_asked:
            others = " and ".join(field.roles)
            self.findings.note(row.place, self.columns[name], f"not read: it is asked of {others} only")
        return False

    def _note_doubtful(self, row: SheetRow, fields: Mapping[str, Any]) -> None:
        for name, values in fields.items():
            field = self.program.enrollment.fields[name]
            if values and field.type in LISTS and not field.options:
                for value in doubtful(values, field.separator):
                    hint = f"{said_of(field.separator)} separate values"
                    self.findings.note(row.place, self.columns[name], f"'{value}' is read as one value", hint)

    def _email(self, row: SheetRow) -> Address | None:
        if not self._text(row, "email"):
            self.findings.refuse(row.place, self.columns["email"], "there is no address")
            return None
        found: Address | None = self._cell(row, "email", lambda text: read_address(text, self.test))
        if found and not found.domain.isascii() and mixes_scripts(found.domain):
            message = f"the domain {found.domain} mixes alphabets; is it the one it looks like?"
            self.findings.note(row.place, self.columns["email"], message)
        return found

    def _names(self, row: SheetRow) -> tuple[str, str] | None:
        """First and last name. A name in one column stays in one piece: where to part it is not for us to guess."""
        column = self.columns.get("first_name") or self.columns.get("name") or self.columns.get("last_name")
        whole = self._cell(row, "name", _read_name) or ""
        first = self._cell(row, "first_name", _read_name) or whole
        last = self._cell(row, "last_name", _read_name) or ""
        if not first and not last:
            if row.place not in self.findings.rows:
                self.findings.refuse(row.place, column, "there is no name")
            return None
        return (first, last) if first else (last, "")

    def _role(self, row: SheetRow) -> frozenset[Role] | None:
        own = frozenset({self.sheet.role}) if self.sheet.role else None
        if own is None and self.program.roles == (Role.MEMBER,):
            own = frozenset({Role.MEMBER})
        said = self._text(row, "role")
        if not said and own:
            return own
        roles = self._roles.get(plain(said))
        column = self.columns.get("role")
        if roles is None:
            message = f"'{said}' is not a role" if said else "there is no role"
            self.findings.refuse(row.place, column, message, did_you_mean(said, self._roles))
        elif own and not own <= roles:
            self.findings.refuse(row.place, column, f"'{said}' stands on the sheet of {self.sheet.role}s")
            return None
        return roles

    def _text(self, row: SheetRow, name: str) -> str:
        column = self.columns.get(name)
        return row.cells[column.position - 1].strip() if column and column.position <= len(row.cells) else ""

    def _cell(self, row: SheetRow, name: str, read: Reader) -> Any:
        text = self._text(row, name)
        if not text:
            return None
        try:
            return read(text)
        except Refused as error:
            self.findings.refuse(row.place, self.columns[name], error.message, error.hint)
            return None


def readers(program: Program, test: bool) -> dict[str, Reader]:
    """How the cells of every field of the program are read."""
    enrollment = program.enrollment
    return {
        name: reader_of(field, enrollment.values.get(name, {}), lambda text: read_address(text, test).written)
        for name, field in enrollment.fields.items()
    }


def rankings(program: Program) -> list[str]:
    return [name for name, field in program.enrollment.fields.items() if field.type is FieldType.RANKING]


def _read_name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise Refused(f"is longer than {LONGEST_NAME} characters")
    if _UNWANTED.search(name):
        raise Refused("holds control characters")
    return name


def _read_capacity(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > MOST:
        raise Refused(f"'{text}' is not a number of relationships", f"write a whole number from 0 to {MOST}")
    return int(text)
