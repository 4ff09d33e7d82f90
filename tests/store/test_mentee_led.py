"""Programs in which the mentees lead: each asks the best mentor in turn, one after the other, until somebody says yes or help is needed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from programs.lifecycle import AskStatus
from programs.spec import Program
from tasks import asking, attention, seekers
from tasks.models import Closure, Flag, Member, Participant, Relationship
from tests.store.preparing import considered
from tests.store.scenes import Scene, a_cohort, day, tandem


def led(**matching: Any) -> Program:
    """Mentees ask, mentors answer, nobody else decides."""

    def change(data: dict[str, Any]) -> None:
        data["matching"] |= {
            "objective": "mentee_led", "approval": "none", "consent": ["mentee", "mentor"], "expires": "5 days", **matching,
        }  # fmt: skip

    return tandem(change)


def asked(scene: Scene) -> dict[int, int]:
    """Mentee → mentor, counted from 1, of what is on its way now."""
    return scene.partners()


def choose(scene: Scene, role: str, yes: bool = True, **more: Any) -> None:
    """Everybody in the role who is asked answers; what follows is done."""
    for ask in scene.asks(f"consent.{role}", status=AskStatus.OPEN):
        scene.send(ask, {"accept": yes, **more})
    scene.on(scene.today)


def test_the_mentee_decides_to_ask_before_the_mentor_hears_of_it(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=led())
    scene.propose()
    assert {ask.role for ask in scene.asks()} == {"mentee"}
    choose(scene, "mentee")
    assert {ask.role for ask in scene.asks(status=AskStatus.OPEN)} == {"mentor"}
    choose(scene, "mentor")
    assert scene.statuses(Relationship) == ["agreed", "agreed"]


def test_each_mentee_is_shown_their_own_best_and_on_a_no_the_next_never_the_same_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=led())
    scene.propose()
    seen = []
    for _ in range(3):
        seen.append(asked(scene)[1])
        choose(scene, "mentee")
        choose(scene, "mentor", yes=False, why="no_time")
    assert seen[0] == 1
    assert sorted(seen) == [1, 2, 3]
    assert asked(scene) == {}
    (left,) = scene.rows(Participant, Participant.unmatched.is_not(None))
    assert left.id == scene.mentees[0]


def test_a_mentor_gets_one_ask_at_a_time_and_the_others_wait_their_turn(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=1, capacity=2, program=led())
    scene.propose()
    (first,) = asked(scene)
    choose(scene, "mentee")
    choose(scene, "mentor", yes=False)
    (second,) = asked(scene)
    assert second != first
    choose(scene, "mentee")
    choose(scene, "mentor")
    choose(scene, "mentee")
    choose(scene, "mentor")
    assert sorted(scene.statuses(Relationship)) == ["agreed", "agreed", "declined"]


def test_whom_a_mentor_goes_on_with_in_a_new_cycle_takes_one_place_not_two(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1, capacity=2, program=led(open_asks=1))
    scene.propose()
    choose(scene, "mentee")
    choose(scene, "mentor")
    (first,) = scene.rows(Relationship, status="agreed")
    carried_on_by_another(scene, first)
    with scene.writing() as conn:
        room = asking.with_room(conn, scene.turn(), seekers.mentors(conn, scene.turn()))
    assert [who.capacity for who in room] == [1]


def carried_on_by_another(scene: Scene, row: Any) -> None:
    """The relationship has come to its planned end, and another carries it on; nobody else is on the way."""
    columns = {name: value for name, value in row._mapping.items() if name not in ("id", "previous_id", "status")}
    closure = {
        "relationship_id": row.id, "reason": "completed", "planned": True, "rematch": False, "closed_on": scene.today,
        "closed_at": scene.turn().now, "by": "program", "record": {}, "text": "",
    }  # fmt: skip
    with scene.writing() as conn:
        others = (Relationship.id != row.id) & Relationship.status.in_(("proposed", "offered"))
        conn.execute(update(Relationship).where(others).values(status="rejected"))
        conn.execute(update(Relationship).where(Relationship.id == row.id).values(status="closed"))
        conn.execute(insert(Closure).values(closure))
        later = columns | {"status": "active", "previous_id": row.id, "cycle": 2}
        number = conn.execute(insert(Relationship).values(later).returning(Relationship.id)).scalar_one()
        for one in scene.rows(Member, relationship_id=row.id):
            member = {"relationship_id": number, "participant_id": one.participant_id, "role": one.role}
            conn.execute(insert(Member).values(member))


def test_of_several_open_asks_the_first_accepted_has_the_place_and_the_others_are_taken_back(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=2, program=led(open_asks=3))
    with scene.writing() as conn:
        taken = update(Participant).where(Participant.id == scene.mentors[1]).values(capacity=0)
        conn.execute(taken)
    scene.propose()
    assert asked(scene) == {1: 1, 2: 1, 3: 1}
    choose(scene, "mentee")
    first, *others = scene.asks("consent.mentor", status=AskStatus.OPEN)
    scene.send(first, {"accept": True})
    scene.on(scene.today)
    assert scene.statuses(Relationship) == ["agreed", "rejected", "rejected"]
    assert [ask.status for ask in scene.asks("consent.mentor")] == ["answered", "withdrawn", "withdrawn"]
    refused = scene.send(others[0], {"accept": True})
    assert refused.outcome == "refused"


def test_no_answer_in_time_goes_to_the_next(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2, program=led())
    scene.propose()
    choose(scene, "mentee")
    before = asked(scene)[1]
    scene.through(scene.today + (day(6) - day(0)))
    assert scene.statuses(Relationship) == ["lapsed", "offered"]
    assert asked(scene)[1] != before


def ignored(scene: Scene, times: int = 1) -> None:
    """Mentees decide to ask, and the mentors let it go by."""
    for _ in range(times):
        choose(scene, "mentee")
        scene.through(scene.today + (day(6) - day(0)))


def test_a_mentor_who_lets_an_ask_go_by_can_still_be_asked(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=led())
    scene.propose()
    ignored(scene)
    (mentor,) = scene.rows(Participant, id=scene.mentors[0])
    assert (mentor.status, mentor.capacity, mentor.withdrawn_on) == ("enrolled", 1, None)
    assert scene.rows(Flag, kind="unanswered") == []
    (number,) = scene.join(1)[:1]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == scene.mentors[1]).values(capacity=0))
    scene.on(scene.today)
    assert asked(scene)[number] == 1


def test_a_mentor_who_lets_ask_after_ask_go_by_is_put_on_the_list_until_they_answer(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=4, mentors=1, program=led())
    scene.propose()
    ignored(scene)
    assert scene.rows(Flag, kind="unanswered") == []
    ignored(scene)
    (flag,) = scene.rows(Flag, kind="unanswered")
    assert (flag.subject, flag.cleared_on) == (f"P{scene.mentors[0]}", None)
    ignored(scene)
    assert scene.count(Flag, kind="unanswered") == 1
    choose(scene, "mentee")
    choose(scene, "mentor", yes=False)
    assert [one.cleared_on for one in scene.rows(Flag, kind="unanswered")] == [scene.today]
    assert scene.rows(Participant, id=scene.mentors[0])[0].status == "enrolled"


@pytest.mark.parametrize(("declared", "listed_after"), [(1, 1), (3, 3), (None, None)])
def test_how_many_asks_in_a_row_go_by_until_it_counts_is_declared(
    engine: Engine, declared: int | None, listed_after: int | None
) -> None:
    program = led()
    changed = program.attention.model_copy(update={"unanswered": declared})
    scene = a_cohort(engine, pairs=4, mentors=1, program=program.model_copy(update={"attention": changed}))
    scene.propose()
    listed = []
    for _ in range(3):
        ignored(scene)
        listed.append(scene.count(Flag, kind="unanswered"))
    assert listed == [int(listed_after is not None and times >= listed_after) for times in (1, 2, 3)]


def test_an_ask_that_is_never_answered_was_in_vain(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=4, program=led(asks=2))
    scene.propose()
    ignored(scene, times=2)
    (flag,) = scene.rows(Flag, kind="asked_in_vain")
    assert (flag.participant_id, flag.note) == (scene.mentees[0], "asked 2 mentors in vain")
    assert (asked(scene), scene.rows(Participant, id=scene.mentees[0])[0].status) == ({}, "enrolled")


def test_after_so_many_asks_in_vain_somebody_has_to_help_and_then_it_goes_on(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=4, program=led(asks=2))
    scene.propose()
    for _ in range(2):
        choose(scene, "mentee")
        choose(scene, "mentor", yes=False)
    assert asked(scene) == {}
    (flag,) = scene.rows(Flag, kind="asked_in_vain")
    assert (flag.subject, flag.participant_id, flag.cleared_on) == (f"P{scene.mentees[0]}", scene.mentees[0], None)
    scene.through(scene.today + (day(5) - day(0)))
    assert asked(scene) == {}
    assert scene.count(Flag, kind="asked_in_vain") == 1
    with scene.writing() as conn:
        assert attention.clear(conn, scene.turn(), "P", scene.mentees[0]) == ["asked_in_vain"]
    scene.on(scene.today)
    assert len(asked(scene)) == 1
    for _ in range(2):
        choose(scene, "mentee")
        choose(scene, "mentor", yes=False)
    assert scene.count(Flag, kind="asked_in_vain", cleared_on=None) <= 1
    assert scene.count(Flag, kind="asked_in_vain") == 2


def test_whom_a_mentee_does_not_want_to_ask_was_not_asked_in_vain(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=4, program=led(asks=1))
    scene.propose()
    choose(scene, "mentee", yes=False)
    choose(scene, "mentee", yes=False)
    assert len(asked(scene)) == 1
    assert scene.rows(Flag, kind="asked_in_vain") == []


def test_the_mentee_never_learns_why_a_mentor_declined(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2, program=led())
    scene.propose()
    choose(scene, "mentee")
    choose(scene, "mentor", yes=False, why="other_person", note="too junior")
    mine = [mail for mail in scene.mails() if mail.participant_id == scene.mentees[0]]
    assert {mail.template for mail in mine} == {"proposal"}
    assert not any("decline" in (mail.subject_key or "") for mail in mine)


def test_without_consent_there_are_never_more_asks_than_places(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=1, capacity=2, program=led(consent=[], open_asks=3))
    scene.propose()
    assert scene.statuses(Relationship) == ["agreed", "agreed"]


def test_doing_it_twice_asks_nobody_twice(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=2, program=led())
    scene.propose()
    assert scene.on(scene.today) == []
    with scene.writing() as conn:
        assert asking.take_back(conn, scene.turn(), []) == 0
        assert asking.give_up(conn, scene.turn()) == 0
    assert len(scene.asks()) == 2


def test_a_misfit_ends_without_fault_and_the_same_two_never_meet_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2, program=led())
    scene.propose()
    choose(scene, "mentee")
    choose(scene, "mentor")
    scene.on(day(0))
    met = scene.members(scene.relationship().id)["mentor"]
    scene.through(day(2))
    scene.everybody_answers("begin.intro")
    scene.through(day(7))
    scene.everybody_meets()
    scene.through(day(9))
    scene.send(scene.ask("work.fit"), fit=False)
    scene.on(scene.today)
    assert scene.relationship().status == "closed"
    scene.through(day(17))
    again = scene.relationship()
    assert again.status == "offered"
    assert scene.members(again.id)["mentor"] != met
    assert scene.count(Member, participant_id=met) == 1
    assert scene.rows(Flag, kind="asked_in_vain") == []


def describing(engine: Engine) -> Scene:
    """Before the match, mentees describe whom they look for; the words fill the field by which they are matched."""

    def declare(data: dict[str, Any]) -> None:
        questions = [{"id": "topics", "ask": "What should your mentor know?", "type": "long_text", "required": True}]
        data["forms"]["aims"] = {"questions": questions}

    return a_cohort(engine, pairs=1, mentors=3, program=considered(declare))


def test_what_a_mentee_says_of_the_ideal_mentor_decides_who_fits(engine: Engine) -> None:
    scene = describing(engine)
    scene.on(scene.today)
    for ask in scene.asks("considering.decision", status=AskStatus.OPEN):
        scene.send(ask, {"join": True})
    scene.through(scene.today + (day(3) - day(0)))
    (ask,) = scene.asks("aims.purpose", status=AskStatus.OPEN)
    scene.send(ask, {"topics": "topic 3\nsomething else"})
    (me,) = scene.rows(Participant, id=scene.mentees[0])
    assert me.fields["topics"] == ["topic 3", "something else"]
    assert me.fields["choices"]
    scene.send(ask, {"topics": "topic 2"})
    (me,) = scene.rows(Participant, id=scene.mentees[0])
    assert me.fields["topics"] == ["topic 2"]


def test_an_answer_in_a_phase_of_the_relationship_changes_nothing_that_is_known(engine: Engine) -> None:
    def declare(data: dict[str, Any]) -> None:
        data["forms"]["intro"]["questions"].append({"id": "topics", "ask": "And what else?", "type": "text"})

    scene = a_cohort(engine, pairs=1, program=tandem(declare)).started()
    before = scene.rows(Participant, id=scene.mentees[0])[0].fields
    scene.through(day(2))
    scene.everybody_answers("begin.intro", topics="all of it")
    assert scene.rows(Participant, id=scene.mentees[0])[0].fields == before
