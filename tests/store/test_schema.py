"""A database is created, recognised and migrated, whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from programs.errors import MentorflowError
from tasks import db
from tasks.migrations.options import OPTIONS, VERSION_TABLE
from tasks.models import Base
from tasks.schema import FOLDER, found_revision, head, is_current, keep_copy, revision, upgrade
from tests.store.rescans import listened_to

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade():
    rebuilt = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("person", recreate=rebuilt) as batch_op:
        batch_op.add_column(sa.Column("pronouns", sa.String(40)))
    {then}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, for tests that add to them."""
    return Path(shutil.copytree(FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")))


def add_second(folder: Path, then: str = "pass") -> None:
    (folder / "versions" / "0002_pronouns.py").write_text(SECOND.format(then=then))


def populate(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO cohort (id, name, uid, program, status, starts_on, timezone, plan, plan_hash, launched_at) "
                "VALUES (1, 'spring', 'u', 'p', 'open', '2027-03-01', 'UTC', '{}', 'h', '2027-02-01 00:00:00')"
            )
        )
        for number in range(1, 51):
            values = {"id": number, "email": f"p{number}@example.org"}
            conn.execute(text("INSERT INTO person VALUES (:id, :email, :email, 'Ada', 'L')"), values)
            conn.execute(
                text(
                    "INSERT INTO participant (id, cohort_id, person_id, roles, capacity, status, fields, enrolled_on) "
                    "VALUES (:id, 1, :id, 'mentee', 0, 'active', '{}', '2027-02-01')"
                ),
                values,
            )


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as conn:
        tables = ("cohort", "person", "participant")
        return {table: conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_look_through_a_whole_table_for_every_row_of_another_is_noticed(engine: Engine) -> None:
    """The check that lives of whole programs stand before; see `tests.store.rescans`."""
    of_each = "SELECT id FROM relationship WHERE EXISTS (SELECT 1 FROM {} AS o WHERE o.{} = relationship.id)"
    with listened_to(engine) as statements, engine.connect() as conn:
        for table, column in (("relationship", "lead_id"), ("relationship", "previous_id"), ("cohort", "id")):
            conn.execute(text(of_each.format(table, column)))
    (found,) = statements.rescans()
    assert "lead_id" in found, "which has no index"


def test_the_migrations_lead_to_the_models(engine: Engine) -> None:
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts=OPTIONS), Base.metadata) == []


def test_a_column_without_a_migration_is_noticed(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("ALTER TABLE person DROP COLUMN last_name"))
    with engine.connect() as conn:
        found = compare_metadata(MigrationContext.configure(conn, opts=OPTIONS), Base.metadata)
    assert [difference[0] for difference in found] == ["add_column"]


def test_a_migrated_database_is_current_and_upgrading_it_again_changes_nothing(
    engine: Engine, database_url: str
) -> None:
    populate(engine)
    before = counts(engine)
    upgrade(database_url)
    assert is_current(engine)
    assert counts(engine) == before


def test_an_empty_database_is_not_current(tmp_path: Path) -> None:
    engine = db.engine(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not is_current(engine)
    engine.dispose()


def test_upgrading_creates_the_file_for_its_owner_only(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'new.db'}")
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) & 0o077 == 0


def test_a_migration_keeps_every_row_and_what_refers_to_it(engine: Engine, database_url: str, folder: Path) -> None:
    populate(engine)
    before = counts(engine)
    engine.dispose()
    add_second(folder)
    upgrade(database_url, folder)
    assert is_current(engine, folder)
    assert counts(engine) == before
    assert "pronouns" in {column["name"] for column in inspect(engine).get_columns("person")}


def test_a_crash_in_the_middle_of_a_migration_leaves_nothing_of_it(
    engine: Engine, database_url: str, folder: Path
) -> None:
    populate(engine)
    before = counts(engine)
    engine.dispose()
    add_second(folder, then="raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        upgrade(database_url, folder)
    tables = set(inspect(engine).get_table_names())
    assert tables == {*Base.metadata.tables, VERSION_TABLE}
    assert is_current(engine)
    assert counts(engine) == before
    assert "pronouns" not in {column["name"] for column in inspect(engine).get_columns("person")}
    engine.dispose()
    add_second(folder)
    upgrade(database_url, folder)
    assert is_current(engine, folder)


def test_a_crash_in_the_first_migration_leaves_no_table(engine: Engine, database_url: str) -> None:
    with engine.begin() as conn:
        for table in reversed(Base.metadata.sorted_tables):
            conn.execute(text(f"DROP TABLE {table.name}"))
        conn.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        conn.execute(text("CREATE TABLE member (in_the_way integer)"))
    engine.dispose()
    with pytest.raises(DBAPIError, match="member"):
        upgrade(database_url)
    assert set(inspect(engine).get_table_names()) == {"member"}


def test_a_populated_sqlite_file_is_copied_before_it_is_migrated(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    engine = db.engine(sqlite_url)
    populate(engine)
    before = counts(engine)
    engine.dispose()
    add_second(folder)
    upgrade(sqlite_url, folder)
    copy = db.engine(f"sqlite:///{tmp_path / 'mentorflow.db.before-0001'}")
    assert is_current(copy)
    assert counts(copy) == before
    copy.dispose()


def test_a_copy_made_too_late_is_not_taken_for_what_was_before(sqlite_url: str, tmp_path: Path) -> None:
    upgrade(sqlite_url)
    engine = db.engine(sqlite_url)
    keep_copy(engine, "0000")
    engine.dispose()
    assert [path.name for path in tmp_path.glob("*before*")] == []


def test_a_new_file_is_waited_for_while_another_process_prepares_it(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = Timer(0.3, other.close)
    done.start()
    engine = db.engine(f"sqlite:///{file}")
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    done.join()


def test_several_processes_may_bring_a_database_up_to_date_at_once(
    sqlite_url: str, folder: Path, tmp_path: Path
) -> None:
    upgrade(sqlite_url)
    add_second(folder)
    code = "import sys; from pathlib import Path; from tasks.schema import upgrade; upgrade(sys.argv[1], Path(sys.argv[2]))"
    words = [sys.executable, "-c", code, sqlite_url, str(folder)]
    running = [subprocess.Popen(words, cwd=FOLDER.parents[1]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    assert found_revision(sqlite_url, folder) == "0002"
    (copy,) = tmp_path.glob("*before*")
    assert found_revision(f"sqlite:///{copy}", folder) == "0001"


def test_a_migration_that_breaks_references_is_undone(sqlite_url: str, folder: Path) -> None:
    engine = db.engine(sqlite_url)
    populate(engine)
    engine.dispose()
    add_second(folder, then='op.execute("DELETE FROM person")')
    with pytest.raises(MentorflowError, match="50 rows of participant refer to rows that do not exist"):
        upgrade(sqlite_url, folder)
    assert counts(engine)["person"] == 50
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused(engine: Engine, database_url: str) -> None:
    with engine.begin() as conn:
        conn.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(MentorflowError, match=r"newer mentorflow: its tables have revision 9999, this version knows"):
        upgrade(database_url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_several_processes_may_create_a_database_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres_url")
        emptied = db.engine(url)
        with emptied.begin() as conn:
            conn.execute(text("DROP SCHEMA public CASCADE"))
            conn.execute(text("CREATE SCHEMA public"))
        emptied.dispose()
    code = "import sys; from tasks.schema import upgrade; upgrade(sys.argv[1])"
    running = [subprocess.Popen([sys.executable, "-c", code, url], cwd=FOLDER.parents[1]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    engine = db.engine(url)
    assert is_current(engine)
    engine.dispose()


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(MentorflowError, match="cannot open the database postgresql") as caught:
        upgrade("postgresql://ada:secret@127.0.0.1:1/mentoring")
    assert "secret" not in str(caught.value)


def test_a_database_in_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(MentorflowError, match=r"cannot open the database sqlite:///.*nowhere/new.db"):
        upgrade(f"sqlite:///{tmp_path}/nowhere/new.db")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(MentorflowError, match="name a file"):
        upgrade("sqlite://")


def test_looking_whether_a_database_is_current_does_not_load_alembic(sqlite_url: str) -> None:
    code = "import sys; from tasks.schema import upgrade; upgrade(sys.argv[1]); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, sqlite_url], cwd=FOLDER.parents[1], check=False).returncode == 0


def test_the_newest_revision_is_the_one_alembic_ends_at(engine: Engine) -> None:
    with engine.connect() as conn:
        assert revision(conn) == head()


@pytest.mark.parametrize("damage", ["garbage", "cut off"])
def test_a_file_that_is_no_database_or_is_damaged_is_named_with_the_way_out(
    damage: str, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "mentorflow.db"
    file.write_bytes(b"garbage " * 1000 if damage == "garbage" else file.read_bytes()[:5000])
    with pytest.raises(MentorflowError, match=r"mentorflow\.db is not a database or is damaged; restore a copy"):
        upgrade(sqlite_url)
