"""The mentor's part goes round in a circle: who leads, who is next, what becomes of a missed turn, and how a slip is put right."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from programs.codes import code
from programs.errors import MentorflowError
from tasks import meetings, timing
from tasks.end_now import end_now
from tasks.models import Closure, Step
from tests.store.peers import circle_program, lead, led, meet, running, seats, the_circle
from tests.store.scenes import a_cohort, day


def test_everybody_leads_once_before_anybody_leads_twice(engine: Engine) -> None:
    scene = running(engine)
    order = seats(scene, the_circle(scene))
    for count in range(8):
        scene.through(day(1 + 2 * count))
        assert lead(scene) == order[count % 4]
        meet(scene)
    assert led(scene) == order * 2


def test_whose_turn_it_is_gets_a_mail_and_nobody_else_does(engine: Engine) -> None:
    scene = running(engine)
    order = seats(scene, the_circle(scene))
    assert [mail.participant_id for mail in scene.mails("turn")] == order[:1]
    scene.through(day(1))
    meet(scene)
    assert [mail.participant_id for mail in scene.mails("turn")] == order[:2]
    meet(scene)
    assert len(scene.mails("turn")) == 2


def test_the_same_meeting_logged_twice_is_led_once(engine: Engine) -> None:
    scene = running(engine)
    scene.through(day(1))
    assert (meet(scene), meet(scene)) == (1, 0)
    first, second, *_ = seats(scene, the_circle(scene))
    assert (led(scene), lead(scene)) == ([first], second)


def test_who_swaps_leads_now_and_who_gave_way_comes_next(engine: Engine) -> None:
    scene = running(engine)
    first, second, third, fourth = seats(scene, the_circle(scene))
    scene.through(day(1))
    meet(scene, led_by=second)
    assert lead(scene) == first
    for count in (2, 3):
        scene.through(day(count))
        meet(scene)
    assert led(scene) == [second, first, third]
    assert lead(scene) == fourth


def test_who_is_not_in_the_circle_did_not_lead_it(engine: Engine) -> None:
    scene = running(engine, people=8, size={"at_least": 4, "at_most": 4})
    scene.through(day(1))
    one, other = (row.id for row in scene.rows(meetings.Relationship))
    stranger = seats(scene, other)[0]
    with scene.writing() as conn, pytest.raises(MentorflowError, match="is not in R-"):
        meetings.log_meetings(conn, scene.turn(), [meetings.Held(one, day(1), 45, stranger)])
    assert scene.count(meetings.Meeting) == 0


def test_in_a_pair_nobody_takes_turns(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    mine = scene.relationship().id
    with scene.writing() as conn, pytest.raises(MentorflowError, match="nobody takes turns"):
        meetings.log_meetings(conn, scene.turn(), [meetings.Held(mine, scene.today, 45, scene.mentees[0])])
    scene.everybody_meets()
    assert led(scene) == [None]
    assert scene.mails("turn") == []


@pytest.mark.parametrize("missed", ["passes", "stays"])
def test_a_missed_turn_passes_or_stays_as_declared(engine: Engine, missed: str) -> None:
    scene = running(engine, missed=missed)
    first, second, *_ = seats(scene, the_circle(scene))
    scene.through(day(16))
    (step,) = [row for row in scene.rows(Step, status="missed") if row.key == "rotate.meeting"]
    assert step.lead_id == first
    assert lead(scene) == (second if missed == "passes" else first)


def test_after_an_outage_one_missed_turn_follows_the_other(engine: Engine) -> None:
    scene = running(engine)
    order = seats(scene, the_circle(scene))
    scene.through(day(15))
    scene.on(day(27))
    scene.on(day(29))
    missed = sorted(scene.rows(Step, key="rotate.meeting", status="missed"), key=lambda row: row.due_on)
    assert [row.lead_id for row in missed] == order[: len(missed)]
    assert len(missed) >= 1
    assert lead(scene) == order[len(missed)]


def test_a_meeting_told_late_was_led_by_whoever_was_thought_to_have_missed_it(engine: Engine) -> None:
    scene = running(engine)
    first, second, *_ = seats(scene, the_circle(scene))
    scene.through(day(16))
    assert lead(scene) == second
    meet(scene, on=day(9))
    assert led(scene) == [first]
    assert lead(scene) == second
    assert len(scene.mails("turn")) == 2


def test_a_corrected_leader_moves_the_turn_and_back_again_without_a_second_mail(engine: Engine) -> None:
    scene = running(engine)
    circle = the_circle(scene)
    first, second, third, _ = seats(scene, circle)
    scene.through(day(1))
    meet(scene)
    for who, following in ((second, first), (first, second), (third, first), (first, second)):
        with scene.writing() as conn:
            meetings.correct(conn, scene.turn(), meetings.Held(circle, day(1), 45, who))
        assert lead(scene) == following
    assert led(scene) == [first]
    told = [mail.participant_id for mail in scene.mails("turn")]
    assert told.count(second) == 1
    assert len(told) == len(scene.mails("turn"))


def test_a_pause_leaves_the_turn_where_it_was(engine: Engine) -> None:
    scene = running(engine)
    circle = the_circle(scene)
    scene.through(day(1))
    meet(scene)
    before = lead(scene)
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), circle)
    scene.through(day(40))
    assert lead(scene) == before
    assert scene.count(Step, status="missed") == 0


def test_a_program_without_turns_has_no_lead(engine: Engine) -> None:
    program = circle_program()
    assert program.relationships.turns is not None
    scene = running(engine, turns=None)
    scene.through(day(1))
    meet(scene)
    (row,) = scene.rows(meetings.Relationship)
    assert row.lead_id is None
    assert led(scene) == [None]


def test_the_record_of_a_circle_says_who_led_when_and_whose_meeting_was_not_held(engine: Engine) -> None:
    scene = running(engine)
    circle = the_circle(scene)
    first, second, third, _ = seats(scene, circle)
    scene.through(day(16))
    meet(scene)
    scene.through(day(20))
    meet(scene, led_by=third)
    end_now(engine=scene.engine, turn=scene.turn(), reason="other", relationship=code("R", circle))
    (closure,) = scene.rows(Closure)
    told = [(one["participant"], one["held"]) for one in closure.record["turns"]]
    assert told == [(code("P", first), False), (code("P", second), True), (code("P", third), True)]
    assert f"| {code('P', first)} | 0 | 1 |" in closure.text
