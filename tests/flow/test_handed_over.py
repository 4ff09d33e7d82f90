"""With a Prefect server named, the command line hands work to a cohort's deployments: a real server, a real worker."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.flow.prefect_server import Server, running

PROGRAM = """\
program: stroll
title: A stroll
matching: {approval: none, consent: []}
phases:
  - {id: going, lasts: 8 weeks}
closure:
  reasons: [completed, no_fit]
"""
ROSTER = """\
role,email,first_name,last_name
mentor,ada@example.org,Ada,Byron
mentee,tim@example.org,Tim,Lee
"""
SECRET = "They met by the river"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a cohort that was launched yesterday from the command line."""
    folder = tmp_path_factory.mktemp("handed")
    (folder / "stroll.yaml").write_text(PROGRAM)
    (folder / "people.csv").write_text(ROSTER)
    store = {
        "MENTORFLOW_DATABASE_URL": f"sqlite:///{folder / 'mentorflow.db'}",
        "MENTORFLOW_MAIL_FOLDER": str(folder / "mail"),
        "MENTORFLOW_PROGRAMS": str(folder),
    }
    with running(folder, **store) as started:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        mentorflow(started, "launch", "stroll", "--cohort", "c1", "--start", f"{yesterday}", "--roster", "people.csv")
        yield started


def started(server: Server, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from flows.cli import main; main()", *words],
        cwd=server.folder, env=dict(server.environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def mentorflow(server: Server, *words: str, code: int = 0) -> tuple[str, str]:
    """What the command printed, and what it said beside."""
    process = started(server, *words)
    said = process.communicate(timeout=180)
    assert process.returncode == code, said
    return said


def work(server: Server, told: str) -> None:
    """Let a worker do one run after the other until it has done the one of which the command told: cohorts have runs of their own, too."""
    found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told)
    assert found, told
    for _ in range(6):
        server.prefect("worker", "start", "--pool", "mentoring", "--run-once", "--limit", "1")
        run = httpx.get(f"{server.url}/flow_runs/{found.group()}", timeout=30).json()
        if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED"):
            return
    raise AssertionError(f"no worker came to {run['name']}, which is {run['state_type']}")


def test_a_launched_cohort_is_deployed_advanced_and_closed_by_the_server(server: Server) -> None:
    of_the_cohort = {"deployments": {"name": {"any_": ["c1"]}}}
    asked = httpx.post(f"{server.url}/deployments/filter", json=of_the_cohort, timeout=30).json()
    assert [one["work_pool_name"] for one in asked] == ["mentoring", "mentoring"]

    _, said = mentorflow(server, "advance", "c1")
    assert "handed to the Prefect server as run" in said
    work(server, said)
    status = json.loads(mentorflow(server, "status", "c1", "--json")[0])
    assert status["relationships"] == {"active": 1}

    relationship = relationship_of(server, "tim@example.org")
    closing = started(server, "close", relationship, "--reason", "no_fit", "--note", SECRET)
    assert closing.stderr
    first = closing.stderr.readline()
    assert f"handed to the Prefect server as run 'close {relationship}: no_fit'" in first
    work(server, first)
    record, told = closing.communicate(timeout=180)
    assert closing.returncode == 0, told
    assert "completed" in told
    assert SECRET in record
    again, _ = mentorflow(server, "close", relationship, "--reason", "no_fit", "--note", "other words")
    assert "nothing was ended" in again
    assert not any(SECRET.encode() in path.read_bytes() for path in Path(server.folder).glob("prefect.db*"))


def alone(server: Server, **more: str) -> Server:
    """The same surroundings without a server being named."""
    return Server(server.url, server.folder, {**server.environment, "PREFECT_API_URL": "", **more})


@pytest.fixture(scope="module")
def ahead(server: Server) -> str:
    """The day on which a cohort stands whose calendar is ahead of the real one. Of its three pairs, each is for one test."""
    return begun(server, "ahead", "leo", "kai", "noa")


def begun(server: Server, cohort: str, *mentees: str) -> str:
    """A cohort that the server knows, in which everybody has begun. Returns the day on which it stands, nine days from now."""
    later = (datetime.now(UTC) + timedelta(days=9)).date()
    begins = f"{later - timedelta(days=3)}"
    heads, *_ = ROSTER.splitlines()
    lines = [f"{role},{name}{role}@example.org,{name.title()},Doe" for name in mentees for role in ("mentor", "mentee")]
    (server.folder / f"{cohort}.csv").write_text("\n".join([heads, *lines, ""]))
    words = ("--cohort", cohort, "--start", begins, "--roster", f"{cohort}.csv", "--today", begins)
    mentorflow(server, "launch", "stroll", *words)
    mentorflow(alone(server), "advance", cohort, "--today", f"{later}")
    return f"{later}"


def relationship_of(server: Server, address: str) -> str:
    (relationship,) = set(re.findall(r"R-\w+", mentorflow(server, "show", address)[0]))
    return relationship


def test_what_a_run_failed_for_is_said(server: Server, ahead: str) -> None:
    relationship = relationship_of(server, "leomentee@example.org")
    closing = started(server, "close", relationship, "--reason", "no_fit", "--today", ahead)
    assert closing.stderr
    nowhere = {**server.environment, "MENTORFLOW_DATABASE_URL": "sqlite:////nowhere/m.db"}
    work(Server(server.url, server.folder, nowhere), closing.stderr.readline())
    _, told = closing.communicate(timeout=180)
    assert closing.returncode == 1
    assert "ended as failed: " in told
    assert "/nowhere/m.db" in told


def test_a_close_for_another_day_is_done_by_the_server_on_that_day(server: Server, ahead: str) -> None:
    relationship = relationship_of(server, "kaimentee@example.org")
    closing = started(server, "close", relationship, "--reason", "no_fit", "--today", ahead)
    assert closing.stderr
    work(server, closing.stderr.readline())
    record, told = closing.communicate(timeout=180)
    assert closing.returncode == 0, told
    assert "completed" in told
    assert ahead in record


def handed_over(server: Server, *words: str) -> tuple[str, str]:
    """What a command says first when it hands work over, and what it prints once a worker has done it."""
    asking = started(server, *words)
    assert asking.stderr
    first = asking.stderr.readline()
    work(server, first)
    printed, told = asking.communicate(timeout=180)
    assert asking.returncode == 0, told
    assert "completed" in told
    return first, printed


def test_a_participant_who_leaves_is_taken_out_by_the_server_with_all_they_are_in(server: Server, ahead: str) -> None:
    relationship = relationship_of(server, "noamentee@example.org")
    words = ("close", "--participant", "noamentee@example.org", "--reason", "no_fit", "--note", SECRET)
    first, record = handed_over(server, *words, "--today", ahead)
    noa = json.loads(mentorflow(server, "show", "noamentee@example.org", "--json")[0])
    assert f"handed to the Prefect server as run 'close {noa['participant']}: no_fit'" in first
    assert relationship in record
    assert SECRET in record
    assert noa["status"] == "withdrawn"
    assert [one["status"] for one in noa["relationships"]] == ["closed"]
    members = json.loads(mentorflow(server, "show", relationship, "--json")[0])["members"]
    (mentor,) = [one["email"] for one in members if one["role"] == "mentor"]
    left = json.loads(mentorflow(server, "show", mentor, "--json")[0])
    assert (left["status"], [one["status"] for one in left["relationships"]]) == ("active", ["closed"])


def test_a_whole_cohort_is_ended_by_one_run_of_the_server(server: Server) -> None:
    day = begun(server, "whole", "pia", "jan")
    words = ("close", "--cohort", "whole", "--reason", "no_fit", "--no-rematch", "--today", day)
    first, said = handed_over(server, *words)
    assert "handed to the Prefect server as run 'close whole: no_fit'" in first
    assert "2 relationships ended" in said
    records = json.loads(mentorflow(server, "records", "whole", "--json")[0])["relationships"]
    assert [one["closure"]["reason"] for one in records] == ["no_fit", "no_fit"]


def test_a_cohort_that_is_not_deployed_is_told_with_the_way_out(server: Server) -> None:
    words = ["launch", "stroll", "--cohort", "c2", "--start", "2027-01-04"]
    process = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *words],
        cwd=server.folder, env={**server.environment, "PREFECT_API_URL": ""}, check=True, capture_output=True,
    )  # fmt: skip
    assert process.returncode == 0
    _, told = mentorflow(server, "advance", "c2", code=1)
    assert "mentorflow launch" in told


def test_a_server_that_is_gone_is_told_with_the_way_out(server: Server) -> None:
    away = Server(server.url, server.folder, {**server.environment, "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    _, told = mentorflow(away, "advance", "c1", code=1)
    assert "unset PREFECT_API_URL" in told
    assert "Traceback" not in told
