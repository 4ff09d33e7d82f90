"""The shipped deployments on a real server, with a real worker: what an operator does on the first day."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.flow.prefect_server import ROOT, Server, running

COHORTS = {"leadership-2027-spring": "Four-phase mentoring", "civil-service-2027": "Cross-government mentoring"}
BEGINS = {"leadership-2027-spring": "2027-01-11", "civil-service-2027": "2027-02-01"}
SHEETS = ROOT / "programs" / "examples" / "rosters"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the two cohorts deployed from the shipped file, both of which a worker has run once, on their first day."""
    folder = tmp_path_factory.mktemp("deployed")
    store = {
        "MENTORFLOW_DATABASE_URL": f"sqlite:///{folder / 'mentorflow.db'}",
        "MENTORFLOW_MAIL_FOLDER": str(folder / "mail"),
    }
    with running(folder, **store) as started:
        _have_pool(started)
        started.prefect("deploy", "--all", "--prefect-file", str(ROOT / "deployments.yaml"))
        _run_now(started)
        yield started


def _run_now(server: Server) -> None:
    for cohort, title in COHORTS.items():
        found = httpx.get(f"{server.url}/deployments/name/{title}/{cohort}", timeout=30).json()
        asked = {"parameters": {"today": BEGINS[cohort]}}
        httpx.post(f"{server.url}/deployments/{found['id']}/create_flow_run", json=asked, timeout=30).raise_for_status()
    server.prefect("worker", "start", "--pool", "mentoring", "--run-once", "--limit", "2")


def _have_pool(server: Server) -> None:
    pool = {"name": "mentoring", "type": "process"}
    httpx.post(f"{server.url}/work_pools/", json=pool, timeout=30).raise_for_status()


def _post(server: Server, path: str, **body: object) -> list[dict[str, object]]:
    answer = httpx.post(f"{server.url}/{path}", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()
    return found


def _rows(server: Server, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(server.folder / "mentorflow.db")) as conn:
        return conn.execute(query).fetchall()


def test_both_cohorts_run_to_their_end_on_a_worker_that_stands_elsewhere(server: Server) -> None:
    runs = _post(server, "flow_runs/filter", flow_runs={"parent_task_run_id": {"is_null_": True}, "state": {
        "type": {"not_any_": ["SCHEDULED"]}}})  # fmt: skip
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert {str(run["name"]).split(" · ")[0] for run in runs} == set(COHORTS)


def test_the_first_run_opens_the_cohort_with_the_people_of_its_sheets(server: Server) -> None:
    rows = _rows(
        server, "SELECT c.name, count(p.id) FROM cohort c JOIN participant p ON p.cohort_id = c.id GROUP BY c.name"
    )
    people = {
        "leadership-2027-spring": ["leadership"],
        "civil-service-2027": ["civil_service_mentors", "civil_service_mentees"],
    }
    expected = {
        cohort: sum(len((SHEETS / f"{sheet}.csv").read_text().splitlines()) - 1 for sheet in sheets)
        for cohort, sheets in people.items()
    }
    assert dict(rows) == expected


def test_a_deployed_schedule_yields_runs(server: Server) -> None:
    """Some releases of what Prefect is built on start, look healthy, and never schedule anything."""
    until = time.monotonic() + 60
    scheduled: set[object] = set()
    while len(scheduled) < len(COHORTS) and time.monotonic() < until:
        time.sleep(1)
        runs = _post(server, "flow_runs/filter", flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})
        scheduled = {run["deployment_id"] for run in runs if run["auto_scheduled"]}
    assert len(scheduled) == len(COHORTS)


def test_the_runs_read_like_the_program(server: Server) -> None:
    flows = {str(flow["name"]) for flow in _post(server, "flows/filter")}
    assert {"Four-phase mentoring", "Four-phase mentoring: enroll", "Cross-government mentoring: match"} <= flows
    tasks = {str(run["name"]) for run in _post(server, "task_runs/filter")}
    assert {"open the cohort", "enroll the people of the sheets"} <= tasks


def test_the_dashboard_shows_the_cohort_and_speaks_in_ids(server: Server) -> None:
    artifacts = _post(server, "artifacts/latest/filter")
    by_key = {artifact["key"]: artifact for artifact in artifacts}
    board = str(by_key["cohort-leadership-2027-spring"]["data"])
    assert "flowchart LR" in board
    assert "Getting ready" in board


def test_nothing_about_people_reaches_the_prefect_database(server: Server) -> None:
    said = b"".join(path.read_bytes() for path in server.folder.glob("prefect.db*")) + _home(server)
    assert b"leadership-2027-spring" in said
    for sheet in SHEETS.glob("*.csv"):
        for address in re.findall(r"[\w.]+@example\.org", sheet.read_text()):
            assert address.encode() not in said, address
    for (name,) in _rows(server, "SELECT first_name || ' ' || last_name FROM person"):
        assert str(name).encode() not in said, name


def _home(server: Server) -> bytes:
    """What Prefect keeps beside its database, such as results."""
    return b"".join(path.read_bytes() for path in (server.folder / "prefect").rglob("*") if path.is_file())


def test_a_close_asked_for_twice_is_one_run(server: Server) -> None:
    (relationship,) = _first_relationship(server)
    code = subprocess.run(
        [sys.executable, "-c", f"from programs.codes import code; print(code('R', {relationship}))"],
        env=dict(server.environment), capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    ask = (
        "from flows.deploy import hand_over_close; from programs.library import load;"
        f"print(hand_over_close(load('four-phase'), 'leadership-2027-spring', 'no_fit', relationship='{code}').id)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", ask], env=dict(server.environment), capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def _first_relationship(server: Server) -> tuple[int]:
    rows = _rows(
        server, "SELECT r.id FROM relationship r JOIN cohort c ON c.id = r.cohort_id WHERE c.name LIKE 'leader%'"
    )
    return (int(str(rows[0][0])),)
