"""From people who look for each other to relationships that may start: matching, the operator's decision, consent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from programs.codes import code
from programs.errors import MentorflowError
from programs.lifecycle import AskStatus, ParticipantStatus, RelationshipStatus
from tasks import offers
from tasks.models import Ask, Member, Participant, Relationship
from tests.store.scenes import ENROLLED, START, Scene, a_cohort, day, tandem


def left_over(scene: Scene) -> dict[int, str]:
    """Why which mentee found nobody."""
    rows = scene.rows(Participant, Participant.unmatched.is_not(None))
    return {scene.mentees.index(row.id) + 1: json.loads(row.unmatched)["why"] for row in rows}


def test_everybody_is_proposed_their_best_match(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=4)
    scene.propose()
    assert scene.partners() == {1: 1, 2: 2, 3: 3, 4: 4}
    assert set(scene.statuses(Relationship)) == {RelationshipStatus.PROPOSED}


def test_the_reasons_of_a_proposal_add_up_to_its_score(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=2, capacity=2)
    scene.propose()
    for row in scene.rows(Relationship):
        (pair,) = row.reasons["pairs"]
        assert sum(reason["points"] for reason in pair["criteria"]) == pair["points"] == row.score / 1000
        assert all(reason["words"] for reason in pair["criteria"])
    assert scene.count(Relationship) == 3


def confidential(data: dict[str, Any]) -> None:
    data["enrollment"]["fields"]["choices"]["share"] = "coordinator"


def test_a_field_for_the_coordinator_alone_counts_and_no_proposal_may_tell_it(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(confidential))
    scene.propose()
    (row,) = scene.rows(Relationship)
    told = {one["criterion"]: (one["points"], one.get("told", True)) for one in row.reasons["pairs"][0]["criteria"]}
    (kept,) = [points for points, may_be in told.values() if not may_be]
    assert kept > 0, "it still counts"
    assert len(told) > 1, "what is no secret may be told"


def test_nobody_gets_more_relationships_than_places(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=5, mentors=2, capacity=2)
    scene.propose()
    taken = [scene.members(row.id)["mentor"] for row in scene.rows(Relationship)]
    assert sorted(taken) == sorted(scene.mentors * 2)


def test_who_is_left_over_is_told_why_to_the_operator(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=2)
    scene.propose()
    (why,) = left_over(scene).values()
    assert why
    assert scene.on(ENROLLED) == []  # who found nobody is not looked for again until a place becomes free


@pytest.mark.parametrize("who", [1, 2, 3])
def test_who_found_nobody_last_time_comes_first(engine: Engine, who: int) -> None:
    scene = a_cohort(engine, pairs=3, mentors=2)
    with engine.begin() as conn:
        before = json.dumps({"why": "no place was left"})
        conn.execute(update(Participant).where(Participant.id == scene.mentees[who - 1]).values(unmatched=before))
    scene.propose()
    assert who in scene.partners()
    assert who not in left_over(scene)


def test_who_found_nobody_comes_first_once_a_place_is_free(engine: Engine) -> None:
    """Mentee 1 is the mentor's best match, but joins only after mentee 2 was left over."""
    scene = a_cohort(engine, pairs=2, mentors=1, capacity=0)
    later = Participant.id == scene.mentees[0]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(later).values(seeking_on=None))
    scene.propose()
    assert list(left_over(scene)) == [2]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == scene.mentors[0]).values(capacity=1))
        conn.execute(update(Participant).where(later).values(seeking_on=scene.today))
        assert offers.look_again(conn, scene.turn()) == 1
        assert offers.look_again(conn, scene.turn()) == 0
    scene.propose()
    assert scene.partners() == {2: 1}
    assert list(left_over(scene)) == [1]


def test_a_match_is_made_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3)
    scene.propose()
    scene.through(ENROLLED + timedelta(days=3))
    assert scene.count(Relationship) == 3


def test_without_approval_and_consent_a_match_is_agreed_at_once(engine: Engine) -> None:
    program = tandem(lambda data: data["matching"].update(approval="none", consent=[]))
    scene = a_cohort(engine, pairs=2, program=program)
    scene.propose()
    assert set(scene.statuses(Relationship)) == {RelationshipStatus.AGREED}
    assert scene.mails() == []


def test_a_rejected_proposal_goes_to_the_next_best(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2)
    scene.propose()
    scene.reject([scene.relationship().id])
    scene.propose()
    assert scene.statuses(Relationship) == ["proposed", "rejected"]
    assert scene.partners() == {1: 2}
    assert scene.relationship().round == 2


def test_what_was_approved_is_not_approved_again_and_what_was_taken_back_is_no_proposal(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.propose()
    scene.approve()
    mine = scene.relationship().id
    for decide, count in ((offers.approve, 0), (offers.reject, 1), (offers.reject, 0)):
        with scene.writing() as conn:
            assert decide(conn, scene.turn(), [mine]) == count
    with pytest.raises(MentorflowError, match=f"not proposed in cohort 'spring': {code('R', mine)}"):
        scene.approve([mine])
    with pytest.raises(MentorflowError, match="not proposed"):
        scene.reject([999])


def test_consent_is_asked_in_the_declared_order(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.propose()
    scene.approve()
    scene.propose()
    assert [(ask.key, ask.role) for ask in scene.asks()] == [("consent.mentee", "mentee")]
    scene.send(scene.ask("consent.mentee"), {"accept": True})
    scene.propose()
    assert [(ask.key, ask.role) for ask in scene.asks()][1:] == [("consent.mentor", "mentor")]
    assert scene.relationship().status == RelationshipStatus.OFFERED
    scene.send(scene.ask("consent.mentor", "mentor"), {"accept": True})
    row = scene.relationship()
    assert (row.status, row.agreed_on, row.consent, row.answer_by) == ("agreed", ENROLLED, None, None)
    assert [member.accepted_on for member in scene.rows(Member)] == [ENROLLED, ENROLLED]


def test_each_consent_is_asked_with_one_mail(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).agreed()
    scene.on(ENROLLED)
    mails = scene.mails("proposal")
    assert sorted(mail.ask_id for mail in mails) == sorted(ask.id for ask in scene.asks())
    assert len(mails) == 4


def test_a_declined_proposal_goes_to_the_next_best_mentor_and_the_two_never_meet_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=3)
    for mentor in (1, 2, 3):
        scene.propose()
        assert scene.partners() == {1: mentor}
        scene.approve()
        scene.propose()
        scene.send(scene.ask("consent.mentee"), {"accept": False})
    scene.propose()
    assert scene.statuses(Relationship) == ["declined"] * 3
    assert list(left_over(scene)) == [1]


def test_a_mentor_who_declines_is_free_for_others(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=2)
    scene.propose()
    scene.approve()
    scene.propose()
    scene.everybody_answers("consent.mentee")
    scene.propose()
    for number in (1, 2):
        scene.send(scene.ask("consent.mentor", "mentor", number), {"accept": False})
    scene.propose()
    assert scene.partners() == {1: 2, 2: 1}


def test_a_declined_proposal_asks_nothing_more(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["matching"].update(consent=["mentor", "mentee"])))
    scene.propose()
    scene.approve()
    scene.propose()
    ask = scene.ask("consent.mentor", "mentor")
    scene.send(ask, {"accept": False})
    assert scene.asks(status=AskStatus.OPEN) == []
    assert scene.send(ask, {"accept": True}).why == f"the proposal {scene.code()} has been answered already"


def test_an_unanswered_proposal_lapses_and_goes_to_the_next_best(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2)
    scene.propose()
    scene.approve()
    scene.propose()
    scene.everybody_answers("consent.mentee")
    scene.propose()
    scene.through(ENROLLED + timedelta(days=7))
    assert scene.relationship().status == RelationshipStatus.OFFERED  # the last day to answer counts
    scene.through(ENROLLED + timedelta(days=8))
    assert scene.statuses(Relationship) == ["lapsed", "proposed"]
    assert scene.partners() == {1: 2}
    silent = scene.rows(Participant, id=scene.mentors[0])[0]
    assert (silent.status, silent.withdrawn_why) == (ParticipantStatus.WITHDRAWN, "no_answer")


def test_a_mentee_who_never_answers_is_not_matched_again(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2)
    scene.propose()
    scene.approve()
    scene.through(ENROLLED + timedelta(days=20))
    assert scene.statuses(Relationship) == ["lapsed"]
    assert scene.statuses(Participant) == ["enrolled", "enrolled", "withdrawn"]
    (word,) = scene.mails("let_go")
    assert (word.participant_id, word.relationship_id) == (scene.mentees[0], None), "they hear that it is fine"


def test_a_busy_mentor_who_lets_a_proposal_lapse_stays_with_those_they_have(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1, capacity=2)
    scene.propose()
    first, second = scene.rows(Relationship)
    scene.approve([first.id])
    scene.propose()
    while scene.everybody_answers():
        scene.propose()
    scene.approve([second.id])
    scene.on(START)
    scene.everybody_answers("consent.mentee")
    scene.on(START)
    scene.through(day(8))
    assert scene.statuses(Relationship) == ["active", "lapsed"]
    (mentor,) = scene.rows(Participant, id=scene.mentors[0])
    assert (mentor.status, mentor.capacity) == (ParticipantStatus.ENROLLED, 1)
    assert len(left_over(scene)) == 1  # and gets nobody new


def test_a_proposal_is_brought_to_mind_three_days_before_it_lapses(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.propose()
    scene.approve()
    scene.through(ENROLLED + timedelta(days=8))
    assert [mail.not_before for mail in scene.mails("reminder")] == [ENROLLED + timedelta(days=5)]


def test_a_proposal_that_lapses_soon_is_not_asked_and_reminded_on_one_day(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["matching"].update(expires="2 days")))
    scene.propose()
    scene.approve()
    scene.through(ENROLLED + timedelta(days=3))
    assert scene.mails("reminder") == []
    assert len(scene.mails("proposal")) == 1


def test_nothing_starts_before_the_first_day_of_the_cohort(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).agreed()
    scene.through(START - timedelta(days=1))
    assert set(scene.statuses(Relationship)) == {RelationshipStatus.AGREED}
    scene.on(START)
    assert {row.started_on for row in scene.rows(Relationship)} == {START}
    assert len(scene.mails("introduction")) == 4


def test_who_agrees_later_starts_on_the_day_of_agreement(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.propose()
    scene.approve()
    scene.on(day(3))
    scene.everybody_answers()
    scene.on(day(4))
    scene.everybody_answers()
    scene.on(day(6))
    row = scene.relationship()
    assert (row.started_on, row.entered_on) == (day(4), day(4))


def test_matching_begins_only_as_far_ahead_as_declared(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["matching"].update(ahead="1 week")))
    scene.through(START - timedelta(days=8))
    assert scene.count(Relationship) == 0
    scene.through(START - timedelta(days=7))
    assert scene.count(Relationship) == 1


def test_a_withdrawn_person_is_not_matched(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    with scene.writing() as conn:
        gone = [scene.mentees[0], scene.mentors[1]]
        conn.execute(update(Participant).where(Participant.id.in_(gone)).values(status=ParticipantStatus.WITHDRAWN))
    scene.propose()
    assert scene.partners() == {2: 1}


def test_members_of_a_group_are_asked_together_and_one_no_is_enough(engine: Engine) -> None:
    program = tandem(lambda data: data["relationships"].update(shape="group"))
    scene = a_cohort(engine, pairs=3, mentors=1, capacity=3, program=program)
    scene.propose()
    assert scene.count(Relationship) == 1
    scene.approve()
    scene.propose()
    first, second, _ = scene.asks("consent.mentee")
    scene.send(first, {"accept": True})
    assert scene.relationship().consent == "mentee"
    scene.send(second, {"accept": False})
    assert scene.relationship().status == RelationshipStatus.DECLINED
    assert scene.count(Ask, status=AskStatus.WITHDRAWN) == 1


def test_for_whom_nobody_was_found_hears_so_with_the_decision_and_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.on(ENROLLED)
    assert scene.mails("unmatched") == [], "nothing is decided yet"
    scene.approve()
    matched = {row.participant_id for row in scene.rows(Member)}
    (told,) = scene.mails("unmatched")
    assert told.participant_id in set(scene.mentees) - matched
    scene.join(1)
    scene.propose()
    scene.approve()
    assert len([mail for mail in scene.mails("unmatched") if mail.participant_id == told.participant_id]) == 1
