"""Groups, circles and several mentors, from people who look for each other to proposals that are kept."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, update

from programs.lifecycle import RelationshipStatus
from programs.spec import Program
from tasks.models import Member, Participant, Relationship
from tests.store.scenes import ENROLLED, Scene, a_cohort, declared, tandem


def in_groups(at_least: int, at_most: int) -> Program:
    size = {"at_least": at_least, "at_most": at_most}
    return tandem(lambda data: data["relationships"].update(shape="group", size=size))


def of_peers(engine: Engine, people: int, **size: int) -> Scene:
    """A cohort of peers, every second of them in the north."""
    data = declared("circle").model_dump(mode="json", by_alias=True)
    data["relationships"]["size"] = size
    scene = a_cohort(engine, pairs=people, mentors=0, program=Program.model_validate(data))
    with scene.writing() as conn:
        for number, participant in enumerate(scene.mentees):
            fields = {"site": "north" if number % 2 else "south", "skills": [f"skill {number % 3}"]}
            found = update(Participant).where(Participant.id == participant)
            conn.execute(found.values(roles="member", fields=fields))
    return scene


def seats(scene: Scene, role: str, **equal: Any) -> dict[int, list[int]]:
    """Members of each relationship in a role, in their order."""
    found: dict[int, list[int]] = {}
    for row in scene.rows(Relationship, **equal):
        found[row.id] = [one.participant_id for one in scene.rows(Member, relationship_id=row.id, role=role)]
    return found


def test_groups_keep_their_size_and_a_mentor_with_two_places_leads_two(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=7, mentors=2, capacity=2, program=in_groups(2, 3))
    scene.propose()
    groups = seats(scene, "mentee")
    assert sorted(map(len, groups.values())) == [2, 2, 3]
    assert sorted(who for each in groups.values() for who in each) == scene.mentees
    led = Counter(who for each in seats(scene, "mentor").values() for who in each)
    assert max(led.values()) <= 2
    assert scene.count(Participant, Participant.seeking_on.is_not(None)) == 0


def test_who_is_too_few_for_a_group_waits_until_somebody_joins(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=in_groups(2, 3))
    scene.propose()
    assert scene.count(Relationship) == 0
    (left,) = scene.rows(Participant, Participant.unmatched.is_not(None))
    assert "no group of at least 2 comes together" in left.unmatched
    assert scene.on(ENROLLED + timedelta(days=1)) == []


def test_peers_sit_in_circles_that_are_mixed_and_told(engine: Engine) -> None:
    scene = of_peers(engine, 8, at_least=3, at_most=4)
    scene.propose()
    circles = seats(scene, "member")
    assert sorted(map(len, circles.values())) == [4, 4]
    assert sorted(who for each in circles.values() for who in each) == scene.mentees
    for row in scene.rows(Relationship):
        assert row.reasons["mix"] == ["3 different in skills"]
        assert len(row.reasons["together"]) == 2
    assert scene.statuses(Relationship) == [RelationshipStatus.PROPOSED] * 2


def test_members_of_a_circle_that_is_turned_down_sit_with_others_where_they_can(engine: Engine) -> None:
    scene = of_peers(engine, 8, at_least=4, at_most=4)
    scene.propose()
    before = {frozenset(each) for each in seats(scene, "member").values()}
    scene.reject()
    scene.propose()
    after = {frozenset(each) for each in seats(scene, "member", status=RelationshipStatus.PROPOSED).values()}
    assert len(after) == 2
    assert not before & after


def test_everybody_in_a_circle_is_asked_and_it_starts_once_all_have_agreed(engine: Engine) -> None:
    scene = of_peers(engine, 4, at_least=4, at_most=4)
    scene.propose()
    scene.approve()
    scene.propose()
    assert len(scene.asks("consent.member")) == 4
    scene.everybody_answers(consent=True)
    assert scene.statuses(Relationship) == [RelationshipStatus.AGREED]
    scene.through(scene.base.plan.starts_on)
    assert scene.statuses(Relationship) == [RelationshipStatus.ACTIVE]


def test_who_wants_two_mentors_gets_two_relationships(engine: Engine) -> None:
    program = tandem(lambda data: data["relationships"].update(mentors=2))
    scene = a_cohort(engine, pairs=3, mentors=3, capacity=2, program=program)
    scene.propose()
    mentors = [
        {who for row in scene.relationships_of(mentee) for who in seats(scene, "mentor")[row.id]}
        for mentee in scene.mentees
    ]
    assert [len(each) for each in mentors] == [2, 2, 2]
    assert scene.count(Participant, Participant.seeking_on.is_not(None)) == 0
