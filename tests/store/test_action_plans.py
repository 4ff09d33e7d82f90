"""Action plans: written down in an answer or added, assigned, done, dropped and commented; done is a sign of life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.codes import code
from programs.errors import MentorflowError, NotFoundError
from programs.spec import Program
from tasks import actions, endings
from tasks.actions import Added
from tasks.db import reading
from tasks.models import Action, Closure, Comment, Goal, Relationship
from tests.store.scenes import Scene, a_cohort, day, tandem


def with_a_plan(**more: Any) -> Program:
    def change(data: dict[str, Any]) -> None:
        question = {"id": "plan", "ask": "What will you do?", "type": "actions", "goal": "aim", **more}
        data["forms"]["plan"] = {"questions": [question]}
        asked = {"form": "plan", "roles": ["mentee", "mentor"], "due": "7 days"}
        data["phases"][1]["milestones"].append({"id": "plan", "at": "start", "ask": asked})

    return tandem(change)


def at_work(engine: Engine, **more: Any) -> Scene:
    scene = a_cohort(engine, program=with_a_plan(**more)).at_work()
    scene.send(scene.ask("begin.wish"))
    scene.on(scene.today)
    return scene


def write(scene: Scene, *lines: str, role: str = "mentee") -> None:
    assert scene.send(scene.ask("work.plan", role), {"plan": "\n".join(lines)}).outcome == "taken"


def plan(scene: Scene) -> Sequence[Any]:
    return scene.rows(Action)


def ended(scene: Scene) -> Any:
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship().id], endings.Ending("other"))
    scene.on(scene.today)
    return scene.rows(Closure)[0]


def test_each_line_becomes_an_item_of_whoever_it_names(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "Ask Eva", "mentor: Call Eva by 2027-04-01", "both: Meet on Mondays")
    members = scene.members(scene.relationship().id)
    assert [(one.text, one.participant_id, one.due_on) for one in plan(scene)] == [
        ("Ask Eva", members["mentee"], None),
        ("Call Eva", members["mentor"], date(2027, 4, 1)),
        ("Meet on Mondays", None, None),
    ]
    assert {one.goal_id for one in plan(scene)} == {scene.rows(Goal)[0].id}
    assert {one.status for one in plan(scene)} == {"open"}


def test_a_changed_answer_keeps_what_is_still_in_it_and_drops_the_rest(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "One", "Two", "Three")
    with scene.writing() as conn:
        assert actions.finish(conn, scene.turn(), scene.relationship().id, 1)
    write(scene, "One by 2027-05-01", "Three", "Four")
    assert {one.text: one.status for one in plan(scene)} == {
        "One": "done",
        "Two": "dropped",
        "Three": "open",
        "Four": "open",
    }
    assert plan(scene)[0].due_on == date(2027, 5, 1)
    write(scene, "Two")
    assert {one.text: one.status for one in plan(scene)}["Two"] == "open", "what is named again is taken up again"


def test_both_may_write_the_same_and_mean_two_things(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "Prepare")
    write(scene, "Prepare", role="mentor")
    assert len({one.participant_id for one in plan(scene)}) == 2


def test_an_item_that_is_done_is_a_sign_of_life_and_done_once(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "One")
    scene.today = day(20)
    with scene.writing() as conn:
        assert actions.finish(conn, scene.turn(), scene.relationship().id, 1)
        assert not actions.finish(conn, scene.turn(), scene.relationship().id, 1)
    assert scene.relationship().last_contact_on == day(20)
    assert plan(scene)[0].settled_on == day(20)


def test_the_operator_adds_an_item_once_to_a_member_and_for_a_goal(engine: Engine) -> None:
    scene = at_work(engine)
    relationship, mentor = scene.relationship().id, scene.mentors[0]
    what = Added("Look up dates", mentor, day(30), "aim")
    with scene.writing() as conn:
        assert actions.add(conn, scene.turn(), relationship, what)
        assert not actions.add(conn, scene.turn(), relationship, what)
    (item,) = plan(scene)
    assert (item.participant_id, item.due_on, item.goal_id) == (mentor, day(30), scene.rows(Goal)[0].id)


@pytest.mark.parametrize(
    ("what", "why"),
    [(Added("x", goal="nothing"), "no goal 'nothing'; there is: aim"), (Added("x", to=10**6), "is not a member of")],
)
def test_what_cannot_be_added_is_refused(engine: Engine, what: Added, why: str) -> None:
    scene = at_work(engine)
    with pytest.raises(MentorflowError, match=why), scene.writing() as conn:
        actions.add(conn, scene.turn(), scene.relationship().id, what)


def test_an_item_that_does_not_exist_is_named_with_what_there_is(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "One")
    with pytest.raises(NotFoundError, match=r"no item 2 in its action plan; it has 1"), scene.writing() as conn:
        actions.drop(conn, scene.turn(), scene.relationship().id, 2)


def test_a_comment_is_kept_with_its_item_and_said_once(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "One")
    with scene.writing() as conn:
        for expected in (True, False):
            assert actions.comment(conn, scene.turn(), scene.relationship().id, 1, "Well begun", None) is expected
    assert [row.text for row in scene.rows(Comment)] == ["Well begun"]
    with reading(scene.engine) as conn:
        assert [row.comments for row in actions.listed(conn, scene.relationship().id)] == [1]


def test_a_closed_relationship_takes_no_more(engine: Engine) -> None:
    scene = at_work(engine)
    write(scene, "One")
    ended(scene)
    with pytest.raises(MentorflowError, match="is not running"), scene.writing() as conn:
        actions.finish(conn, scene.turn(), scene.rows(Relationship)[0].id, 1)


def test_the_record_says_under_each_goal_what_was_done_and_by_whom(engine: Engine) -> None:
    scene = at_work(engine, record=True)
    write(scene, "Ask Eva", "mentor: Call Eva by 2027-04-01", "Give up")
    with scene.writing() as conn:
        actions.finish(conn, scene.turn(), scene.relationship().id, 1)
        actions.drop(conn, scene.turn(), scene.relationship().id, 3)
    closure = ended(scene)
    mentee, mentor = code("P", scene.mentees[0]), code("P", scene.mentors[0])
    assert "1 done, 1 open, 1 dropped." in closure.text
    assert "For “Lead a meeting” (1 done, 1 open, 1 dropped):" in closure.text
    assert f"- Ask Eva: **done** ({mentee}, mentee, done on 2027-03-08)" in closure.text
    assert f"- Call Eva: open ({mentor}, mentor, by 2027-04-01)" in closure.text


@pytest.mark.parametrize("more", [{}, {"share": "private"}, {"share": "partner"}])
def test_words_that_are_not_meant_for_the_record_stay_out_of_it(engine: Engine, more: dict[str, Any]) -> None:
    scene = at_work(engine, **more)
    write(scene, "Ask Eva")
    closure = ended(scene)
    assert "Eva" not in closure.text
    assert "Eva" not in str(closure.record)
    assert "An item that they keep between them: open" in closure.text
