"""What people do before they are matched, each alone: begun at enrollment, decided, remembered, and let go without fault."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update

from programs.spec import Role
from tasks import endings, reflect
from tasks.cohort_facts import gather_cohort
from tasks.conclude import concludable
from tasks.db import reading
from tasks.enroll import enroll
from tasks.models import Closure, Cohort, Flag, Goal, Participant, Passage, Relationship
from tasks.roster import RosterFile, read_roster
from tasks.withdraw import withdraw
from tests.store.preparing import begun, considered, through
from tests.store.scenes import ENROLLED, START, Scene, a_cohort, day


def considering(engine: Engine, pairs: int = 1, **more: Any) -> Scene:
    """Everybody has begun to consider it, on the day they were enrolled."""
    scene = a_cohort(engine, pairs=pairs, program=considered(), **more)
    scene.on(ENROLLED)
    return scene


def alone(scene: Scene, participant: int) -> Any:
    """What they go through alone, the newest."""
    return scene.rows(Relationship, lead_id=participant)[-1]


def _sheet(folder: Path) -> Path:
    file = folder / "mentees.csv"
    file.write_text("email,first_name,last_name,topics\nmentee1@example.org,mentee1,Doe,common\n")
    return file


def person(scene: Scene, participant: int) -> Any:
    (row,) = scene.rows(Participant, id=participant)
    return row


def test_everybody_begins_to_prepare_on_the_day_of_enrollment_long_before_the_cohort_starts(engine: Engine) -> None:
    scene = considering(engine)
    assert scene.statuses(Relationship) == ["preparing", "preparing"]
    assert {row.entered_on for row in scene.rows(Passage)} == {ENROLLED}
    assert [row.key for row in scene.asks()] == ["considering.decision"] * 2
    assert scene.mails("phase_alone") != []


def test_preparing_begins_once_however_often_the_day_is_run(engine: Engine) -> None:
    scene = considering(engine)
    assert scene.on(ENROLLED) == []
    assert scene.count(Relationship) == 2


def test_nobody_is_matched_who_is_not_through_with_it(engine: Engine) -> None:
    scene = considering(engine)
    scene.send(scene.asks("considering.decision", participant_id=scene.mentees[0])[0], join=True)
    scene.through(ENROLLED + timedelta(days=2))
    scene.everybody_answers("aims.purpose")
    scene.through(ENROLLED + timedelta(days=5))
    assert person(scene, scene.mentees[0]).available_on is not None
    assert person(scene, scene.mentors[0]).available_on is None
    assert scene.partners() == {}


def test_who_is_through_is_matched_and_phases_of_another_role_are_stepped_over(engine: Engine) -> None:
    scene = considering(engine)
    through(scene)
    assert scene.partners() == {1: 1}
    gone_through: dict[int, list[str]] = {row.relationship_id: [] for row in scene.rows(Passage)}
    for row in scene.rows(Passage):
        gone_through[row.relationship_id].append(row.phase)
    assert gone_through[alone(scene, scene.mentees[0]).id] == ["considering", "aims"]
    assert gone_through[alone(scene, scene.mentors[0]).id] == ["considering"]
    assert alone(scene, scene.mentees[0]).status == "prepared"


def test_who_says_no_is_let_go_without_a_record_and_with_a_kind_word(engine: Engine) -> None:
    scene = considering(engine)
    scene.send(scene.asks(participant_id=scene.mentees[0])[0], join=False)
    scene.on(scene.today)
    assert alone(scene, scene.mentees[0]).status == "left"
    assert person(scene, scene.mentees[0]).status == "withdrawn"
    assert person(scene, scene.mentees[0]).withdrawn_why == "not_for_me"
    assert scene.count(Closure) == 0
    assert [mail.participant_id for mail in scene.mails("let_go", status="queued")] == [scene.mentees[0]]


def test_who_never_decides_is_reminded_and_then_let_go(engine: Engine) -> None:
    scene = considering(engine)
    scene.through(ENROLLED + timedelta(days=16))
    asked = scene.asks(participant_id=scene.mentors[0])[0]
    assert len(scene.mails("reminder", ask_id=asked.id)) == 2
    assert alone(scene, scene.mentors[0]).status == "preparing"
    scene.through(ENROLLED + timedelta(days=17))
    assert alone(scene, scene.mentors[0]).status == "left"
    assert person(scene, scene.mentors[0]).withdrawn_why == "undecided"
    assert scene.asks(id=asked.id)[0].status == "withdrawn"
    assert {row.participant_id for row in scene.mails("let_go")} == {scene.mentees[0], scene.mentors[0]}


def test_a_day_run_after_weeks_of_standstill_still_gives_everybody_the_time_to_answer(engine: Engine) -> None:
    scene = a_cohort(engine, program=considered())
    scene.on(ENROLLED + timedelta(days=30))
    assert scene.statuses(Relationship) == ["preparing", "preparing"]
    assert {row.due_on for row in scene.asks()} == {ENROLLED + timedelta(days=35)}
    scene.everybody_answers()
    scene.on(ENROLLED + timedelta(days=31))
    assert person(scene, scene.mentors[0]).available_on == ENROLLED + timedelta(days=31)


def test_what_was_set_as_a_goal_alone_is_a_goal_of_the_relationship(engine: Engine) -> None:
    scene = considering(engine)
    begun(scene)
    goals = scene.rows(Goal, relationship_id=scene.relationship().id)
    assert [(goal.participant_id, goal.key, goal.status) for goal in goals] == [(scene.mentees[0], "aim", "open")]


def test_the_relationship_begins_with_the_first_phase_that_is_shared(engine: Engine) -> None:
    scene = considering(engine)
    begun(scene)
    assert scene.relationship().phase == "begin"
    assert scene.relationship().started_on == START
    assert scene.step("begin.hello").status in ("planned", "open")


def test_who_is_enrolled_late_prepares_late_and_the_cohort_waits_for_them(engine: Engine) -> None:
    scene = considering(engine)
    begun(scene)
    scene.through(day(40))
    (number,) = scene.join(1)
    scene.on(day(40))
    late = alone(scene, scene.mentees[number - 1])
    assert (late.status, late.entered_on) == ("preparing", day(40))


def test_a_cohort_is_not_over_while_somebody_is_getting_ready(engine: Engine) -> None:
    scene = considering(engine)
    for ask in scene.asks():
        if ask.participant_id == scene.mentees[0]:
            scene.send(ask, join=False)
    scene.today = day(200)
    with reading(scene.engine) as conn:
        assert conn.execute(select(Cohort.id).where(concludable(scene.turn()))).first() is None
    scene.through(day(201))
    scene.through(day(230))
    assert scene.statuses(Relationship) == ["left", "left"]
    assert scene.statuses(Cohort) == ["closed"]


def test_closing_the_whole_cohort_lets_everybody_go_who_is_getting_ready(engine: Engine) -> None:
    scene = considering(engine)
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other"))
    assert scene.statuses(Relationship) == ["left", "left"]
    assert scene.asks(status="open") == []


def test_who_is_taken_out_prepares_no_more(engine: Engine) -> None:
    scene = considering(engine)
    with scene.writing() as conn:
        assert withdraw(conn, scene.turn(), scene.mentees[0], endings.Ending("other")) == []
    assert alone(scene, scene.mentees[0]).status == "left"
    assert alone(scene, scene.mentors[0]).status == "preparing"
    assert scene.asks(participant_id=scene.mentees[0], status="open") == []


def test_who_was_let_go_and_is_brought_back_begins_anew(engine: Engine, tmp_path: Path) -> None:
    scene = considering(engine)
    mentee = scene.mentees[0]
    scene.send(scene.asks(participant_id=mentee)[0], join=False)
    scene.on(scene.today)
    roster = read_roster([RosterFile(_sheet(tmp_path), Role.MENTEE)], scene.turn().plan.program)
    with scene.writing() as conn:
        assert enroll(conn, scene.turn(), roster, bring_back=True).returned == 1
    scene.on(scene.today)
    assert [row.status for row in scene.rows(Relationship, lead_id=mentee)] == ["left", "preparing"]


def test_those_who_prepare_are_counted_as_people_and_never_as_relationships(engine: Engine) -> None:
    scene = considering(engine, pairs=2)
    scene.send(scene.asks(participant_id=scene.mentees[0])[0], join=False)
    scene.on(scene.today)
    with reading(scene.engine) as conn:
        facts = gather_cohort(conn, scene.turn())
    assert facts.bonds == ()
    assert facts.passages == ()
    assert [one.withdrawn_why for one in facts.participants if one.status == "withdrawn"] == ["not_for_me"]


def test_no_mail_about_getting_ready_goes_out_once_somebody_was_let_go(engine: Engine) -> None:
    scene = considering(engine)
    scene.send(scene.asks(participant_id=scene.mentees[0])[0], join=False)
    scene.on(scene.today)
    left = alone(scene, scene.mentees[0])
    assert {mail.template for mail in scene.mails(relationship_id=left.id, status="queued")} == {"let_go"}


def set_beside(data: dict[str, Any]) -> None:
    """What is expected is asked before the match, of both sides; the reflection is set beside it."""
    expected = {"id": "expect", "ask": "What do you expect?", "type": "text", "share": "partner", "record": True}
    kept = {"id": "fear", "ask": "What do you fear?", "type": "text", "share": "private"}
    data["forms"]["decision"]["questions"] += [expected, kept]
    met = {"id": "met", "ask": "What became of it?", "type": "text", "beside": "decision.expect"}
    data["forms"]["reflection"]["questions"].append(met | {"share": "partner", "record": True})


def test_what_was_expected_before_the_match_stands_in_the_record_beside_what_came_of_it(engine: Engine) -> None:
    scene = a_cohort(engine, program=considered(set_beside))
    scene.on(ENROLLED)
    for ask in scene.asks("considering.decision"):
        scene.send(ask, join=True, expect=f"much, says the {ask.role}", fear="to be seen through")
    begun(scene)
    mine = scene.relationship()
    with reading(scene.engine) as conn:
        read = reflect.shared_with(conn, scene.turn(), mine.id, scene.mentees[0])
    assert [(one["from"], one["answers"]["expect"]) for one in read] == [("mentor", "much, says the mentor")]
    while not scene.asks("close.reflection"):
        scene.everybody_meets()
        scene.everybody_answers()
        scene.through(scene.today + timedelta(days=3))
    for ask in scene.asks("close.reflection"):
        scene.send(ask, met=f"more, says the {ask.role}")
    scene.through(scene.today + timedelta(days=14))
    (closure,) = scene.rows(Closure)
    (met,) = [one for one in closure.record["outcome"] if one["question"] == "met"]
    sides = [(side["role"], side["expected"], side["outcome"]) for side in met["by"]]
    assert sides == [(role, f"much, says the {role}", f"more, says the {role}") for role in ("mentor", "mentee")]
    assert "seen through" not in str(closure.record)


def looking(data: dict[str, Any]) -> None:
    """After their aims, mentees look for somebody until they are matched."""
    until = {"id": "looking", "alone": True, "roles": ["mentee"], "lasts": "26 weeks", "until": "matched"}
    data["phases"].insert(2, until | {"milestones": []})
    data["matching"] |= {"approval": "none"}


def test_who_never_answers_a_proposal_while_looking_is_let_go_with_a_kind_word(engine: Engine) -> None:
    scene = a_cohort(engine, program=considered(looking))
    scene.on(ENROLLED)
    through(scene)
    assert alone(scene, scene.mentees[0]).phase == "looking"
    scene.through(scene.today + timedelta(days=9))
    assert person(scene, scene.mentees[0]).withdrawn_why == "no_answer"
    assert alone(scene, scene.mentees[0]).status == "left"
    assert [mail.participant_id for mail in scene.mails("let_go")] == [scene.mentees[0]]
    assert [row.left_on for row in scene.rows(Passage, relationship_id=alone(scene, scene.mentees[0]).id)][-1]


def briefed(data: dict[str, Any]) -> None:
    """Mentors say in what everybody considers how much time they have, and go through a briefing of their own."""
    data["forms"]["time"] = {"questions": [{"id": "hours", "ask": "How many hours?", "type": "number"}]}
    asked = {"form": "time", "roles": ["mentor"], "due": "in 5 days"}
    data["phases"][0]["milestones"].append({"id": "hours", "at": "start", "ask": asked, "required": True})
    data["phases"].insert(2, data["phases"][1] | {"id": "briefing", "roles": ["mentor"]})
    asked = {"form": "time", "roles": ["mentor"], "due": "in 5 days"}
    data["phases"][2]["milestones"] = [{"id": "rules", "at": "start", "ask": asked, "required": True}]


def test_who_has_both_roles_prepares_in_both_and_does_nothing_twice(engine: Engine) -> None:
    scene = a_cohort(engine, program=considered(briefed))
    both = scene.mentees[0]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == both).values(roles="mentee,mentor", capacity=1))
    scene.on(ENROLLED)
    seen: dict[str, str] = {}
    for count in range(1, 9):
        for ask in scene.asks(participant_id=both, status="open"):
            assert ask.key not in seen
            seen[ask.key] = ask.role
            assert person(scene, both).available_on is None
            scene.send(ask)
        scene.through(ENROLLED + timedelta(days=count))
    assert seen == {
        "considering.decision": "mentee",
        "considering.hours": "mentor",
        "aims.purpose": "mentee",
        "briefing.rules": "mentor",
    }
    assert [row.status for row in scene.rows(Relationship, lead_id=both)] == ["prepared"]
    gone = [row.phase for row in scene.rows(Passage, relationship_id=alone(scene, both).id)]
    assert gone == ["considering", "aims", "briefing"]
    assert person(scene, both).available_on is not None


def test_a_mentee_who_is_prepared_and_becomes_a_mentor_as_well_is_briefed_first(engine: Engine, tmp_path: Path) -> None:
    scene = a_cohort(engine, program=considered(briefed))
    scene.on(ENROLLED)
    for count in range(1, 5):
        for ask in scene.asks(participant_id=scene.mentees[0], status="open"):
            scene.send(ask)
        scene.through(ENROLLED + timedelta(days=count))
    assert person(scene, scene.mentees[0]).available_on is not None
    file = _sheet(tmp_path)
    roster = read_roster([RosterFile(file, Role.MENTOR)], scene.turn().plan.program)
    with scene.writing() as conn:
        enroll(conn, scene.turn(), roster)
    assert person(scene, scene.mentees[0]).roles == "mentee,mentor"
    assert person(scene, scene.mentees[0]).available_on is None
    for count in range(5, 14):
        for ask in scene.asks(participant_id=scene.mentees[0], status="open"):
            scene.send(ask)
        scene.through(ENROLLED + timedelta(days=count))
    assert person(scene, scene.mentees[0]).available_on is not None
    assert {ask.key for ask in scene.asks(participant_id=scene.mentees[0], role="mentor")} >= {"briefing.rules"}


def watched(data: dict[str, Any]) -> None:
    """Who considers it and is not heard of is reminded, then on the list, then let go; it would take much longer otherwise."""
    during = {"during": ["considering"]}
    data["phases"][0]["lasts"] = {"at_least": "1 day", "at_most": "20 weeks"}
    data["phases"][0]["milestones"][0]["ask"]["remind"] = []
    data["silence"] += [
        {"after": "30 days", "then": "remind", "message": "hello"} | during,
        {"after": "40 days", "then": "at_risk"} | during,
        {"after": "50 days", "then": "close", "reason": "undecided"} | during,
    ]


def test_whoever_gets_ready_and_falls_silent_is_reminded_then_on_the_list_then_let_go(engine: Engine) -> None:
    scene = a_cohort(engine, program=considered(watched))
    scene.on(ENROLLED)
    mentee, mentor = scene.mentees[0], scene.mentors[0]
    scene.through(ENROLLED + timedelta(days=29))
    assert scene.mails("hello") == []
    scene.on(ENROLLED + timedelta(days=30))
    assert {mail.participant_id for mail in scene.mails("hello")} == {mentee, mentor}
    scene.on(ENROLLED + timedelta(days=40))
    flags = scene.rows(Flag, kind="at_risk")
    assert {(flag.subject, flag.note) for flag in flags} == {
        (f"P{one}", "no answer or tick for 40 days, before the match") for one in (mentee, mentor)
    }
    scene.send(scene.asks(participant_id=mentor)[0], join=True)
    assert [flag.cleared_on for flag in scene.rows(Flag, subject=f"P{mentor}", kind="at_risk")] == [scene.today]
    scene.on(ENROLLED + timedelta(days=50))
    assert (alone(scene, mentee).status, person(scene, mentee).withdrawn_why) == ("left", "undecided")
    assert [mail.participant_id for mail in scene.mails("let_go")] == [mentee]
    assert scene.count(Closure) == 0
    assert person(scene, mentor).available_on is not None


def test_nobody_is_silent_before_the_match_unless_the_ladder_names_the_phase(engine: Engine) -> None:
    scene = considering(engine)
    assert {row.silence_on for row in scene.rows(Relationship)} == {None}
    begun(scene)
    assert scene.relationship().silence_on is not None
