"""Made-up people take their time: a phase that has just begun is not done with on its first day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.demo.temper import Relation

BEGAN = date(2027, 5, 3)


@given(st.integers(1, 5_000), st.integers(1, 50))
def test_nobody_is_through_with_a_checklist_before_they_have_read_it(relation: int, seed: int) -> None:
    of = Relation(seed, relation)
    early = [of.looks_at_the_list(BEGAN, BEGAN + timedelta(days=days)) for days in range(4)]
    assert not any(early)
    late = of.looks_at_the_list(BEGAN, BEGAN + timedelta(days=16))
    assert late == (of.mood > 0.6)
