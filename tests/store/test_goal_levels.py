"""Goals at three levels: of the program, of a relationship, of a member."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from programs.spec import Program
from tasks import endings, goals
from tasks.db import reading
from tasks.models import Closure, Goal
from tasks.records import cohort_record
from tests.store.scenes import Scene, a_cohort, tandem


def with_a_common_goal(**more: Any) -> Program:
    def change(data: dict[str, Any]) -> None:
        common = {"id": "common", "ask": "What do you want together?", "type": "goal", "of": "relationship", **more}
        far = {"id": "common_progress", "ask": "How far are you?", "type": "progress", "goal": "common"}
        data["forms"]["common"] = {"questions": [common]}
        data["forms"]["far"] = {"questions": [far]}
        for name in ("common", "far"):
            asked = {"form": name, "roles": ["mentee", "mentor"], "due": "7 days"}
            data["phases"][1]["milestones"].append({"id": name, "at": "start", "ask": asked})

    return tandem(change)


def at_work(engine: Engine, **more: Any) -> Scene:
    scene = a_cohort(engine, program=with_a_common_goal(**more)).at_work()
    scene.send(scene.ask("begin.wish"))
    scene.on(scene.today)
    return scene


def common(scene: Scene) -> Any:
    (goal,) = scene.rows(Goal, key="common")
    return goal


def test_a_goal_of_the_relationship_is_one_whoever_words_it(engine: Engine) -> None:
    scene = at_work(engine)
    scene.send(scene.ask("work.common", "mentor"), common="Write a paper")
    scene.send(scene.ask("work.common", "mentee"), common="Write a good paper")
    goal = common(scene)
    assert (goal.of, goal.text, goal.participant_id) == ("relationship", "Write a good paper", scene.mentors[0])
    assert [row.of for row in scene.rows(Goal, key="aim")] == ["member"]


def test_both_may_word_it_in_one_batch_of_answers(engine: Engine) -> None:
    scene = at_work(engine)
    assert scene.everybody_answers("work.common") == 2
    assert common(scene).of == "relationship"


def test_any_member_says_how_far_it_is(engine: Engine) -> None:
    scene = at_work(engine)
    scene.send(scene.ask("work.common", "mentee"))
    scene.send(scene.ask("work.far", "mentor"), common_progress=40)
    assert common(scene).progress == 40
    scene.send(scene.ask("work.far", "mentee"), common_progress=100)
    assert common(scene).status == "reached"


def test_a_goal_that_was_given_up_comes_back_when_it_is_set_again(engine: Engine) -> None:
    scene = at_work(engine)
    relationship = scene.relationship().id
    scene.send(scene.ask("work.common", "mentee"))
    with scene.writing() as conn:
        assert goals.drop(conn, scene.turn(), relationship, scene.mentors[0], "common") == 1, "anybody may"
        assert goals.drop(conn, scene.turn(), relationship, scene.mentees[0], "common") == 0
    assert common(scene).status == "dropped"
    scene.send(scene.ask("work.far", "mentor"), common_progress=100)
    assert common(scene).status == "dropped", "what was given up is not reached by itself"
    scene.send(scene.ask("work.common", "mentor"), common="Once more")
    assert (common(scene).status, common(scene).text) == ("open", "Once more")


def test_nobody_brings_forward_what_is_the_goal_of_another(engine: Engine) -> None:
    scene = at_work(engine)
    with scene.writing() as conn:
        named = {"relationship_id": scene.relationship().id, "participant_id": scene.mentors[0], "key": "aim"}
        goals.update_goals(conn, scene.turn(), [{**named, "progress": 100}])
    assert [row.status for row in scene.rows(Goal, key="aim")] == ["open"]


def test_records_count_what_was_reached_at_each_level(engine: Engine) -> None:
    scene = at_work(engine)
    scene.send(scene.ask("work.common", "mentee"), common="Write a paper")
    scene.send(scene.ask("work.far", "mentor"), common_progress=100)
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship().id], endings.Ending("other"))
    scene.on(scene.today)
    closure = scene.rows(Closure)[0]
    assert "1 of 2 reached." in closure.text
    assert "Write a paper: **reached** (of the relationship, worded by" in closure.text
    with reading(scene.engine) as conn:
        record = cohort_record(conn, scene.turn())
    assert [(level["of"], level["set"], level["reached"]) for level in record.data["goals_set"]] == [
        ("relationship", 1, 1),
        ("member", 1, 0),
    ]
    assert "| Of relationships | 1 | 1 | 0 |" in record.text


def test_goals_that_are_nobody_elses_business_are_not_even_counted(engine: Engine) -> None:
    scene = at_work(engine, share="private")
    scene.send(scene.ask("work.common", "mentee"), common="Leave")
    with reading(scene.engine) as conn:
        assert [level["of"] for level in cohort_record(conn, scene.turn()).data["goals_set"]] == ["member"]


def ended(scene: Scene, relationship: int) -> Any:
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [relationship], endings.Ending("other"))
    scene.on(scene.today)
    return scene.rows(Closure, relationship_id=relationship)[0]


def test_what_nobody_said_is_not_nought_per_cent(engine: Engine) -> None:
    scene = at_work(engine)
    scene.send(scene.ask("work.common", "mentee"), common="Write a paper")
    scene.send(scene.ask("work.far", "mentor"), common_progress=0)
    closure = ended(scene, scene.relationship().id)
    common, aim = (next(one for one in closure.record["goals"] if one["key"] == key) for key in ("common", "aim"))
    assert (common["progress"], common["said_on"], common["asked_again"]) == (0, scene.today.isoformat(), True)
    assert (aim["progress"], aim["said_on"], aim["asked_again"]) == (0, None, False)
    assert "Write a paper: not reached, 0 % (" in closure.text
    assert "Lead a meeting: not asked again how far it got (" in closure.text
    with reading(scene.engine) as conn:
        record = cohort_record(conn, scene.turn())
    assert [(level["of"], level["not_said"]) for level in record.data["goals_set"]] == [
        ("relationship", 0),
        ("member", 1),
    ]
    assert "| Goals | Set | Reached | Dropped | Nobody said how far |" in record.text


def test_who_was_asked_how_far_it_is_and_did_not_say_is_told_apart(engine: Engine) -> None:
    scene = at_work(engine)
    scene.send(scene.ask("work.common", "mentee"), common="Write a paper")
    scene.on(scene.today + timedelta(days=22))
    closure = ended(scene, scene.relationship().id)
    assert "Write a paper: how far it got was not said (" in closure.text
