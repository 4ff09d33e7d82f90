"""What every flow stands on: the settings, a current database, and a cohort's view of the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import Engine

from flows import clock
from programs.errors import MentorflowError, NotFoundError
from programs.spec import Program
from tasks import cohorts, schema
from tasks.cohorts import CohortRow
from tasks.db import reading, shared_engine
from tasks.notify import FolderTransport, Transport
from tasks.settings import Settings
from tasks.turn import Turn


@dataclass(frozen=True)
class Ground:
    """Settings and the database they name."""

    settings: Settings
    engine: Engine

    def find(self, cohort: str) -> CohortRow | None:
        """The cohort of that name, if there is one."""
        with reading(self.engine) as conn:
            try:
                return cohorts.find(conn, cohort)
            except NotFoundError:
                return None

    def turn(self, program: Program, cohort: str, today: date | None = None, by: str = "program") -> Turn:
        """The cohort's view of today, or of another day. Raises NotFoundError; MentorflowError for another program's cohort."""
        with reading(self.engine) as conn:
            found = cohorts.find(conn, cohort)
            if found.program != program.program:
                raise MentorflowError(
                    f"cohort '{cohort}' runs the program {found.program}, not {program.program}; use the deployment of "
                    f"{found.program}"
                )
            day = today or clock.today(found.timezone)
            turn = cohorts.turn(conn, cohort, day, clock.now(), by)
        return replace(turn, mail_domain=self.settings.mail_domain)

    def transport(self) -> Transport:
        """Where mails go."""
        return FolderTransport(self.settings.mail_folder)


def ground() -> Ground:
    """What the environment names, with the database brought up to date once per process."""
    settings = Settings.from_environment()
    _upgrade(settings.database_url)
    return Ground(settings, shared_engine(settings.database_url))


@lru_cache(maxsize=8)
def _upgrade(url: str) -> None:
    schema.upgrade(url)
