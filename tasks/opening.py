"""How a cohort comes into being on its first run: launched with its plan, its people taken from sheets. Repeating it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from programs.errors import RosterError
from programs.spec import Program, Role
from tasks import cohorts
from tasks.db import reading, transaction
from tasks.enroll import EnrollReport, enroll
from tasks.models import Participant
from tasks.roster import RosterFile, read_roster
from tasks.turn import Turn

SHEETS = Path(__file__).resolve().parent.parent / "programs" / "examples" / "rosters"


@dataclass(frozen=True)
class Opening:
    """From when, in which zone, and from which sheets; a sheet may be named that comes with the programs."""

    starts_on: date | None = None
    timezone: str | None = None
    roster: tuple[str, ...] = ()
    mentors: tuple[str, ...] = ()
    mentees: tuple[str, ...] = ()

    @property
    def files(self) -> list[RosterFile]:
        sides = ((None, self.roster), (Role.MENTOR, self.mentors), (Role.MENTEE, self.mentees))
        return [sheet_of(path, role) for role, paths in sides for path in paths]


def located(path: str) -> Path:
    """A sheet where it is said to be, or else, for a bare file name, among those that come with the programs."""
    given = Path(path).expanduser()
    shipped = SHEETS / given.name
    return shipped if given.name == path and not given.exists() and shipped.is_file() else given


def sheet_of(said: str, role: Role | None = None) -> RosterFile:
    """A file, or one sheet of a spreadsheet as FILE#SHEET; a file that has the # in its own name is still that file."""
    whole, (file, _, sheet) = located(said), said.rpartition("#")
    if whole.exists() or not Path(file).suffix:
        return RosterFile(whole, role)
    return RosterFile(located(file), role, sheet)


def must_be_readable(program: Program, opening: Opening) -> None:
    """Raises RosterError when something is wrong with the sheets: a cohort keeps its first day, so nothing is opened with them."""
    if problems := read_roster(opening.files, program).problems:
        raise RosterError(problems)


def launch(engine: Engine, program: Program, cohort: str, starts_on: date, timezone: str | None, now: datetime) -> int:
    """Open the cohort and return its id."""
    with transaction(engine) as conn:
        return cohorts.launch(conn, program, cohort, starts_on, timezone, now=now)


def take_in(engine: Engine, turn: Turn, opening: Opening) -> EnrollReport:
    """Enroll everybody on the sheets, or nobody."""
    roster = read_roster(opening.files, turn.plan.program)
    with transaction(engine, turn.cohort_id) as conn:
        return enroll(conn, turn, roster)


def has_people(engine: Engine, cohort_id: int) -> bool:
    """Whether anybody has been enrolled."""
    with reading(engine) as conn:
        some = select(Participant.id).where(Participant.cohort_id == cohort_id).limit(1)
        return conn.execute(some).first() is not None
