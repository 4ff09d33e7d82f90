"""Days that people name in their answers: what is asked on them, and phases that last until them; asked earlier or later, and corrected."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.dates import Span, Unit
from programs.lifecycle import StepStatus
from programs.spec import Program
from tasks import timing
from tasks.day import advance
from tasks.models import Ask, History, Passage, Relationship, Step
from tests.store.copies import a_copy
from tests.store.dumps import changed_tables, dump
from tests.store.preparing import begun, considered
from tests.store.scenes import Scene, a_cohort, day, milestone, tandem

CHECKPOINT = {"form": "review", "roles": ["mentee"], "due": "in 5 days", "remind": ["1 day before"]}


def named(**of_work: Any) -> Program:
    """A checkpoint on the day that both agree on at first, another thing before it, and work that may last as long as they say."""

    def change(data: dict[str, Any]) -> None:
        dates = [{"id": one, "ask": "When?", "type": "date"} for one in ("look_back", "needed_until")]
        data["forms"]["intro"]["questions"] += dates
        data["forms"]["review"] = {"questions": [{"id": "well", "ask": "Does it go well?", "type": "scale"}]}
        data["silence"] = []
        work = data["phases"][1]
        work["milestones"] += [
            {"id": "checkpoint", "at": "on intro.look_back", "ask": CHECKPOINT},
            {"id": "word", "at": "3 days before intro.look_back", "tell": {"roles": ["mentor"], "message": "hello"}},
            {"id": "later", "at": "2 weeks after intro", "tell": {"roles": ["mentor"], "message": "hello"}},
        ]
        work.update(of_work)

    return tandem(change)


LONG = {"lasts": {"until": "intro.needed_until", "at_least": "4 weeks", "at_most": "12 weeks"}}


def at_work(scene: Scene, look_back: int | None = 20, needed_until: int | None = None) -> Scene:
    """Both answer on day 2, the mentor a week earlier than the mentee, and go to work on day 7."""
    scene.started()
    scene.through(day(2))
    answer(scene, "mentee", look_back=look_back, needed_until=needed_until)
    answer(scene, "mentor", look_back=look_back and look_back - 7, needed_until=needed_until and needed_until - 7)
    scene.through(day(7))
    assert scene.relationship().phase == "work"
    return scene


def answer(scene: Scene, role: str, **days: int | None) -> None:
    said: dict[str, Any] = {name: None if count is None else day(count).isoformat() for name, count in days.items()}
    assert scene.send(scene.ask("begin.intro", role), **said).outcome == "taken"


def opens(scene: Scene, name: str) -> date | None:
    return scene.step(f"work.{name}").opens_on  # type: ignore[no-any-return]


def ends(scene: Scene) -> tuple[date, date, date]:
    row = scene.relationship()
    return row.ends_on, row.latest_on, row.expected_end_on


def test_a_day_named_in_an_earlier_phase_is_known_on_entering_and_the_latest_counts(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()))
    assert (opens(scene, "checkpoint"), opens(scene, "word")) == (day(20), day(17))
    scene.through(day(20))
    assert scene.ask("work.checkpoint").due_on == day(25)
    assert scene.step("work.word").status == StepStatus.REACHED


def test_what_follows_a_milestone_of_an_earlier_phase_is_dated_from_the_day_it_was_reached(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()))
    assert opens(scene, "later") == day(16)


def test_a_step_waits_until_a_day_is_named(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()), look_back=None)
    scene.through(day(9))
    assert opens(scene, "checkpoint") is None
    answer(scene, "mentor", look_back=14)
    assert (opens(scene, "checkpoint"), opens(scene, "word")) == (day(14), day(11))
    scene.through(day(14))
    assert scene.count(Ask, key="work.checkpoint") == 1


def test_a_corrected_answer_moves_what_has_not_opened_yet(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()))
    scene.through(day(17))
    answer(scene, "mentee", look_back=30)
    assert (opens(scene, "checkpoint"), opens(scene, "word")) == (day(30), day(17))
    scene.through(day(31))
    answer(scene, "mentee", look_back=40)
    assert opens(scene, "checkpoint") == day(30)
    assert scene.mails("hello", subject_key="work.word")[0].not_before == day(17)


def test_a_day_that_is_taken_back_leaves_the_step_waiting_as_before_and_history_says_so(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()))
    scene.through(day(10))
    answer(scene, "mentee", look_back=None)
    assert (opens(scene, "checkpoint"), opens(scene, "word")) == (day(13), day(10))  # the mentor still says day 13
    answer(scene, "mentor", look_back=None)
    waiting = [scene.step(f"work.{name}") for name in ("checkpoint", "word")]
    assert {(one.status, one.opens_on, one.due_on, one.closes_on) for one in waiting} == {("planned", None, None, None)}
    why = [row.why for row in scene.rows(History, noun="relationship", event="redate")]
    assert why == [
        f"work.{name} waits for a day, as none is named in intro any more" for name in ("checkpoint", "word")
    ]
    scene.through(day(20))
    assert scene.asks("work.checkpoint") == []
    answer(scene, "mentee", look_back=25)
    assert opens(scene, "checkpoint") == day(25)


def test_a_day_that_is_taken_back_after_the_step_has_opened_changes_nothing_of_it(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()))
    scene.through(day(20))
    for role in ("mentee", "mentor"):
        answer(scene, role, look_back=None)
    assert (opens(scene, "checkpoint"), scene.ask("work.checkpoint").due_on) == (day(20), day(25))
    assert scene.rows(History, event="redate") == []


def test_an_end_that_is_taken_back_gives_the_phase_its_longest_again(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=60)
    for role in ("mentor", "mentee"):
        answer(scene, role, look_back=20, needed_until=None)
    assert ends(scene) == (day(7 + 84), day(7 + 84), day(7 + 84 + 14))
    why = [row.why for row in scene.rows(History, noun="relationship", event="redate")]
    assert why == [f"work lasts until {day(7 + 84)}, as no day is named any more in intro"]


def test_a_correction_of_something_else_moves_nothing(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=60)
    scene.through(day(10))
    with scene.writing() as conn:
        timing.extend(conn, scene.turn(), scene.relationship().id, Span(1, Unit.WEEK))
    before = ends(scene), opens(scene, "checkpoint")
    mentee: dict[str, Any] = {
        "look_back": day(20).isoformat(),
        "needed_until": day(60).isoformat(),
        "about": "something else",
    }
    assert scene.send(scene.ask("begin.intro"), **mentee).outcome == "taken"
    assert (ends(scene), opens(scene, "checkpoint")) == before


@pytest.mark.parametrize(("look_back", "day_of_it"), [(3, 7), (200, 48)])
def test_a_day_outside_the_phase_is_moved_inside(engine: Engine, look_back: int, day_of_it: int) -> None:
    scene = at_work(a_cohort(engine, program=named()), look_back=look_back)
    assert opens(scene, "checkpoint") == day(day_of_it)


def test_a_day_that_is_past_when_it_is_named_opens_at_once(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()), look_back=None)
    scene.through(day(20))
    answer(scene, "mentee", look_back=9)
    scene.on(day(20))
    ask = scene.ask("work.checkpoint")
    assert (ask.opened_on, ask.due_on) == (day(20), day(25))


def test_an_extension_gives_room_to_a_day_beyond_the_end(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named()), look_back=55)
    assert opens(scene, "checkpoint") == day(48)
    with scene.writing() as conn:
        timing.extend(conn, scene.turn(), scene.relationship().id, Span(3, Unit.WEEK))
    assert (opens(scene, "checkpoint"), opens(scene, "word")) == (day(55), day(52))


def test_a_pause_moves_a_named_day_and_a_named_end(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=60)
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), scene.relationship().id)
    scene.through(day(12))
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), scene.relationship().id)
    assert opens(scene, "checkpoint") == day(25)
    assert ends(scene) == (day(66), day(66), day(80))
    assert scene.rows(Passage, phase="work")[0].planned_until == day(66)


def test_a_day_that_is_named_during_a_pause_counts_as_it_was_named(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), look_back=None)
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), scene.relationship().id)
    scene.through(day(12))
    answer(scene, "mentee", look_back=30, needed_until=70)
    scene.through(day(17))
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), scene.relationship().id)
    assert opens(scene, "checkpoint") == day(30)
    assert ends(scene) == (day(71), day(71), day(85))


def test_a_phase_lasts_until_the_day_that_was_named(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=60)
    assert ends(scene) == (day(61), day(61), day(75))
    assert scene.rows(Passage, phase="work")[0].planned_until == day(61)
    scene.through(day(60))
    assert scene.relationship().phase == "work"
    scene.through(day(61))
    assert (scene.relationship().phase, scene.relationship().entered_on) == ("close", day(61))


@pytest.mark.parametrize(("needed_until", "ended_on"), [(10, 7 + 28), (300, 7 + 84), (None, 7 + 84)])
def test_a_named_end_keeps_to_the_two_lengths(engine: Engine, needed_until: int | None, ended_on: int) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=needed_until)
    assert ends(scene) == (day(ended_on), day(ended_on), day(ended_on + 14))


def test_the_expected_end_is_known_as_soon_as_the_day_is(engine: Engine) -> None:
    scene = a_cohort(engine, program=named(**LONG)).started()
    assert scene.relationship().expected_end_on == day(14 + 84 + 14)
    scene.through(day(2))
    answer(scene, "mentee", look_back=20, needed_until=60)
    row = scene.relationship()
    assert (row.expected_end_on, row.notice_on) == (day(75), day(68))
    assert row.planned_end_on == day(14 + 84 + 14)


def test_a_corrected_end_moves_the_phase_what_is_in_it_and_the_closing(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=60)
    middle = opens(scene, "middle")
    scene.through(day(20))
    answer(scene, "mentee", look_back=20, needed_until=80)
    assert ends(scene) == (day(81), day(81), day(95))
    assert middle
    assert opens(scene, "middle") == middle + (day(10) - day(0))
    assert scene.rows(Passage, phase="work")[0].planned_until == day(81)
    why = [row.why for row in scene.rows(History, noun="relationship", event="redate")]
    assert why == [f"work lasts until {day(81)}, as answered in intro"]
    answer(scene, "mentee", look_back=20, needed_until=41)
    meetings = [row.opens_on for row in scene.rows(Step, key="work.meeting")]
    assert ends(scene)[1] == day(54)  # the mentor still says day 53
    assert max(meetings) < day(54)
    scene.through(day(54))
    assert scene.relationship().phase == "close"


def test_an_end_that_is_past_when_it_is_named_is_today(engine: Engine) -> None:
    scene = at_work(a_cohort(engine, program=named(**LONG)), needed_until=None)
    scene.through(day(50))
    answer(scene, "mentee", look_back=20, needed_until=40)
    assert ends(scene) == (day(50), day(50), day(64))
    scene.on(day(50))
    assert scene.relationship().entered_on == day(50)


def test_each_relationship_keeps_to_its_own_day(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, program=named(**LONG)).started()
    scene.through(day(2))
    for number, until in ((1, 45), (2, 70), (3, 45)):
        for role in ("mentee", "mentor"):
            said: dict[str, Any] = {"look_back": day(until - 10).isoformat(), "needed_until": day(until).isoformat()}
            scene.send(scene.ask("begin.intro", role, number), **said)
    scene.through(day(7))
    assert [scene.relationship(number).ends_on for number in (1, 2, 3)] == [day(46), day(71), day(46)]
    mine = [scene.step("work.checkpoint", scene.relationship(number).id).opens_on for number in (1, 2, 3)]
    assert mine == [day(35), day(60), day(35)]


def test_a_week_of_downtime_changes_no_named_day_and_a_second_run_nothing(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=named(**LONG)).started()
    scene.through(day(3))
    for number, until in ((1, 45), (2, 70)):
        for role in ("mentee", "mentor"):
            said: dict[str, Any] = {"look_back": day(12).isoformat(), "needed_until": day(until).isoformat()}
            scene.send(scene.ask("begin.intro", role, number), **said)
    columns = ("phase", "entered_on", "ends_on", "latest_on", "expected_end_on", "notice_on")
    found = []
    for daily in (True, False):
        with a_copy(scene.engine) as copy:
            other = Scene(copy, scene.base, scene.today, scene.mentees, scene.mentors)
            other.through(day(11)) if daily else other.on(day(11))
            rows = [tuple(getattr(row, name) for name in columns) for row in other.rows(Relationship)]
            found.append((rows, opens(other, "checkpoint"), opens(other, "word"), opens(other, "later")))
            before = dump(other.engine)
            assert advance(other.engine, other.turn()) == []
            assert list(changed_tables(before, dump(other.engine))) == []
    assert found[0] == found[1]


def test_the_notice_of_the_end_waits_while_a_phase_takes_too_long(engine: Engine) -> None:
    """The last phase is shorter than the notice, so that the day of the notice comes while work is still waited for."""

    def late(data: dict[str, Any]) -> None:
        data["phases"][1]["until"] = "required milestones reached"
        milestone(data, "middle")["required"] = True
        milestone(data, "middle")["ask"].pop("expires")
        data["silence"] = []

    scene = a_cohort(engine, program=tandem(late)).at_work()
    assert scene.relationship().notice_on == day(56)
    scene.through(day(60))
    assert (scene.relationship().phase, scene.mails("closing_notice")) == ("work", [])
    scene.send(scene.ask("work.middle"))
    scene.through(day(67))
    assert scene.relationship().expected_end_on == day(74)
    assert {mail.not_before for mail in scene.mails("closing_notice")} == {day(67)}


def asked_alone(data: dict[str, Any]) -> None:
    """Mentees say before they are matched until when they need somebody."""
    data["forms"]["aims"]["questions"].append({"id": "needed_until", "ask": "Until when?", "type": "date"})
    data["silence"] = []
    work = data["phases"][3]
    work["lasts"] = {"until": "purpose.needed_until", "at_least": "4 weeks", "at_most": "12 weeks"}
    tell = {"roles": ["mentor"], "message": "hello"}
    work["milestones"].append({"id": "word", "at": "1 week before purpose.needed_until", "tell": tell})
    work["milestones"].append({"id": "decided", "at": "after decision", "tell": tell})


def test_a_day_that_a_member_named_alone_counts_for_the_relationship(engine: Engine) -> None:
    scene = begun(a_cohort(engine, pairs=2, program=considered(asked_alone)))
    row = scene.relationship()
    assert (row.planned_end_on, row.expected_end_on) == (day(62 + 14), day(62 + 14))  # all said 1 May, which is day 61
    (asked,) = scene.asks("aims.purpose", participant_id=scene.mentees[0])
    assert scene.send(asked, needed_until=day(50).isoformat()).outcome == "taken"
    assert (scene.relationship(1).expected_end_on, scene.relationship(2).expected_end_on) == (day(65), day(76))
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(7))
    assert [scene.relationship(number).latest_on for number in (1, 2)] == [day(51), day(62)]
    assert [scene.step("work.word", scene.relationship(one).id).opens_on for one in (1, 2)] == [day(43), day(54)]
    assert scene.step("work.decided").opened_on == day(7)
