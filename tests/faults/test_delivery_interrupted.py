"""Killed anywhere between claiming and settling, a delivery loses no mail and doubles at most the one in hand, as the same mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.store.books import START, Books, a_cohort, queued, statuses

ROOT = Path(__file__).resolve().parents[2]
MAILS = 10


def run(
    url: str, folder: Path, point: str, after: int, way: str, today: date = START
) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "tests.faults.interrupted",
        url,
        str(folder),
        point,
        str(after),
        today.isoformat(),
        way,
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def handed_over(folder: Path) -> Counter[str]:
    """How often each mail was given to the transport."""
    log = folder / "handed_over.log"
    return Counter(log.read_text().split()) if log.exists() else Counter()


@pytest.fixture
def books(engine: Engine) -> Books:
    books = a_cohort(engine, pairs=MAILS // 2)
    queued(books)
    return books


@pytest.mark.parametrize(("point", "after"), [("claimed", 0), ("sent", 4), ("settled", 0)])
def test_a_killed_delivery_into_a_folder_is_as_if_it_had_never_begun(
    books: Books, database_url: str, tmp_path: Path, point: str, after: int
) -> None:
    folder = tmp_path / "mail"
    assert run(database_url, folder, point, after, "repeatable").returncode == -signal.SIGKILL
    assert statuses(books) == {"queued": MAILS}
    again = run(database_url, folder, "never", 0, "repeatable")
    assert again.stdout.strip() == str(MAILS), again.stderr
    assert statuses(books) == {"sent": MAILS}
    assert len(list(folder.glob("*.eml"))) == MAILS
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize(
    ("point", "after", "doubled"), [("claimed", 0, 0), ("sending", 4, 0), ("sent", 4, 1), ("settled", 4, 1)]
)
def test_a_killed_delivery_to_a_server_doubles_the_mail_in_hand_at_most(
    books: Books, database_url: str, tmp_path: Path, point: str, after: int, doubled: int
) -> None:
    folder = tmp_path / "mail"
    assert run(database_url, folder, point, after, "leased").returncode == -signal.SIGKILL
    tomorrow = run(database_url, folder, "never", 0, "leased", START + timedelta(days=1))
    assert tomorrow.returncode == 0, tomorrow.stderr
    assert statuses(books) == {"sent": MAILS}
    copies = handed_over(folder)
    assert len(copies) == len(list(folder.glob("*.eml"))) == MAILS
    assert sorted(copies.values(), reverse=True)[: doubled + 1] == [2] * doubled + [1]


def test_several_deliveries_at_once_send_each_mail_once(books: Books, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    command = [
        sys.executable,
        "-m",
        "tests.faults.interrupted",
        database_url,
        str(folder),
        "never",
        "0",
        START.isoformat(),
        "leased",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ended = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ended
    assert sum(int(out) for out, _ in ended) == MAILS
    assert handed_over(folder) == Counter(dict.fromkeys(handed_over(folder), 1))
    assert len(handed_over(folder)) == MAILS
