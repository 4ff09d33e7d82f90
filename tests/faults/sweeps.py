"""Kills a cohort's day at many points, in a process of its own, and says what each of the days must show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tests.faults.days import a_day_before_the_match, a_day_of_circles, the_last_day, who_leaves
from tests.store.scenes import Scene, a_rich_day

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Day:
    """How a cohort comes to it, what is done on it at least, and at how many points it can be killed."""

    scene: Callable[[Engine], Scene]
    does: str
    points: int
    step: int
    """From one kill to the next, where it is killed here and there."""
    leaving: Callable[[Scene], Sequence[int]] = lambda _: ()


DAYS = {
    "pairs": Day(
        a_rich_day,
        "close, exchange, expire, follow up, lapse, leave, miss, offer, open, overrun, propose, remind, silence, skip, start",
        points=300,
        step=13,
    ),
    "before the match": Day(
        a_day_before_the_match,
        "attention, close, go on, leave, let go, open, overrun, prepare, propose",
        points=280,
        step=41,
    ),
    "circles": Day(a_day_of_circles, "miss, open, closed: merged", points=200, step=37, leaving=who_leaves),
    "the last": Day(the_last_day, "close, conclude, leave", points=120, step=29),
}


def swept(engine: Engine, address: str, name: str, step: int) -> dict[str, Any]:
    """What came of killing the day at every so many points, and of three runs at once."""
    day = DAYS[name]
    scene = day.scene(engine)
    leaving = [str(who) for who in day.leaving(scene)]
    scene.engine.dispose()
    command = [sys.executable, "-m", "tests.faults.dying", address, scene.today.isoformat(), str(step), *leaving]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=1500
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def must_be_as_if_nothing_had_happened(found: dict[str, Any], name: str) -> None:
    day = DAYS[name]
    assert {point: problems for point, problems in found["killed"].items() if problems} == {}
    assert found["raced"] == [[], [], []]
    assert set(day.does.split(", ")) <= set(found["did"]), "the day has become poorer"
    assert sum(found["seen"].values()) >= day.points, "the day has become poorer"
