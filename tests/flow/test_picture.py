"""What the dashboard artifact says to whoever looks at a cohort."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from flows.picture import markdown
from tasks.dashboard import dashboard
from tasks.db import reading
from tests.store.books import a_cohort


@pytest.mark.parametrize(("days", "said"), [(-1, True), (0, False)])
def test_of_a_cohort_that_is_yet_to_start_the_day_is_told_on_which_it_does(
    engine: Engine, days: int, said: bool
) -> None:
    turn = a_cohort(engine).turn
    turn = replace(turn, today=turn.plan.starts_on + timedelta(days=days))
    with reading(engine) as conn:
        text = markdown(turn, dashboard(conn, turn), [])
    assert (f"- {turn.plan.starts_on}: the cohort starts" in text) is said
