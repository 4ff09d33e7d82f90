"""Ending what a participant is in: the same from the command line and from the close deployment."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from programs.codes import code
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from tasks.end_now import end_now
from tasks.models import Closure, Member, Participant, Relationship
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
