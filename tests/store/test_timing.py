"""A relationship's own calendar: paused, resumed, extended, let off. Everything that lies ahead moves along, and nothing that is past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from programs.dates import Span, Unit
from programs.errors import MentorflowError, NotFoundError, TransitionNotAllowedError
from programs.lifecycle import AskStatus, StepStatus
from tasks import endings, timing
from tasks.models import Flag, History, Passage, Relationship, Step
from tests.store.scenes import Scene, a_cohort, day, tandem

AHEAD = ("ends_on", "latest_on", "expected_end_on", "notice_on", "silence_on")


def pause(scene: Scene, number: int = 1) -> bool:
    mine = scene.relationship(number).id
    with scene.writing() as conn:
        return timing.pause(conn, scene.turn(), mine, "on leave")


def resume(scene: Scene, number: int = 1) -> int | None:
    mine = scene.relationship(number).id
    with scene.writing() as conn:
        return timing.resume(conn, scene.turn(), mine)


def extend(scene: Scene, weeks: int) -> date:
    mine = scene.relationship().id
    with scene.writing() as conn:
        return timing.extend(conn, scene.turn(), mine, Span(weeks, Unit.WEEK), "more to do")


def waive(scene: Scene, key: str) -> int:
    mine = scene.relationship().id
    with scene.writing() as conn:
        return timing.waive(conn, scene.turn(), mine, key, "not needed")


def test_a_pause_moves_every_day_ahead_by_its_length(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    scene.through(day(10))
    before = scene.relationship(1)
    planned = {row.id: row.opens_on for row in scene.rows(Step, relationship_id=before.id, status="planned")}
    other = scene.relationship(2)
    pause(scene)
    scene.on(day(22))
    assert resume(scene) == 12
    row = scene.relationship(1)
    assert [getattr(row, name) - getattr(before, name) for name in AHEAD] == [timedelta(days=12)] * len(AHEAD)
    assert row.planned_end_on == before.planned_end_on
    moved = {row.id: row.opens_on for row in scene.rows(Step, relationship_id=before.id, status="planned")}
    assert moved == {id_: on and on + timedelta(days=12) for id_, on in planned.items()}
    assert scene.relationship(2).ends_on == other.ends_on


def test_nothing_happens_to_a_paused_relationship(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(8))
    scene.everybody_meets()
    scene.through(day(11))  # fit was asked on day 10 and closes on day 18
    pause(scene)
    mails, steps = len(scene.mails()), scene.statuses(Step)
    scene.through(day(60))
    assert len(scene.mails()) == mails
    assert scene.statuses(Step) == steps
    assert scene.ask("work.fit").status == AskStatus.OPEN
    assert scene.relationship().status == "paused"


def test_an_ask_that_was_open_before_a_pause_can_be_answered_in_it_and_after_it(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(8))
    scene.everybody_meets()
    scene.through(day(11))
    pause(scene)
    scene.through(day(30))
    assert scene.send(scene.ask("work.fit")).outcome == "taken"
    scene.through(day(31))
    resume(scene)
    assert (scene.ask("work.fit", "mentor").due_on, scene.ask("work.fit", "mentor").closes_on) == (day(35), day(38))
    assert scene.send(scene.ask("work.fit", "mentor")).outcome == "taken"
    assert scene.step("work.fit").status == StepStatus.REACHED


def test_reminders_go_on_after_a_pause_as_far_as_they_lie_ahead(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(6))
    assert [mail.not_before for mail in scene.mails("reminder")] == [day(5)] * 2
    pause(scene)
    scene.through(day(16))
    resume(scene)
    scene.through(day(22))
    ask = scene.ask("begin.intro")
    assert ask.due_on == day(17)
    assert [mail.not_before for mail in scene.mails("reminder", ask_id=ask.id)] == [day(5), day(18), day(21)]


def test_pausing_and_resuming_twice_is_once(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    assert pause(scene)
    scene.today = day(9)
    assert not pause(scene)
    assert resume(scene) == 2
    assert resume(scene) is None
    events = [row.event for row in scene.rows(History, noun="relationship") if row.event in ("pause", "resume")]
    assert events == ["pause", "resume"]


def test_a_relationship_that_is_not_running_cannot_be_paused(engine: Engine) -> None:
    scene = a_cohort(engine).agreed()
    with pytest.raises(TransitionNotAllowedError):
        pause(scene)
    scene.on(day(0))
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other"))
    scene.on(day(0))
    with pytest.raises(TransitionNotAllowedError):
        pause(scene)
    with pytest.raises(TransitionNotAllowedError):
        resume(scene)


def test_an_extension_moves_the_end_and_adds_what_recurs(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    before = scene.relationship()
    assert scene.count(Step, key="work.meeting") == 3
    assert extend(scene, 4) == before.expected_end_on + timedelta(weeks=4)
    row = scene.relationship()
    assert (row.ends_on, row.latest_on) == (day(49 + 28), day(49 + 28))
    assert (row.expected_end_on, row.planned_end_on) == (day(63 + 28), before.planned_end_on)
    meetings = scene.rows(Step, key="work.meeting")
    assert [one.opens_on for one in meetings] == [day(7), day(21), day(35), day(49), day(63)]
    assert scene.step("work.middle").opens_on == day(42)
    assert scene.rows(Passage, phase="work")[0].planned_until == day(77)


def test_an_extended_reflection_stays_open_as_long_as_its_phase(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    extend(scene, 2)
    scene.everybody_meets()
    for role in ("mentee", "mentor"):
        ask = scene.ask("close.reflection", role)
        step = scene.step("close.reflection")
        assert (ask.due_on, ask.closes_on) == (step.due_on, step.closes_on)
    scene.through(day(70))
    assert scene.ask("close.reflection").status == AskStatus.OPEN
    assert scene.send(scene.ask("close.reflection")).outcome == "taken"


def test_what_was_done_stays_done_when_a_phase_is_extended(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.through(day(12))
    scene.everybody_meets()
    scene.through(day(30))
    settled = [(row.key, row.status, row.due_on) for row in scene.rows(Step, Step.settled_on.is_not(None))]
    extend(scene, 2)
    again = [(row.key, row.status, row.due_on) for row in scene.rows(Step, Step.settled_on.is_not(None))]
    assert again == settled


def test_a_notice_is_given_again_for_a_new_end(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    scene.through(day(57))
    assert len(scene.mails("closing_notice")) == 2
    extend(scene, 3)
    scene.everybody_meets()
    scene.through(day(78))
    assert [mail.not_before for mail in scene.mails("closing_notice")] == [day(56)] * 2 + [day(77)] * 2


def test_only_a_running_relationship_can_be_extended(engine: Engine) -> None:
    scene = a_cohort(engine).agreed()
    with pytest.raises(MentorflowError, match=f"{scene.code()} is agreed; only a running relationship can be extended"):
        extend(scene, 2)


def test_a_waiver_opens_the_gate_of_the_phase(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(8))
    assert waive(scene, "intro") == 1
    assert {ask.status for ask in scene.asks("begin.intro")} == {AskStatus.WITHDRAWN}
    scene.through(day(9))
    assert (scene.relationship().phase, scene.relationship().entered_on) == ("work", day(8))


def test_a_waiver_clears_the_flag_of_an_overrun(engine: Engine) -> None:
    def wait(data: dict[str, Any]) -> None:
        data["phases"][0].update(overrun={"after": "1 week", "then": "wait"})

    scene = a_cohort(engine, program=tandem(wait)).started()
    scene.through(day(20))
    scene.everybody_meets()
    scene.through(day(22))
    assert [flag.cleared_on for flag in scene.rows(Flag, kind="overrun")] == [None]
    waive(scene, "begin.intro")
    assert scene.rows(Flag, kind="overrun")[0].cleared_on == day(22)
    scene.through(day(23))
    assert scene.relationship().phase == "work"


def test_an_unknown_milestone_cannot_be_waived(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    with pytest.raises(NotFoundError, match=r"Ten weeks in tandem has no milestone 'intor'; it has begin\.hello, "):
        waive(scene, "intor")


def test_a_waiver_in_an_ended_relationship_is_refused(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other"))
    scene.on(day(0))
    with pytest.raises(MentorflowError, match="nothing can be waived any more"):
        waive(scene, "intro")
    assert scene.count(Relationship, status="closed") == 1


def test_ways_that_are_used_up_do_not_stand_against_an_extension(engine: Engine) -> None:
    """Eighteen years of work, up to two times again: fifty-four at first, but only eighteen for who has gone round twice."""

    def change(data: dict[str, Any]) -> None:
        data["silence"] = []
        data["phases"][1]["lasts"] = {"at_least": "18 years", "at_most": "18 years"}
        data["phases"][1]["paths"] = [{"to": "rest", "at_most": 2}, {"to": "close"}]
        rest = {"id": "rest", "lasts": {"at_least": "1 day", "at_most": "1 day"}, "paths": [{"to": "work"}]}
        data["phases"].insert(2, rest)

    scene = a_cohort(engine, program=tandem(change)).at_work()
    mine = scene.relationship().id
    with scene.writing() as conn, pytest.raises(MentorflowError, match="more than 50 years"):
        timing.extend(conn, scene.turn(), mine, Span(1, Unit.YEAR))
    round_and_round = {"relationship_id": mine, "phase": "work", "way": "work: path 1", "entered_on": day(1)}
    round_and_round |= {"planned_until": day(2), "left_on": day(2)}
    with scene.writing() as conn:
        conn.execute(insert(Passage), [round_and_round | {"visit": visit} for visit in (90, 91)])
    with scene.writing() as conn:
        end = timing.extend(conn, scene.turn(), mine, Span(1, Unit.YEAR))
    assert end.year == scene.relationship().entered_on.year + 19
