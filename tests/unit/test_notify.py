"""What is sent into a folder is there once, whole, under a name that fits every folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.mail import compose
from tasks.notify import FolderTransport, MemoryTransport, MisconfiguredError, Transport, file_name
from tests.room import room_for
from tests.unit.test_mail import ENVELOPE

MAIL = compose(ENVELOPE, "Welcome", "Dear Ana\n")


def test_a_mail_sent_twice_is_there_once(tmp_path: Path) -> None:
    transport: Transport = FolderTransport(tmp_path / "deep" / "mail")
    for _ in range(2):
        transport.send(MAIL, "ana@example.com")
    (written,) = (tmp_path / "deep" / "mail").iterdir()
    assert written.name == file_name(ENVELOPE.message_id)
    assert written.read_bytes() == MAIL.as_bytes()


def test_a_folder_that_cannot_be_written_stops_the_queue(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(MisconfiguredError, match="MENTORFLOW_MAIL_FOLDER"):
        FolderTransport(tmp_path / "mail").send(MAIL, "ana@example.com")


def test_what_was_never_finished_is_cleared_by_a_later_run_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    for name, age in (("one.11.part", 3_600), ("two.12.part", 0)):
        (tmp_path / name).touch()
        written = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (written, written))
    FolderTransport(tmp_path).send(MAIL, "ana@example.com")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([file_name(ENVELOPE.message_id), "two.12.part"])


def test_a_mail_for_which_there_is_no_room_leaves_no_part_of_itself(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    with room_for(20), pytest.raises(MisconfiguredError):
        transport.send(MAIL, "ana@example.com")
    assert not list(tmp_path.iterdir())
    transport.send(MAIL, "ana@example.com")
    assert len(list(tmp_path.iterdir())) == 1


@given(st.text(min_size=1, max_size=300))
def test_every_file_name_is_harmless(message_id: str) -> None:
    name = file_name(message_id)
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>| \x00')
    assert name.endswith(".eml")
    assert not name.startswith(".")
    assert len(name) <= 120


def test_ids_that_differ_in_signs_only_have_different_files() -> None:
    assert len({file_name(f"<a{sign}b@example.org>") for sign in "/:*? _"}) == 6


def test_memory_keeps_what_was_sent() -> None:
    transport = MemoryTransport()
    transport.send(MAIL, "ana@example.com")
    assert transport.sent == [("ana@example.com", MAIL)]
