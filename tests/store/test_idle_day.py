"""A day on which nothing is due costs the same for few and for many: counted in the steps of SQLite's machine, which no clock disturbs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks import db
from tasks.day import rounds
from tasks.schema import upgrade
from tests.store.scenes import a_cohort, day, tandem

FEW, MANY = 3, 60


@pytest.mark.parametrize("today", [8, 9, 12])
def test_an_idle_day_looks_at_nobody(today: int, tmp_path: Path) -> None:
    """Apart from those who stand before something that is required: whether they may go on is looked for every day."""
    few, many = (_steps_of_an_idle_day(tmp_path / f"{pairs}.db", pairs, today) for pairs in (FEW, MANY))
    assert many < 1.5 * few


def _steps_of_an_idle_day(path: Path, pairs: int, today: int) -> int:
    upgrade(f"sqlite:///{path}")
    scene = a_cohort(db.engine(f"sqlite:///{path}"), pairs=pairs, program=tandem()).at_work()
    scene.on(day(today))
    turn, taken = scene.turn(), [0]

    def count() -> None:
        taken[0] += 1

    with scene.engine.connect() as conn:
        conn.connection.driver_connection.set_progress_handler(count, 1)  # type: ignore[union-attr]
    assert not list(rounds(scene.engine, turn))
    scene.engine.dispose()
    assert taken[0] > 100
    return taken[0]
