"""The operator decides about single pairs: it is said what that costs, proposals are made again, and decisions last."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import RelationshipStatus
from programs.matching import Decided
from tasks.models import History, Member, Participant, Relationship
from tasks.overrule import Overruled, overrule, preview
from tasks.overrule import Wishes as Decisions
from tests.store.scenes import Scene, a_cohort

Wishes = list[tuple[int, int]]


def named(scene: Scene, wishes: Wishes) -> list[tuple[str, str]]:
    """Mentee and mentor, counted from 1."""
    return [(code("P", scene.mentees[one - 1]), code("P", scene.mentors[other - 1])) for one, other in wishes]


def decided(scene: Scene, force: Wishes = [], forbid: Wishes = []) -> Overruled:  # noqa: B006 - never changed
    with scene.writing() as conn:
        return overrule(conn, scene.turn(), Decisions(named(scene, force), named(scene, forbid)))


def previewed(scene: Scene, force: Wishes = [], forbid: Wishes = []) -> Decided[Any]:  # noqa: B006 - never changed
    with scene.writing() as conn:
        return preview(conn, scene.turn(), Decisions(named(scene, force), named(scene, forbid)))


def proposals(scene: Scene) -> dict[int, int]:
    """Mentee to mentor, counted from 1, of what waits for the operator."""
    found = {}
    for row in scene.rows(Relationship, status=RelationshipStatus.PROPOSED):
        members = scene.members(row.id)
        found[scene.mentees.index(members["mentee"]) + 1] = scene.mentors.index(members["mentor"]) + 1
    return found


def test_a_preview_says_the_cost_and_changes_nothing(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3)
    scene.propose()
    before = scene.rows(Relationship)
    told = previewed(scene, force=[(1, 2)])
    assert told.each[0].cost.units > 0
    assert {move.mentee for move in told.each[0].cost.moves} >= {code("P", scene.mentees[0])}
    assert scene.rows(Relationship) == before
    assert scene.count(History, event="reject") == 0


def test_forced_pairs_are_proposed_and_the_rest_around_them(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=4)
    scene.propose()
    report = decided(scene, force=[(1, 2)])
    assert proposals(scene)[1] == 2
    assert sorted(proposals(scene)) == [1, 2, 3, 4]
    assert sorted(proposals(scene).values()) == [1, 2, 3, 4]
    assert report.kept + report.proposed == 4
    assert report.replaced == report.proposed
    (row,) = [row for row in scene.rows(Relationship, status="proposed") if row.reasons["pairs"][0].get("decided")]
    assert scene.members(row.id)["mentee"] == scene.mentees[0]


def test_proposals_that_stay_the_same_keep_their_number(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=4)
    scene.propose()
    before = {row.id for row in scene.rows(Relationship)}
    decided(scene, force=[(1, 2), (2, 1)])
    after = {row.id for row in scene.rows(Relationship, status=RelationshipStatus.PROPOSED)}
    assert len(before & after) == 2
    assert proposals(scene) == {1: 2, 2: 1, 3: 3, 4: 4}


def test_two_who_are_kept_apart_are_so_in_every_later_matching(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.propose()
    decided(scene, forbid=[(1, 1)])
    assert proposals(scene) == {1: 2, 2: 1}
    scene.reject()
    scene.propose()
    assert proposals(scene) == {2: 2}


def test_two_may_be_kept_apart_before_anybody_was_proposed(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    decided(scene, forbid=[(2, 1)])
    assert proposals(scene) == {1: 1, 2: 2}
    assert scene.count(Relationship, status=RelationshipStatus.REJECTED) == 1


def test_who_gave_way_to_a_decision_may_still_be_brought_together(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.propose()
    decided(scene, force=[(1, 2)])
    assert proposals(scene) == {1: 2, 2: 1}
    decided(scene, forbid=[(1, 2)])
    assert proposals(scene) == {1: 1, 2: 2}


def test_what_gave_way_to_a_decision_was_rejected_by_nobody(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.propose()
    decided(scene, force=[(1, 2)])
    assert sorted(scene.statuses(Relationship)) == ["proposed", "proposed", "replaced", "replaced"]
    assert (scene.count(History, event="give way"), scene.count(History, event="reject")) == (2, 0)
    decided(scene, forbid=[(1, 2)])
    assert scene.count(Relationship, status=RelationshipStatus.REJECTED) == 1


def test_an_earlier_decision_stands_beside_a_later_one(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=4)
    scene.propose()
    decided(scene, force=[(1, 2)])
    decided(scene, force=[(3, 4)])
    assert (proposals(scene)[1], proposals(scene)[3]) == (2, 4)
    decided(scene, force=[(1, 3)])
    assert (proposals(scene)[1], proposals(scene)[3]) == (3, 4)


def test_what_is_approved_stays_and_its_place_is_taken(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3)
    scene.propose()
    scene.approve([scene.relationship(1).id])
    decided(scene, force=[(2, 3)])
    assert scene.relationship(1).status == RelationshipStatus.OFFERED
    assert proposals(scene) == {2: 3, 3: 2}
    with pytest.raises(MentorflowError, match="is to get 1 mentee but has 0 free places"):
        decided(scene, force=[(2, 1)])
    with pytest.raises(MentorflowError, match="is not among the mentees of this matching"):
        decided(scene, force=[(1, 2)])


def test_who_is_left_over_by_a_decision_is_told_why(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.propose()
    (left,) = scene.rows(Participant, Participant.unmatched.is_not(None))
    loser = scene.mentees.index(left.id) + 1
    decided(scene, force=[(loser, 1)])
    assert proposals(scene) == {loser: 1}
    (other,) = scene.rows(Participant, Participant.unmatched.is_not(None))
    assert other.id != left.id
    assert scene.count(Participant, Participant.seeking_on.is_not(None)) == 0
    assert scene.count(Member, Member.left_on.is_not(None)) == 2
