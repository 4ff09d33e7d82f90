"""Waning contact is noticed rung by rung: reminded after 14 days, at risk after 21, closed after 28."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from tasks import meetings, timing
from tasks.models import Closure, Flag, Relationship
from tests.store.scenes import Scene, a_cohort, day, tandem


def quiet(engine: Engine, pairs: int = 1) -> Scene:
    """At work since day 7; the last contact was the answer on day 2."""
    return a_cohort(engine, pairs=pairs, program=tandem(unhurried)).at_work()


def unhurried(data: dict[str, Any]) -> None:
    data["phases"][0].update(overrun=None)


def still_there(scene: Scene) -> list[date]:
    return sorted({mail.not_before for mail in scene.mails("hello") if "silence" in mail.idempotency_key})


def test_silence_is_reminded_then_a_risk_then_the_end(engine: Engine) -> None:
    scene = quiet(engine)
    scene.through(day(15))
    assert still_there(scene) == []
    scene.through(day(22))
    assert still_there(scene) == [day(16)]
    assert scene.rows(Flag, kind="at_risk") == []
    scene.through(day(29))
    assert [(flag.raised_on, flag.cleared_on) for flag in scene.rows(Flag, kind="at_risk")] == [(day(23), None)]
    assert scene.relationship().status == "active"
    scene.through(day(30))
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.by, closure.closed_on) == ("no_contact", "program", day(30))


@pytest.mark.parametrize("contact", ["meeting", "answer", "tick"])
def test_any_contact_begins_the_ladder_anew(engine: Engine, contact: str) -> None:
    scene = quiet(engine)
    program = scene.base.plan.program
    scene.through(day(24))
    mine = scene.relationship().id
    member = scene.members(mine)["mentee"]
    if contact == "meeting":
        scene.meet(mine)
    elif contact == "answer":
        scene.send(scene.ask("begin.wish")) if scene.ask("begin.wish").status == "open" else scene.meet(mine)
    else:
        assert not program.phase("work").checklist
        scene.meet(mine)
        with pytest.raises(Exception, match="has 0 items"), scene.writing() as conn:
            meetings.tick(conn, scene.turn(), mine, member, 1)
    row = scene.relationship()
    assert (row.last_contact_on, row.silence_on, row.silence_rung) == (day(24), day(38), 0)
    assert [flag.cleared_on for flag in scene.rows(Flag, kind="at_risk")] == [day(24)]


def test_a_second_silence_climbs_the_ladder_again(engine: Engine) -> None:
    scene = quiet(engine)
    scene.through(day(24))
    scene.everybody_meets()
    scene.through(day(45))
    assert still_there(scene) == [day(16), day(38)]
    assert [flag.raised_on for flag in scene.rows(Flag, kind="at_risk")] == [day(23), day(45)]


def test_a_meeting_told_late_counts_from_the_day_it_was_held(engine: Engine) -> None:
    scene = quiet(engine)
    scene.through(day(15))
    scene.everybody_meets(held_on=day(10))
    assert (scene.relationship().last_contact_on, scene.relationship().silence_on) == (day(10), day(24))


def test_an_older_contact_does_not_shorten_the_ladder(engine: Engine) -> None:
    scene = quiet(engine)
    scene.through(day(12))
    scene.everybody_meets()
    scene.everybody_meets(held_on=day(9))
    assert (scene.relationship().last_contact_on, scene.relationship().silence_on) == (day(12), day(26))


def test_a_rung_comes_no_sooner_than_declared_after_the_one_before_however_late_that_was(engine: Engine) -> None:
    scene = quiet(engine)
    scene.on(day(26))  # ten days after the first rung was due
    assert still_there(scene) == [day(26)]
    scene.through(day(32))
    assert scene.rows(Flag, kind="at_risk") == []
    scene.through(day(39))
    assert [flag.raised_on for flag in scene.rows(Flag, kind="at_risk")] == [day(33)]
    assert scene.relationship().status == "active"
    scene.through(day(40))
    assert scene.relationship().status == "closed"


def test_nobody_is_called_silent_before_they_were_told_that_they_have_begun(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(unhurried)).agreed()
    scene.on(day(16))
    assert scene.relationship().status == "active"
    assert still_there(scene) == []
    scene.through(day(30))
    assert still_there(scene) == [day(30)]


def test_silence_during_a_pause_is_not_counted(engine: Engine) -> None:
    scene = quiet(engine)
    scene.through(day(12))
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), mine)
    scene.through(day(42))
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), mine)
    scene.through(day(45))
    assert still_there(scene) == []
    scene.through(day(46))
    assert still_there(scene) == [day(46)]


def test_the_ladder_is_climbed_by_each_relationship_alone(engine: Engine) -> None:
    scene = quiet(engine, pairs=3)
    scene.through(day(12))
    scene.meet(scene.relationship(2).id)
    scene.through(day(30))
    assert [scene.relationship(number).status for number in (1, 2, 3)] == ["closed", "active", "closed"]
    told = {mail.relationship_id for mail in scene.mails("hello", not_before=day(16))}
    assert told == {scene.relationship(number).id for number in (1, 3)}
    assert scene.count(Relationship) == 3
    assert scene.today - day(0) == timedelta(days=30)
