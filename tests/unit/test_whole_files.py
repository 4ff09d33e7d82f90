"""A file is written whole or not at all, and a disk without room is called full."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from programs.errors import MentorflowError
from tasks import whole
from tests.room import room_for


def test_a_file_that_does_not_fit_leaves_the_one_that_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    whole.write(tmp_path / "pairs.csv", b"before")
    with room_for(10), pytest.raises(MentorflowError, match=r"pairs\.csv cannot be written: "):
        whole.write(tmp_path / "pairs.csv", b"x" * 1000)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("pairs.csv", b"before")]


def test_a_new_file_that_does_not_fit_is_not_there(tmp_path: Path) -> None:
    with room_for(10), pytest.raises(MentorflowError):
        whole.create(tmp_path / "mine.yaml", b"x" * 1000)
    assert not list(tmp_path.iterdir())


def test_what_is_created_never_replaces_anything(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    with pytest.raises(FileExistsError):
        whole.create(tmp_path / "mine.yaml", b"yours")
    assert (tmp_path / "mine.yaml").read_text() == "mine"


def test_a_new_private_file_is_for_its_owner_and_an_old_one_keeps_who_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    whole.write(file, b"one", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    whole.write(file, b"two", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.read_bytes() == b"two"


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("before")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    whole.write(tmp_path / "link.csv", b"after")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"after"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        whole.write(pipe, b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_device_without_room_is_full() -> None:
    with pytest.raises(MentorflowError, match=r"^/dev/full cannot be written: the disk is full"):
        whole.write(Path("/dev/full"), b"x")


def test_a_full_disk_is_recognized_whoever_says_so(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "small.db", isolation_level=None)
    file.execute("CREATE TABLE one (text)")
    file.execute("PRAGMA max_page_count=2")
    with pytest.raises(sqlite3.OperationalError) as told:
        file.execute("INSERT INTO one VALUES (zeroblob(100000))")
    file.close()
    assert whole.is_full(told.value)
    assert whole.is_full(OperationalError("INSERT", {}, told.value))
    assert whole.is_full(OSError(errno.ENOSPC, "No space left on device"))
    assert not whole.is_full(OSError(errno.EACCES, "Permission denied"))
    assert not whole.is_full(OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")))
