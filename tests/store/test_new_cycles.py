"""Redefinition: what all members choose decides, and a new cycle carries a relationship on with the same people and a link to the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from programs.codes import code
from programs.spec import Program
from tasks import endings, seekers, story
from tasks.db import reading
from tasks.end_now import end_now
from tasks.models import Closure, Cohort, Goal, Member, Participant, Relationship
from tasks.records import cohort_record
from tests.store.scenes import Scene, a_cohort, day, tandem


def with_cycles(at_most: int = 1, **more: Any) -> Program:
    def change(data: dict[str, Any]) -> None:
        data["closure"] |= {"new_cycle": {"begins": "work", "at_most": at_most}, **more}

    return tandem(change)


def looking_back(engine: Engine, pairs: int = 1, program: Program | None = None) -> Scene:
    """Everybody has been asked how to go on, and nobody has said."""
    scene = a_cohort(engine, pairs=pairs, program=program or with_cycles()).closing()
    scene.on(scene.today)
    return scene


def chosen(scene: Scene, mentee: str, mentor: str, number: int = 1) -> None:
    for role, step in (("mentee", mentee), ("mentor", mentor)):
        scene.send(scene.ask("close.reflection", role, number), next_step=step)


def completed(scene: Scene) -> Any:
    """Until the first cycle is closed; returns it as it was."""
    scene.through(day(63))
    return scene.relationships_of(scene.mentees[0])[0]


def test_what_all_members_choose_is_decided_as_soon_as_they_have_said_so(engine: Engine) -> None:
    scene = looking_back(engine)
    scene.send(scene.ask("close.reflection", "mentee"), next_step="new_cycle")
    assert scene.relationship().decided_next is None
    scene.send(scene.ask("close.reflection", "mentor"), next_step="new_cycle")
    assert scene.relationship().decided_next == "new_cycle"
    scene.send(scene.ask("close.reflection", "mentor"), next_step="nothing")
    assert scene.relationship().decided_next is None, "who thinks better of it can say so until the end"


def test_two_who_choose_a_new_cycle_go_on_together_the_day_after_the_close(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    old = completed(scene)
    assert (old.status, old.ending_reason) == ("closed", "completed")
    new = scene.relationship()
    assert (new.previous_id, new.cycle, new.status) == (old.id, 2, "agreed")
    scene.through(old.closed_on + timedelta(days=1))
    new = scene.relationship()
    assert (new.status, new.phase, new.started_on) == ("active", "work", old.closed_on + timedelta(days=1))
    assert (new.score, new.reasons, new.round) == (old.score, old.reasons, old.round)
    assert new.planned_end_on == new.started_on + timedelta(weeks=8), "six weeks of work and two of looking back"
    assert scene.members(new.id) == scene.members(old.id)


def test_nobody_is_matched_or_asked_for_consent_again(engine: Engine) -> None:
    scene = looking_back(engine)
    before = scene.count(Relationship)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    assert scene.count(Relationship) == before + 1
    assert [ask for ask in scene.asks(relationship_id=scene.relationship().id) if ask.key.startswith("consent")] == []
    assert scene.count(Participant, Participant.seeking_on.is_not(None)) == 0


def test_each_gets_a_mail_of_its_own_that_they_go_on_and_no_second_about_the_phase(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    new = scene.relationship().id
    sent = [mail.template for mail in scene.mails(relationship_id=new)]
    assert sent.count("new_cycle") == 2
    assert "introduction" not in sent
    assert "phase" not in sent
    assert scene.mails("closed") == [], "no goodbye to those who go on"


@pytest.mark.parametrize(("mentee", "mentor"), [("new_cycle", "nothing"), ("nothing", "nothing")])
def test_otherwise_it_ends(engine: Engine, mentee: str, mentor: str) -> None:
    scene = looking_back(engine)
    chosen(scene, mentee, mentor)
    scene.through(day(90))
    assert scene.count(Relationship) == 1


def test_a_wish_that_one_of_them_never_uttered_decides_nothing(engine: Engine) -> None:
    scene = looking_back(engine)
    scene.send(scene.ask("close.reflection", "mentee"), next_step="new_cycle")
    scene.through(day(90))
    assert scene.count(Relationship) == 1
    assert scene.relationship().decided_next is None


def test_without_new_cycles_in_the_program_the_choice_ends_the_relationship(engine: Engine) -> None:
    scene = looking_back(engine, program=tandem())
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(90))
    assert scene.count(Relationship) == 1
    assert scene.relationship().decided_next == "new_cycle"


def test_who_is_ended_early_does_not_go_on_whatever_was_chosen(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship().id], endings.Ending("conduct"))
    scene.through(day(70))
    assert scene.count(Relationship) == 1


def test_no_more_cycles_follow_than_the_program_allows(engine: Engine) -> None:
    scene = looking_back(engine)
    while scene.today < day(220):
        scene.everybody_answers()
        scene.everybody_meets()
        scene.through(scene.today + timedelta(days=7))
    cycles = scene.relationships_of(scene.mentees[0])
    assert [row.cycle for row in cycles] == [1, 2]
    assert {row.status for row in cycles} == {"closed"}
    assert cycles[1].decided_next == "new_cycle"


def test_it_takes_one_place_of_the_mentor_as_before(engine: Engine) -> None:
    scene = looking_back(engine)
    mentor = code("P", scene.mentors[0])
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    with reading(scene.engine) as conn:
        assert seekers.held(conn, scene.turn()) == {mentor: 1}


def test_days_that_nobody_ran_make_no_difference_to_when_it_goes_on(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    scene.on(day(70))
    old, new = scene.relationships_of(scene.mentees[0])
    assert (new.status, new.started_on) == ("active", old.closed_on + timedelta(days=1))
    assert scene.on(day(70)) == []


def test_goals_of_the_new_cycle_are_its_own(engine: Engine) -> None:
    def wished_again(data: dict[str, Any]) -> None:
        data["closure"]["new_cycle"] = {"begins": "work", "at_most": 1}
        asked = {"form": "wish", "roles": ["mentee"], "due": "4 days"}
        data["phases"][1]["milestones"].append({"id": "wish_again", "at": "start", "ask": asked})

    scene = looking_back(engine, program=tandem(wished_again))
    chosen(scene, "new_cycle", "new_cycle")
    old = completed(scene)
    scene.through(day(66))
    scene.send(scene.ask("work.wish_again"), aim="Something new")
    texts = {row.relationship_id: row.text for row in scene.rows(Goal)}
    assert texts[old.id] != texts[scene.relationship().id] == "Something new"


def test_both_records_name_each_other_and_the_first_says_how_they_go_on(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    old, new = scene.relationships_of(scene.mentees[0])
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [new.id], endings.Ending("other"))
    scene.on(scene.today)
    first, second = (scene.rows(Closure, relationship_id=one.id)[0] for one in (old, new))
    assert first.record["carried_on_by"] == code("R", new.id)
    assert f"Another cycle together, with new goals, as {code('R', new.id)}." in first.text
    assert (second.record["follows"], second.record["cycle"]) == (code("R", old.id), 2)
    assert f"It carried on {code('R', old.id)}, as cycle 2." in second.text


def test_what_has_remained_is_asked_after_the_last_cycle_only(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    old, new = scene.relationships_of(scene.mentees[0])
    assert old.follow_up_on is None
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [new.id], endings.Ending("other"))
    scene.on(scene.today)
    assert scene.relationship().follow_up_on is not None


def test_people_stand_where_their_last_cycle_left_them_and_the_sums_add_up(engine: Engine) -> None:
    scene = looking_back(engine, pairs=2)
    chosen(scene, "new_cycle", "new_cycle", 1)
    chosen(scene, "nothing", "nothing", 2)
    scene.through(day(70))
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship(1).id], endings.Ending("conduct"))
    scene.on(scene.today)
    with reading(scene.engine) as conn:
        record = cohort_record(conn, scene.turn())
    data, told = record.data, record.text
    assert {(line["line"], line["reason"]): line["total"] for line in data["people"]} == {
        ("completed", None): 2,
        ("closed_early", "conduct"): 2,
    }
    assert data["enrolled"] == 4
    assert data["relationships"]["went_on_as"] == {"new_cycle": 1, "nothing": 1}
    assert "| Another cycle together, with new goals | 1 |\n| End here | 1 |" in told
    assert (data["relationships"]["total"], data["relationships"]["carried_on"]) == (3, 1)


def test_the_cohort_is_not_concluded_before_the_last_cycle_has_ended(engine: Engine) -> None:
    scene = looking_back(engine, program=with_cycles(follow_up=None))
    chosen(scene, "new_cycle", "new_cycle")
    completed(scene)
    scene.on(scene.today)
    assert scene.rows(Cohort)[0].status == "open"
    while scene.today < day(130):
        scene.everybody_meets()
        scene.everybody_answers(next_step="nothing") if scene.today > day(115) else scene.everybody_meets()
        scene.through(scene.today + timedelta(days=7))
    assert scene.relationship().status == "closed"
    assert scene.rows(Cohort)[0].status == "closed"


def test_who_left_the_cohort_in_the_meantime_is_not_carried_on(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    with scene.writing() as conn:
        gone = Participant.id == scene.members(scene.relationship().id)["mentor"]
        conn.execute(update(Participant).where(gone).values(status="withdrawn"))
    scene.through(day(70))
    assert scene.count(Relationship) == 1
    assert scene.count(Member) == 2


def test_who_looks_at_one_cycle_is_led_to_the_other(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(day(70))
    old, new = scene.relationships_of(scene.mentees[0])
    with reading(scene.engine) as conn:
        assert story.relationship(conn, old.id).carried_on_by == new.id
        later = story.relationship(conn, new.id)
    assert (later.row.previous_id, later.carried_on_by) == (old.id, None)


def test_a_wish_that_the_program_has_no_further_cycle_for_says_so_in_the_record(engine: Engine) -> None:
    scene = looking_back(engine, program=with_cycles(at_most=1))
    chosen(scene, "new_cycle", "new_cycle")
    completed(scene)
    while scene.count(Closure) < 2:
        scene.through(scene.today + timedelta(days=7))
        scene.everybody_meets()
        scene.everybody_answers(next_step="new_cycle")
    steps = [row.record["closure"]["next_step"] for row in scene.rows(Closure)]
    assert [step["decided"] for step in steps] == ["new_cycle", "new_cycle"]
    further = [step["words"].partition(" (")[2] for step in steps]
    assert further == ["", "the program has no further one)"]
    assert len(scene.relationships_of(scene.mentees[0])) == 2


def test_in_a_cohort_that_was_ended_nothing_is_carried_on(engine: Engine) -> None:
    scene = looking_back(engine)
    chosen(scene, "new_cycle", "new_cycle")
    assert end_now(engine, scene.turn(), "completed") == 1
    scene.through(scene.today + timedelta(days=2))
    assert scene.statuses(Relationship) == ["closed"]
    assert len(scene.mails("closed")) == 2, "all are told that it is over"


def test_who_went_on_and_does_not_answer_somebody_new_is_not_asked_again(engine: Engine) -> None:
    scene = a_cohort(engine, mentors=3, program=with_cycles()).closing()
    scene.on(scene.today)
    chosen(scene, "new_cycle", "new_cycle")
    scene.through(completed(scene).closed_on + timedelta(days=1))
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship().id], endings.Ending("other", rematch=True))
    for _ in range(9):
        scene.on(scene.today + timedelta(days=7))
        scene.approve()
    assert scene.statuses(Relationship) == ["closed", "closed", "lapsed"]
    (mentee,) = scene.rows(Participant, id=scene.mentees[0])
    assert (mentee.status, mentee.seeking_on) == ("active", None), "what they went through with stays theirs"
