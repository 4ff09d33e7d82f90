"""`python -m tests`: what an operator has set for their cohorts stays out of it, and what is meant for tests gets in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import __main__ as command
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


@pytest.mark.parametrize(("room", "is_used"), [(1, True), (1 << 62, False)])
def test_what_tests_write_goes_into_memory_where_that_has_room(
    room: int, is_used: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(command, "IN_MEMORY", tmp_path)
    monkeypatch.setattr(command, "ROOM", room)
    assert environment().get("TMPDIR") == (str(tmp_path) if is_used else None)
    monkeypatch.setattr(command, "IN_MEMORY", tmp_path / "nowhere")
    assert "TMPDIR" not in environment()
    monkeypatch.setenv("TMPDIR", "/chosen")
    assert environment()["TMPDIR"] == "/chosen"


def test_tests_that_start_servers_and_databases_come_before_those_that_do_not(request: pytest.FixtureRequest) -> None:
    folders = [item.path.relative_to(command.ROOT / "tests").parts[0] for item in request.session.items]
    slow = [folder in ("faults", "flow", "store", "cli") for folder in folders]
    assert slow == sorted(slow, reverse=True)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_part_that_is_not_installed_is_skipped_by_name_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"no no_such_part: pip install 'mentorflow\[xlsx\]' brings it"):
        needed("no_such_part", "xlsx")
