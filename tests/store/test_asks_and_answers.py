"""What was asked is reminded of, answered or expires; what is answered is kept in versions and has its consequences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.lifecycle import AskStatus, GoalStatus, StepStatus
from tasks import endings, timing
from tasks.answer import Outcome, Submission, take
from tasks.models import Flag, Goal, Relationship, Response, Step
from tests.store.scenes import Scene, a_cohort, day, milestone, tandem


def reminded_on(scene: Scene, ask: Any) -> list[date]:
    return [mail.not_before for mail in scene.mails("reminder", ask_id=ask.id)]


def fitting(scene: Scene) -> Scene:
    """At work, met, and asked on day 10 whether it fits; the answer is due on day 15 and taken until day 18."""
    scene.at_work()
    scene.through(day(8))
    scene.everybody_meets()
    scene.through(day(10))
    return scene


def test_reminders_come_on_their_days_before_and_after_the_due_day(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(14))
    assert scene.step("begin.intro").due_on == day(7)
    for role in ("mentee", "mentor"):
        assert reminded_on(scene, scene.ask("begin.intro", role)) == [day(5), day(8), day(11)]


def test_nobody_is_reminded_of_what_they_have_answered(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(6))
    scene.send(scene.ask("begin.intro"))
    scene.through(day(12))
    assert reminded_on(scene, scene.ask("begin.intro")) == [day(5)]
    assert reminded_on(scene, scene.ask("begin.intro", "mentor")) == [day(5), day(8), day(11)]


def test_a_reminder_on_the_due_day_itself(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.everybody_meets()
    scene.through(day(20))
    scene.everybody_meets()
    scene.through(day(34))
    assert reminded_on(scene, scene.ask("work.middle")) == [day(32)]


def test_only_the_newest_reminder_is_sent_when_several_are_late(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.on(day(11))
    assert reminded_on(scene, scene.ask("begin.intro")) == [day(11)]


def test_a_reminder_that_is_stale_is_not_sent(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["phases"][0].update(overrun=None))).started()
    scene.through(day(2))
    scene.on(day(18))
    assert scene.mails("reminder") == []
    assert scene.ask("begin.intro").remind_on is None


def test_who_is_asked_late_has_the_time_that_was_promised(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.on(day(6))
    assert (scene.ask("begin.intro").opened_on, scene.ask("begin.intro").due_on) == (day(6), day(11))


def test_an_ask_expires_when_its_window_is_over_and_its_step_is_missed(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.through(day(18))
    assert scene.ask("work.fit").status == AskStatus.OPEN
    scene.through(day(19))
    assert scene.ask("work.fit").status == AskStatus.EXPIRED
    assert (scene.step("work.fit").status, scene.step("work.fit").settled_on) == (StepStatus.MISSED, day(19))


def test_a_step_is_missed_when_only_one_side_has_answered(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.send(scene.ask("work.fit"))
    assert scene.step("work.fit").status == StepStatus.OPEN
    scene.through(day(19))
    assert scene.step("work.fit").status == StepStatus.MISSED


def test_one_answer_is_enough_where_the_program_says_so(engine: Engine) -> None:
    scene = fitting(a_cohort(engine, program=tandem(lambda data: milestone(data, "fit").update(needs="any"))))
    scene.send(scene.ask("work.fit", "mentor"))
    assert scene.step("work.fit").status == StepStatus.REACHED


def test_a_required_ask_never_expires_while_its_phase_goes_on(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["phases"][0].update(overrun=None))).started()
    scene.through(day(20))
    scene.everybody_meets()
    scene.on(day(40))
    assert {ask.status for ask in scene.asks("begin.intro")} == {AskStatus.OPEN}
    assert scene.send(scene.ask("begin.intro")).outcome == Outcome.TAKEN


def test_answers_are_kept_in_versions_and_the_last_counts(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    ask = scene.ask("begin.intro")
    scene.send(ask, {"about": "I cook"})
    scene.through(day(3))
    assert scene.send(ask, {"about": "I bake"}).outcome == Outcome.TAKEN
    kept = [(row.version, row.answers, row.answered_on) for row in scene.rows(Response, ask_id=ask.id)]
    assert kept == [(1, {"about": "I cook"}, day(2)), (2, {"about": "I bake"}, day(3))]


def test_the_same_answer_again_changes_nothing(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.send(scene.ask("begin.intro"), {"about": "I cook"})
    scene.through(day(3))
    before = scene.relationship()
    assert scene.send(scene.ask("begin.intro"), {"about": " I  cook "}).outcome == Outcome.UNCHANGED
    assert scene.count(Response, ask_id=scene.ask("begin.intro").id) == 1
    assert scene.relationship() == before


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, "about: an answer is needed"),
        ({"about": "x" * 301}, "about: this is 301 characters long"),
        ({"about": "I cook", "abuot": "?"}, "abuot: the form has no such question; did you mean about?"),
    ],
)
def test_an_answer_that_does_not_fit_the_form_is_refused_and_nothing_is_written(
    engine: Engine, answers: dict[str, str], why: str
) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    received = scene.send(scene.ask("begin.intro"), answers)
    assert received.outcome == Outcome.REFUSED
    assert why in received.why
    assert scene.count(Response, ask_id=scene.ask("begin.intro").id) == 0
    assert scene.ask("begin.intro").status == AskStatus.OPEN


def test_an_answer_after_the_window_is_refused(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.through(day(18))
    scene.today = day(19)  # before the day's run has expired it
    assert scene.send(scene.ask("work.fit")).why == f"the time to answer was over on {day(18)}"
    scene.on(day(19))
    assert scene.send(scene.ask("work.fit")).why == f"the time to answer was over on {day(18)}"


def test_an_answer_after_the_close_is_refused(engine: Engine) -> None:
    scene = fitting(a_cohort(engine, pairs=2))  # the second keeps the cohort open
    ask, name = scene.ask("work.fit"), scene.code()
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship().id], endings.Ending("other"))
    scene.on(day(10))
    assert scene.send(ask).why == f"{name} is closed; its summary record stands and takes no more answers"
    assert scene.count(Response, ask_id=ask.id) == 0


def test_an_answer_to_something_that_was_never_asked_is_refused(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    with scene.writing() as conn:
        (received,) = take(conn, scene.turn(), [Submission(999, {"about": "I cook"})])
    assert received.why == "nothing was asked under this id in cohort 'spring'"


def test_an_answer_to_what_was_taken_back_is_refused(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.waive(conn, scene.turn(), mine, "intro")
    assert scene.send(scene.ask("begin.intro")).why == f"this is no longer asked: {scene.code()} has moved on"


def test_a_refused_answer_stops_none_of_the_others(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3).started()
    scene.through(day(2))
    mine = scene.relationship(2).id
    with scene.writing() as conn:
        timing.waive(conn, scene.turn(), mine, "intro")
    assert scene.everybody_answers() == 4
    scene.through(day(7))
    assert {row.phase for row in scene.rows(Relationship)} == {"work"}


def test_a_misfit_ends_the_relationship_and_is_looked_after_again(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.send(scene.ask("work.fit", "mentor"), fit=False)
    row = scene.relationship()
    assert (row.ending_on, row.ending_reason, row.ending_by, row.ending_rematch) == (day(10), "no_fit", "mentor", True)
    scene.on(day(10))
    assert scene.relationship().status == "closed"
    assert {ask.status for ask in scene.asks("work.fit")} == {AskStatus.ANSWERED, AskStatus.WITHDRAWN}


def test_a_flag_is_raised_once_per_answer_and_cause(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    for mood in (2, 1, 3, 2):
        scene.send(scene.ask("work.fit"), mood=mood)
    scene.send(scene.ask("work.fit", "mentor"), mood=2)
    flags = scene.rows(Flag, kind="answer")
    assert [flag.note for flag in flags] == ["Call both.", "Call both."]
    assert scene.relationship().status == "active"


def test_what_all_must_say_does_not_follow_from_one(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.send(scene.ask("work.fit"), mood=1)
    assert scene.relationship().ending_on is None
    scene.send(scene.ask("work.fit", "mentor"), mood=1)
    assert scene.relationship().ending_reason == "conduct"


def test_what_all_must_say_looks_at_the_last_word_of_each(engine: Engine) -> None:
    scene = fitting(a_cohort(engine))
    scene.send(scene.ask("work.fit"), mood=1)
    scene.send(scene.ask("work.fit"), mood=5)
    scene.send(scene.ask("work.fit", "mentor"), mood=1)
    assert scene.relationship().ending_on is None


def test_an_ending_by_an_answer_brings_a_rematch_where_the_program_declares_it_for_the_reason(engine: Engine) -> None:
    def unsaid(data: dict[str, Any]) -> None:
        milestone(data, "fit")["when"][0].update(rematch=False)

    scene = fitting(a_cohort(engine, program=tandem(unsaid)))
    scene.send(scene.ask("work.fit"), fit=False)
    scene.on(day(10))
    assert scene.relationship().ending_rematch is True  # no_fit is among the reasons for a rematch


def test_a_goal_is_set_worded_anew_reached_and_opened_again(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(3))
    scene.send(scene.ask("begin.wish"), aim="Speak up")
    scene.send(scene.ask("begin.wish"), aim="Speak up twice")
    (goal,) = scene.rows(Goal)
    assert (goal.text, goal.term, goal.status, goal.progress, goal.set_on) == (
        "Speak up twice", "short", GoalStatus.OPEN, 0, day(3),
    )  # fmt: skip
    scene.through(day(28))
    seen = []
    for progress in (40, 100, 70):
        scene.send(scene.ask("work.middle"), aim_progress=progress)
        (goal,) = scene.rows(Goal)
        seen.append((goal.status, goal.progress, goal.settled_on))
    assert seen == [(GoalStatus.OPEN, 40, None), (GoalStatus.REACHED, 100, day(28)), (GoalStatus.OPEN, 70, None)]


def test_both_tabs_of_one_person_come_to_one_answer_after_the_other(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(2))
    ask = scene.ask("begin.intro")
    given = [Submission(ask.id, {"about": words}) for words in ("one", "two", "two", "one")]
    with scene.writing() as conn:
        outcomes = [received.outcome for received in take(conn, scene.turn(), given)]
    assert outcomes == [Outcome.TAKEN, Outcome.TAKEN, Outcome.UNCHANGED, Outcome.TAKEN]
    assert [row.version for row in scene.rows(Response, ask_id=ask.id)] == [1, 2, 3]


def test_open_asks_of_a_phase_that_was_left_can_still_be_answered(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(9))
    assert scene.send(scene.ask("begin.wish")).outcome == Outcome.TAKEN
    assert scene.step("begin.wish").status == StepStatus.REACHED


def test_every_answered_step_has_what_it_needs(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).closing()
    for step in scene.rows(Step, Step.kind.in_(("ask", "reflect")), status=StepStatus.REACHED):
        assert {ask.status for ask in scene.asks(step_id=step.id)} == {AskStatus.ANSWERED}
    assert scene.today - timedelta(days=49) == day(0)
