"""Sheets of people as they are named on the command line, read for a program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli import console
from programs.errors import MentorflowError, RosterError, few
from programs.spec import Program, Role
from programs.words import count
from tasks import whole
from tasks.opening import sheet_of
from tasks.roster import Roster, RosterFile, read_roster

Paths = tuple[Path, ...]
Many = Parameter(consume_multiple=True)
ONE_OF_SEVERAL = "FILE.xlsx#NAME is one sheet of a file."


@dataclass(frozen=True)
class Named:
    """What was named on the command line. Every field is an option of the commands that read sheets."""

    roster: Annotated[Paths, Many, Parameter(help=f"Sheets (CSV or XLSX) with a column `role`. {ONE_OF_SEVERAL}")] = ()
    mentors: Annotated[Paths, Many, Parameter(help="Sheets of people who are all mentors.")] = ()
    mentees: Annotated[Paths, Many, Parameter(help="Sheets of people who are all mentees.")] = ()
    encoding: Annotated[
        str | None, Parameter(help="Of sheets that are not UTF-8, like cp1252. Nothing is guessed.")
    ] = None
    test_addresses: Annotated[bool, Parameter(help="Take addresses that end in .test, for people who are made up.")] = (
        False
    )
    report: Annotated[
        Path | None, Parameter(help="Write every problem and note there. The screen shows the first 20 of each kind.")
    ] = None

    @property
    def files(self) -> list[RosterFile]:
        return [
            *(sheet_of(str(path)) for path in self.roster),
            *(sheet_of(str(path), Role.MENTOR) for path in self.mentors),
            *(sheet_of(str(path), Role.MENTEE) for path in self.mentees),
        ]


Sheets = Annotated[Named, Parameter(name="*")]
"""The options of `Named`, each under its own name."""


@dataclass(frozen=True)
class Leniency:
    """What becomes of rows that cannot be taken."""

    skip_invalid: Annotated[
        bool, Parameter(help="Take the good rows and write the refused ones to a sheet, to be corrected.")
    ] = False
    refused: Annotated[Path | None, Parameter(help="That sheet. Default: refused-COHORT.csv")] = None

    def file(self, cohort: str) -> Path:
        return self.refused or Path(f"refused-{cohort}.csv")


Lenient = Annotated[Leniency, Parameter(name="*")]
STRICT = Leniency()
NOBODY = Named()


def read(named: Named, program: Program, *, skip_invalid: bool = False) -> Roster:
    """The people on the sheets. Raises RosterError with every problem; with `skip_invalid` only where a whole sheet is wrong."""
    if not named.files:
        raise MentorflowError("no sheet is named: use --roster, or --mentors and --mentees")
    roster = read_roster(named.files, program, encoding=named.encoding, test_addresses=named.test_addresses)
    if named.report:
        _write_report(roster, named.report)
    if roster.unreadable or (roster.problems and not skip_invalid):
        raise RosterError(roster.problems)
    console.tell(*(f"note: {note}" for note in few(roster.notes)))
    return roster


def _write_report(roster: Roster, file: Path) -> None:
    """Everything that was found, for the owner of the file only: it names people."""
    lines = [str(problem) for problem in roster.problems] + [f"note: {note}" for note in roster.notes]
    whole.write(file, "".join(f"{line}\n" for line in lines).encode(), private=True)
    problems, notes = count(len(roster.problems), "problem"), count(len(roster.notes), "note")
    console.tell(f"{file}: written, with {problems} and {notes}")
