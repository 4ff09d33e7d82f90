"""Somebody leaves a circle: it goes on, joins another, goes on small, or ends; and nobody is told why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, event

from programs.codes import code
from programs.spec import Program
from programs.summary import summarise_cohort
from tasks import goals, meetings, timing
from tasks.cohort_facts import gather_cohort
from tasks.day import advance
from tasks.db import reading
from tasks.end_now import end_now
from tasks.models import Ask, Closure, Flag, Goal, Meeting, Member, Participant, Relationship
from tasks.scene import checklists
from tests.store.peers import circle_program, enrolled, lead, meet, running, seats, the_circle
from tests.store.scenes import Scene, a_cohort, day, tandem

MERGING: dict[str, Any] = {"size": {"at_least": 3, "at_most": 6}, "merge": True}


def leave(scene: Scene, *participants: int, reason: str = "other") -> int:
    return sum(end_now(scene.engine, scene.turn(), reason, participant=code("P", who)) for who in participants)


def merging(engine: Engine, people: int = 8, **more: Any) -> Scene:
    """Circles of four which may become six, with `merged` among the reasons."""
    data = circle_program(**(MERGING | more)).model_dump(mode="json", by_alias=True)
    data["closure"]["reasons"] = ["completed", "merged", "too_few", "other"]
    data["matching"]["seed"] = 1
    data["relationships"]["size"] = {"at_least": 3, "at_most": 4}
    scene = enrolled(engine, people, Program.model_validate(data))
    scene.agree()
    return scene


def roomy(scene: Scene) -> Scene:
    """The same cohort, under a plan whose circles may have six."""
    return with_size(scene, **MERGING["size"])


def with_size(scene: Scene, **size: int) -> Scene:
    """The same cohort, under a plan with circles of another size, on its first day."""
    data = scene.base.plan.program.model_dump(mode="json", by_alias=True)
    data["relationships"]["size"] = size
    plan = replace(scene.base.plan, program=Program.model_validate(data))
    scene.base = replace(scene.base, plan=plan)
    scene.on(plan.starts_on)
    return scene


def test_a_circle_goes_on_without_a_member_and_their_turn_is_passed_over(engine: Engine) -> None:
    scene = running(engine)
    circle = the_circle(scene)
    first, second, third, fourth = seats(scene, circle)
    scene.through(day(1))
    meet(scene)
    assert leave(scene, second) == 0
    assert scene.statuses(Relationship) == ["active"]
    assert seats(scene, circle) == [first, third, fourth]
    assert lead(scene) == third
    assert leave(scene, second) == 0
    assert len(scene.mails("member_left")) == 3


def test_those_who_stay_are_told_without_a_reason_and_who_left_hears_nothing_more(engine: Engine) -> None:
    scene = running(engine)
    gone, *others = seats(scene, the_circle(scene))
    leave(scene, gone, reason="conduct")
    told = scene.mails("member_left")
    assert sorted(mail.participant_id for mail in told) == sorted(others)
    body = scene.base.plan.program.messages["member_left"].body
    assert "reason" not in body
    assert "closure." not in body
    scene.through(day(25))
    later = [mail for mail in scene.mails() if mail.participant_id == gone and mail.not_before > day(0)]
    assert later == []


def test_what_the_others_answered_is_enough_once_the_one_who_did_not_has_left(engine: Engine) -> None:
    scene = running(engine)
    circle = the_circle(scene)
    scene.through(day(21))
    asks = scene.asks("rotate.half")
    assert len(asks) == 4
    for ask in asks[1:]:
        scene.send(ask)
    assert scene.step("rotate.half", circle).status == "open"
    leave(scene, asks[0].participant_id)
    assert scene.step("rotate.half", circle).status == "reached"
    assert [row.status for row in scene.rows(Ask, id=asks[0].id)] == ["withdrawn"]


def test_a_circle_that_has_become_too_small_is_flagged_once_and_goes_on(engine: Engine) -> None:
    scene = running(engine)
    one, other, *_ = seats(scene, the_circle(scene))
    leave(scene, one)
    assert scene.rows(Flag, kind="too_small") == []
    leave(scene, other)
    (flag,) = scene.rows(Flag, kind="too_small")
    assert (flag.subject, flag.cleared_on) == (f"R{the_circle(scene)}", None)
    assert scene.statuses(Relationship) == ["active"]


def test_a_circle_of_one_ends_without_fault(engine: Engine) -> None:
    scene = running(engine)
    *leaving, last = seats(scene, the_circle(scene))
    assert leave(scene, *leaving) == 1
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.planned) == ("other", False)
    assert last in [mail.participant_id for mail in scene.mails("closed")]
    assert scene.rows(Flag, kind="too_small")[0].cleared_on is not None


def test_a_small_circle_joins_one_with_room_and_says_which(engine: Engine) -> None:
    scene = roomy(merging(engine))
    small, host = (row.id for row in scene.rows(Relationship))
    before = seats(scene, host)
    one, other, *movers = seats(scene, small)
    scene.through(day(1))
    assert leave(scene, one, other) == 1
    assert seats(scene, host) == before + movers
    (closure,) = scene.rows(Closure)
    assert (closure.relationship_id, closure.reason, closure.note) == (small, "merged", f"joined {code('R', host)}")
    assert code("R", host) in closure.text
    assert scene.mails("closed") == []
    assert sorted(mail.participant_id for mail in scene.mails("circles_joined")) == sorted(before + movers)
    assert lead(scene, host) == before[0]
    assert [row for row in scene.rows(Flag, kind="too_small") if row.cleared_on is None] == []


def test_what_members_want_to_reach_goes_along_with_them_and_what_the_circle_wanted_is_given_up(engine: Engine) -> None:
    scene = roomy(merging(engine))
    small, host = (row.id for row in scene.rows(Relationship))
    one, other, mover, reached = seats(scene, small)
    with scene.writing() as conn:
        wanted = {"relationship_id": small, "term": "long"}
        mine = [
            wanted | {"participant_id": who, "key": "aim", "of": "member", "text": f"Aim of {who}"}
            for who in (one, mover, reached)
        ]
        ours = wanted | {"participant_id": mover, "key": "common", "of": "relationship", "text": "A book together"}
        goals.set_goals(conn, scene.turn(), [*mine, ours])
        goals.update_goals(conn, scene.turn(), [mine[1] | {"progress": 40}, mine[2] | {"progress": 100}])
    scene.through(day(1))
    assert leave(scene, one, other) == 1
    found = {(row.relationship_id, row.participant_id, row.key): (row.status, row.progress) for row in scene.rows(Goal)}
    assert found[host, mover, "aim"] == ("open", 40)
    assert found[small, reached, "aim"] == ("reached", 100)
    assert found[small, mover, "common"][0] == "dropped"
    assert found[small, one, "aim"][0] == "not_reached"  # they left, and nobody knows
    assert len(found) == 4
    with scene.writing() as conn:
        goals.update_goals(conn, scene.turn(), [mine[1] | {"relationship_id": host, "progress": 100}])
    assert [row.status for row in scene.rows(Goal, relationship_id=host)] == ["reached"]


def test_newcomers_are_asked_what_is_open_and_lead_before_anybody_leads_again(engine: Engine) -> None:
    scene = roomy(merging(engine))
    small, host = (row.id for row in scene.rows(Relationship))
    scene.through(day(21))
    for ask in scene.asks("rotate.half", relationship_id=host)[:3]:
        scene.send(ask)
    one, other, *movers = seats(scene, small)
    leave(scene, one, other)
    open_ = scene.asks("rotate.half", relationship_id=host, status="open")
    assert {ask.participant_id for ask in open_} >= set(movers)
    scene.everybody_answers("rotate.half")
    assert scene.step("rotate.half", host).status == "reached"
    for count in range(22, 28):
        scene.through(day(count))
        meet(scene)
    assert {row.led_by for row in scene.rows(Meeting)} >= set(movers)


def test_who_moved_or_left_stands_in_one_line_of_the_cohort_record(engine: Engine) -> None:
    scene = roomy(merging(engine))
    small, host = (row.id for row in scene.rows(Relationship))
    one, other, *movers = seats(scene, small)
    scene.through(day(1))
    moved_on = scene.today
    leave(scene, one, other)
    while scene.today < day(100):
        scene.everybody_answers()
        scene.on(scene.today + (day(7) - day(0)))
    with reading(scene.engine) as conn:
        record = summarise_cohort(gather_cohort(conn, scene.turn())).data
    lines = {(line["line"], line["reason"]): line["total"] for line in record["people"]}
    assert lines == {("completed", None): 6, ("closed_early", "other"): 2}
    assert scene.count(Member, relationship_id=host) == 4 + len(movers)
    (closure,) = scene.rows(Closure, relationship_id=host)
    joined = {member["id"] for member in closure.record["members"] if member["accepted_on"] == moved_on.isoformat()}
    assert joined == {code("P", who) for who in movers}
    assert closure.text.count(f"| {moved_on} |") == len(movers) > 0, (
        "the record says who came from another circle, and when"
    )


def test_a_circle_that_is_full_takes_nobody(engine: Engine) -> None:
    scene = merging(engine)
    scene.on(scene.base.plan.starts_on)
    small, _ = (row.id for row in scene.rows(Relationship))
    leave(scene, *seats(scene, small)[:2])
    assert scene.statuses(Relationship) == ["active", "active"]
    assert len(scene.rows(Flag, kind="too_small")) == 1


def test_a_small_circle_joins_as_soon_as_another_has_room(engine: Engine) -> None:
    scene = with_size(merging(engine), at_least=3, at_most=5)
    small, host = (row.id for row in scene.rows(Relationship))
    leave(scene, *seats(scene, small)[:2])
    scene.through(day(3))
    assert scene.statuses(Relationship) == ["active", "active"]
    before = seats(scene, small)
    assert leave(scene, seats(scene, host)[0]) == 0
    assert scene.statuses(Relationship) == ["active", "active"]
    scene.through(day(4))
    (closure,) = scene.rows(Closure)
    assert (closure.relationship_id, closure.reason, closure.closed_on) == (small, "merged", day(4))
    assert (len(seats(scene, host)), seats(scene, host)[-2:]) == (5, before)
    assert [flag for flag in scene.rows(Flag, kind="too_small") if flag.cleared_on is None] == []
    assert scene.on(day(4)) == []


def test_a_small_circle_joins_once_the_pause_of_the_other_is_over(engine: Engine) -> None:
    scene = roomy(merging(engine))
    small, host = (row.id for row in scene.rows(Relationship))
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), host)
    leave(scene, *seats(scene, small)[:2])
    scene.through(day(8))
    assert scene.statuses(Relationship) == ["active", "paused"]
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), host)
    scene.through(day(9))
    assert scene.statuses(Relationship) == ["active", "closed"]
    assert len(seats(scene, host)) == 6


def test_two_small_circles_are_one_that_is_large_enough(engine: Engine) -> None:
    scene = with_size(merging(engine), at_least=3, at_most=5)
    small, other = (row.id for row in scene.rows(Relationship))
    leave(scene, *seats(scene, small)[:2])
    assert leave(scene, *seats(scene, other)[:1]) == 0
    assert leave(scene, *seats(scene, other)[:1]) == 1
    assert len(seats(scene, small)) == 4
    assert [flag for flag in scene.rows(Flag, kind="too_small") if flag.cleared_on is None] == []


def test_a_quiet_day_looks_at_no_circle(engine: Engine) -> None:
    scene = with_size(merging(engine), at_least=3, at_most=4)
    small, host = (row.id for row in scene.rows(Relationship))
    leave(scene, *seats(scene, small)[:2])
    scene.through(day(3))
    with statements(scene.engine) as asked:
        assert scene.on(day(4)) == []
        assert not [one for one in asked if "HAVING count" in one]
        leave(scene, seats(scene, host)[0])
        scene.on(day(5))
        assert [one for one in asked if "HAVING count" in one]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Everything that the database is asked in the meantime."""
    asked: list[str] = []

    def note(*seen: Any) -> None:
        asked.append(seen[2])

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_who_has_left_a_circle_has_no_checklist_to_tick_and_the_others_do(engine: Engine) -> None:
    data = circle_program().model_dump(mode="json", by_alias=True)
    data["phases"][0]["checklist"] = {"member": ["Bring a matter", "Lead a meeting"]}
    scene = enrolled(engine, 4, Program.model_validate(data))
    scene.agree()
    scene.on(scene.base.plan.starts_on)
    circle = the_circle(scene)
    gone, *others = seats(scene, circle)
    leave(scene, gone)
    with scene.writing() as conn:
        lists = checklists(conn, scene.turn(), [circle])
        assert meetings.tick_all(conn, scene.turn(), lists) == 6
    assert [one.participant_id for one in lists] == others


def test_a_pair_ends_when_one_of_the_two_leaves_and_a_group_goes_on_without_a_mentee(engine: Engine) -> None:
    size = {"at_least": 2, "at_most": 3}
    program = tandem(lambda data: data["relationships"].update(shape="group", size=size))
    scene = a_cohort(engine, pairs=3, mentors=1, program=program)
    scene.agree()
    scene.on(scene.base.plan.starts_on)
    assert leave(scene, scene.mentees[0]) == 0
    assert scene.statuses(Relationship) == ["active"]
    assert leave(scene, scene.mentors[0]) == 1
    assert scene.rows(Participant, id=scene.mentees[0])[0].status == "withdrawn"
    advance(scene.engine, scene.turn())
    assert scene.statuses(Relationship, status="active") == []
