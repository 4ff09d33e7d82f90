"""Rosters out of a few lines of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from programs.errors import Problem
from programs.spec import Program, Role
from tasks.roster import Entry, Roster, RosterFile, read_roster

FIELDS = {
    "department": {"type": "text", "required": True},
    "grade": {"type": "level", "levels": ["Junior", "Middle", "Senior"]},
    "zone": {"type": "timezone"},
    "languages": {"type": "tags", "default": ["en"]},
    "offers": {"type": "tags", "roles": ["mentor"]},
    "wants": {"type": "tags", "roles": ["mentee"]},
    "choices": {"type": "ranking", "roles": ["mentee"]},
    "manager": {"type": "email"},
    "since": {"type": "date"},
    "years": {"type": "number"},
    "remote": {"type": "yes_no"},
    "site": {"type": "choice", "options": ["North", "South"], "title": "Where do you work?"},
}


@pytest.fixture
def make_program() -> Callable[..., Program]:
    """A program with a field of every type; keywords change its enrollment."""

    def making(**enrollment: Any) -> Program:
        return Program.model_validate(
            {
                "program": "buddies",
                "title": "Buddies",
                "relationships": {"mentor_capacity": 2},
                "enrollment": {"fields": FIELDS} | enrollment,
                "phases": [{"id": "talk", "lasts": "4 weeks"}],
            }
        )

    return making


@pytest.fixture
def read(tmp_path: Path, make_program: Callable[..., Program]) -> Callable[..., Roster]:
    """Reads one sheet, or one for each role: `read(text)`, `read(mentors=…, mentees=…)`."""

    def reading(
        people: str | bytes | None = None,
        *,
        mentors: str | bytes | None = None,
        mentees: str | bytes | None = None,
        program: Program | None = None,
        **options: Any,
    ) -> Roster:
        files = []
        given = (("people", people, None), ("mentors", mentors, Role.MENTOR), ("mentees", mentees, Role.MENTEE))
        for name, content, role in given:
            if content is not None:
                path = tmp_path / f"{name}.csv"
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                files.append(RosterFile(path, role))
        return read_roster(files, program or make_program(), **options)

    return reading


@pytest.fixture
def one(read: Callable[..., Roster]) -> Callable[..., Entry]:
    """The one mentee of a sheet with an address, a name, a department and the columns given."""

    def entry(**cells: str) -> Entry:
        roster = read(mentees=_sheet(cells))
        assert roster.problems == ()
        return roster.entries[0]

    return entry


@pytest.fixture
def refused(read: Callable[..., Roster], told: Callable[..., list[str]]) -> Callable[..., str]:
    """What is said of a sheet like that of `one`, which is wrong in one place."""

    def problem(**cells: str) -> str:
        (only,) = told(read(mentees=_sheet(cells)))
        return only

    return problem


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """Problems as they are printed, without the folder of the file."""

    def telling(found: Roster | tuple[Problem, ...]) -> list[str]:
        problems = found.problems if isinstance(found, Roster) else found
        folders = {str(Path(problem.file).parent) for problem in problems}
        lines = [str(problem) for problem in problems]
        for folder in folders:
            lines = [line.replace(f"{folder}/", "") for line in lines]
        return lines

    return telling


def _sheet(cells: dict[str, str]) -> str:
    row = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace", "department": "Engines"} | cells
    quoted = ['"' + value.replace('"', '""') + '"' for value in row.values()]
    return f"{','.join(row)}\n{','.join(quoted)}\n"
