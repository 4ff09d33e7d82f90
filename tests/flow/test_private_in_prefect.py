"""A cohort lives from its roster to its records through flows, and nothing about its people is anywhere in what Prefect keeps."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.flow.prefect_server import ROOT, Server, running

LIFE = """
import os, sys
from datetime import date, timedelta
from pathlib import Path
from flows import clock
from flows.compile import compile_program
from flows.demo.people import make_up, write_sheets
from flows.demo.rehearsal import Rehearsal, noon
from programs.library import load
from tasks import db
program, folder, first = load(sys.argv[2]), Path(sys.argv[1]), date(2027, 1, 4)
sheets = [str(one) for one in write_sheets(program, make_up(program, 10, 3), folder)]
opening = {"starts_on": first + timedelta(days=14), "roster": sheets}
cohort = compile_program(program).cohort

def run(today):
    with clock.standing_at(noon(today)):
        return cohort(cohort="lived", today=today, **opening).done

run(first)
rehearsal = Rehearsal(db.engine(os.environ["MENTORFLOW_DATABASE_URL"]), "lived", 3, first, run)
print(sum(1 for _ in rehearsal.days()))
"""

TANDEM = ROOT / "tests" / "declarations" / "valid" / "tandem.yaml"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that keeps its logs, and has seen a whole cohort."""
    folder = tmp_path_factory.mktemp("lived")
    more = {
        "MENTORFLOW_DATABASE_URL": f"sqlite:///{folder / 'mentorflow.db'}",
        "MENTORFLOW_MAIL_FOLDER": str(folder / "mail"),
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
    }
    with running(folder, **more) as server:
        words = [sys.executable, "-c", LIFE, str(folder), str(TANDEM)]
        done = subprocess.run(
            words, cwd=folder, env=dict(server.environment), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout.splitlines()[-1]) > 5
        yield server


def ask(folder: Path, query: str) -> list[str]:
    with closing(sqlite3.connect(folder / "mentorflow.db")) as conn:
        return [str(row[0]) for row in conn.execute(query)]


def kept(server: Server) -> bytes:
    """All that Prefect has written: its database, logs and events in it, results, and what the server printed."""
    files = [*server.folder.glob("prefect.db*"), *(server.folder / "prefect").rglob("*"), server.folder / "server.log"]
    return b"".join(path.read_bytes() for path in files if path.is_file())


def words_of(folder: Path) -> set[str]:
    """Everything that people wrote in their own words."""
    said = [json.loads(one) for one in ask(folder, "SELECT answers FROM response")]
    return {text for answers in said for text in answers.values() if isinstance(text, str) and " " in text}


def test_nothing_about_people_is_in_what_prefect_keeps_of_a_whole_life(lived: Server) -> None:
    everything = kept(lived)
    assert b"lived" in everything
    assert b"in tandem" in everything
    people = ask(lived.folder, "SELECT email FROM person") + ask(
        lived.folder, "SELECT first_name || ' ' || last_name FROM person"
    )
    wrote = words_of(lived.folder)
    assert len(people) == 20
    assert len(wrote) > 4
    for one in {*people, *wrote}:
        assert one.encode() not in everything, one


def test_that_life_came_to_its_end_with_a_record_for_everyone(lived: Server) -> None:
    assert ask(lived.folder, "SELECT status FROM cohort") == ["closed"]
    closed = ask(lived.folder, "SELECT count(*) FROM relationship WHERE status = 'closed'")
    assert closed == ask(lived.folder, "SELECT count(*) FROM closure WHERE record IS NOT NULL")
    assert int(closed[0]) > 0
