"""`mentorflow doctor` and `mentorflow deployments`: what is wrong, and the way out."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows import cli
from flows.cli import server_health
from flows.cli.doctor import _looked
from programs.lifecycle import MessageStatus
from tasks import health
from tasks.db import reading
from tasks.migrations.options import VERSION_TABLE
from tasks.models import Cohort, Message
from tasks.schema import found_revision as revision
from tasks.schema import head, upgrade
from tests.store.books import START, a_cohort

ROOT = Path(__file__).parents[2]
NOW = datetime(2027, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _bare_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MENTORFLOW_PROGRAMS", "MENTORFLOW_DATABASE_URL", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MENTORFLOW_MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setenv("MENTORFLOW_MAIL_FROM", "Mentoring <mentoring@example.org>")


def looked(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, str]]]:
    cli.run(["doctor", "--json"])
    found: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    return found


def test_where_nothing_was_launched_nothing_is_wrong_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = looked(capsys)
    assert [name for name, troubles in found.items() if troubles and name != "packages"] == []
    assert not list(tmp_path.iterdir())


def test_a_broken_program_is_named_with_the_command_that_shows_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("program: mine\n")
    monkeypatch.setenv("MENTORFLOW_PROGRAMS", str(tmp_path))
    assert cli.run(["doctor"]) == 1
    assert "mentorflow check mine" in capsys.readouterr().out


def test_a_wrong_setting_is_a_finding_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENTORFLOW_MAIL_FROM", "nobody")
    found = looked(capsys)
    assert "MENTORFLOW_MAIL_FROM" in found["settings"][0]["what"]


def test_a_server_that_does_not_answer_is_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    (trouble,) = looked(capsys)["Prefect server"]
    assert "prefect server start" in trouble["fix"]


def test_a_database_that_a_worker_would_not_find_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert looked(capsys)["settings"] == []
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    (trouble,) = looked(capsys)["settings"]
    assert f"MENTORFLOW_DATABASE_URL=sqlite:///{tmp_path}/mentorflow.db" in trouble["fix"]
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", f"sqlite:///{tmp_path}/mentorflow.db")
    assert looked(capsys)["settings"] == []


def test_a_sender_that_nobody_chose_is_warned_of_and_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MENTORFLOW_MAIL_FROM")
    (trouble,) = looked(capsys)["settings"]
    assert "mentoring@localhost" in trouble["what"]
    assert "MENTORFLOW_MAIL_FROM" in trouble["fix"]
    ended = cli.run(["doctor"])
    assert "settings: well, with a warning" in capsys.readouterr().out
    packages = bool(looked(capsys)["packages"])
    assert ended == int(packages)


@pytest.mark.parametrize("url", ["", "postgresql://user@host/database", "sqlite:////srv/mentorflow.db"])
@pytest.mark.parametrize("folder", ["", "letters"])
def test_a_mail_folder_that_moves_with_the_current_folder_is_warned_of_whatever_the_database_is(
    url: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", url)
    monkeypatch.setenv("MENTORFLOW_MAIL_FOLDER", folder)
    (trouble,) = looked(capsys)["settings"]
    name = folder or "mail"
    assert f"mails go to '{name}' in whatever folder a command is typed in" in trouble["what"]
    assert trouble["fix"] == f"export MENTORFLOW_MAIL_FOLDER={tmp_path / name}"
    assert trouble["is_warning"]


@pytest.mark.parametrize(("days", "alone"), [(2, False), (3, True)])
def test_a_cohort_that_nobody_runs_is_named(engine: Engine, days: int, alone: bool) -> None:
    a_cohort(engine)
    with reading(engine) as conn:
        found = health.troubles(conn, START + timedelta(days=days), NOW)
    assert any("was never run" in trouble.what for trouble in found) is alone


def test_mails_that_are_dead_stuck_or_old_are_counted(engine: Engine) -> None:
    books = a_cohort(engine)
    row = {"cohort_id": books.turn.cohort_id, "participant_id": 1, "template": "closed", "queued_at": NOW - timedelta(days=3),
           "not_before": date(2027, 1, 7), "attempts": 1}  # fmt: skip
    for number, (status, more) in enumerate(
        (
            (MessageStatus.DEAD, {"lease_until": None}),
            (MessageStatus.SENDING, {"lease_until": NOW - timedelta(minutes=1)}),
            (MessageStatus.SENDING, {"lease_until": NOW + timedelta(minutes=1)}),
            (MessageStatus.QUEUED, {"lease_until": None}),
        )
    ):
        books.write(
            Message, {**row, **more, "status": status, "idempotency_key": f"k{number}", "message_id": f"<{number}@x>"}
        )
    with reading(engine) as conn:
        told = [trouble.what for trouble in health.troubles(conn, START, NOW)]
    assert [what.split()[0] for what in told] == ["1", "1", "1"]
    assert len(books.rows(Cohort)) == 1


class _Api(BaseHTTPRequestHandler):
    """Answers as a Prefect server would that has one deployment, no worker, and a run whose process died."""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        asked = json.loads(self.rfile.read(length))
        answer: list[dict[str, Any]] = []
        if self.path.endswith("/deployments/filter"):
            answer = [{"name": "spring", "work_pool_name": "mentoring", "paused": True}]
        elif self.path.endswith("/flow_runs/filter") and asked["flow_runs"]["state"] == {"type": {"any_": ["RUNNING"]}}:
            answer = [{"name": "spring · 2027-01-09", "start_time": "2027-01-09T06:00:00Z", "id": "123"}]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def api() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_paused_deployments_missing_workers_and_dead_runs_are_found_on_the_server() -> None:
    with api() as url:
        told = [trouble.what for trouble in server_health.troubles(url, NOW)]
    assert told == [
        "no worker serves the pool 'mentoring', so nothing runs",
        "the deployment 'spring' is paused",
        "the run 'spring · 2027-01-09' says it has been running since 2027-01-09T06:00",
    ]


def test_somebody_elses_tasks_module_is_named_as_the_shadow(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text("")
    program = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; from flows.cli import main; main()"
    ended = subprocess.run([sys.executable, "-P", "-c", program, "--help"], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert str(tmp_path / "tasks.py") in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_shipped_deployments_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["deployments", str(ROOT / "deployments.yaml")]) == 0
    assert "fine" in capsys.readouterr().out


def test_a_misspelled_key_of_a_deployment_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "deployments.yaml").read_text().replace("concurrency_limit:", "concurency_limit:", 1)
    (tmp_path / "deployments.yaml").write_text(text)
    assert cli.run(["deployments", "deployments.yaml"]) == 1
    assert "did you mean 'concurrency_limit'?" in capsys.readouterr().out


def test_pruning_needs_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["deployments", str(ROOT / "deployments.yaml"), "--prune"]) == 1
    assert "PREFECT_API_URL" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"garbage " * 1000, None])
def test_a_file_that_is_no_mentorflow_database_is_named_and_stays_as_it_is(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mentorflow.db"
    if content is None:
        with closing(sqlite3.connect(file)) as others:
            others.execute("CREATE TABLE accounts (id integer)")
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    told = "not a database or is damaged" if content else "is not a mentorflow database"
    assert told in looked(capsys)["database"][0]["what"]
    for words in (["status"], ["advance", "spring"]):
        assert cli.run(words) == 1
        assert told in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_look_that_breaks_is_a_finding_beside_what_it_found_before() -> None:
    def look() -> Iterator[health.Trouble]:
        yield health.Trouble("first", "mend it")
        raise ZeroDivisionError("by nothing")

    assert [trouble.what for trouble in _looked(look)] == ["first", "ZeroDivisionError: by nothing"]


def test_the_revision_of_a_database_is_told_and_an_older_one_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["doctor"])
    assert "database: none yet" in capsys.readouterr().out
    upgrade("sqlite:///mentorflow.db")
    cli.run(["doctor"])
    assert f"database: well (revision {head()})" in capsys.readouterr().out
    with closing(sqlite3.connect("mentorflow.db")) as file:
        file.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0000'")
        file.commit()
    (trouble,) = looked(capsys)["database"]
    assert "revision 0000" in trouble["what"]
    assert revision("sqlite:///mentorflow.db") == "0000"
