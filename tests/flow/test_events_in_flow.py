"""What happens in a cohort is an event on the Prefect server, in ids and counts; what fails in passing is tried again."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from sqlalchemy.exc import IntegrityError, OperationalError

from flows.events import NAMES
from tasks import orchestrated
from tasks.discreet import FaultError
from tasks.history import MOVES
from tasks.turn import Stage
from tests.flow.cohorts_in_flow import Cohort, compiled, day, sheet

pytestmark = pytest.mark.usefixtures("prefect")


def events(cohort: Cohort, least: int) -> list[dict[str, Any]]:
    """What the server knows of the cohort, once it has written down so many events and no more come."""
    wanted = {"event": {"prefix": ["mentorflow."]}, "resource": {"id": [f"mentorflow.cohort.{cohort.name}"]}}
    found: list[dict[str, Any]] = []
    with get_client(sync_client=True) as client:
        for _ in range(30):
            before = len(found)
            found = client.request("POST", "/events/filter", json={"filter": wanted, "limit": 50}).json()["events"]
            if least <= len(found) == before:
                break
            time.sleep(2)
    return found


def test_what_happened_is_one_event_of_each_kind_and_run_with_how_many_and_which(store: Path) -> None:
    cohort = Cohort("told-2027", (sheet(store, 3),))
    cohort.on(day(-7))
    cohort.on(day(0))
    compiled().close(cohort=cohort.name, reason="no_fit", today=day(1))
    told = events(cohort, 6)
    counts = {one["event"].removeprefix("mentorflow."): one["payload"].get("count") for one in told}
    assert counts["cohort.launched"] == 1
    assert {counts[f"relationship.{what}"] for what in ("started", "closed")} == {3}
    assert max(Counter(one["event"] for one in told if "relationship." in one["event"]).values()) == 1
    (closed,) = [one["payload"] for one in told if one["event"] == "mentorflow.relationship.closed"]
    assert closed["on"] == day(1).isoformat()
    assert [one[:2] for one in closed["ids"]] == ["R-"] * 3
    said = str(told)
    assert not [word for word in ("Teacher", "Learner", "Ravenscroft", "Winterbourne", "example.org") if word in said]


def test_every_event_is_of_something_that_can_happen() -> None:
    moves = {(table.__tablename__, event) for table, moves in MOVES.items() for _, event in moves}
    assert {(noun, event) for noun, event in NAMES if noun != "cohort"} - moves == {("relationship", "leave")}


def test_a_database_that_was_busy_is_asked_again_and_one_that_refuses_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orchestrated, "DELAYS", (0.1, 0.1))
    tried: Counter[str] = Counter()

    def busy_at_first() -> str:
        tried["busy"] += 1
        if tried["busy"] < 3:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))
        return "done"

    def refused() -> str:
        tried["refused"] += 1
        raise IntegrityError("INSERT", {}, Exception("Teacher0 is there already"))

    assert orchestrated.one("count", busy_at_first, stage=Stage.ENROLL) == "done"
    with pytest.raises(FaultError) as caught:
        orchestrated.one("count", refused, stage=Stage.ENROLL)
    assert tried == {"busy": 3, "refused": 1}
    assert "Teacher0" not in str(caught.value)
