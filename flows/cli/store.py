"""The database behind commands: opened, brought up to date, and looked at on a day. Only commands that need it load this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url

from flows import clock
from programs.errors import MentorflowError
from tasks import cohorts, schema
from tasks.db import reading, shared_engine, transaction
from tasks.settings import Settings
from tasks.turn import Turn

OPERATOR = "operator"


def revision() -> str | None:
    """The revision of the database as it is, unchanged; None where nothing was launched yet. Raises MentorflowError."""
    url = Settings.from_environment().database_url
    found = schema.found_revision(url)
    if found is None and schema.tables(url):
        raise MentorflowError(schema.foreign(url))
    return found


def file() -> Path | None:
    """The file in which the database of the settings is, or will be; None for a server's."""
    place = make_url(Settings.from_environment().database_url)
    return Path(place.database) if place.drivername.startswith("sqlite") and place.database else None


def opened(*, create: bool = False) -> Engine:
    """The database of the settings, in its newest shape. Only opening a first cohort creates one."""
    url = Settings.from_environment().database_url
    place = make_url(url)
    if not create and place.drivername.startswith("sqlite") and not Path(place.database or "").exists():
        raise MentorflowError(
            f"there is no database {place.database} here. Open a first cohort with: mentorflow launch; or say where the "
            "database is in MENTORFLOW_DATABASE_URL"
        )
    schema.upgrade(url, create=create)
    return shared_engine(url)


def turn_of(engine: Engine, cohort: str, today: date | None = None) -> Turn:
    """The cohort as of today in its zone, or as of the day that was named."""
    with reading(engine) as conn:
        found = cohorts.find(conn, cohort)
        if today is not None:
            require_ahead(conn, cohort, today)
        turn = cohorts.turn(conn, cohort, today or clock.today(found.timezone), clock.now(), by=OPERATOR)
    return with_domain(turn)


def turn_to_act(engine: Engine, cohort: str, today: date | None = None) -> Turn:
    """The cohort as an operator acts on it: by itself never before what was done last. See `acting` for a day that was named."""
    with reading(engine) as conn:
        found = cohorts.find(conn, cohort)
        day = today or max(clock.today(found.timezone), cohorts.reached_on(conn, found))
        return with_domain(Turn(found.id, found.name, cohorts.plan_of(conn, found), day, clock.now(), OPERATOR))


@contextmanager
def acting(engine: Engine, turn: Turn) -> Iterator[Connection]:
    """A transaction that is only kept if the day of the turn is not over: whatever else is wrong is told first."""
    with transaction(engine, turn.cohort_id) as conn:
        try:
            yield conn
        except MentorflowError:
            raise
        except Exception:
            require_ahead(conn, turn.cohort, turn.today)  # what broke may have broken only on a day that is over
            raise
        require_ahead(conn, turn.cohort, turn.today)


def require_ahead(conn: Connection, cohort: str, today: date) -> None:
    """Raise MentorflowError for a day, named by the operator, before the last one that was run."""
    found = cohorts.find(conn, cohort)
    if cohorts.is_over(found, today):
        raise MentorflowError(
            f"cohort '{cohort}' has been run for {found.last_run_on}, and its calendar never goes back; name that day or a "
            f"later one, not --today {today}"
        )


def view_of(engine: Engine, cohort: str, today: date | None = None) -> Turn:
    """The cohort as it is to be looked at: as of today, or of the day to which it has been run if that is later."""
    with reading(engine) as conn:
        found = cohorts.find(conn, cohort)
        day = max(today or clock.today(found.timezone), found.last_run_on or date.min)
        return with_domain(cohorts.turn(conn, cohort, day, clock.now(), by=OPERATOR))


def with_domain(turn: Turn) -> Turn:
    return replace(turn, mail_domain=Settings.from_environment().mail_domain)
