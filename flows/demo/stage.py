"""Where a rehearsal takes place: a folder with its own database, mails and Prefect home, and the compiled flow to run in it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from flows import clock
from flows.demo.people import make_up, write_sheets
from flows.demo.rehearsal import LIMIT, Rehearsal, noon
from programs.spec import Program
from tasks import db, schema
from tasks.turn import Done

if TYPE_CHECKING:
    from flows.cohort import CohortDay

ENROLL_ON = date(2027, 1, 4)
"""A Monday; two weeks later the cohort starts."""

STARTS_ON = ENROLL_ON + timedelta(days=14)
DATABASE = "mentorflow.db"
COHORT = "demo"
MATCHED_AGAIN = 120
"""Days by which relationships that began late, after an early end, outlive the others."""

QUIET = {
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true&check_same_thread=false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
"""A server of its own, for this process alone: nobody looks at its pages, so it keeps only what runs need, and that in memory."""


_NEEDED = ("prefect.flow_engine", "prefect.task_engine", "prefect.engine", "programs.matching.engine", "jinja2.sandbox")
"""Modules that Prefect, matching and mails load when they are first used."""

SELDOM = 50_000
"""Allocations between two looks for garbage: composing statements makes much that is gone at once."""


@contextmanager
def at(folder: Path) -> Iterator[None]:
    """Everything in this block happens in the folder: the environment names it, and is put back afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    named = {
        "MENTORFLOW_DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "MENTORFLOW_MAIL_FOLDER": str(folder / "mail"),
        "MENTORFLOW_COORDINATOR_NAME": "Alex Morgan",
        "MENTORFLOW_COORDINATOR_EMAIL": "alex.morgan@example.org",
        "MENTORFLOW_MAIL_FROM": "Mentoring <mentoring@example.org>",
        "PREFECT_HOME": str(folder / ".prefect"),
        "PREFECT_API_SSL_CERT_FILE": str(_one_certificate(folder / ".prefect")),
        **QUIET,
    }
    before = {name: os.environ.get(name) for name in (*named, "PREFECT_API_URL", "PREFECT_PROFILE")}
    os.environ.update(named)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ.pop("PREFECT_PROFILE", None)
    threshold = gc.get_threshold()
    gc.set_threshold(SELDOM, *threshold[1:])
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _one_certificate(folder: Path) -> Path:
    """A file with a single certificate. The rehearsal speaks only to itself, and each of its many clients reads the whole file."""
    folder.mkdir(exist_ok=True)
    path = folder / "certificate.pem"
    end = "-----END CERTIFICATE-----\n"
    path.write_text(certifi.contents().partition(end)[0] + end, encoding="utf-8")
    return path


def _load_what_runs_need() -> None:
    """Else the first runs would: there is time for it while the server starts."""
    for name in _NEEDED:
        import_module(name)


def prepare(program: Program, folder: Path, people: int, seed: int) -> Rehearsal:
    """A fresh database, the sheet of made-up people, and the calendar on its first day."""
    for pattern in (f"{DATABASE}*", "mail/*.eml", "records/R-*.md"):
        for path in folder.glob(pattern):
            path.unlink()
    sheets = write_sheets(program, make_up(program, people, seed), folder)
    url = f"sqlite:///{folder / DATABASE}"
    schema.upgrade(url)
    limit = max(LIMIT, 3 * days_to_live(program))
    run_day = runner(program, sheets)
    engine = db.shared_engine(url)
    event.listen(engine, "connect", _leave_writing_to_the_system)
    _load_what_runs_need()
    return Rehearsal(engine, COHORT, seed, ENROLL_ON, run_day, limit=limit, calm_after=_first_end(program))


def _leave_writing_to_the_system(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """A rehearsal that a power failure ends is begun anew: nothing waits until the disk has it."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def runner(program: Program, sheets: Sequence[Path]) -> Callable[[date], Sequence[Done]]:
    """The cohort's compiled flow, run by Prefect for a virtual day; a single run for each day, whose clock stands at its noon."""
    from flows.compile import compile_program  # noqa: PLC0415 - Prefect takes seconds to load

    cohort: Callable[..., CohortDay] = compile_program(program, stage_runs="none").cohort
    roster = [str(sheet) for sheet in sheets]

    def run_day(today: date) -> Sequence[Done]:
        with clock.standing_at(noon(today)):
            return cohort(cohort=COHORT, today=today, starts_on=STARTS_ON, roster=roster).done

    return run_day


def _first_end(program: Program) -> date:
    """By when relationships that began with the cohort have come to their end."""
    end = STARTS_ON
    for phase in program.phases:
        end = phase.lasts.at_most.after(end)
    return end


def days_to_live(program: Program) -> int:
    """About how many days a cohort of the program takes, for a progress bar."""
    end = _first_end(program)
    again = program.closure.new_cycle
    for phase in program.phases[program.phases.index(program.phase(again.begins)) :] * again.at_most if again else ():
        end = phase.lasts.at_most.after(end)
    follow_up = program.closure.follow_up
    end = follow_up.after.after(end) if follow_up else end
    return (end - ENROLL_ON).days + MATCHED_AGAIN
