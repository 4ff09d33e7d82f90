"""A cohort is launched once, keeps its plan, and its calendar never goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import CohortStatus
from programs.plan import make
from programs.spec import Program
from tasks import cohorts
from tasks.db import transaction
from tasks.models import Cohort, History

START = date(2027, 3, 1)
NOW = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)


def a_program(**other: Any) -> Program:
    declared = {
        "program": "buddies",
        "title": "Buddies",
        "timezone": "Europe/London",
        "matching": {"criteria": [{"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 2}]},
        "phases": [{"id": "talk", "lasts": "4 weeks"}],
    }
    return Program.model_validate(declared | other)


def launched(
    engine: Engine, program: Program, name: str = "spring", start: date = START, zone: str | None = None
) -> int:
    with transaction(engine) as conn:
        return cohorts.launch(conn, program, name, start, zone, now=NOW)


def test_a_launched_cohort_keeps_the_plan_it_was_launched_with(engine: Engine) -> None:
    cohort_id = launched(engine, a_program(), zone="America/New_York")
    with engine.connect() as conn:
        found = cohorts.find(conn, "spring")
        cohorts._plans.clear()
        plan = cohorts.plan_of(conn, found)
    assert found.id == cohort_id
    assert (found.program, found.status, found.starts_on) == ("buddies", CohortStatus.OPEN, START)
    assert (found.timezone, found.launched_at) == ("America/New_York", NOW)
    assert plan == make(a_program(), START, "America/New_York")
    assert plan.hash == found.plan_hash


def test_launching_the_same_cohort_again_changes_nothing(engine: Engine) -> None:
    first = launched(engine, a_program())
    with engine.connect() as conn:
        before = conn.execute(select(Cohort.uid, Cohort.launched_at)).all()
    assert launched(engine, a_program()) == first
    with engine.connect() as conn:
        assert conn.execute(select(Cohort.uid, Cohort.launched_at)).all() == before
        assert conn.execute(select(func.count()).select_from(History)).scalar_one() == 1


@pytest.mark.parametrize(
    ("program", "start", "zone", "why"),
    [
        (a_program(title="Friends"), START, None, "its program file has changed since 2027-02-01"),
        (a_program(), date(2027, 4, 1), None, "it starts on 2027-03-01, not on 2027-04-01"),
        (a_program(), START, "UTC", "its time zone is Europe/London, not UTC"),
        (a_program(program="friends"), START, None, "it runs the program buddies, not friends"),
    ],
)
def test_a_running_cohort_refuses_another_plan(
    engine: Engine, program: Program, start: date, zone: str | None, why: str
) -> None:
    launched(engine, a_program())
    with pytest.raises(MentorflowError, match=why):
        launched(engine, program, "spring", start, zone)
    with engine.connect() as conn:
        assert cohorts.find(conn, "spring").plan_hash == make(a_program(), START).hash


@pytest.mark.parametrize(
    "name", ["", " spring", "spring\n", "a/b", "x" * 81, "Spring 2027!", "a!b", "x;rm", "--x", ".x", "a\u200bb"]
)
def test_a_name_that_could_not_be_typed_or_shown_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(MentorflowError, match="cannot be the name of a cohort"):
        launched(engine, a_program(), name)


def test_an_unknown_time_zone_is_refused_with_the_nearest_one(engine: Engine) -> None:
    with pytest.raises(MentorflowError, match="no time zone 'Europe/Lundon'; did you mean 'Europe/London'"):
        launched(engine, a_program(), zone="Europe/Lundon")


def test_an_unknown_cohort_is_reported_with_the_nearest_name(engine: Engine) -> None:
    launched(engine, a_program(), "spring-2027")
    with engine.connect() as conn, pytest.raises(NotFoundError, match="did you mean 'spring-2027'"):
        cohorts.find(conn, "sprign-2027")


def test_without_any_cohort_the_error_says_how_to_open_one(engine: Engine) -> None:
    with engine.connect() as conn, pytest.raises(NotFoundError, match="mentorflow launch"):
        cohorts.find(conn, "spring")


def test_cohorts_are_listed_with_the_latest_start_first(engine: Engine) -> None:
    launched(engine, a_program(), "old", date(2026, 3, 1))
    launched(engine, a_program(), "new", date(2027, 3, 1))
    with engine.connect() as conn:
        assert [cohort.name for cohort in cohorts.listed(conn)] == ["new", "old"]


def test_a_turn_sees_the_cohort_on_its_day(engine: Engine) -> None:
    cohort_id = launched(engine, a_program())
    with engine.connect() as conn:
        turn = cohorts.turn(conn, "spring", date(2027, 3, 2), NOW, by="ada")
    assert (turn.cohort_id, turn.cohort, turn.today, turn.now, turn.by) == (
        cohort_id,
        "spring",
        date(2027, 3, 2),
        NOW,
        "ada",
    )
    assert turn.plan == make(a_program(), START)


def test_the_calendar_never_goes_back(engine: Engine) -> None:
    launched(engine, a_program())
    with engine.begin() as conn:
        conn.execute(update(Cohort).values(last_run_on=date(2027, 3, 10)))
    with engine.connect() as conn:
        assert cohorts.turn(conn, "spring", date(2027, 3, 10), NOW).today == date(2027, 3, 10)
        with pytest.raises(MentorflowError, match="has been run for 2027-03-10; it cannot be run for 2027-03-09"):
            cohorts.turn(conn, "spring", date(2027, 3, 9), NOW)


def test_a_stored_plan_is_read_once_in_a_process(engine: Engine) -> None:
    launched(engine, a_program())
    with engine.connect() as conn:
        first = cohorts.turn(conn, "spring", START, NOW).plan
        assert cohorts.turn(conn, "spring", START, NOW).plan is first
