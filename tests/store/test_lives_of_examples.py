"""The example programs, lived through from a sheet of people to summary records: teams that graduate or not, and an internship."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from programs.dates import Span
from tasks import gates, timing
from tasks.models import Flag
from tests.store.lifelike import ON_BOTH, SLOW_ON_POSTGRESQL, START, a_life, beside, phases, unlike_elsewhere

WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def both_databases_tell_the_same(engine: Engine, request: pytest.FixtureRequest) -> Iterator[None]:
    """Whichever kind of database a life is lived on second ends with the same books as the first, row by row."""
    yield
    assert unlike_elsewhere(engine, request.function.__name__) == {}


@ON_BOTH
def test_teams_of_open_science_graduate_or_not_by_one_answer_after_the_calls_for_all(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "open-science", START - 2 * WEEK, pace=3)
    life.until(START)
    atlas, seeds = life.of("ada").id, life.of("ben").id
    assert (sorted(life.members(atlas)), sorted(life.members(seeds))) == (["ada", "ann", "max", "mia"], ["ben", "mia"])
    life.until(START + 11 * WEEK)
    assert [(flag.kind, flag.relationship_id) for flag in life.scene.rows(Flag, kind="answer")] == [("answer", seeds)]
    life.to_the_end()
    graduated, not_graduated = life.record_of(atlas), life.record_of(seeds)
    ends = [(record["closure"]["reason"], record["closure"]["planned"]) for record in (graduated, not_graduated)]
    assert ends == [("graduated", True), ("not_graduated", True)], "both went all the way"
    assert phases(graduated) == phases(not_graduated) == ["open-by-design", "working-openly", "graduation"]
    assert [(one["text"], one["status"]) for one in graduated["actions"]] == [("Write to three of them", "open")]
    assert {goal["text"] for goal in graduated["goals"]} == {"A map of all herbaria"}
    called = {name: life.mails(name).count("call") for name in ("ada", "ben", "mia", "max")}
    assert called == {"ada": 6, "ben": 6, "mia": 3, "max": 3}, (
        "each is invited to their calls once, in however many teams"
    )


@SLOW_ON_POSTGRESQL
def test_an_internship_asks_both_at_fixed_points_is_extended_and_ends_early_where_both_would_rather(
    engine: Engine, tmp_path: Path
) -> None:
    life = a_life(engine, tmp_path, "internship", START - 3 * WEEK, pace=3)
    life.until(START - 2 * WEEK)
    with life.scene.writing() as conn:
        gates.pass_by_hand(conn, life.scene.turn(), "papers", [life.people["ada"], life.people["ben"]])
    life.until(START + 1 * WEEK)
    assert life.scene.relationships_of(life.people["ada"])[-1].status == "active"
    assert life.of("cyd").started_on is None, "nobody begins whose papers are not there"
    with life.scene.writing() as conn:
        gates.pass_by_hand(conn, life.scene.turn(), "papers", [life.people["cyd"]])
    life.until(START + 3 * WEEK)
    with life.scene.writing() as conn:
        timing.extend(conn, life.scene.turn(), life.of("ada").id, Span.parse("2 weeks"), "the work takes longer")
    life.to_the_end()
    ada, ben, cyd = (life.record(name) for name in ("ada", "ben", "cyd"))
    assert [record["closure"]["reason"] for record in (ada, ben, cyd)] == ["completed", "no_fit", "completed"]
    assert (ada["dates"]["days_extended"], cyd["dates"]["days_extended"]) == (14, 0)
    assert not life.asks("late_feedback", "ben"), "whoever has gone is not asked any more"
    for name in ("ada", "cyd"):
        points = [life.asks(point, name)[0].opened_on for point in ("early_feedback", "midterm", "late_feedback")]
        begun = life.of(name).started_on
        assert [round((opened - begun).days / 7) for opened in points] == [2, 6, 10]
    assert beside(ada, "outcome") == [("Sort the letters", "Sorted, and a list"), ("Sort letters", "I sorted them")]
    assert {goal["key"]: goal["progress"] for goal in ada["goals"]} == {"result": 100, "learn": 80}
    assert life.mails("mia").count("again") == 1, "not everything had been handed over at first"
