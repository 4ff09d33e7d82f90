"""A program that moves what falls on a weekend does so in everything that it plans, and its phases do not grow by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from programs.lifecycle import StepStatus
from tasks import endings, meetings, timing
from tasks.meetings import Held
from tasks.models import Closure, History, Message, Passage
from tests.store.scenes import Scene, a_cohort, day, tandem

SATURDAY, MONDAY = 5, 7
"""Days after the first Monday."""


def begun_on_a_saturday(engine: Engine, rule: str = "next working day") -> Scene:
    scene = a_cohort(engine, program=tandem(lambda data: data.update(weekend=rule)), starts_on=day(SATURDAY))
    scene.agreed()
    return scene


def lived(scene: Scene, last: int) -> dict[str, int]:
    """Day by day: the phases, and the first day after the first Monday on which a relationship was seen in each."""
    seen: dict[str, int] = {}
    for count in range((scene.today - day(0)).days + 1, last + 1):
        done = scene.on(day(count))
        if day(count).weekday() >= 5:
            assert done == []
        else:
            scene.everybody_answers()
            scene.on(day(count))  # what follows from the answers
        row = scene.relationship()
        if row.phase is not None:
            seen.setdefault("closed" if row.status == "closed" else row.phase, count)
    return seen


def test_phases_begin_on_working_days_and_keep_their_lengths(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    seen = lived(scene, MONDAY + 70)
    assert seen == {
        "begin": MONDAY,
        "work": MONDAY + 7,
        "close": MONDAY + 7 + 42,
        "closed": MONDAY + 7 + 42 + 14,
    }
    passages = [(row.entered_on, row.left_on) for row in scene.rows(Passage)]
    assert passages[0][0] == day(SATURDAY)
    assert [left for _, left in passages] == [day(SATURDAY + 7), day(SATURDAY + 49), day(SATURDAY + 63)]
    assert scene.relationship().closed_on == day(MONDAY + 63)


def test_nobody_is_written_to_on_a_weekend_unless_something_happened_on_it(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    lived(scene, MONDAY + 70)
    days = {mail.not_before for mail in scene.rows(Message) if mail.not_before >= day(SATURDAY)}
    assert len(days) >= 8
    assert [one for one in days if one.weekday() >= 5] == []


@pytest.mark.parametrize("held", [0, 1, 2], ids=["Friday", "Saturday", "Sunday"])
def test_a_meeting_on_the_weekend_after_the_due_day_still_counts(held: int, engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    lived(scene, MONDAY + 7)
    due = scene.step("work.meeting", occurrence=1).due_on
    assert due.weekday() == 4
    scene.through(due + timedelta(days=2))
    with scene.writing() as conn:
        meetings.log_meetings(conn, scene.turn(), [Held(scene.relationship().id, due + timedelta(days=held), 45)])
    scene.on(due + timedelta(days=3))
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.REACHED


def test_what_was_expected_is_missed_after_the_weekend(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    lived(scene, MONDAY + 7)
    due = scene.step("work.meeting", occurrence=1).due_on
    scene.through(due + timedelta(days=2))
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.OPEN
    scene.on(due + timedelta(days=3))
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.MISSED


def test_nothing_becomes_due_on_a_weekend_by_a_pause(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    scene.through(day(MONDAY + 3))
    asked = scene.asks("begin.intro")[0]
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), scene.relationship().id)
    wanted = next(days for days in range(1, 8) if (asked.due_on + timedelta(days=days)).weekday() == 5)
    scene.through(scene.today + timedelta(days=wanted))
    with scene.writing() as conn:
        assert timing.resume(conn, scene.turn(), scene.relationship().id) == wanted
    (due,) = {ask.due_on for ask in scene.asks("begin.intro")}
    assert (due, scene.step("begin.intro").due_on) == (asked.due_on + timedelta(days=wanted + 2),) * 2


def test_the_previous_working_day_comes_before_the_weekend(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine, "previous working day")
    seen = lived(scene, MONDAY + 70)
    assert (seen["begin"], seen["work"], seen["close"]) == (SATURDAY - 1, SATURDAY + 7 - 1, SATURDAY + 49 - 1)
    assert scene.relationship().closed_on == day(SATURDAY + 63 - 1)


@pytest.mark.parametrize("rule", ["next working day", "previous working day"])
def test_the_record_tells_the_days_that_people_have_lived(engine: Engine, rule: str) -> None:
    scene = begun_on_a_saturday(engine, rule)
    seen = lived(scene, MONDAY + 70)
    (closure,) = scene.rows(Closure)
    phases = closure.record["phases"]
    assert [one["entered_on"] for one in phases] == [day(seen[one["id"]]).isoformat() for one in phases]
    assert [one["left_on"] for one in phases] == [day(seen[one]).isoformat() for one in ("work", "close", "closed")]
    dates = closure.record["dates"]
    assert (dates["started_on"], dates["closed_on"]) == (phases[0]["entered_on"], phases[-1]["left_on"])
    assert dates["days"] == sum(one["days"] for one in phases)
    left = [row.why for row in scene.rows(History, noun="relationship", event="leave")]
    assert [f" on {one['left_on']}:" in why for one, why in zip(phases, left, strict=True)] == [True] * 3


def test_a_relationship_that_ends_before_its_weekend_is_over_has_not_lived_beyond_its_end(engine: Engine) -> None:
    scene = begun_on_a_saturday(engine)
    scene.through(day(MONDAY))
    with scene.writing() as conn:
        endings.close(conn, scene.turn(), endings.request(conn, scene.turn(), None, endings.Ending("other")))
    (closure,) = scene.rows(Closure)
    (phase,) = closure.record["phases"]
    assert phase["entered_on"] == phase["left_on"] == closure.record["dates"]["closed_on"] == day(MONDAY).isoformat()
