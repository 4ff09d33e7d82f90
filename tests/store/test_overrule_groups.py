"""The operator decides about two people in groups, circles, given teams, and where each mentee gets several mentors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import RelationshipStatus
from programs.matching import Decided
from programs.spec import Role
from tasks import enroll
from tasks.models import Member, Participant, Relationship
from tasks.overrule import Overruled, Wishes, kept_apart, overrule, preview
from tests.store.scenes import Scene, a_cohort
from tests.store.test_given_teams import begun, names, sheets
from tests.store.test_groups_and_circles import in_groups, of_peers, seats
from tests.store.test_several_mentors import at_once, by_two, mentors_of, with_mentor

__all__ = ["sheets"]

Two = tuple[int, int]


def wishes(**named: list[Two]) -> Wishes:
    """Of participants, by their number in the books."""
    coded = {name: [(code("P", a), code("P", b)) for a, b in pairs] for name, pairs in named.items()}
    return Wishes(**coded)


def decided(scene: Scene, **named: list[Two]) -> Overruled:
    with scene.writing() as conn:
        return overrule(conn, scene.turn(), wishes(**named))


def previewed(scene: Scene, **named: list[Two]) -> Decided[Any]:
    with scene.writing() as conn:
        return preview(conn, scene.turn(), wishes(**named))


def waiting(scene: Scene, role: str) -> list[set[int]]:
    return [set(each) for each in seats(scene, role, status=RelationshipStatus.PROPOSED).values()]


def with_whom(scene: Scene, who: int, role: str) -> set[int]:
    """All in one waiting proposal with somebody, in a role."""
    found: set[int] = set()
    for row in scene.relationships_of(who):
        if row.status == RelationshipStatus.PROPOSED:
            found |= {one.participant_id for one in scene.rows(Member, relationship_id=row.id, role=role)}
    return found - {who}


def a_cohort_of_groups(engine: Engine) -> Scene:
    """Two groups of three."""
    scene = a_cohort(engine, pairs=6, mentors=2, program=in_groups(2, 4))
    scene.propose()
    return scene


def test_somebody_is_forced_into_a_group_and_the_cost_is_known_before(engine: Engine) -> None:
    scene = a_cohort_of_groups(engine)
    mentee = scene.mentees[0]
    (old,) = with_whom(scene, mentee, "mentor")
    (new,) = set(scene.mentors) - {old}
    told = previewed(scene, force=[(mentee, new)])
    points = sum(row.score for row in scene.rows(Relationship, status="proposed"))
    assert told.caveat == ""
    decided(scene, force=[(mentee, new)])
    assert with_whom(scene, mentee, "mentor") == {new}
    after = sum(row.score for row in scene.rows(Relationship, status="proposed"))
    assert points - after == told.together.units > 0
    assert sorted(who for each in waiting(scene, "mentee") for who in each) == scene.mentees


def test_two_mentees_are_kept_out_of_one_group_in_every_later_matching(engine: Engine) -> None:
    scene = a_cohort_of_groups(engine)
    one, other, *_ = sorted(waiting(scene, "mentee")[0])
    decided(scene, forbid=[(one, other)])
    assert other not in with_whom(scene, one, "mentee")
    with scene.writing() as conn:
        pair = (code("P", other), code("P", one))
        assert kept_apart(conn, scene.turn(), [pair]) == {pair}
    decided(scene, force=[(one, scene.mentors[0])])
    assert other not in with_whom(scene, one, "mentee")
    with scene.writing() as conn:
        assert enroll.look_again(conn, scene.turn()) == 0
    assert scene.on(scene.today) == []


def test_two_mentees_are_brought_into_one_group_and_stay_there(engine: Engine) -> None:
    scene = a_cohort_of_groups(engine)
    first, second = waiting(scene, "mentee")
    one, other = min(first), min(second)
    decided(scene, force=[(one, other)])
    assert other in with_whom(scene, one, "mentee")
    third = min(set(scene.mentees) - {one, other})
    (old,) = with_whom(scene, third, "mentor")
    (new,) = set(scene.mentors) - {old}
    decided(scene, force=[(third, new)])
    assert other in with_whom(scene, one, "mentee")


def test_two_mentees_exchange_their_groups(engine: Engine) -> None:
    scene = a_cohort_of_groups(engine)
    first, second = waiting(scene, "mentee")
    one, other = min(first), min(second)
    (mine,), (theirs,) = with_whom(scene, one, "mentor"), with_whom(scene, other, "mentor")
    decided(scene, force=[(one, theirs), (other, mine)])
    assert with_whom(scene, one, "mentor") == {theirs}
    assert with_whom(scene, other, "mentor") == {mine}


def test_an_approved_group_stays_and_the_rest_is_formed_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=6, mentors=3, program=in_groups(2, 2))
    scene.propose()
    approved, *_ = scene.rows(Relationship, status="proposed")
    kept = set(seats(scene, "mentee")[approved.id])
    scene.approve([approved.id])
    one, other = (min(each) for each in waiting(scene, "mentee"))
    (theirs,) = with_whom(scene, other, "mentor")
    report = decided(scene, force=[(one, theirs)])
    assert set(seats(scene, "mentee")[approved.id]) == kept
    assert scene.rows(Relationship, id=approved.id)[0].status == RelationshipStatus.OFFERED
    assert with_whom(scene, one, "mentor") == {theirs}
    assert (report.kept, report.proposed) == (0, 2)
    with pytest.raises(MentorflowError, match="is not among the mentees"):
        decided(scene, force=[(min(kept), theirs)])


def test_groups_that_stay_the_same_keep_their_number(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=6, mentors=3, program=in_groups(2, 2))
    scene.propose()
    before = {row.id for row in scene.rows(Relationship)}
    one, other = (min(each) for each in waiting(scene, "mentee")[:2])
    (theirs,) = with_whom(scene, other, "mentor")
    (mine,) = with_whom(scene, one, "mentor")
    decided(scene, force=[(one, theirs), (other, mine)])
    assert len(before & {row.id for row in scene.rows(Relationship, status="proposed")}) == 1


def test_two_peers_are_kept_apart_and_the_other_circles_stay(engine: Engine) -> None:
    scene = of_peers(engine, 12, at_least=3, at_most=5)
    scene.propose()
    before = {row.id: set(seats(scene, "member")[row.id]) for row in scene.rows(Relationship)}
    one, other = sorted(next(iter(before.values())))[:2]
    told = previewed(scene, forbid=[(one, other)])
    assert 1 <= len(told.together.moves) <= 2
    report = decided(scene, forbid=[(one, other)])
    assert other not in with_whom(scene, one, "member")
    assert report.kept == len(before) - 2
    assert sorted(who for each in waiting(scene, "member") for who in each) == scene.mentees
    scene.reject()
    scene.propose()
    assert other not in with_whom(scene, one, "member")


def test_two_peers_are_brought_into_one_circle_and_others_exchange_places(engine: Engine) -> None:
    scene = of_peers(engine, 12, at_least=3, at_most=5)
    scene.propose()
    first, second, third = waiting(scene, "member")
    one, other = min(first), min(second)
    decided(scene, force=[(one, other)])
    assert other in with_whom(scene, one, "member")
    a, b = max(set(third) - {one, other}), max(set(scene.mentees) - set(third) - {one, other})
    neighbours = with_whom(scene, b, "member") - {a}
    decided(scene, swap=[(a, b)])
    assert with_whom(scene, a, "member") == neighbours
    assert other in with_whom(scene, one, "member")


def test_circles_are_dealt_again_with_those_who_came_since(engine: Engine) -> None:
    scene = of_peers(engine, 9, at_least=4, at_most=5)
    late = scene.mentees[-1]
    comes = update(Participant).where(Participant.id == late)
    with scene.writing() as conn:
        conn.execute(comes.values(seeking_on=None))
    scene.propose()
    assert sorted(map(len, waiting(scene, "member"))) == [4, 4]
    with scene.writing() as conn:
        conn.execute(comes.values(seeking_on=scene.today))
    report = decided(scene)
    assert report.proposed >= 1
    assert sorted(who for each in waiting(scene, "member") for who in each) == scene.mentees


def test_what_was_decided_about_a_second_mentor_leaves_the_first(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3, program=by_two())
    scene.propose()
    mentee, third = scene.mentees[0], scene.mentors[2]
    decided(scene, force=[(mentee, third)])
    assert mentors_of(scene, 1, "proposed") == [1, 3]
    decided(scene, force=[(mentee, scene.mentors[1])])
    assert mentors_of(scene, 1, "proposed") == [2, 3]
    decided(scene, forbid=[(mentee, third)])
    assert mentors_of(scene, 1, "proposed") == [1, 2]


def test_who_has_one_mentor_under_way_is_decided_about_for_the_other_only(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=1, program=at_once())
    scene.through(scene.base.plan.starts_on)
    first = with_mentor(scene, 1, 1)
    scene.join(1)
    new = scene.mentors[1]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == scene.mentees[1]).values(seeking_on=None))
    told = previewed(scene, force=[(scene.mentees[0], new)])
    assert told.together.nothing
    decided(scene, force=[(scene.mentees[0], new)])
    assert mentors_of(scene, 1, "proposed") == [2]
    assert with_mentor(scene, 1, 1) == first


def test_a_mentor_joins_a_given_team_or_is_kept_out_of_it(engine: Engine, sheets: Mapping[Role, Path]) -> None:
    scene = begun(engine, sheets, approval="operator")
    who = {name: number for number, name in names(scene).items()}
    decided(scene, force=[(who["Cyd"], who["Lou"])])
    assert proposed(scene) == {"Moss": (["Cyd", "Kim", "Lou"], ["Ada", "Ben"]), "Fern": (["Kim", "Lou"], ["Cyd"])}
    decided(scene, forbid=[(who["Cyd"], who["Kim"])])
    assert proposed(scene)["Fern"] == (["Lou"], ["Cyd"])
    with pytest.raises(MentorflowError, match=r"change it on the sheet, enroll it again, and match --again"):
        decided(scene, forbid=[(who["Ada"], who["Ben"])])


def proposed(scene: Scene) -> dict[str, tuple[list[str], list[str]]]:
    """Of the teams that wait, as `teams` tells them."""
    called, found = names(scene), {}
    for row in scene.rows(Relationship, status=RelationshipStatus.PROPOSED):
        members = scene.rows(Member, relationship_id=row.id)
        sides = ([called[one.participant_id] for one in members if one.role == role] for role in ("mentor", "mentee"))
        mentors, mentees = map(sorted, sides)
        found[row.reasons["given"]] = (mentors, mentees)
    return found
