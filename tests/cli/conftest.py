"""Cohorts that tests of the command line begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import cli
from tasks.db import shared_engine
from tests.cli.kept import led
from tests.cli.walk import PROGRAM, ROSTER, START, launch


@pytest.fixture
def place(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a program and a sheet of people, and a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", database_url)
    monkeypatch.setenv("MENTORFLOW_MAIL_FOLDER", str(tmp_path / "mail"))
    for name in ("MENTORFLOW_PROGRAMS", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    Path("walk.yaml").write_text(PROGRAM)
    Path("people.csv").write_text(ROSTER)
    yield tmp_path
    shared_engine(database_url).dispose()


@pytest.fixture
def launched(place: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert launch() == 0
    capsys.readouterr()
    return place


@pytest.fixture
def running(place: Path, database_url: str, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two relationships run, and their first form is out."""
    led(database_url, place / "mail", ("running",), walk_begun)
    capsys.readouterr()
    return place


def walk_begun() -> None:
    """Launched, matched, approved, and run for its first day."""
    assert launch() == 0
    for words in (
        ["match", "w1", "--today", "2027-01-04"],
        ["match", "w1", "--approve", "--today", "2027-01-04"],
        ["advance", "w1", "--today", START],
    ):
        assert cli.run(words) == 0
