"""kill -9 of the process of a cohort's flow run, and the run once more: the books end as if nothing had happened. So they do after two at once."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_HOME

from tasks import db
from tests.flow.cohorts_in_flow import Cohort, day, sheet
from tests.flow.prefect_server import ROOT
from tests.store.dumps import Dump, changed_tables, dump

pytestmark = pytest.mark.usefixtures("prefect")

RUN = """
import os, signal, sys
from datetime import date
from pathlib import Path
from sqlalchemy import Engine, event
from tests.flow.cohorts_in_flow import Cohort
roster, today, commits = sys.argv[1], date.fromisoformat(sys.argv[2]), int(sys.argv[3])
seen = {"commits": 0, "over": False}

def before_a_commit(_):
    seen["commits"] += 1
    if seen["commits"] == commits and sys.argv[4] == "inside":
        os.kill(os.getpid(), signal.SIGKILL)

def before_what_follows(_):
    if seen["commits"] == commits and sys.argv[4] == "between":
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "commit", before_a_commit)
event.listen(Engine, "begin", before_what_follows)
Cohort("killed-2027", (roster,)).on(today)
Path(sys.argv[5]).write_text(str(seen["commits"]))
"""
"""A day of the cohort, as flows, which dies at the commit of that number or before the transaction after it."""

Point = tuple[int, str]


class Book:
    """A database of its own with the cohort as it was on the day before."""

    def __init__(self, folder: Path, roster: str, name: str) -> None:
        self.file, self.roster, self.mail = folder / f"{name}.db", roster, folder / f"mail-{name}"
        self.commits = folder / f"{name}.commits"
        shutil.copyfile(folder / "before.db", self.file)

    def start(self, today: date, commits: int = 0, where: str = "never") -> subprocess.Popen[bytes]:
        words = [self.roster, today.isoformat(), str(commits), where, str(self.commits)]
        surroundings = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PREFECT_API_URL": str(PREFECT_API_URL.value()),
            "PREFECT_HOME": str(PREFECT_HOME.value()),
            "PREFECT_LOGGING_LEVEL": "ERROR",
            "MENTORFLOW_DATABASE_URL": f"sqlite:///{self.file}",
            "MENTORFLOW_MAIL_FOLDER": str(self.mail),
        }
        command = [sys.executable, "-c", RUN, *words]
        return subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)

    def content(self) -> Dump:
        """Everything, but for instants and what a cohort is called at random."""
        engine = db.engine(f"sqlite:///{self.file}")
        with engine.connect() as conn:
            uid = str(conn.exec_driver_sql("SELECT uid FROM cohort").scalar_one())
        found = {name: [_masked(row, uid) for row in rows] for name, rows in dump(engine).items()}
        engine.dispose()
        return {**found, "mail": sorted(path.name.replace(uid, "") for path in self.mail.glob("*"))}


def _masked(row: str, uid: str) -> str:
    return re.sub(r"datetime\.datetime\([^()]*\)", "…", row).replace(uid, "")


def kept(store: Path, roster: str, days: list[date]) -> None:
    """The database after the cohort has lived through these days."""
    for one in days:
        Cohort("killed-2027", (roster,)).on(one)
    db.shared_engine(f"sqlite:///{store / 'mentorflow.db'}").dispose()
    shutil.copyfile(store / "mentorflow.db", store / "before.db")


DAYS: dict[str, tuple[list[date], date, list[Point]]] = {
    "the first": ([], day(-7), [(1, "between"), (2, "inside")]),
    "an eventful one": ([day(-7), day(0)], day(3), [(2, "inside")]),
}
"""Days lived before, the day that is killed, and where it is killed at least."""


@pytest.mark.parametrize("name", DAYS)
def test_a_flow_run_that_is_killed_inside_or_between_its_tasks_ends_the_same(name: str, store: Path) -> None:
    before, today, points = DAYS[name]
    must_end_the_same(store, before, today, points)


@pytest.mark.slow
@pytest.mark.parametrize("name", DAYS)
def test_a_flow_run_that_is_killed_at_any_commit_ends_the_same(name: str, store: Path) -> None:
    before, today, _ = DAYS[name]
    must_end_the_same(store, before, today, None)


def test_two_flow_runs_at_once_end_as_one(store: Path) -> None:
    roster = sheet(store, 3)
    kept(store, roster, [day(-7), day(0)])
    alone, double = Book(store, roster, "alone"), Book(store, roster, "double")
    runs = [alone.start(day(3)), double.start(day(3)), double.start(day(3))]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert changed_tables(alone.content(), double.content()) == {}


def must_end_the_same(store: Path, before: list[date], today: date, points: list[Point] | None) -> None:
    """Kill the day at each of the points, or at all there are, and let it through once more."""
    roster = sheet(store, 3)
    kept(store, roster, before)
    undisturbed = Book(store, roster, "undisturbed")
    assert undisturbed.start(today).wait(120) == 0
    commits = int(undisturbed.commits.read_text())
    expected = undisturbed.content()
    differ = {}
    for number, where in points or [(n, where) for n in range(1, commits) for where in ("inside", "between")]:
        book = Book(store, roster, f"{where}-{number}")
        assert book.start(today, number, where).wait(120) == -signal.SIGKILL, (number, where)
        assert not _is_open(book) or changed_tables(expected, book.content()), "it was killed too late to matter"
        assert book.start(today).wait(120) == 0
        differ[number, where] = changed_tables(expected, book.content())
    assert {point: tables for point, tables in differ.items() if tables} == {}


def _is_open(book: Book) -> bool:
    engine = db.engine(f"sqlite:///{book.file}")
    with engine.connect() as conn:
        found = conn.exec_driver_sql("SELECT count(*) FROM cohort").scalar_one()
    engine.dispose()
    return bool(found)
