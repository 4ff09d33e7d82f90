"""A cohort's day, run as compiled flows on a real Prefect server."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.exceptions import ParameterTypeError
from sqlalchemy import text

from programs.errors import MentorflowError
from tasks.db import shared_engine
from tests.flow.cohorts_in_flow import Cohort, compiled, day, sheet

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def cohort(store: Path, request: pytest.FixtureRequest) -> Cohort:
    """Six pairs, opened and started; named after the test."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    made = Cohort(name, (sheet(store, 6),))
    made.on(day(-7))
    made.on(day(0))
    return made


def dump(url: str) -> list[str]:
    """Everything in the database, row by row, but for the instants at which it was written."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as conn:
        return sorted(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "…", line) for line in conn.iterdump())


def test_a_day_with_nothing_to_do_is_one_flow_run_and_no_task_run(cohort: Cohort) -> None:
    before = cohort.seen()
    assert cohort.on(day(0)).done == ()
    flows, tasks = cohort.seen()
    assert flows - before[0] == {"2027-03-01": 1}
    assert tasks - before[1] == {}


def test_running_a_day_again_changes_nothing(cohort: Cohort, sqlite_url: str) -> None:
    cohort.on(day(3))
    before = dump(sqlite_url)
    cohort.on(day(3))
    assert dump(sqlite_url) == before


def test_runs_of_a_day_are_as_many_for_200_relationships_as_for_10(store: Path) -> None:
    seen = []
    for pairs in (10, 200):
        cohort = Cohort(f"size-{pairs}", (sheet(store, pairs),))
        for count in (-7, 0, 3, 8, 11):
            cohort.on(day(count))
        with shared_engine_of(store).connect() as conn:
            started = conn.execute(
                text("SELECT count(*) FROM relationship r JOIN cohort c ON c.id = r.cohort_id WHERE c.name = :name"),
                {"name": cohort.name},
            ).scalar()
        assert started == pairs
        seen.append(cohort.seen())
    assert seen[0] == seen[1]
    assert sum(seen[0][1].values()) > 10


def shared_engine_of(store: Path):
    return shared_engine(f"sqlite:///{store / 'mentorflow.db'}")


def test_task_runs_read_like_the_program(cohort: Cohort) -> None:
    cohort.on(day(3))
    tasks = set(cohort.seen()[1])
    assert {"open the cohort", "enroll the people of the sheets", "start relationships", "open Training"} <= tasks
    assert "deliver mails" in tasks


def test_the_run_of_a_stage_carries_the_stage_as_a_tag(cohort: Cohort) -> None:
    cohort.on(day(3))
    tagged = {frozenset(run.tags) for run in cohort.flow_runs() if run.parent_task_run_id}
    assert {frozenset({"mentorflow", stage}) for stage in ("enroll", "match", "milestones")} <= tagged


def test_the_dashboard_says_what_was_done_and_where_everybody_is(cohort: Cohort) -> None:
    cohort.on(day(3))
    newest = Artifact.get(f"cohort-{cohort.name}")
    assert newest is not None
    board = str(newest.data)
    assert "open Training: **6**" in board
    assert 'phase1["Getting ready<br/>1 week to 3 weeks<br/><b>6</b>"]' in board


def test_a_cohort_of_another_program_is_refused(cohort: Cohort) -> None:
    from flows.compile import compile_program
    from programs.library import load

    other = compile_program(load("civil-service"))
    with pytest.raises(MentorflowError, match="runs the program four-phase, not civil-service"):
        other.cohort(cohort=cohort.name, today=day(1))


def test_a_cohort_that_is_not_there_and_cannot_be_opened_is_named(store: Path) -> None:
    with pytest.raises(MentorflowError, match="there is no cohort 'nowhere-2027'"):
        compiled().cohort(cohort="nowhere-2027")


@pytest.mark.parametrize(
    ("name", "value"), [("MENTORFLOW_DATABASE_URL", "sqlite:///mentorflow.db"), ("MENTORFLOW_MAIL_FOLDER", "mail")]
)
def test_a_deployed_run_keeps_nothing_in_its_own_folder(
    store: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    elsewhere = store / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv(name, value)
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "a-deployment")
    with pytest.raises(MentorflowError, match=rf"^{name} would lead .* set MENTORFLOW_DATABASE_URL .* absolute paths"):
        compiled().cohort(cohort="lost-2027", starts_on=day(0))
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"cohort": "a/b"}, "cohort"),
        ({"cohort": "a", "today": "soon"}, "today"),
        ({"cohort": "a", "timezone": "Europe/Lundon"}, "there is no time zone 'Europe/Lundon'"),
        ({"cohort": "a", "roster": ["people.exe"]}, "roster"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(given: dict[str, object], complaint: str) -> None:
    with pytest.raises(ParameterTypeError, match=complaint):
        compiled().cohort.validate_parameters(given)


def test_the_close_takes_only_reasons_of_the_program() -> None:
    with pytest.raises(ParameterTypeError, match="reason"):
        compiled().close.validate_parameters({"cohort": "a", "reason": "bored"})


def test_one_relationship_is_closed_by_request_and_its_run_says_so(cohort: Cohort, sqlite_url: str) -> None:
    from programs.codes import code

    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as conn:
        (number,) = conn.execute("SELECT min(id) FROM relationship").fetchone()
    one = code("R", number)
    compiled().close(cohort=cohort.name, relationship=one, reason="no_fit", today=day(2))
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as conn:
        closed = conn.execute("SELECT relationship_id, reason FROM closure").fetchall()
    assert closed == [(number, "no_fit")]
    named = FlowRunFilter(name=FlowRunFilterName(any_=[f"close {one}: no_fit"]))
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_run_filter=named)
    assert cohort.name in {run.parameters["cohort"] for run in runs}, (
        "other tests of the same server close an R-… of this name too"
    )


def test_a_roster_with_a_broken_row_opens_nothing_and_says_no_more_than_how_much_is_wrong(store: Path) -> None:
    bad = store / "bad.csv"
    bad.write_text("role,email,first_name,last_name,department\nmentor,not-an-address,Wilhelmina,Ravenscroft,Sales\n")
    with pytest.raises(MentorflowError) as caught:
        Cohort("broken-2027", (str(bad),)).on(day(-7))
    assert "1 problem" in str(caught.value)
    assert "Wilhelmina" not in str(caught.value)
    assert "not-an-address" not in str(caught.value)
    with shared_engine_of(store).connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM cohort")).scalar() == 0
