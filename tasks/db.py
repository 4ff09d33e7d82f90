"""Connections: engines for SQLite and PostgreSQL, and the one kind of transaction in which a cohort is changed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from tasks.models import Cohort

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""


def engine(url: str) -> Engine:
    """An engine that writes. On SQLite every transaction begins IMMEDIATE: a later upgrade of the lock would lose or fail."""
    made = create_engine(_with_driver(url), pool_pre_ping=not url.startswith("sqlite"))
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_immediate)
    return made


def reader(url: str) -> Engine:
    """An engine that only reads, and on SQLite never waits for a writer nor changes how somebody else's file is kept."""
    made = create_engine(_with_driver(url), pool_pre_ping=not url.startswith("sqlite"))
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare_sqlite_reader)
        event.listen(made, "begin", _begin)
        return made
    return made.execution_options(postgresql_readonly=True)


@lru_cache(maxsize=8)
def shared_engine(url: str) -> Engine:
    """One engine per database and process, for tasks that each open their own transaction."""
    return engine(url)


@contextmanager
def transaction(engine: Engine, cohort_id: int | None = None) -> Iterator[Connection]:
    """A transaction in which nobody else changes the cohort: all of it happens, or nothing.

    SQLite has one writer anyway; PostgreSQL locks the cohort's row, so that a set that was counted is the set that is moved.
    """
    with engine.begin() as conn:
        if cohort_id is not None and conn.dialect.name == "postgresql":
            conn.execute(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads; on SQLite it neither waits for a writer nor holds one up."""
    with engine.connect() as conn:
        yield conn.execution_options(mentorflow_reads=True)


def _with_driver(url: str) -> str:
    """`postgresql://` and `postgres://` mean psycopg 3."""
    made = make_url(url.replace("postgres://", "postgresql://", 1))
    if made.drivername == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Keep the file with a log. While another process is just doing so, SQLite refuses at once and does not wait by itself."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.02)


def _prepare_sqlite_reader(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_immediate(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get("mentorflow_reads") else "BEGIN IMMEDIATE")


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")
