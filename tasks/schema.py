"""Brings a database to the shape of `tasks.models`, or creates it. Alembic is imported only where something has to be migrated."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from programs.errors import MentorflowError
from tasks import db
from tasks.migrations.options import VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"

_LOCK = 0x6D656E746F72
"""Of PostgreSQL's advisory locks: whoever migrates holds it, and a second one waits."""


def upgrade(url: str, folder: Path = FOLDER, *, create: bool = True) -> None:
    """Create the database's tables or bring them up to date; next to nothing is done for a database that is current.

    A populated SQLite file is copied beside itself first. Raises MentorflowError when the database cannot be reached, is
    damaged, was written by a newer version, or is none of ours and none is to be created.
    """
    found = found_revision(url, folder)
    if found == head(folder):
        return
    if found is None and not create:
        raise MentorflowError(foreign(url))
    engine = db.engine(url)
    try:
        if engine.dialect.name == "sqlite":
            _upgrade_sqlite(engine, folder)
        else:
            _upgrade_postgresql(engine, folder)
    finally:
        engine.dispose()


def found_revision(url: str, folder: Path = FOLDER) -> str | None:
    """The revision of the tables as they are; nothing is made or changed. Raises MentorflowError as `upgrade` does."""
    try:
        return _found(url, folder)
    except (DatabaseError, ArgumentError) as error:
        raise MentorflowError(_unreachable(url, error)) from error


def foreign(url: str) -> str:
    """What is said of a database in which there are no tables of ours."""
    name = _without_password(url)
    return f"{name} is not a mentorflow database; launch a cohort first, or name another in MENTORFLOW_DATABASE_URL"


def tables(url: str) -> list[str]:
    """The names of whatever tables there are, ours or somebody else's; a file that is not there has none and is not made."""
    file = make_url(url).database if url.startswith("sqlite") else None
    if file and not Path(file).exists():
        return []
    engine = db.reader(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def is_current(engine: Engine, folder: Path = FOLDER) -> bool:
    """Whether the database has the newest shape. Raises MentorflowError when it has one that is newer still."""
    return _known_revision(engine, folder) == head(folder)


def _known_revision(engine: Engine, folder: Path) -> str | None:
    with engine.connect() as conn:
        found, newest = revision(conn), head(folder)
    if found is not None and found > newest:
        raise MentorflowError(
            f"the database {engine.url.render_as_string()} was written by a newer mentorflow: its tables have revision "
            f"{found}, this version knows up to {newest}; install the newer version"
        )
    return found


def revision(conn: Connection) -> str | None:
    """The revision of the tables; None for a database in which there are none."""
    if not inspect(conn).has_table(VERSION_TABLE):
        return None
    found = conn.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - our own name
    return None if found is None else str(found)


def head(folder: Path = FOLDER) -> str:
    """The newest revision there is."""
    return max((path.name[:4] for path in folder.glob("versions/[0-9]*.py")), default="0000")


def config(conn: Connection | None = None, folder: Path = FOLDER) -> Config:
    """What Alembic needs to know; it works inside the transaction of the connection."""
    from alembic.config import Config  # noqa: PLC0415 - a quarter of a second that only a migration is worth

    made = Config()
    made.set_main_option("script_location", str(folder).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = conn
    return made


def _found(url: str, folder: Path) -> str | None:
    file = make_url(url).database if url.startswith("sqlite") else None
    if url.startswith("sqlite") and file in (None, "", ":memory:"):
        raise MentorflowError(f"the database {url} would be gone at the end of the command; name a file")
    if file and not Path(file).parent.is_dir():
        raise MentorflowError(f"cannot open the database {url}: there is no folder {Path(file).parent}")
    if file and not Path(file).exists():
        return None
    engine = db.reader(url)
    try:
        return _known_revision(engine, folder)
    finally:
        engine.dispose()


def _upgrade_sqlite(engine: Engine, folder: Path) -> None:
    """One transaction per revision. Rebuilding a table with foreign keys ON would silently delete the rows that refer to it."""
    from alembic import command  # noqa: PLC0415

    event.listen(engine, "connect", _foreign_keys_off)
    _make_private(Path(str(engine.url.database)))
    before = _revision_of(engine)
    if before not in (None, head(folder)):  # another process may have brought it up to date in the meantime
        keep_copy(engine, before)
    while _revision_of(engine) != head(folder):
        with engine.begin() as conn:
            if revision(conn) != head(folder):
                command.upgrade(config(conn, folder), "+1")
                _check_references(conn)


def _upgrade_postgresql(engine: Engine, folder: Path) -> None:
    from alembic import command  # noqa: PLC0415

    with engine.begin() as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(conn, folder), "head")


def _revision_of(engine: Engine) -> str | None:
    with engine.connect() as conn:
        return revision(conn)


def _foreign_keys_off(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _check_references(conn: Connection) -> None:
    broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise MentorflowError(
            f"the migration was undone: {len(broken)} rows of {tables} refer to rows that do not exist"
        )


def keep_copy(engine: Engine, before: str) -> None:
    """A copy beside the database, as it was at that revision; none if another process has migrated it in the meantime.

    It is written under a name of its own and then put in place, so that several processes may do so at once. A copy left
    by an attempt that failed shows the same rows or older ones.
    """
    path = Path(f"{engine.url.database}.before-{before}")
    written = path.with_name(f"{path.name}.{token_hex(4)}")
    _make_private(written)
    try:
        _vacuum_into(engine, written)
        copied = db.reader(engine.url.set(database=str(written)).render_as_string())
        if _revision_of(copied) == before:
            written.replace(path)
        copied.dispose()
    finally:
        written.unlink(missing_ok=True)


def _vacuum_into(engine: Engine, file: Path) -> None:
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(file),))
    finally:
        connection.close()


def _make_private(path: Path) -> None:
    """A file that only its owner may read: it holds what people said."""
    path.touch(mode=0o600)


def _unreachable(url: str, error: Exception) -> str:
    if url.startswith("sqlite") and isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        return (
            f"{make_url(url).database} is not a database or is damaged; restore a copy, or name another file in "
            "MENTORFLOW_DATABASE_URL"
        )
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    return f"cannot open the database {_without_password(url)}: {reason}; see MENTORFLOW_DATABASE_URL"


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string()
    except ArgumentError:
        return "(its address cannot be read)"
