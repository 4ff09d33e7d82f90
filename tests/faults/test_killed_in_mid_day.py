"""kill -9 anywhere in a cohort's day, and run it again: the books end as if nothing had happened. So they do after several runs at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.faults.sweeps import DAYS, must_be_as_if_nothing_had_happened, swept


def test_a_day_that_is_killed_here_and_there_or_run_by_three_at_once_ends_the_same(
    engine: Engine, database_url: str
) -> None:
    found = swept(engine, database_url, "pairs", DAYS["pairs"].step)
    must_be_as_if_nothing_had_happened(found, "pairs")
    assert len(found["killed"]) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("name", DAYS)
def test_a_day_that_is_killed_before_any_statement_and_around_any_commit_ends_the_same(
    engine: Engine, database_url: str, name: str
) -> None:
    found = swept(engine, database_url, name, step=1)
    must_be_as_if_nothing_had_happened(found, name)
    assert len(found["killed"]) == sum(found["seen"].values())
