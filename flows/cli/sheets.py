"""Sheets of people as they are named on the command line, read for a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli import console
from programs.errors import MentorflowError, RosterError
from programs.spec import Program, Role
from tasks.opening import located
from tasks.roster import Roster, RosterFile, read_roster

Sheets = Annotated[
    tuple[Path, ...], Parameter(consume_multiple=True, help="Sheets (CSV or XLSX) with a column `role`.")
]
MentorSheets = Annotated[
    tuple[Path, ...], Parameter(consume_multiple=True, help="Sheets of people who are all mentors.")
]
MenteeSheets = Annotated[
    tuple[Path, ...], Parameter(consume_multiple=True, help="Sheets of people who are all mentees.")
]
Encoding = Annotated[str | None, Parameter(help="Of sheets that are not UTF-8, like cp1252. Nothing is guessed.")]
TestAddresses = Annotated[bool, Parameter(help="Take addresses that end in .test, for people who are made up.")]


@dataclass(frozen=True)
class Named:
    """What was named on the command line."""

    roster: Sequence[Path] = ()
    mentors: Sequence[Path] = ()
    mentees: Sequence[Path] = ()
    encoding: str | None = None
    test_addresses: bool = False

    @property
    def files(self) -> list[RosterFile]:
        return [
            *(RosterFile(located(str(path))) for path in self.roster),
            *(RosterFile(located(str(path)), Role.MENTOR) for path in self.mentors),
            *(RosterFile(located(str(path)), Role.MENTEE) for path in self.mentees),
        ]


def read(named: Named, program: Program, *, skip_invalid: bool = False) -> Roster:
    """The people on the sheets. Raises RosterError with every problem; with `skip_invalid` only where a whole sheet is wrong."""
    if not named.files:
        raise MentorflowError("no sheet is named: use --roster, or --mentors and --mentees")
    roster = read_roster(named.files, program, encoding=named.encoding, test_addresses=named.test_addresses)
    if roster.unreadable or (roster.problems and not skip_invalid):
        raise RosterError(roster.problems)
    console.tell(*(f"note: {note}" for note in roster.notes))
    return roster
