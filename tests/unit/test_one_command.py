"""`python -m tests`: what an operator has set for their cohorts stays out of it, and what is meant for tests gets in."""

from __future__ import annotations

import os

import pytest

from tests.__main__ import environment
from tests.optional import needed


def test_the_tests_see_what_is_meant_for_them_and_no_cohort_of_the_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "MENTORFLOW_DATABASE_URL": "sqlite:////srv/mentoring.db",
        "MENTORFLOW_TEST_POSTGRES": "postgresql://db/x",
        "MENTORFLOW_WRITE_GOLDEN": "1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    seen = {name for name in environment() if name.startswith("MENTORFLOW_")}
    assert seen == {"MENTORFLOW_TEST_POSTGRES", "MENTORFLOW_WRITE_GOLDEN"}
    assert environment()["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_part_that_is_not_installed_is_skipped_by_name_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"no no_such_part: pip install 'mentorflow\[xlsx\]' brings it"):
        needed("no_such_part", "xlsx")
