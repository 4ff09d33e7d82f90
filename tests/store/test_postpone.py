"""A due day moved by the operator: what follows moves with it, up to the close; what is done or past stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.dates import Span, Unit
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import StepStatus
from tasks import endings, timing
from tasks.models import History, Passage, Step
from tasks.postpone import Postponed, postpone
from tests.store.dumps import changed_tables, dump
from tests.store.scenes import Scene, a_cohort, day, tandem

AHEAD = ("ends_on", "latest_on", "expected_end_on", "notice_on")


def quiet(data: dict[str, Any]) -> None:
    """Nobody is closed for silence."""
    data["silence"] = []


def put(scene: Scene, milestone: str, to: date, number: int = 1) -> Postponed:
    mine = scene.relationship(number).id
    with scene.writing() as conn:
        return postpone(conn, scene.turn(), mine, milestone, to, "on leave")


def at_work(engine: Engine, pairs: int = 1) -> Scene:
    scene = a_cohort(engine, pairs=pairs, program=tandem(quiet)).at_work()
    scene.through(day(10))
    return scene


def dues(scene: Scene, number: int = 1) -> dict[str, date]:
    mine = scene.relationship(number)
    steps = scene.rows(Step, relationship_id=mine.id, visit=mine.visit)
    return {f"{row.key}.{row.occurrence}": row.due_on for row in steps if row.due_on}


def test_what_is_due_after_a_postponed_milestone_moves_by_as_many_days(engine: Engine) -> None:
    scene = at_work(engine, pairs=2)
    before, row, other = dues(scene), scene.relationship(1), dues(scene, 2)
    due_on = before["work.middle.0"]
    assert put(scene, "middle", due_on + timedelta(days=9)).days == 9
    after = dues(scene)
    late = {name for name, due in before.items() if due > due_on} | {"work.middle.0"}
    moved = {name for name, due in before.items() if after[name] == due + timedelta(days=9)}
    assert moved == late
    assert {"work.meeting.3", "work.middle.0"} <= late
    assert {name for name in before if after[name] == before[name]} == before.keys() - late
    assert [getattr(scene.relationship(1), name) - getattr(row, name) for name in AHEAD] == [timedelta(days=9)] * 4
    assert scene.relationship(1).planned_end_on == row.planned_end_on
    assert scene.rows(Passage, phase="work", relationship_id=row.id)[0].planned_until == row.latest_on + timedelta(9)
    assert dues(scene, 2) == other


def test_a_postponed_milestone_opens_later_and_the_relationship_closes_later(engine: Engine) -> None:
    scene = at_work(engine)
    opens_on = scene.step("work.middle").opens_on
    put(scene, "work.middle", scene.step("work.middle").due_on + timedelta(days=9))
    assert scene.step("work.middle").opens_on == opens_on + timedelta(days=9)
    scene.through(opens_on + timedelta(days=8))
    assert scene.asks("work.middle") == []
    scene.through(opens_on + timedelta(days=9))
    assert scene.ask("work.middle").due_on == scene.step("work.middle").due_on
    scene.through(day(58))
    assert (scene.relationship().phase, scene.relationship().entered_on) == ("close", day(58))
    scene.through(day(72))
    assert scene.relationship().closed_on == day(72)


def test_an_open_ask_is_due_and_brought_to_mind_by_the_new_day(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(quiet)).started()
    scene.through(day(6))
    assert [mail.not_before for mail in scene.mails("reminder", ask_id=scene.ask("begin.intro").id)] == [day(5)]
    put(scene, "intro", day(15))
    ask = scene.ask("begin.intro")
    assert ask.due_on == day(15)
    scene.through(day(17))
    assert [mail.not_before for mail in scene.mails("reminder", ask_id=ask.id)] == [day(5), day(13), day(16)]
    assert scene.send(ask).outcome == "taken"


def test_a_milestone_can_be_brought_forward_but_nothing_into_the_past(engine: Engine) -> None:
    scene = at_work(engine)
    row = scene.relationship()
    assert put(scene, "middle", day(10)).days < 0
    ahead = scene.rows(Step, relationship_id=row.id, visit=row.visit, status=StepStatus.PLANNED)
    assert min(step.opens_on for step in ahead if step.opens_on) >= day(10)
    assert scene.relationship().ends_on < row.ends_on
    scene.on(day(10))
    assert scene.ask("work.middle").opened_on == day(10)


def test_of_what_recurs_the_next_is_moved(engine: Engine) -> None:
    scene = at_work(engine)
    assert scene.step("work.meeting", occurrence=1).due_on == day(20)
    assert put(scene, "meeting", day(23)).days == 3
    windows = [scene.step("work.meeting", occurrence=number) for number in (1, 2, 3)]
    assert [one.due_on for one in windows] == [day(23), day(37), day(51)]
    assert [one.opens_on for one in windows] == [day(7), day(24), day(38)]


def test_postponing_twice_to_the_same_day_is_once(engine: Engine) -> None:
    scene = at_work(engine)
    put(scene, "middle", day(40))
    before = dump(scene.engine)
    assert put(scene, "middle", day(40)).days == 0
    assert list(changed_tables(before, dump(scene.engine))) == []


def test_the_history_says_what_was_moved_and_why(engine: Engine) -> None:
    scene = at_work(engine)
    due_on = scene.step("work.middle").due_on
    put(scene, "middle", day(40))
    told = [(row.noun, row.why) for row in scene.rows(History, event="postpone")]
    days = (day(40) - due_on).days
    assert told == [
        ("step", f"from {due_on} to {day(40)}: on leave"),
        ("relationship", f"work.middle to {day(40)}, and what follows by {days} days: on leave"),
    ]


def test_an_extension_keeps_what_was_postponed(engine: Engine) -> None:
    scene = at_work(engine)
    put(scene, "aims", day(35))
    due_on, end = scene.step("work.aims").due_on, scene.relationship().latest_on
    with scene.writing() as conn:
        timing.extend(conn, scene.turn(), scene.relationship().id, Span(2, Unit.WEEK))
    assert scene.step("work.aims").due_on == due_on
    assert scene.relationship().latest_on == end + timedelta(weeks=2)


def test_a_week_of_downtime_after_a_postponement_changes_no_day(engine: Engine) -> None:
    scene = at_work(engine)
    put(scene, "middle", day(45))
    scene.on(day(33))
    assert scene.step("work.middle").status == StepStatus.PLANNED
    scene.on(day(46))
    assert scene.relationship().phase == "work"


@pytest.mark.parametrize(
    ("milestone", "to", "why"),
    [
        ("middle", day(9), "is past; work.middle"),
        ("fit", day(30), "work.fit of .* has no day yet: it comes 2 days after first meeting"),
        ("reflection", day(90), "is in phase 'work'; only what is ahead in it can be moved, not close.reflection"),
        ("intro", day(90), "is in phase 'work'; only what is ahead in it can be moved, not begin.intro"),
        ("middle", day(20000), "more than 50 years"),
    ],
)
def test_what_has_no_day_ahead_cannot_be_moved(engine: Engine, milestone: str, to: date, why: str) -> None:
    scene = at_work(engine)
    with pytest.raises(MentorflowError, match=why):
        put(scene, milestone, to)


def test_what_was_reached_cannot_be_moved(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(quiet)).started()
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    with pytest.raises(
        MentorflowError, match=rf"begin.intro of {scene.code()} was reached on {day(2)}; its day is over"
    ):
        put(scene, "intro", day(9))


def test_an_unknown_milestone_cannot_be_moved(engine: Engine) -> None:
    scene = at_work(engine)
    with pytest.raises(NotFoundError, match="Ten weeks in tandem has no milestone 'midle'; it has "):
        put(scene, "midle", day(30))


def test_nothing_is_moved_in_a_paused_or_closed_relationship(engine: Engine) -> None:
    scene = at_work(engine)
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), scene.relationship().id)
    with pytest.raises(MentorflowError, match=f"{scene.code()} is paused.*; resume {scene.code()} first"):
        put(scene, "middle", day(40))
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other"))
    scene.on(day(11))
    with pytest.raises(MentorflowError, match=f"{scene.code()} is closed; middle cannot be moved"):
        put(scene, "middle", day(40))
