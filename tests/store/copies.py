"""Databases as they were: a copy to try something on, and engines that already know their statements.

Most of the time of a short test goes into compiling statements; an engine that turns from database to database has done so.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, event

from tasks import db
from tests.databases import _execute, clone

_warm: dict[str, Engine] = {}
_targets: dict[Engine, list[URL]] = {}
_spare: dict[str, list[Engine]] = {}
"""Of each kind, those for copies, of which a test may look at several at a time."""
_numbers = count(1)


def warmed(engine: Engine) -> Engine:
    """An engine for the same database that may have served others before. Only one at a time."""
    kind, url = engine.dialect.name, _address(engine)
    if kind not in _warm:
        _warm[kind] = _turning(url)
    return pointed_at(_warm[kind], url)


def pointed_at(warm: Engine, url: URL) -> Engine:
    """Let an engine of `warmed` turn to another database."""
    warm.dispose()
    _targets[warm][0] = url
    return warm


def _turning(url: URL) -> Engine:
    made = db.engine(url.render_as_string(hide_password=False))
    target = _targets[made] = [url]

    def connect_there(dialect: Any, _: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        arguments[:], found = dialect.create_connect_args(target[0])
        options.clear()
        options.update(found)

    event.listen(made, "do_connect", connect_there)
    return made


def _address(engine: Engine) -> URL:
    """Where the engine's connections lead now."""
    return _targets[engine][0] if engine in _targets else engine.url


@contextmanager
def a_copy(engine: Engine) -> Iterator[Engine]:
    """Another database with the same content. Nobody else may be connected to the original."""
    url = _address(engine)
    engine.dispose()
    spare = _spare.setdefault(engine.dialect.name, [])
    with copied(url) as copy:
        warm = pointed_at(spare.pop(), copy) if spare else _turning(copy)
        yield warm
        warm.dispose()
        spare.append(warm)


@contextmanager
def copied(url: URL) -> Iterator[URL]:
    """The address of a copy, as long as it is needed. Nobody may be connected to the original."""
    if url.get_backend_name() == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield url.set(database=_copy_file(str(url.database), Path(folder)))
        return
    name = f"{url.database}_copy_{next(_numbers)}"
    server = _server(url)
    clone(server, str(url.database), name)
    yield url.set(database=name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _copy_file(path: str, folder: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(shutil.copyfile(path, folder / "copy.db"))


_kept: dict[tuple[object, ...], URL] = {}
_folder = Path(tempfile.mkdtemp(prefix="mentorflow-kept-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)


def restored(engine: Engine, name: tuple[object, ...]) -> bool:
    """Put the database back to what was kept under the name, if anything was."""
    kept = _kept.get((engine.dialect.name, *name))
    if kept is None:
        return False
    url = _address(engine)
    engine.dispose()
    if url.get_backend_name() == "sqlite":
        for rest in ("-wal", "-shm"):
            Path(f"{url.database}{rest}").unlink(missing_ok=True)
        shutil.copyfile(str(kept.database), str(url.database))
    else:
        _execute(_server(url), f"DROP DATABASE {url.database} WITH (FORCE)")
        clone(_server(url), str(kept.database), str(url.database))
    return True


def keep(engine: Engine, name: tuple[object, ...]) -> None:
    """Remember the database as it is, until the tests are over."""
    url = _address(engine)
    engine.dispose()
    if url.get_backend_name() == "sqlite":
        folder = _folder / str(next(_numbers))
        folder.mkdir()
        _kept[engine.dialect.name, *name] = url.set(database=_copy_file(str(url.database), folder))
        return
    kept = f"mentorflow_kept_{os.getpid()}_{next(_numbers)}"
    clone(_server(url), str(url.database), kept)
    _kept[engine.dialect.name, *name] = url.set(database=kept)


def _let_go() -> None:
    """A server that stays does not keep what tests have kept; one of our own is gone by now."""
    for url in _kept.values():
        if url.get_backend_name() != "sqlite":
            with suppress(psycopg.OperationalError):
                _execute(_server(url), f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


atexit.register(_let_go)


def _server(url: URL) -> str:
    return url.set(database="postgres").render_as_string(hide_password=False)
