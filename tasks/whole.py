"""Files that are there whole or not at all, and how a disk without room is recognized, whoever reports it."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from pathlib import Path

from programs.errors import MentorflowError

FULL = "the disk is full"

UNFINISHED = ".part"
"""How the names of files end that are still being written."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_DISK_FULL = "53100"
"""PostgreSQL's code for it."""


def write(path: Path, content: bytes, *, private: bool = False) -> None:
    """The file with this content, or what was there before. Raises MentorflowError.

    `private`: a new file is for its owner only; one that is there keeps who may read it. A device or a pipe is written to,
    since replacing it would take it away from everybody else.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content, 0o600 if private else 0o666)
    except OSError as error:
        raise _refused(path, error) from error


def create(path: Path, content: bytes) -> None:
    """The file, where there was none. Raises FileExistsError for one that is there, MentorflowError for all else."""
    try:
        _fill(path, content, 0o666)
    except FileExistsError:
        raise
    except OSError as error:
        raise _refused(path, error) from error


def reason(error: OSError) -> str:
    """Why a file cannot be written, in words."""
    return FULL if is_full(error) else error.strerror or str(error)


def is_full(error: BaseException) -> bool:
    """Whether it was the disk that had no room: as the system says it, as SQLite does, or as PostgreSQL does."""
    error = getattr(error, "orig", None) or error
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == _DISK_FULL


def _refused(path: Path, error: OSError) -> MentorflowError:
    way_out = "; make room there, or write somewhere else" if is_full(error) else ""
    return MentorflowError(f"{path} cannot be written: {reason(error)}{way_out}")


def _replace(path: Path, content: bytes, mode: int) -> None:
    unfinished = path.with_name(f".{secrets.token_hex(6)}{UNFINISHED}")
    _fill(unfinished, content, mode)
    try:
        if path.exists():
            unfinished.chmod(path.stat().st_mode & 0o777)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _fill(path: Path, content: bytes, mode: int) -> None:
    """A new file; removed again if it cannot be finished."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb", buffering=0) as file:  # noqa: PTH123
        try:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
        except BaseException:
            path.unlink(missing_ok=True)
            raise
