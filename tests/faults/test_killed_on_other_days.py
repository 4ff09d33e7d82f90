"""kill -9 here and there before the match, from cycle to cycle, while circles join, and on the last day; every point of them is slow, beside."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.faults.sweeps import DAYS, must_be_as_if_nothing_had_happened, swept


@pytest.mark.parametrize("name", ["before the match", "circles", "the last"])
def test_a_day_of_another_kind_that_is_killed_or_run_by_three_at_once_ends_the_same(
    engine: Engine, database_url: str, name: str
) -> None:
    found = swept(engine, database_url, name, DAYS[name].step)
    must_be_as_if_nothing_had_happened(found, name)
    assert len(found["killed"]) >= 4
