"""Cohorts that are led so far once: whoever begins there later gets a copy of their database and of their mails."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tasks.db import shared_engine
from tests.store.copies import keep, restored

_folders: dict[tuple[str, ...], tempfile.TemporaryDirectory[str]] = {}


def led(url: str, mail: Path, name: tuple[str, ...], live: Callable[[], object]) -> None:
    """Lead a cohort in the database so far, or take it from whoever has done so under this name."""
    engine = shared_engine(url)
    kind = (engine.dialect.name, *name)
    if restored(engine, ("cli", *name)):
        shutil.copytree(_folders[kind].name, mail, dirs_exist_ok=True)
        return
    live()
    keep(engine, ("cli", *name))
    _folders[kind] = tempfile.TemporaryDirectory()
    if mail.is_dir():
        shutil.copytree(mail, _folders[kind].name, dirs_exist_ok=True)
