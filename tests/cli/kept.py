"""Cohorts that are led so far once: whoever begins there later gets a copy of their database and of their mails."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from tasks.db import shared_engine
from tests.store.copies import keep, restored

_mails = Path(tempfile.mkdtemp(prefix="mentorflow-mails-"))
atexit.register(shutil.rmtree, _mails, ignore_errors=True)


def led(url: str, mail: Path, name: tuple[str, ...], live: Callable[[], object]) -> None:
    """Lead a cohort in the database so far, or take it from whoever has done so under this name."""
    engine = shared_engine(url)
    kept = _mails / "-".join([engine.dialect.name, *name])
    if restored(engine, ("cli", *name)):
        shutil.copytree(kept, mail, dirs_exist_ok=True)
        return
    live()
    keep(engine, ("cli", *name))
    mail.mkdir(exist_ok=True)
    shutil.copytree(mail, kept)
