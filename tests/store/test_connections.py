"""The rules under which SQLite loses nothing: who writes takes turns, who reads waits for nobody, and what is written is on disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tasks import db

ROOT = Path(__file__).resolve().parents[2]
COUNTING = """
import sys, time
from sqlalchemy import text
from tasks import db
engine = db.engine(sys.argv[1])
for _ in range(25):
    with db.transaction(engine) as conn:
        seen = conn.execute(text("SELECT n FROM counter")).scalar_one()
        time.sleep(0.001)
        conn.execute(text("UPDATE counter SET n = :n"), {"n": seen + 1})
"""


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Engine:
    return db.engine(sqlite_url)


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as conn:
        return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_writer_keeps_a_log_is_safe_from_power_cuts_and_waits_for_others(on_sqlite: Engine) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    full = 2
    assert [pragma(on_sqlite, name) for name in names] == ["wal", full, 1, db.BUSY_SECONDS * 1000]


def test_a_row_that_refers_to_nothing_is_refused(engine: Engine) -> None:
    row = "INSERT INTO participant (cohort_id, person_id, roles, capacity, status, fields, enrolled_on) "
    with pytest.raises(IntegrityError), engine.begin() as conn:
        conn.execute(text(row + "VALUES (7, 7, 'mentee', 0, 'active', '{}', '2027-02-01')"))


def test_several_processes_that_count_what_they_have_read_lose_no_count(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as conn:
        conn.execute("CREATE TABLE counter (n INTEGER)")
        conn.execute("INSERT INTO counter VALUES (0)")
    running = [subprocess.Popen([sys.executable, "-c", COUNTING, sqlite_url], cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as conn:
        assert conn.execute("SELECT n FROM counter").fetchone() == (100,)


def test_a_transaction_that_writes_has_the_file_for_itself_from_its_beginning(
    on_sqlite: Engine, sqlite_url: str
) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    with db.transaction(on_sqlite), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.parametrize("way", ["reading", "reader"])
def test_who_reads_neither_waits_for_a_writer_nor_holds_one_up(on_sqlite: Engine, sqlite_url: str, way: str) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM person")
    engine = on_sqlite if way == "reading" else db.reader(sqlite_url)
    begun = time.monotonic()
    with db.reading(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM person")).scalar_one() == 0
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    assert time.monotonic() - begun < db.BUSY_SECONDS / 2
    other.close()
    engine.dispose()


def test_what_only_reads_cannot_write_on_postgresql(postgres_url: str) -> None:
    engine = db.reader(postgres_url)
    with engine.connect() as conn, pytest.raises(DBAPIError, match="read-only transaction"):
        conn.execute(text("DELETE FROM person"))
    engine.dispose()
