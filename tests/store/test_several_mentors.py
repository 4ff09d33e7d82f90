"""Programs in which every mentee gets several mentors: who got fewer gets the others later, and what runs goes on undisturbed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine, update

from programs.lifecycle import LIVE, RelationshipStatus
from programs.spec import Program, Role
from tasks import dashboard, enroll, offers, proposals
from tasks.db import reading
from tasks.endings import Ending, close, request
from tasks.models import Flag, History, Participant, Passage, Relationship, Step
from tasks.roster.entries import Entry, Place, Roster
from tasks.withdraw import withdraw
from tests.store.scenes import ENROLLED, START, Scene, a_cohort, address, day, tandem


def by_two(**matching: Any) -> Program:
    def change(data: dict[str, Any]) -> None:
        data["relationships"]["mentors"] = 2
        data["matching"].update(matching)

    return tandem(change)


def at_once() -> Program:
    """Nobody is asked: what is found is agreed."""
    return by_two(approval="none", consent=[])


def mentors_of(scene: Scene, number: int, *statuses: str) -> list[int]:
    """Numbers of a mentee's mentors, counted from 1, of relationships in a status; on the way or under way by default."""
    wanted = statuses or ("proposed", "offered", "agreed", *LIVE)
    rows = [row for row in scene.relationships_of(scene.mentees[number - 1]) if row.status in wanted]
    return sorted(scene.mentors.index(scene.members(row.id)["mentor"]) + 1 for row in rows)


def looks_from(scene: Scene, number: int) -> date | None:
    (row,) = scene.rows(Participant, id=scene.mentees[number - 1])
    found: date | None = row.seeking_on
    return found


def end(scene: Scene, relationship: int, reason: str, rematch: bool | None = None) -> None:
    with scene.writing() as conn:
        close(conn, scene.turn(), request(conn, scene.turn(), [relationship], Ending(reason, rematch=rematch)))


def with_mentor(scene: Scene, mentee: int, mentor: int) -> Any:
    (found,) = [
        row
        for row in scene.relationships_of(scene.mentees[mentee - 1])
        if scene.members(row.id)["mentor"] == scene.mentors[mentor - 1] and row.status in LIVE
    ]
    return found


def everything_of(scene: Scene, relationship: int) -> list[Any]:
    """All that is kept of a relationship, to be compared."""
    kept = [scene.rows(table, relationship_id=relationship) for table in (Passage, Step)]
    return [*kept, scene.rows(Relationship, id=relationship)]


def more(scene: Scene, role: str, number: int, **fields: Any) -> None:
    """Somebody is enrolled later, as from a sheet."""
    email = address(role, number)
    capacity = 1 if role == "mentor" else 0
    known = {"topics": ["common"], **fields}
    entry = Entry(
        email, email, f"{role}{number}", "Doe", (Role(role),), capacity, known, frozenset(known), Place("s", 2)
    )
    with scene.writing() as conn:
        enroll.enroll(conn, scene.turn(), Roster((entry,)))
    (found,) = [row for row in scene.rows(Participant, roles=role) if row.id not in (*scene.mentees, *scene.mentors)]
    (scene.mentors if role == "mentor" else scene.mentees).append(found.id)


def test_who_got_one_of_two_mentors_gets_the_second_when_a_mentor_joins(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.through(day(3))
    first = with_mentor(scene, 1, 1)
    before = everything_of(scene, first.id)
    more(scene, "mentor", 2)
    assert looks_from(scene, 1) == day(3)
    scene.on(day(3))
    assert mentors_of(scene, 1) == [1, 2]
    assert everything_of(scene, first.id) == before
    assert looks_from(scene, 1) is None


def test_who_got_one_of_two_gets_the_place_that_an_early_end_frees(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=3, program=at_once())
    scene.through(day(3))
    (lacking,) = [number for number in (1, 2) if len(mentors_of(scene, number)) == 1]
    other = 3 - lacking
    (freed,) = set(mentors_of(scene, other)) - {other}
    end(scene, with_mentor(scene, other, freed).id, "conduct", rematch=False)
    scene.on(day(3))
    assert mentors_of(scene, lacking) == sorted([lacking, freed])
    assert mentors_of(scene, other) == [other]


def test_that_nobody_further_was_found_is_kept_and_looked_for_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.propose()
    (row,) = scene.rows(Participant, id=scene.mentees[0])
    assert json.loads(row.unmatched)["has"] == 1
    assert "the only possible mentor is theirs already" in json.loads(row.unmatched)["why"]
    assert looks_from(scene, 1) is None
    assert scene.on(ENROLLED + timedelta(days=1)) == []


def test_with_fewer_mentors_than_wanted_is_not_without_a_mentor(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.propose()
    with reading(engine) as conn:
        board = dashboard.dashboard(conn, scene.turn())
        (left,) = proposals.left_over(conn, scene.base.cohort_id)
    assert (board.unmatched, board.fewer) == (0, 1)
    assert left.has == 1
    assert scene.count(Flag, kind="unmatched") == 0


def test_whoever_has_nobody_comes_before_a_second_mentor(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.through(day(2))
    more(scene, "mentee", 2)
    scene.on(day(2))
    assert (mentors_of(scene, 1), mentors_of(scene, 2)) == ([1], [])
    more(scene, "mentor", 2, topics=["common", "topic 1"])
    scene.on(day(2))
    assert (mentors_of(scene, 1), mentors_of(scene, 2)) == ([1], [2])
    more(scene, "mentor", 3)
    scene.on(day(2))
    assert sorted([mentors_of(scene, 1), mentors_of(scene, 2)]) in ([[1], [2, 3]], [[1, 3], [2]])


def test_when_the_second_mentor_declines_somebody_else_is_asked_and_the_first_goes_on(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=by_two(consent=["mentor"]))
    scene.propose()
    scene.approve()
    scene.propose()
    asked = {scene.mentors.index(ask.participant_id) + 1: ask for ask in scene.asks("consent.mentor")}
    assert sorted(asked) == [1, 2]
    scene.send(asked[1], {"accept": True})
    scene.send(asked[2], {"accept": False})
    scene.propose()
    assert mentors_of(scene, 1, "agreed") == [1]
    assert mentors_of(scene, 1, "proposed") == [3]


def test_after_a_misfit_with_one_of_two_somebody_new_is_found_after_the_pause(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=at_once())
    scene.through(day(3))
    first = with_mentor(scene, 1, 1)
    end(scene, with_mentor(scene, 1, 2).id, "no_fit")
    assert looks_from(scene, 1) == day(10)
    scene.through(day(9))
    assert mentors_of(scene, 1) == [1]
    scene.through(day(10))
    assert mentors_of(scene, 1) == [1, 3]
    assert scene.relationships_of(scene.mentees[0])[0].id == first.id
    assert scene.rows(History, noun="relationship", noun_id=first.id, event="close") == []


def test_the_same_two_are_not_brought_together_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2, program=at_once())
    scene.through(day(3))
    end(scene, with_mentor(scene, 1, 2).id, "no_fit")
    scene.through(day(12))
    assert mentors_of(scene, 1) == [1]
    assert looks_from(scene, 1) is None


def test_when_a_mentor_leaves_the_mentee_keeps_the_other_and_looks_for_one_more(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=by_two())
    scene.propose()
    leaving = scene.mentors[0]
    with scene.writing() as conn:
        withdraw(conn, scene.turn(), leaving, Ending("other"))
    scene.propose()
    assert mentors_of(scene, 1, "proposed") == [2, 3]


def test_an_end_without_the_wish_for_somebody_new_is_not_made_up_for(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=at_once())
    scene.through(day(3))
    end(scene, with_mentor(scene, 1, 2).id, "conduct", rematch=False)
    more(scene, "mentor", 4)
    scene.through(day(5))
    assert mentors_of(scene, 1) == [1]


def test_who_has_come_to_the_end_of_what_they_had_looks_for_no_second(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.through(day(3))
    end(scene, with_mentor(scene, 1, 1).id, "completed")
    more(scene, "mentor", 2)
    scene.through(day(5))
    assert mentors_of(scene, 1) == []
    assert looks_from(scene, 1) is None


def test_who_does_not_answer_a_second_proposal_keeps_the_first_and_is_asked_no_more(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=by_two(consent=["mentee"]))
    scene.propose()
    scene.approve()
    scene.propose()
    first, second = scene.asks("consent.mentee")
    scene.send(first, {"accept": True})
    scene.through(ENROLLED + timedelta(days=9))
    assert [row.status for row in scene.rows(Relationship)] == ["agreed", "lapsed"]
    assert second.relationship_id == scene.rows(Relationship, status="lapsed")[0].id
    assert looks_from(scene, 1) is None
    more(scene, "mentor", 4)
    assert scene.on(scene.today) == []


def test_a_mentor_who_is_mentored_too_gets_no_place_by_not_answering(engine: Engine) -> None:
    """What somebody has as a mentee is no place that they give."""
    scene = a_cohort(
        engine, pairs=2, mentors=2, program=tandem(lambda data: data["matching"].update(consent=["mentor"]))
    )
    both = scene.mentees[0]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == both).values(roles="mentee,mentor", capacity=2))
        later = Participant.id.in_([scene.mentees[1], scene.mentors[1]])
        conn.execute(update(Participant).where(later).values(seeking_on=None, available_on=None))
    scene.agree()
    with scene.writing() as conn:
        later = Participant.id == scene.mentees[1]
        conn.execute(update(Participant).where(later).values(seeking_on=scene.today, available_on=scene.today))
    scene.propose()
    scene.approve()
    scene.through(ENROLLED + timedelta(days=9))
    (row,) = scene.rows(Participant, id=both)
    assert row.capacity == 0


def test_nobody_looks_for_more_mentors_than_they_get(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2, program=at_once())
    scene.through(START)
    more(scene, "mentor", 3)
    assert looks_from(scene, 1) is None
    with scene.writing() as conn:
        assert offers.look_again(conn, scene.turn()) == 0
    assert set(scene.statuses(Relationship)) == {RelationshipStatus.ACTIVE}
