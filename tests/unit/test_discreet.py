"""What becomes of errors on their way to whoever watches the runs."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from programs.errors import MentorflowError, NotFoundError, Problem, RosterError
from tasks.discreet import FaultError, PassingError, discreet

NAME = "Wilhelmina Ravenscroft"


def failed(error: Exception) -> Exception:
    with pytest.raises(Exception) as caught, discreet("open Training"):  # noqa: PT011 - its kind is what is asked
        raise error
    return caught.value


def test_a_database_that_refuses_a_value_does_not_quote_it() -> None:
    engine = create_engine("sqlite://")
    insert = text("INSERT INTO person VALUES (:name)")
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE person (name TEXT UNIQUE)"))
        conn.execute(insert, {"name": NAME})
        with pytest.raises(FaultError) as caught, discreet("enroll"):
            conn.execute(insert, {"name": NAME})
    assert NAME not in str(caught.value)
    assert "IntegrityError" in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_busy_database_is_worth_another_try_and_a_refused_value_is_not() -> None:
    assert isinstance(failed(OperationalError("SELECT 1", {}, Exception(NAME))), PassingError)
    refused = failed(IntegrityError("INSERT", {}, Exception(NAME)))
    assert isinstance(refused, FaultError)
    assert NAME not in str(refused)


def test_a_disk_without_room_is_named_and_worth_another_try() -> None:
    full = sqlite3.OperationalError(NAME)
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    told = failed(OperationalError("INSERT", {}, full))
    assert isinstance(told, PassingError)
    assert "the disk is full" in str(told)
    assert NAME not in str(told)


def test_our_own_errors_pass_as_they_are() -> None:
    assert str(failed(NotFoundError("cohort 'spring' has no relationship R-7F3K2"))).endswith("R-7F3K2")


def test_of_a_roster_only_the_number_of_problems_is_told() -> None:
    problem = Problem("people.csv", 2, 1, "email", f"'{NAME}' is not an address")
    told = failed(RosterError([problem]))
    assert type(told) is MentorflowError
    assert str(told) == "open Training: 1 problem in what was read; the command line shows them"


def test_a_fault_of_ours_is_told_by_kind_and_place_without_its_words() -> None:
    from programs.codes import number

    with pytest.raises(FaultError) as caught, discreet("open Training"):
        number(None, "R")  # type: ignore[arg-type]
    assert str(caught.value).startswith("open Training: AttributeError, at programs/codes.py:")
