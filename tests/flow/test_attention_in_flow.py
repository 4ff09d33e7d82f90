"""The attention list on a real Prefect server: an artifact with ids only, and an event for each item that is new or gone."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client

from flows import clock
from programs.codes import number
from tasks import attention, cohorts
from tasks.db import shared_engine, transaction
from tests.flow.cohorts_in_flow import Cohort, day, sheet

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def cohort(store: Path, request: pytest.FixtureRequest) -> Cohort:
    """Two proposals that have waited for a week, of which the run of that day has told; named after the test."""
    made = Cohort(request.node.name.replace("_", "-"), (sheet(store, 2),), asks=True)
    made.on(day(-14))
    made.on(day(-7))
    return made


def events(cohort: Cohort, least: int) -> list[dict[str, Any]]:
    """What the server knows of the list, once it has written down at least so many events and no more come."""
    wanted = {"event": {"prefix": ["mentorflow.attention."]}, "resource": {"id": [f"mentorflow.cohort.{cohort.name}"]}}
    found: list[dict[str, Any]] = []
    with get_client(sync_client=True) as client:
        for _ in range(30):
            before = len(found)
            answer = client.request("POST", "/events/filter", json={"filter": wanted, "limit": 50})
            found = answer.json()["events"]
            if least <= len(found) == before:
                break
            time.sleep(2)
    return found


def table(cohort: Cohort) -> str:
    newest = Artifact.get(f"attention-{cohort.name}")
    assert newest is not None
    return str(newest.data)


def clear(cohort: Cohort, store: Path, whom: str) -> None:
    engine = shared_engine(f"sqlite:///{store / 'mentorflow.db'}")
    with transaction(engine) as conn:
        turn = cohorts.turn(conn, cohort.name, day(-6), clock.now(), by="operator")
        attention.clear(conn, turn, "R", number(whom, "R"), why="decided on paper")


def test_every_new_item_is_an_event_and_the_list_an_artifact(cohort: Cohort, store: Path) -> None:
    told = events(cohort, 2)
    assert Counter(one["event"] for one in told) == {"mentorflow.attention.raised": 2}
    assert {one["payload"]["kind"] for one in told} == {"proposal"}
    assert {one["payload"]["who"] for one in told} == {"operator"}
    whom = sorted(one["payload"]["whom"] for one in told)
    assert len(set(whom)) == 2
    assert all(one in table(cohort) for one in whom)
    board = Artifact.get(f"cohort-{cohort.name}")
    assert f"attention-{cohort.name}" in str(board.data if board else "")

    cohort.on(day(-7))
    cohort.on(day(-6))
    clear(cohort, store, whom[0])
    cohort.on(day(-6))
    later = events(cohort, 3)
    assert Counter(one["event"] for one in later) == {
        "mentorflow.attention.raised": 2,
        "mentorflow.attention.cleared": 1,
    }
    assert whom[0] not in table(cohort)
    assert whom[1] in table(cohort)


def test_nothing_on_the_server_names_anybody(cohort: Cohort) -> None:
    said = table(cohort) + str(events(cohort, 2))
    assert "example.org" not in said
    assert not any(name in said for name in ("Teacher", "Learner", "Ravenscroft", "Winterbourne"))
