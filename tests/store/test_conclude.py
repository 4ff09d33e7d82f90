"""When a cohort is over: nothing is ahead in it, and nobody can come in any more, or something had begun."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine

from programs.codes import code
from tasks.end_now import end_now
from tasks.models import Cohort
from tests.store.scenes import START, Scene, a_cohort


def status(scene: Scene) -> str:
    return str(scene.rows(Cohort)[0].status)


def test_a_cohort_that_everybody_left_before_a_match_is_over_with_its_time(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1)
    for participant in (*scene.mentees, *scene.mentors):
        end_now(scene.engine, scene.turn(), "other", participant=code("P", participant))
    scene.on(START)
    assert status(scene) == "open"  # somebody may still come in
    scene.on(scene.base.plan.earliest_end - timedelta(days=1))
    assert status(scene) == "open"
    scene.on(scene.base.plan.earliest_end)
    assert status(scene) == "closed"
    assert scene.rows(Cohort)[0].record["enrolled"] == 2


def test_a_cohort_that_was_ended_before_a_match_is_over_with_its_time(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    end_now(scene.engine, scene.turn(), "other")
    scene.on(scene.base.plan.earliest_end)
    assert status(scene) == "closed"


def test_a_cohort_without_people_stays_open(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=0)
    scene.on(scene.base.plan.latest_end)
    assert status(scene) == "open"
