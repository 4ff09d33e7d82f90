"""A relationship goes from phase to phase as its program declares: by date, completion, answer, contact, silence, overrun, operator."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from programs.dates import Span, Unit
from programs.errors import MentorflowError
from programs.spec import Program
from tasks import endings, meetings, moving, timing
from tasks.models import Closure, Flag, History, Passage, Relationship, Step
from tests.store.scenes import Scene, a_cohort, day, tandem

OLD_FRIENDS = {"id": "rest", "title": "Rest", "lasts": {"at_least": "2 weeks", "at_most": "2 weeks"}}


def paths(phase: int, *declared: dict[str, Any], **more: Any) -> Program:
    """The small program with a fourth phase, `rest`, between `work` and `close`, which is only entered where somebody is sent."""

    def change(data: dict[str, Any]) -> None:
        data["silence"], data["phases"][0]["overrun"] = [], None
        data["phases"][1]["paths"] = [{"to": "close"}]
        data["phases"].insert(2, {**OLD_FRIENDS})
        data["phases"][phase]["paths"] = [*declared, *data["phases"][phase].get("paths", [])]
        data.update(more)

    return tandem(change)


def passed(scene: Scene, number: int = 1) -> list[tuple[str, int, int | None]]:
    """The phases of a relationship with the days on which they began and were left."""
    rows = scene.rows(Passage, relationship_id=scene.relationship(number).id)
    return [(row.phase, (row.entered_on - day(0)).days, row.left_on and (row.left_on - day(0)).days) for row in rows]


def said(scene: Scene) -> list[str]:
    return [row.why for row in scene.rows(History, noun="relationship", event="leave")]


def ready(engine: Engine, program: Program, pairs: int = 1) -> Scene:
    """In `work` since day 7."""
    return a_cohort(engine, pairs=pairs, program=program).at_work()


SILENT = {"after": "10 days", "then": "go", "to": "rest", "during": ["work"]}
NUDGE = {"after": "6 days", "then": "remind", "message": "hello", "during": ["work"]}


def test_a_phase_that_is_over_leads_where_its_path_says(engine: Engine) -> None:
    scene = ready(engine, paths(1))
    scene.through(day(49))
    assert passed(scene) == [("begin", 0, 7), ("work", 7, 49), ("close", 49, None)]
    assert said(scene)[-1] == f"left “Work” for “Close” on {day(49)}: over"


def test_an_answer_decides_which_way_is_gone_once_the_phase_is_over(engine: Engine) -> None:
    scene = ready(
        engine, paths(1, {"to": "rest", "milestone": "fit", "question": "mood", "answer": "<= 3", "by": "all"}), pairs=3
    )
    scene.through(day(9))
    scene.everybody_meets()
    scene.through(day(11))
    moods = {1: (3, 3), 2: (3, 4), 3: (5, None)}
    for number, (mentee, mentor) in moods.items():
        scene.send(scene.ask("work.fit", "mentee", number), mood=mentee)
        if mentor:
            scene.send(scene.ask("work.fit", "mentor", number), mood=mentor)
    assert {row.phase for row in scene.rows(Relationship)} == {"work"}
    scene.through(day(49))
    assert [scene.relationship(number).phase for number in (1, 2, 3)] == ["rest", "close", "close"]
    assert f"left “Work” for “Rest” on {day(49)}: over, by the answer to “Fit”" in said(scene)
    assert not any("3" in why.split(": ")[1] for why in said(scene))  # what was answered stays with the answer


def test_what_was_asked_before_is_asked_anew_on_the_way_back_and_only_the_new_answer_counts(engine: Engine) -> None:
    again = {"to": "begin", "milestone": "middle", "question": "aim_progress", "answer": "< 50", "at_most": 2}
    scene = ready(engine, paths(1, again))
    for round_, begins in enumerate((7, 56)):
        scene.through(day(begins + 22))
        asked = scene.asks("work.middle")
        assert [ask.visit for ask in asked] == [2, 4][: round_ + 1]
        scene.send(asked[-1], aim_progress=20 if round_ == 0 else 80)
        scene.through(day(begins + 42))
        if round_ == 0:
            assert scene.relationship().phase == "begin"
            scene.through(day(begins + 44))
            scene.everybody_answers("begin.intro")
            scene.through(day(begins + 49))
    assert passed(scene)[1:] == [("work", 7, 49), ("begin", 49, 56), ("work", 56, 98), ("close", 98, None)]
    assert len(scene.asks("begin.intro")) == 4


def test_a_way_is_gone_no_more_often_than_declared(engine: Engine) -> None:
    scene = ready(engine, paths(1, {"to": "work", "at_most": 2}))
    assert scene.relationship().expected_end_on == day(7 + 3 * 42 + 14)
    scene.through(day(140))
    assert passed(scene)[1:] == [("work", 7, 49), ("work", 49, 91), ("work", 91, 133), ("close", 133, None)]
    assert scene.relationship().expected_end_on == day(147)


def test_contact_leads_back_and_silence_away_again(engine: Engine) -> None:
    scene = ready(engine, paths(2, {"to": "work", "when": "contact"}, silence=[NUDGE, SILENT]))
    scene.through(day(17))
    assert passed(scene)[1:] == [("work", 7, 17), ("rest", 17, None)]
    assert said(scene)[-1] == f"left “Work” for “Rest” on {day(17)}: silent for 10 days"
    scene.through(day(20))
    scene.everybody_meets(held_on=day(16))
    assert scene.relationship().phase == "rest"  # told late, and held before it came here
    scene.everybody_meets()
    row = scene.relationship()
    assert (row.phase, row.silence_on, row.silence_rung) == ("work", day(26), 0)
    assert said(scene)[-1] == f"left “Rest” for “Work” on {day(20)}: in contact again"
    scene.through(day(30))
    assert passed(scene)[2:] == [("rest", 17, 20), ("work", 20, 30), ("rest", 30, None)]
    reminders = [mail.not_before for mail in scene.mails("hello") if "silence" in mail.idempotency_key]
    assert sorted(set(reminders)) == [day(13), day(26)]


def going_on(**work: Any) -> Program:
    """`work` lasts six weeks in all, however often it is come back to."""
    program = paths(2, {"to": "work", "when": "contact"}, silence=[SILENT]).model_dump(mode="json", by_alias=True)
    program["phases"][1].update(on_return="goes on", **work)
    return Program.model_validate(program)


def test_who_comes_back_to_a_phase_that_goes_on_has_the_time_that_was_left(engine: Engine) -> None:
    scene = ready(engine, going_on())
    scene.through(day(20))
    assert passed(scene)[1:] == [("work", 7, 17), ("rest", 17, None)]
    scene.everybody_meets()
    assert scene.relationship().latest_on == day(20 + 42 - 10)
    assert scene.relationship().expected_end_on == day(52 + 14)
    scene.through(day(32))
    scene.everybody_meets()
    assert passed(scene)[3:] == [("work", 20, 30), ("rest", 30, 32), ("work", 32, None)]
    assert scene.relationship().latest_on == day(32 + 42 - 10 - 10)
    while scene.today < day(54):
        scene.through(scene.today + (day(6) - day(0)))
        scene.everybody_meets()
    lived = [left - entered for phase, entered, left in passed(scene) if phase == "work" and left]
    assert passed(scene)[-1][:2] == ("close", 54)
    assert sum(lived) == 42


def test_what_lies_once_in_such_a_phase_is_asked_once_at_its_place_in_the_whole(engine: Engine) -> None:
    scene = ready(engine, going_on())
    scene.through(day(20))
    scene.everybody_meets()
    assert scene.asks("work.middle") == []
    scene.through(day(30))  # twenty-one days of work by now: ten before it was left, and the others since day 20
    assert scene.asks("work.middle") == []
    scene.everybody_meets()
    scene.through(day(31))
    asked = scene.asks("work.middle")
    assert len({ask.step_id for ask in asked}) == 1
    scene.through(day(44))  # silent again
    assert scene.relationship().phase == "rest"
    scene.everybody_meets()
    scene.through(day(50))
    assert [ask.id for ask in scene.asks("work.middle")] == [ask.id for ask in asked]
    assert {ask.status for ask in scene.asks("work.middle")} <= {"open", "answered", "expired"}


def test_a_pause_and_an_extension_belong_to_the_time_that_is_left(engine: Engine) -> None:
    scene = ready(engine, going_on())
    one = scene.relationship().id
    with scene.writing() as conn:
        timing.extend(conn, scene.turn(), one, Span(1, Unit.WEEK), "more to do")
        timing.pause(conn, scene.turn(), one)
    scene.today = day(10)
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), one)
    scene.through(day(25))
    assert scene.relationship().phase == "rest"
    left_on = passed(scene)[1][2]
    assert left_on is not None
    scene.everybody_meets()
    assert scene.relationship().latest_on == day(25 + 7 + 42 + 7 + 3 - left_on)


def test_a_phase_without_contact_that_nobody_comes_back_from_goes_its_own_way(engine: Engine) -> None:
    scene = ready(engine, paths(2, {"to": "end", "reason": "no_contact"}, silence=[SILENT]))
    scene.through(day(31))
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.planned, closure.closed_on) == ("no_contact", False, day(31))


def test_an_answer_leads_away_at_once_and_what_was_required_is_not_waited_for(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["phases"][1]["milestones"][1].update(
            required=True, when=[{"question": "fit", "answer": False, "then": "go", "to": "close"}]
        )
        data["phases"][1]["until"] = "required milestones reached"
        data["silence"] = []

    scene = ready(engine, tandem(change), pairs=2)
    scene.through(day(9))
    scene.everybody_meets()
    scene.through(day(12))
    scene.send(scene.ask("work.fit", "mentee", 1), fit=False)
    scene.send(scene.ask("work.fit", "mentee", 2), fit=True)
    assert [scene.relationship(number).phase for number in (1, 2)] == ["close", "work"]
    assert scene.ask("work.fit", "mentor", 1).status == "withdrawn"
    assert said(scene)[-1] == f"left “Work” for “Close” on {day(12)}: by the answer to “Fit”"


def test_a_late_answer_leads_nowhere_from_a_phase_that_was_left(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        wish = next(one for one in data["phases"][0]["milestones"] if one["id"] == "intro")
        wish["ask"].update(form="fit", expires="in 5 weeks")
        wish.update(required=False, when=[{"question": "fit", "answer": False, "then": "go", "to": "close"}])
        data["phases"][0].update(until=None, overrun=None, lasts={"at_least": "1 week", "at_most": "1 week"})
        data["enrollment"]["gates"] = []

    scene = a_cohort(engine, program=tandem(change)).started()
    scene.through(day(9))
    assert scene.relationship().phase == "work"
    scene.send(scene.ask("begin.intro"), fit=False)
    assert scene.relationship().phase == "work"


def asked_the_way(both: bool) -> Program:
    """In `rest` both are asked whether they work on; contact leads back as well."""
    program = paths(2, {"to": "work", "when": "contact"}, silence=[SILENT]).model_dump(mode="json", by_alias=True)
    ask = {"form": "fit", "roles": ["mentor", "mentee"], "due": "in 5 days"}
    on = {"question": "fit", "answer": True, "by": "all" if both else "any", "then": "go", "to": "work"}
    off = {"question": "fit", "answer": False, "then": "go", "to": "close"}
    program["phases"][2]["milestones"] = [{"id": "now", "title": "Now", "at": "start", "ask": ask, "when": [on, off]}]
    return Program.model_validate(program)


def test_an_answer_that_may_decide_the_way_is_no_contact_that_leads_back(engine: Engine) -> None:
    scene = ready(engine, asked_the_way(both=True))
    scene.through(day(18))
    scene.send(scene.ask("rest.now", "mentor"), fit=True)
    assert scene.relationship().phase == "rest", "it takes both"
    scene.send(scene.ask("rest.now", "mentee"), fit=True)
    assert scene.relationship().phase == "work"
    assert said(scene)[-1] == f"left “Rest” for “Work” on {day(18)}: by the answer to “Now”"


def test_nobody_is_still_asked_which_way_to_go_from_a_phase_that_was_left(engine: Engine) -> None:
    scene = ready(engine, asked_the_way(both=True), pairs=2)
    scene.through(day(18))
    scene.send(scene.ask("rest.now", "mentor", 1), fit=True)
    scene.meet(1, 2)
    assert [scene.relationship(number).phase for number in (1, 2)] == ["work", "work"]
    assert [scene.ask("rest.now", "mentee", number).status for number in (1, 2)] == ["withdrawn"] * 2
    steps = [scene.step("rest.now", scene.relationship(number).id).status for number in (1, 2)]
    assert steps == ["reached", "cancelled"], "the first was answered, the second by nobody"


def test_an_overrun_gives_a_second_try_and_then_ends(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["phases"][0]["overrun"] = {
            "after": "1 week",
            "then": "go",
            "to": "begin",
            "at_most": 1,
            "reason": "not_started",
        }

    scene = a_cohort(engine, program=tandem(change)).started()
    scene.through(day(21))
    assert passed(scene) == [("begin", 0, 21), ("begin", 21, None)]
    assert said(scene) == [f"left “Begin” for “Begin” on {day(21)}: what it waits for took too long"]
    assert sorted(ask.status for ask in scene.asks("begin.intro")) == ["withdrawn", "withdrawn"]
    scene.through(day(42))
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.closed_on) == ("not_started", day(42))


def test_the_operator_takes_a_relationship_along_declared_ways_once(engine: Engine) -> None:
    scene = ready(
        engine, paths(1, {"to": "rest", "when": "operator", "at_most": 1}, {"to": "begin", "when": "operator"})
    )
    scene.through(day(10))
    assert moved(scene, "rest", "they need a break")
    assert not moved(scene, "rest")
    assert passed(scene)[1:] == [("work", 7, 10), ("rest", 10, None)]
    assert said(scene)[-1] == f"left “Work” for “Rest” on {day(10)}: as the operator decided: they need a break"
    with pytest.raises(
        MentorflowError, match="cannot go to 'work', which is not reached from 'rest'; it may go to: close"
    ):
        moved(scene, "work")
    with pytest.raises(MentorflowError, match="'nowhere', which is no phase of the program"):
        moved(scene, "nowhere")
    with pytest.raises(MentorflowError, match="does not end from 'rest'; to end it early: mentorflow close R-"):
        moved(scene, "end")
    assert moved(scene, "close")  # the next phase of the file needs no path
    with pytest.raises(MentorflowError, match=r"from .close.; to end it: mentorflow close R-"):
        moved(scene, "work")


def test_the_operator_goes_a_limited_way_no_more_often_either(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["phases"][1]["paths"] = [{"to": "begin", "when": "operator", "at_most": 1}]
        data["phases"][0]["paths"] = [{"to": "work", "when": "operator"}]

    scene = ready(engine, tandem(change))
    assert moved(scene, "begin")
    assert moved(scene, "work")
    with pytest.raises(MentorflowError, match="has gone from 'work' to 'begin' as often as it may: once"):
        moved(scene, "begin")
    assert scene.relationship().visit == 4


@pytest.mark.parametrize("how", ["paused", "closed"])
def test_a_relationship_that_stands_still_or_is_over_goes_nowhere(engine: Engine, how: str) -> None:
    scene = ready(engine, paths(2, {"to": "work", "when": "contact"}, silence=[SILENT]))
    mine = scene.relationship().id
    scene.through(day(17))
    if how == "paused":
        with scene.writing() as conn:
            timing.pause(conn, scene.turn(), mine)
    else:
        with scene.writing() as conn:
            endings.request(conn, scene.turn(), [mine], endings.Ending("other"))
        scene.on(day(17))
    before = passed(scene)
    if how == "paused":
        scene.meet(mine)
    scene.through(day(60))
    with pytest.raises(MentorflowError, match=f"is {how}; "):
        moved(scene, "close")
    assert passed(scene) == before
    assert scene.rows(Flag, kind="overrun") == []


def moved(scene: Scene, to: str, why: str | None = None) -> bool:
    with scene.writing() as conn:
        return moving.move(conn, scene.turn(), scene.relationship().id, to, why)


def test_one_run_after_a_gap_goes_each_phase_on_the_day_on_which_it_could(engine: Engine) -> None:
    scene = ready(engine, paths(1, {"to": "work", "at_most": 1}, {"to": "rest"}))
    scene.on(day(130))
    assert passed(scene)[1:] == [("work", 7, 49), ("work", 49, 91), ("rest", 91, 105), ("close", 105, 119)]
    assert scene.relationship().status == "closed"
    before = scene.rows(Passage)
    assert scene.on(day(130)) == []
    assert scene.rows(Passage) == before


def test_a_checklist_that_was_done_before_is_done_on_the_way_back(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["phases"][0]["overrun"] = None
        data["phases"][1]["paths"] = [{"to": "begin", "when": "operator"}]

    scene = a_cohort(engine, program=tandem(change)).started()
    mine = scene.relationship().id
    members = scene.members(mine)
    with scene.writing() as conn:
        for role, item in (("mentee", 1), ("mentee", 2), ("mentor", 1)):
            meetings.tick(conn, scene.turn(), mine, members[role], item)
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(8))
    assert moved(scene, "begin")
    lists = scene.rows(Step, relationship_id=mine, key="begin.list")
    assert [(step.visit, step.status, step.settled_on) for step in lists] == [
        (1, "reached", day(0)),
        (3, "reached", day(8)),
    ]
