"""`mentorflow demo` as an operator runs it: real compiled flows, a virtual calendar, and a table that adds up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """One rehearsal for all tests of this file, in an environment that names no server."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MENTORFLOW_"))
    }
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from flows.cli import main; main()",
            "demo",
            "--people",
            "40",
            "--keep",
            folder,
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout), folder


def test_everybody_enrolled_stands_in_exactly_one_line(demo: tuple[dict, Path]) -> None:
    told, _ = demo
    *lines, total = told["people"]
    assert told["enrolled"] == 40
    assert sum(int(line["all"]) for line in lines) == int(total["all"]) == 40
    assert all(int(line["mentors"]) + int(line["mentees"]) == int(line["all"]) for line in told["people"])


def test_every_way_a_relationship_can_go_is_shown(demo: tuple[dict, Path]) -> None:
    ways = {way: int(count) for way, count in demo[0]["relationships"].items()}
    for way in (
        "declined by a member",
        "lapsed without an answer",
        "paused for a while",
        "extended",
        "closed: completed",
    ):
        assert ways[way] > 0, way
    assert ways["mentees matched again after an early end"] > 0
    assert sum(count for way, count in ways.items() if way.startswith("closed: ")) == ways["started"]


def test_records_and_mails_lie_where_it_says(demo: tuple[dict, Path]) -> None:
    told, folder = demo
    records = json.loads((folder / "records.json").read_text())
    started = int(told["relationships"]["started"])
    assert len(list((folder / "records").glob("R-*.md"))) == len(records) == started
    assert len(list((folder / "mail").glob("*.eml"))) > 10 * started
    assert "## People" in (folder / "cohort.md").read_text()
