"""Databases for tests: each test gets its own copy of a migrated one, on SQLite and on a real PostgreSQL.

PostgreSQL comes out of the `pgserver` wheel, one server per test session under the temporary folder; as root it makes a user
`pgserver` and lets everybody enter the folders above its data and its own installation. MENTORFLOW_TEST_POSTGRES names
another server instead, with the right to create databases. Without either, its tests are skipped, and fail where CI is set.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from tasks import db
from tasks.schema import upgrade

SERVER = "mentorflow-postgres-"
_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; copying it is a hundred times faster than migrating."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """An empty, current SQLite database."""
    path = tmp_path / "mentorflow.db"
    shutil.copyfile(sqlite_template, path)
    url = f"sqlite:///{path}"
    yield url
    _let_go(url)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server on which databases can be created; its databases need not survive a power cut."""
    given = os.environ.get("MENTORFLOW_TEST_POSTGRES")
    if given:
        yield given
        return
    if find_spec("pgserver") is None:
        why = "no PostgreSQL: pip install 'mentorflow[test]' brings one, or name a server in MENTORFLOW_TEST_POSTGRES"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with warnings.catch_warnings():  # it looks for a runtime folder that a container does not have
        warnings.simplefilter("ignore")
        import pgserver

    _stop_abandoned()
    root = Path(tempfile.mkdtemp(prefix=SERVER))
    (root / "owner").write_text(str(os.getpid()))
    server = pgserver.get_server(root / "data", cleanup_mode="delete")
    try:
        url = server.get_uri()
        _execute(
            url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off", "SELECT pg_reload_conf()"
        )
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database from which others are cloned."""
    name = f"mentorflow_template_{os.getpid()}"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    upgrade(_named(postgres_server, name))
    yield name
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """An empty, current PostgreSQL database."""
    name = f"mentorflow_test_{os.getpid()}_{next(_numbers)}"
    clone(postgres_server, postgres_template, name)
    url = _named(postgres_server, name)
    yield url
    _let_go(url)
    _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty, current database; the test runs on both kinds."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine that writes into the database of `database_url`."""
    made = db.engine(database_url)
    yield made
    made.dispose()


def clone(server: str, template: str, name: str) -> None:
    """Another database with the content of one to which nobody is connected.

    Of our own server that lies in memory the files are copied, which takes half as long as to write them all into the log;
    on a disk it is the other way round, and another server may be too old to be told.
    """
    ours_in_memory = SERVER in server and tempfile.gettempdir().startswith("/dev/shm")
    how = "STRATEGY file_copy" if ours_in_memory else ""
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} {how}")


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _execute(server: str, *statements: str) -> None:
    address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _let_go(url: str) -> None:
    """Close what tasks have opened for themselves."""
    if db.shared_engine.cache_info().currsize:
        db.shared_engine(url).dispose()
        db.shared_engine.cache_clear()


def _stop_abandoned() -> None:
    """A test run that was killed leaves its server running; nobody else would ever stop it."""
    import psutil
    from pgserver._commands import pg_ctl

    for root in Path(tempfile.gettempdir()).glob(f"{SERVER}*"):
        owner = root / "owner"
        if not owner.exists() or psutil.pid_exists(int(owner.read_text() or "0")):
            continue
        if (root / "data" / "postmaster.pid").exists():
            user = "pgserver" if os.geteuid() == 0 else None
            with suppress(subprocess.CalledProcessError):  # the server is gone already
                pg_ctl(["-m", "immediate", "stop"], pgdata=root / "data", user=user)
        shutil.rmtree(root, ignore_errors=True)
