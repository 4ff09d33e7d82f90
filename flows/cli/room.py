"""Whether a folder can be written to, and has room: tried out, since rights and figures do not tell. Leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile

from tasks import whole

ENOUGH = 1_000_000
"""Bytes: what a cohort's day may well write."""


def lacking(folder: Path) -> str | None:
    """Why nothing can be written into a folder, or into the one in which it is going to be made; None if all is well."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    try:
        with TemporaryFile(dir=place, buffering=0) as file:
            for _ in range(0, ENOUGH, 100_000):
                file.write(bytes(100_000))
            os.fsync(file.fileno())
    except OSError as error:
        return whole.reason(error)
    return None
