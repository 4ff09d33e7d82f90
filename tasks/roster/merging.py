"""Rows into people: whoever stands in several places is one person, as long as the places agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from programs.spec import Program, Role
from tasks.roster.entries import Column, Entry, Findings, Place
from tasks.roster.headings import asked_of
from tasks.roster.rows import PersonRow, rankings, readers
from tasks.roster.values import default_of, plain


def merge(rows: Iterable[PersonRow], program: Program, findings: Findings, test: bool) -> list[Entry]:
    """One entry for each person, in the order of the sheets; people whose rows disagree are refused with all of them."""
    people: dict[str, list[PersonRow]] = {}
    for row in rows:
        people.setdefault(row.address.key, []).append(row)
    read = readers(program, test)
    defaults = {name: default_of(field, read[name]) for name, field in program.enrollment.fields.items()}
    merged = [(_entry(places, program, defaults, findings), places) for places in people.values()]
    for entry, places in merged:
        if entry is None:
            for row in places:
                findings.rows.setdefault(row.place, [])
    return _with_rankings([(entry, places) for entry, places in merged if entry is not None], program, findings)


def _entry(rows: list[PersonRow], program: Program, defaults: Mapping[str, Any], findings: Findings) -> Entry | None:
    if len(rows) > 1 and (_repeated(rows, findings) or _disagreeing(rows, program, findings)):
        return None
    roles = frozenset[Role]().union(*(row.roles for row in rows))
    said = frozenset(name for row in rows for name in row.fields)
    fields: dict[str, Any] = {}
    for name, field in program.enrollment.fields.items():
        if not asked_of(field, roles):
            continue
        value = _first(row.fields.get(name) for row in rows)
        value = defaults[name] if value is None else value
        if value is not None:
            fields[name] = value
        elif field.required:
            place, column = _where(rows, name)
            findings.refuse(place, column, "is empty, and the program requires it")
            return None
    first = rows[0]
    return Entry(
        first.address.written,
        first.address.key,
        *first.names,
        tuple(sorted(roles)),
        _capacity(rows, roles, program),
        fields,
        said | {"capacity" for row in rows if "capacity" in row.columns and Role.MENTOR in row.roles},
        first.place,
    )


def _capacity(rows: list[PersonRow], roles: frozenset[Role], program: Program) -> int:
    if Role.MENTOR not in roles:
        return 0
    found = _first(row.capacity for row in rows)
    return program.relationships.mentor_capacity if found is None else found


def _repeated(rows: list[PersonRow], findings: Findings) -> bool:
    """Whether two rows put the same person into the same role: which of them is right nobody can know."""
    repeated = False
    for number, row in enumerate(rows):
        for earlier in rows[:number]:
            twice = row.roles & earlier.roles
            if twice:
                repeated = True
                message = f"{row.address.written} is already a {' and '.join(sorted(twice))} in {earlier.place}"
                findings.refuse(row.place, row.columns["email"], message, "keep one of the rows")
    return repeated


def _disagreeing(rows: list[PersonRow], program: Program, findings: Findings) -> bool:
    disagreeing = False
    first = rows[0]
    for row in rows[1:]:
        for name, one, other in _pairs(first, row, program):
            if one is None or other is None or _same(one, other):
                continue
            disagreeing = True
            message = f"{_shown(other)} here, but {_shown(one)} in {first.place}"
            findings.refuse(
                row.place, row.columns.get(name), message, "one person has one value; correct one of the rows"
            )
    return disagreeing


def _pairs(first: PersonRow, row: PersonRow, program: Program) -> list[tuple[str, Any, Any]]:
    whole = "name" if "name" in row.columns else "first_name"
    names = (whole, " ".join(first.names).strip(), " ".join(row.names).strip())
    capacity = ("capacity", first.capacity, row.capacity)
    return [
        names,
        capacity,
        *((name, first.fields.get(name), row.fields.get(name)) for name in program.enrollment.fields),
    ]


def _same(one: Any, other: Any) -> bool:
    return bool(plain(one) == plain(other) if isinstance(one, str) and isinstance(other, str) else one == other)


def _shown(value: Any) -> str:
    return f"'{', '.join(value)}'" if isinstance(value, list) else f"'{value}'"


def _where(rows: list[PersonRow], name: str) -> tuple[Place, Column | None]:
    """The cell that could have held the value."""
    row = next((row for row in rows if name in row.fields), rows[0])
    return row.place, row.columns.get(name)


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _with_rankings(people: list[tuple[Entry, list[PersonRow]]], program: Program, findings: Findings) -> list[Entry]:
    """Names in rankings become addresses, where exactly one person of the other role has that name."""
    fields = rankings(program)
    if not fields:
        return [entry for entry, _ in people]
    known: dict[Role, dict[str, set[str]]] = {role: {} for role in program.roles}
    for entry, _ in people:
        for role in entry.roles:
            for name in (entry.email, f"{entry.first_name} {entry.last_name}"):
                known[role].setdefault(plain(name), set()).add(entry.email)
    return [_ranked(entry, rows, fields, known, findings) for entry, rows in people]


def _ranked(
    entry: Entry,
    rows: list[PersonRow],
    fields: list[str],
    known: Mapping[Role, Mapping[str, set[str]]],
    findings: Findings,
) -> Entry:
    others = [role for role in known if role not in entry.roles] or list(known)
    resolved = dict(entry.fields)
    for field in fields:
        wishes: list[str] = []
        for name in entry.fields.get(field, ()):
            found = set[str]().union(*(known[role].get(plain(name), set()) for role in others)) - {entry.email}
            wishes += found if len(found) == 1 else [name]
            if len(found) != 1:
                what = (
                    f"'{name}' is the name of {len(found)} people" if found else f"'{name}' is nobody on these sheets"
                )
                findings.note(*_where(rows, field), f"{what}; the wish is kept as it is written")
        if wishes:
            resolved[field] = wishes
    return replace(entry, fields=resolved)
