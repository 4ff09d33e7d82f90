"""kill -9 anywhere in a cohort's day, and run it again: the books end as if nothing had happened. So they do after several runs at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.store.scenes import Scene, a_rich_day

ROOT = Path(__file__).resolve().parents[2]


def swept(scene: Scene, address: str, step: int) -> dict[str, Any]:
    scene.engine.dispose()
    command = [sys.executable, "-m", "tests.faults.dying", address, scene.today.isoformat(), str(step)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=1500
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def fine(found: dict[str, Any], at_least: int) -> None:
    assert len(found["killed"]) >= at_least
    assert {point: problems for point, problems in found["killed"].items() if problems} == {}
    assert found["raced"] == [[], [], []]


def test_a_day_that_is_killed_here_and_there_or_run_by_three_at_once_ends_the_same(
    engine: Engine, database_url: str
) -> None:
    fine(swept(a_rich_day(engine), database_url, step=13), at_least=20)


@pytest.mark.slow
def test_a_day_that_is_killed_before_any_statement_and_around_any_commit_ends_the_same(
    engine: Engine, database_url: str
) -> None:
    found = swept(a_rich_day(engine), database_url, step=1)
    fine(found, at_least=250)
    assert len(found["killed"]) == sum(found["seen"].values())
