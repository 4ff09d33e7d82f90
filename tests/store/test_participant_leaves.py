"""Ending what a participant is in: the same from the command line and from the close deployment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from tasks.end_now import end_now
from tasks.endings import Ending
from tasks.models import Ask, Closure, Cohort, Member, Participant, Relationship, Step
from tasks.withdraw import withdraw
from tests.store.scenes import a_cohort


@pytest.fixture
def who(engine: Engine) -> tuple:
    """A running cohort, and a mentee in it."""
    scene = a_cohort(engine, pairs=2)
    scene.started()
    mentee = next(row for row in scene.rows(Member) if row.role == "mentee")
    return scene, mentee


def test_a_participant_who_leaves_is_matched_no_more(engine: Engine, who: tuple) -> None:
    scene, mentee = who
    closed = end_now(engine, scene.turn(), "other", participant=code("P", mentee.participant_id))
    assert closed == 1
    gone = next(row for row in scene.rows(Participant) if row.id == mentee.participant_id)
    assert (gone.status, gone.seeking_on) == (ParticipantStatus.WITHDRAWN, None)
    statuses = {row.id: row.status for row in scene.rows(Relationship)}
    assert statuses[mentee.relationship_id] == RelationshipStatus.CLOSED
    assert sorted(statuses.values()).count(RelationshipStatus.ACTIVE) == 1


def test_asking_for_the_same_ending_twice_closes_nothing_more(engine: Engine, who: tuple) -> None:
    scene, mentee = who
    wanted = code("P", mentee.participant_id)
    assert end_now(engine, scene.turn(), "other", participant=wanted) == 1
    assert end_now(engine, scene.turn(), "other", participant=wanted) == 0
    assert len(scene.rows(Closure)) == 1


def test_a_cohort_that_is_ended_takes_back_what_has_not_begun(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3)
    scene.propose()
    scene.approve()
    assert end_now(engine, scene.turn(), "other") == 0
    assert set(scene.statuses(Relationship)) == {RelationshipStatus.REJECTED}
    assert all(row.seeking_on is None for row in scene.rows(Participant))


def test_the_mentees_of_an_ended_cohort_do_not_look_for_somebody_new(engine: Engine, who: tuple) -> None:
    scene, _ = who
    assert end_now(engine, scene.turn(), "no_fit") == 2
    assert all(row.seeking_on is None for row in scene.rows(Participant))
    assert not any(row.rematch for row in scene.rows(Closure))


def test_who_has_looked_back_did_so_for_the_other_even_if_it_ends_early(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1)
    scene.closing()
    asked = next(ask for ask in scene.rows(Ask) if ask.key.endswith(".reflection") and ask.role == "mentee")
    scene.send(asked)
    end_now(engine, scene.turn(), "other", relationship=scene.code())
    assert scene.mails("feedback_shared") == []
    scene.on(scene.today + timedelta(days=1))
    mentor = scene.members(scene.relationship().id)["mentor"]
    assert [mail.participant_id for mail in scene.mails("feedback_shared")] == [mentor]


def test_who_has_left_is_not_told_on_a_later_day_what_was_shared(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1)
    scene.closing()
    scene.send(next(ask for ask in scene.rows(Ask) if ask.key.endswith(".reflection") and ask.role == "mentor"))
    gone = scene.members(scene.relationship().id)["mentee"]
    end_now(engine, scene.turn(), "other", participant=code("P", gone))
    scene.on(scene.today + timedelta(days=1))
    assert scene.mails("feedback_shared") == []
    (step,) = [row for row in scene.rows(Step) if row.key.endswith(".reflection")]
    assert step.shared_on, "what was said stays shared: whoever comes back may read it"


def test_who_was_left_over_does_not_look_again_in_a_cohort_that_was_ended(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.started()
    left = [row for row in scene.rows(Participant) if row.unmatched]
    assert len(left) == 1
    end_now(engine, scene.turn(), "other")
    assert all(row.seeking_on is None for row in scene.rows(Participant)), (
        "the place that is free now is no place any more"
    )
    scene.on(scene.today + timedelta(days=1))
    assert scene.statuses(Relationship) == ["closed"]


def test_nobody_leaves_a_cohort_that_is_closed(engine: Engine, who: tuple) -> None:
    scene, mentee = who
    end_now(engine, scene.turn(), "other")
    scene.on(scene.today + timedelta(days=100))
    assert scene.statuses(Cohort) == ["closed"]
    before = scene.rows(Participant)
    assert end_now(engine, scene.turn(), "other", participant=code("P", mentee.participant_id)) == 0
    with pytest.raises(MentorflowError, match="is closed; its record says who took part"), scene.writing() as conn:
        withdraw(conn, scene.turn(), mentee.participant_id, Ending("other"))
    assert scene.rows(Participant) == before
