"""Phases and steps, each relationship on its own days: planned, opened once, reached or missed, and the phase left when it may be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.lifecycle import AskStatus, StepStatus
from tasks import meetings, timing
from tasks.models import Ask, Closure, Flag, Participant, Passage, Relationship, Step
from tests.store.scenes import START, Scene, a_cohort, day, milestone, tandem


def overrun(then: str, **more: Any) -> Any:
    return tandem(lambda data: data["phases"][0].update(overrun={"after": "1 week", "then": then, **more}))


def tick(scene: Scene, role: str, item: int) -> bool:
    mine = scene.relationship().id
    who = scene.members(mine)[role]
    with scene.writing() as conn:
        return meetings.tick(conn, scene.turn(), mine, who, item)


def days_of(scene: Scene, key: str, occurrence: int = 0) -> tuple[date | None, date | None, date | None]:
    row = scene.step(key, occurrence=occurrence)
    return row.opens_on, row.due_on, row.closes_on


def test_steps_have_their_days_from_the_day_their_relationship_entered_the_phase(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.propose()
    scene.approve([scene.relationship(1).id])
    while scene.on(scene.today) or scene.everybody_answers():
        scene.everybody_answers()
    scene.approve([scene.relationship(2).id])
    scene.on(START)
    scene.everybody_answers("consent.mentee")
    scene.on(day(3))
    scene.everybody_answers("consent.mentor")
    scene.on(day(4))
    began = [scene.relationship(number).started_on for number in (1, 2)]
    asked = [scene.step("begin.intro", scene.relationship(number).id) for number in (1, 2)]
    assert began == [START, day(3)]
    assert [step.opens_on for step in asked] == [day(2), day(5)]
    assert [step.status for step in asked] == ["open", "planned"]


def test_a_step_opens_on_its_day_and_once(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(1))
    assert scene.step("begin.intro").status == StepStatus.PLANNED
    scene.through(day(4))
    assert scene.step("begin.intro").opened_on == day(2)
    assert scene.count(Ask, key="begin.intro") == 2


def test_an_ask_goes_to_the_roles_it_names_with_one_mail_each(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).started()
    scene.through(day(2))
    asks = scene.asks("begin.intro")
    assert sorted(ask.role for ask in asks) == ["mentee", "mentee", "mentor", "mentor"]
    mails = [(mail.ask_id, mail.participant_id) for mail in scene.mails("ask")]
    assert sorted(mails) == sorted((ask.id, ask.participant_id) for ask in asks)
    scene.everybody_answers("begin.intro")
    scene.through(day(3))
    assert [ask.role for ask in scene.asks("begin.wish")] == ["mentee", "mentee"]


def test_a_message_is_told_and_done_with(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(4))
    assert scene.step("begin.hello").status == StepStatus.REACHED
    assert [mail.not_before for mail in scene.mails("hello")] == [day(1), day(1)]


def test_a_phase_lasts_at_least_as_long_as_declared(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(6))
    assert scene.relationship().phase == "begin"
    scene.through(day(7))
    assert (scene.relationship().phase, scene.relationship().entered_on) == ("work", day(7))


def test_a_phase_waits_for_its_required_milestones(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(10))
    scene.send(scene.ask("begin.intro"))
    scene.through(day(12))
    assert scene.relationship().phase == "begin"
    scene.send(scene.ask("begin.intro", "mentor"))
    scene.on(day(13))
    row = scene.relationship()
    assert (row.phase, row.entered_on) == ("work", day(12))  # the day on which it could


def test_each_relationship_leaves_the_phase_on_its_own_day(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3).started()
    scene.through(day(3))
    for number, count in ((1, 4), (2, 9), (3, 11)):
        scene.through(day(count))
        for role in ("mentee", "mentor"):
            scene.send(scene.ask("begin.intro", role, number))
    scene.through(day(12))
    assert [scene.relationship(number).entered_on for number in (1, 2, 3)] == [day(7), day(9), day(11)]
    passages = scene.rows(Passage, phase="begin")
    assert sorted(row.left_on for row in passages) == [day(7), day(9), day(11)]


def test_an_overrun_may_wait_for_somebody(engine: Engine) -> None:
    scene = a_cohort(engine, program=overrun("wait")).started()
    scene.through(day(20))
    scene.meet(scene.relationship().id)  # silence is another matter
    assert scene.rows(Flag, kind="overrun") == []
    scene.through(day(25))
    (flag,) = scene.rows(Flag, kind="overrun")
    assert (flag.raised_on, flag.source, flag.cleared_on) == (day(21), "overrun begin 1", None)
    assert scene.relationship().phase == "begin"


def test_an_overrun_may_move_on_and_nobody_is_asked_any_more_for_what_was_waived(engine: Engine) -> None:
    scene = a_cohort(engine, program=overrun("move_on")).started()
    scene.through(day(21))
    assert scene.relationship().phase == "work"
    assert scene.step("begin.intro").status == StepStatus.WAIVED
    assert {ask.status for ask in scene.asks("begin.intro")} == {AskStatus.WITHDRAWN}


def test_an_overrun_may_close(engine: Engine) -> None:
    scene = a_cohort(engine, program=overrun("close", reason="not_started")).started()
    scene.through(day(20))
    assert scene.relationship().status == "active"
    scene.through(day(21))
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.closed_on, closure.planned) == ("not_started", day(21), False)


def test_an_overrun_gives_the_time_that_was_promised(engine: Engine) -> None:
    def late(data: dict[str, Any]) -> None:
        milestone(data, "intro")["ask"].update(due="in 25 days", remind=[])
        data["silence"] = []

    scene = a_cohort(engine, program=tandem(late)).started()
    scene.through(day(27))
    assert scene.relationship().status == "active"
    scene.through(day(28))
    assert scene.relationship().status == "closed"


def test_an_overrun_does_not_wait_for_what_can_only_follow_on_what_is_late(engine: Engine) -> None:
    def chained(data: dict[str, Any]) -> None:
        milestone(data, "wish").update(required=True)

    scene = a_cohort(engine, program=tandem(chained)).started()
    scene.through(day(21))
    assert scene.relationship().status == "closed"


def test_a_recurring_milestone_comes_every_time(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    occurrences = [days_of(scene, "work.meeting", number)[:2] for number in (1, 2, 3)]
    assert occurrences == [(day(7), day(20)), (day(21), day(34)), (day(35), day(48))]
    scene.through(day(21))
    assert [scene.step("work.meeting", occurrence=number).status for number in (1, 2, 3)] == [
        "missed",
        "open",
        "planned",
    ]


def test_an_expected_meeting_is_reached_by_one_that_is_long_enough(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(9))
    scene.everybody_meets(minutes=29)
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.OPEN
    scene.through(day(10))
    scene.everybody_meets(minutes=30)
    row = scene.step("work.meeting", occurrence=1)
    assert (row.status, row.settled_on) == (StepStatus.REACHED, day(10))
    assert scene.step("work.meeting", occurrence=2).status == StepStatus.PLANNED


def test_a_meeting_that_was_longer_than_logged_reaches_what_was_expected_and_a_shorter_one_takes_nothing_back(
    engine: Engine,
) -> None:
    scene = a_cohort(engine).at_work()
    mine = scene.relationship().id
    scene.through(day(8))
    scene.meet(mine, minutes=5)
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.OPEN
    for minutes in (45, 5):
        with scene.writing() as conn:
            meetings.correct(conn, scene.turn(), meetings.Held(mine, day(8), minutes))
        assert scene.step("work.meeting", occurrence=1).status == StepStatus.REACHED


def test_a_meeting_told_late_still_makes_its_milestone_reached(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(24))
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.MISSED
    scene.everybody_meets(held_on=day(12))
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.REACHED
    assert scene.step("work.meeting", occurrence=2).status == StepStatus.OPEN


def test_the_same_meeting_is_logged_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    assert scene.everybody_meets() == 2
    assert scene.everybody_meets() == 0


def test_what_follows_the_first_meeting_is_dated_by_it(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    assert days_of(scene, "work.fit") == (None, None, None)
    scene.through(day(12))
    scene.everybody_meets(held_on=day(11))
    assert days_of(scene, "work.fit") == (day(13), day(18), day(21))
    scene.through(day(14))
    scene.everybody_meets()
    assert days_of(scene, "work.fit")[0] == day(13)


def test_a_first_meeting_in_an_earlier_phase_counts_from_the_start_of_this_one(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.everybody_meets()
    scene.through(day(7))
    assert days_of(scene, "work.fit")[0] == day(7)


def test_what_follows_a_milestone_is_dated_when_that_is_reached(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(4))
    scene.send(scene.ask("begin.intro"))
    assert days_of(scene, "begin.wish")[0] is None
    scene.send(scene.ask("begin.intro", "mentor"))
    assert days_of(scene, "begin.wish")[:2] == (day(5), day(9))


def test_what_follows_an_expected_meeting_is_dated_when_that_is_held(engine: Engine) -> None:
    scene = a_cohort(engine, program=after_kickoff()).at_work()
    scene.through(day(9))
    scene.everybody_meets()
    assert scene.step("work.kickoff").status == StepStatus.REACHED
    assert days_of(scene, "work.thoughts")[0] == day(11)


def after_kickoff() -> Any:
    def change(data: dict[str, Any]) -> None:
        kickoff = {"id": "kickoff", "at": "start", "expect": {"meeting": {"minutes": 30}}}
        ask = {"form": "wish", "roles": ["mentee"], "due": "in 4 days"}
        data["phases"][1]["milestones"] += [kickoff, {"id": "thoughts", "at": "2 days after kickoff", "ask": ask}]

    return tandem(change)


def test_what_follows_a_waived_milestone_is_dated_by_the_waiver(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: milestone(data, "wish").update(required=True))).started()
    scene.through(day(4))
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.waive(conn, scene.turn(), mine, "intro")
    assert days_of(scene, "begin.wish")[0] == day(5)
    scene.through(day(5))
    scene.everybody_answers("begin.wish")
    scene.through(day(7))
    assert scene.relationship().phase == "work"


def test_halfway_lies_in_the_middle_of_the_phase(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    assert days_of(scene, "work.middle") == (day(28), day(32), day(39))


def test_a_checklist_is_done_when_everybody_has_ticked_everything(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    assert tick(scene, "mentee", 1)
    assert tick(scene, "mentor", 1)
    assert not tick(scene, "mentee", 1)
    assert scene.step("begin.list").status == StepStatus.OPEN
    assert tick(scene, "mentee", 2)
    assert scene.step("begin.list").status == StepStatus.REACHED


def test_a_checklist_that_is_not_done_is_missed(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    tick(scene, "mentee", 1)
    scene.through(day(10))
    assert scene.step("begin.list").status == StepStatus.OPEN
    scene.through(day(11))
    assert scene.step("begin.list").status == StepStatus.MISSED


def test_ticks_outside_the_checklist_are_refused(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    with pytest.raises(Exception, match="the checklist of a mentor in phase 'Begin' has 1 item; there is no 2"):
        tick(scene, "mentor", 2)


def test_expected_goals_are_reached_when_they_are_set(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    assert scene.step("work.aims").status == StepStatus.OPEN
    scene.everybody_answers("begin.wish")
    row = scene.step("work.aims")
    assert (row.status, row.settled_on) == (StepStatus.REACHED, day(7))


def test_goals_set_before_they_are_expected_count(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(3))
    scene.everybody_answers("begin.wish")
    scene.through(day(8))
    assert scene.step("work.aims").status == StepStatus.REACHED


def test_expected_goals_that_nobody_sets_are_missed(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(29))
    assert scene.step("work.aims").status == StepStatus.MISSED


def test_somebody_who_passed_every_gate_is_active(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.send(scene.ask("begin.intro"))
    assert [scene.rows(Participant, id=one)[0].status for one in (scene.mentees[0], scene.mentors[0])] == [
        "active",
        "enrolled",
    ]


def test_leaving_a_phase_cancels_what_was_planned_beyond_that_day(engine: Engine) -> None:
    def later(data: dict[str, Any]) -> None:
        ask = {"form": "wish", "roles": ["mentor"], "due": "in 1 day"}
        data["phases"][0]["milestones"].append({"id": "late", "at": "9 days after start", "ask": ask})

    scene = a_cohort(engine, program=tandem(later)).at_work()
    assert scene.step("begin.late").status == StepStatus.CANCELLED
    assert scene.step("begin.list").status == StepStatus.CANCELLED  # looked for until day 10
    assert scene.step("begin.wish").status == StepStatus.OPEN  # asked before, and still to be answered


def test_every_phase_but_the_first_is_announced(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    assert [(mail.subject_key, mail.not_before) for mail in scene.mails("phase")] == [("work", day(7))] * 4


def test_an_introduction_and_a_phase_are_told_to_everybody_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    told = [
        (mail.template, mail.participant_id) for mail in scene.mails() if mail.template in ("introduction", "phase")
    ]
    assert len(told) == len(set(told)) == 8


def test_days_on_a_weekend_move_as_the_program_says(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data.update(weekend="next working day")), starts_on=day(3))
    scene.agreed()
    scene.on(day(3))  # a Thursday, so that two days later is a Saturday
    assert days_of(scene, "begin.intro")[:2] == (day(7), day(14))


def test_the_expected_end_follows_the_phases_as_they_come(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    row = scene.relationship()
    assert (row.planned_end_on, row.expected_end_on) == (day(70), day(70))
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(7))
    row = scene.relationship()
    assert (row.planned_end_on, row.expected_end_on) == (day(70), day(63))
    assert row.expected_end_on - START == timedelta(days=63)
    assert scene.count(Relationship) == 1
    assert scene.count(Step, phase="close") == 0  # steps are planned on entering their phase


def test_what_comes_at_the_end_of_a_phase_comes_on_its_last_day(engine: Engine) -> None:
    def farewell(data: dict[str, Any]) -> None:
        data["phases"][1]["milestones"].append(
            {"id": "over", "at": "end", "tell": {"roles": ["mentee"], "message": "hello"}}
        )

    scene = a_cohort(engine, program=tandem(farewell)).closing()
    row = scene.step("work.over")
    assert (row.status, row.opened_on) == (StepStatus.REACHED, day(48))
