"""What belongs to the first cycle of a relationship, or to the later ones only, and days that are named anew in each."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

from programs.spec import Program
from tasks.models import Closure, Goal, Step
from tests.store.copies import keep, restored
from tests.store.scenes import Scene, a_cohort, day, tandem

WEEK = timedelta(days=7)
PLAN = {"form": "plan", "roles": ["mentee"], "due": "in 7 days"}
REVIEW = {"form": "review", "roles": ["mentee"], "due": "in 5 days"}
HELLO = {"roles": ["mentor"], "message": "hello"}


@lru_cache(maxsize=1)
def with_plans() -> Program:
    """A plan is made at first, with a day to look at it and one until which they need; in a new cycle, another one."""

    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["closure"]["new_cycle"] = {"begins": "work", "at_most": 2}
        dates = [{"id": one, "ask": "When?", "type": "date"} for one in ("look_on", "needed_until")]
        data["forms"]["plan"] = {"questions": [*dates, {"id": "way", "ask": "How?", "type": "text", "record": True}]}
        data["forms"]["review"] = {"questions": [{"id": "well", "ask": "Does it go well?", "type": "scale"}]}
        beside = {"id": "came", "ask": "What came of it?", "type": "text", "record": True, "beside": "plan.way"}
        data["forms"]["reflection"]["questions"].append(beside)
        begin, work = data["phases"][:2]
        begin["milestones"].append({"id": "plan", "at": "start", "ask": PLAN})
        work["lasts"] = {"until": "plan.needed_until", "at_least": "4 weeks", "at_most": "12 weeks"}
        work["milestones"] += [
            {"id": "checkpoint", "at": "on plan.look_on", "ask": REVIEW},
            {"id": "planned", "at": "3 days after plan", "tell": HELLO},
            {"id": "welcome", "at": "1 day after start", "cycles": "first", "tell": HELLO},
            {"id": "back", "at": "1 day after start", "cycles": "later", "tell": HELLO},
        ]
        again = {"id": "new_plan", "at": "start", "instead_of": "plan", "ask": PLAN}
        work["milestones"].append(again)

    return tandem(change)


def planned(scene: Scene, key: str, look_on: date, needed_until: date, **more: Any) -> None:
    days = {"look_on": look_on.isoformat(), "needed_until": needed_until.isoformat()}
    assert scene.send(scene.ask(key), **days, **more).outcome == "taken"


def closed(scene: Scene, **said: str) -> Scene:
    """Everybody looks back as soon as that has begun and wants another cycle, which begins the day after the close."""
    scene.on(scene.relationship().latest_on)
    scene.everybody_answers("close.reflection", next_step="new_cycle", **said)
    ended = scene.relationship()
    scene.on(ended.latest_on)
    assert scene.count(Closure, relationship_id=ended.id, reason="completed") == 1
    scene.on(ended.latest_on + timedelta(days=1))
    return scene


def in_the_second(engine: Engine) -> Scene:
    """The first plan was to look at it on day 20 and to be done by day 42; a second cycle has just begun."""
    scene = a_cohort(engine, program=with_plans()).started()
    name = ("in the second cycle", scene.base.plan.hash)
    if restored(scene.engine, name):
        scene.today = _reached[name]
        return scene
    scene.on(day(2))
    planned(scene, "begin.plan", day(20), day(42), way="Step by step")
    scene.everybody_answers("begin.intro")
    scene.on(day(8))
    closed(scene, came="What we hoped for")
    keep(scene.engine, name)
    _reached[name] = scene.today
    return scene


_reached: dict[tuple[str, str], date] = {}


def keys(scene: Scene, relationship: int, phase: str = "work") -> set[str]:
    return {row.key.partition(".")[2] for row in scene.rows(Step, relationship_id=relationship, phase=phase)}


def test_what_belongs_to_one_kind_of_cycle_is_not_in_the_other(engine: Engine) -> None:
    scene = in_the_second(engine)
    first, second = scene.relationships_of(scene.mentees[0])
    ofall = {"meeting", "fit", "aims", "middle", "checkpoint", "planned"}
    assert keys(scene, first.id) == ofall | {"welcome"}
    assert keys(scene, second.id) == ofall | {"back", "new_plan"}
    scene.on(scene.today)
    assert [ask.role for ask in scene.asks("work.new_plan", relationship_id=second.id)] == ["mentee"]


def test_a_day_belongs_to_the_cycle_in_which_it_was_named(engine: Engine) -> None:
    scene = in_the_second(engine)
    second = scene.relationship()
    assert scene.step("work.checkpoint").opens_on is None, "the day that they named in the first cycle is over"
    assert scene.step("work.planned").opens_on is None
    assert second.latest_on == second.started_on + 12 * WEEK, "as long as nothing is named, the longest"
    scene.through(scene.today + timedelta(days=2))
    planned(scene, "work.new_plan", second.started_on + 3 * WEEK, second.started_on + 6 * WEEK)
    assert scene.step("work.checkpoint").opens_on == second.started_on + 3 * WEEK
    assert scene.step("work.planned").opens_on == scene.today + timedelta(days=3)
    assert scene.relationship().latest_on == second.started_on + 6 * WEEK + timedelta(days=1)
    assert scene.relationship().expected_end_on == scene.relationship().latest_on + 2 * WEEK
    scene.through(second.started_on + 3 * WEEK)
    assert [ask.role for ask in scene.asks("work.checkpoint", relationship_id=second.id)] == ["mentee"]


def test_a_first_cycle_is_dated_by_its_own_answers(engine: Engine) -> None:
    scene = in_the_second(engine)
    first = scene.relationships_of(scene.mentees[0])[0]
    assert scene.step("work.checkpoint", first.id).opens_on == day(20)
    record = scene.rows(Closure, relationship_id=first.id)[0].record
    assert next(one for one in record["phases"] if one["id"] == "work")["left_on"] == day(43).isoformat()


def test_results_stand_beside_what_was_expected_in_the_same_cycle(engine: Engine) -> None:
    scene = in_the_second(engine)
    scene.through(scene.today + timedelta(days=2))
    started = scene.relationship().started_on
    planned(scene, "work.new_plan", started + 2 * WEEK, started + 5 * WEEK, way="All at once")
    closed(scene, came="What we hoped for")
    first, second = scene.rows(Closure)
    for record, expected in ((first.record, "Step by step"), (second.record, "All at once")):
        came = next(one for one in record["outcome"] if one["question"] == "came")
        assert {side["expected"] for side in came["by"]} == {expected}


def test_goals_set_anew_are_those_of_the_new_cycle(engine: Engine) -> None:
    def wished_again(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["closure"]["new_cycle"] = {"begins": "work", "at_most": 1}
        asked = {"form": "wish", "roles": ["mentee"], "due": "in 4 days"}
        data["phases"][1]["milestones"].append({"id": "new_wish", "at": "start", "instead_of": "wish", "ask": asked})

    scene = a_cohort(engine, program=tandem(wished_again)).at_work()
    scene.send(scene.ask("begin.wish"))
    closed(scene).on(scene.today)
    first = scene.relationships_of(scene.mentees[0])[0]
    assert scene.count(Step, relationship_id=first.id, key="work.new_wish") == 0
    scene.send(scene.ask("work.new_wish"), aim="Something new")
    texts = {row.relationship_id: row.text for row in scene.rows(Goal)}
    assert texts == {first.id: "Lead a meeting", scene.relationship().id: "Something new"}
