"""Relationships end as planned or early, always with a record; what comes after them is prepared; and the cohort closes itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import AskStatus, CohortStatus, GoalStatus, MessageStatus, StepStatus
from tasks import endings, meetings, reflect
from tasks.db import reading
from tasks.endings import Ending
from tasks.models import Ask, Closure, Cohort, Flag, Goal, History, Message, Participant, Passage, Relationship, Step
from tests.store.scenes import Scene, a_cohort, day, milestone, tandem

LAST = day(63)
"""The planned end of who left the first phase as soon as possible."""


def end(scene: Scene, reason: str = "other", ids: list[int] | None = None, **more: Any) -> list[int]:
    with scene.writing() as conn:
        return endings.request(conn, scene.turn(), ids, Ending(reason, **more))


def shared(scene: Scene, role: str) -> list[dict[str, Any]]:
    mine = scene.relationship()
    who = scene.members(mine.id)[role]
    with reading(scene.engine) as conn:
        return reflect.shared_with(conn, scene.turn(), mine.id, who)


def through_to_the_end(scene: Scene, last: date = LAST) -> Scene:
    """The reflection is answered on day 50."""
    scene.closing()
    scene.through(day(50))
    scene.everybody_answers()
    scene.through(last)
    return scene


def test_a_relationship_ends_as_planned_with_a_record(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine), LAST - timedelta(days=1))
    assert scene.relationship().status == "active"
    scene.through(LAST)
    row = scene.relationship()
    assert (row.status, row.closed_on) == ("closed", LAST)
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.planned, closure.by, closure.rematch) == ("completed", True, "program", False)
    assert scene.code() in closure.text
    assert closure.record["relationship"] == scene.code()


def test_the_members_are_told_of_the_end_once_in_advance_and_once_when_it_comes(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine))
    assert [mail.not_before for mail in scene.mails("closing_notice")] == [day(56), day(56)]
    assert [mail.not_before for mail in scene.mails("closed")] == [LAST, LAST]


def test_a_reflection_is_asked_of_everybody_when_its_phase_begins(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    asks = scene.asks("close.reflection")
    assert sorted((ask.role, ask.opened_on, ask.due_on, ask.closes_on) for ask in asks) == [
        ("mentee", day(49), day(59), day(62)),
        ("mentor", day(49), day(59), day(62)),
    ]


def test_nothing_is_exchanged_before_both_have_answered(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    scene.send(scene.ask("close.reflection"), thanks="You listened", worry="Too little time")
    scene.through(day(52))
    assert scene.mails("feedback_shared") == []
    assert shared(scene, "mentor") == []
    scene.send(scene.ask("close.reflection", "mentor"), thanks="You grew", next_step="new_cycle")
    scene.on(day(52))
    assert len(scene.mails("feedback_shared")) == 2
    assert shared(scene, "mentor") == [
        {"from": "mentee", "about": "Reflection", "answers": {"thanks": "You listened", "next_step": "new_cycle"}}
    ]
    assert shared(scene, "mentee") == [
        {"from": "mentor", "about": "Reflection", "answers": {"thanks": "You grew", "next_step": "new_cycle"}}
    ]


def test_what_one_side_said_is_shared_when_the_window_closes(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    scene.send(scene.ask("close.reflection"), thanks="You listened")
    scene.through(day(62))
    assert scene.mails("feedback_shared") == []
    scene.through(LAST)
    (mail,) = scene.mails("feedback_shared")
    assert mail.participant_id == scene.mentors[0]  # the mentee has nothing to read
    assert mail.status == MessageStatus.QUEUED  # although the relationship closed on that day
    assert [one["from"] for one in shared(scene, "mentor")] == ["mentee"]
    assert scene.step("close.reflection").status == StepStatus.MISSED


def test_what_is_shared_is_told_once(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    scene.everybody_answers()
    scene.on(day(49))
    scene.send(scene.ask("close.reflection"), thanks="Once more")
    scene.through(LAST)
    assert len(scene.mails("feedback_shared")) == 2


def exchanged(data: dict[str, Any]) -> None:
    milestone(data, "intro")["ask"]["exchange"] = True
    data["forms"]["intro"]["questions"][0]["share"] = "partner"


def told_each_other(data: dict[str, Any]) -> None:
    exchanged(data)
    milestone(data, "intro")["ask"]["exchange"] = False


@pytest.mark.parametrize(("change", "mails"), [(exchanged, 2), (told_each_other, 0)])
def test_what_people_told_each_other_on_the_way_is_announced_where_it_is_exchanged(
    engine: Engine, change: Callable[[dict[str, Any]], None], mails: int
) -> None:
    scene = a_cohort(engine, program=tandem(change)).started()
    scene.through(day(2))
    scene.send(scene.ask("begin.intro", "mentor"), about="I like plans")
    scene.through(day(3))
    assert (scene.mails("feedback_shared"), shared(scene, "mentee")) == ([], [])
    scene.send(scene.ask("begin.intro", "mentee"), about="I like surprises")
    scene.through(day(5))
    assert len(scene.mails("feedback_shared")) == mails
    assert [one["answers"] for one in shared(scene, "mentee")] == [{"about": "I like plans"}]


def test_an_outsider_reads_nothing(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).closing()
    scene.everybody_answers()
    scene.on(day(49))
    with reading(engine) as conn:
        assert reflect.shared_with(conn, scene.turn(), scene.relationship(1).id, scene.mentees[1]) == []


def test_an_early_ending_keeps_its_reason_note_and_author(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    assert end(scene, "conduct", note="Spoke to both", by="operator") == [scene.relationship().id]
    scene.on(day(7))
    (closure,) = scene.rows(Closure)
    assert (closure.reason, closure.note, closure.by, closure.planned) == (
        "conduct",
        "Spoke to both",
        "operator",
        False,
    )
    assert closure.closed_on == scene.relationship().closed_on == day(7)


def test_asking_for_an_ending_again_changes_nothing(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    end(scene)
    scene.on(day(7))
    assert end(scene) == []
    assert scene.on(day(7)) == []
    assert scene.count(Closure) == 1


def test_an_unknown_reason_is_refused_with_those_there_are(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    with pytest.raises(
        MentorflowError, match="'boredom' is not a reason of Ten weeks in tandem; its reasons are: completed, "
    ):
        end(scene, "boredom")
    assert scene.relationship().ending_on is None


def test_an_unknown_relationship_is_refused_and_none_is_ended(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    with pytest.raises(NotFoundError, match="cohort 'spring' has no relationship R-"):
        end(scene, ids=[scene.relationship().id, 999])
    assert scene.relationship().ending_on is None


def test_nothing_of_a_closed_relationship_stays_open(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2).at_work()
    end(scene, ids=[scene.relationship(1).id])
    scene.on(day(7))
    closed, other = scene.relationship(1).id, scene.relationship(2).id
    assert not {"planned", "open"} & set(scene.statuses(Step, relationship_id=closed))
    assert scene.rows(Ask, relationship_id=closed, status=AskStatus.OPEN) == []
    assert scene.rows(Passage, Passage.left_on.is_(None), relationship_id=closed) == []
    assert {mail.template for mail in scene.mails(relationship_id=closed, status=MessageStatus.QUEUED)} == {"closed"}
    assert scene.rows(Ask, relationship_id=other, status=AskStatus.OPEN)
    assert scene.count(Message, relationship_id=other, status=MessageStatus.CANCELLED) == 0


def test_what_an_end_cuts_short_carries_the_day_of_the_end_and_not_that_of_a_later_run(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.everybody_answers("begin.wish")
    before = {row.id for row in scene.rows(Step, Step.settled_on.is_not(None))}
    end(scene)
    ended_on = scene.today
    scene.on(ended_on + timedelta(days=40))
    cut = [row for row in scene.rows(Step, Step.settled_on.is_not(None)) if row.id not in before]
    assert {row.status for row in cut} == {StepStatus.MISSED, StepStatus.CANCELLED}
    assert {row.settled_on for row in (*cut, *scene.rows(Goal))} == {ended_on}
    assert scene.relationship().closed_on == ended_on


def test_flags_and_goals_are_settled_with_the_relationship(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data["phases"][0].update(overrun=None))).at_work()
    scene.everybody_answers("begin.wish")
    scene.through(day(30))
    assert scene.rows(Flag, Flag.cleared_on.is_(None))
    end(scene)
    scene.on(day(30))
    assert [goal.status for goal in scene.rows(Goal)] == [GoalStatus.NOT_REACHED]
    assert scene.rows(Flag, Flag.cleared_on.is_(None)) == []


def test_a_paused_relationship_can_be_closed(engine: Engine) -> None:
    from tasks import timing

    scene = a_cohort(engine).at_work()
    mine = scene.relationship().id
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), mine)
    end(scene)
    scene.on(day(9))
    assert scene.relationship().status == "closed"


def test_a_closed_relationship_takes_no_more_meetings(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    end(scene)
    scene.on(day(7))
    with (
        pytest.raises(MentorflowError, match=f"{scene.code()} is not running in cohort 'spring'"),
        scene.writing() as conn,
    ):
        meetings.log_meetings(conn, scene.turn(), [meetings.Held(1, day(7), 45)])


def test_a_rematch_is_looked_for_after_the_pause(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2).at_work()
    end(scene, "no_fit", [scene.relationship().id])
    scene.through(day(13))
    assert scene.statuses(Relationship) == ["closed"]
    scene.through(day(14))
    assert scene.statuses(Relationship) == ["closed", "proposed"]
    assert scene.partners() == {1: 2}


def test_no_rematch_is_looked_for_where_nobody_wants_one(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2).at_work()
    end(scene, "no_fit", rematch=False)
    scene.through(day(20))
    assert scene.statuses(Relationship) == ["closed"]


def test_a_rematch_can_be_wished_for_any_reason(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2).at_work()
    end(scene, "other", rematch=True)
    scene.through(day(14))
    assert scene.partners() == {1: 2}


def test_the_place_of_a_mentor_whose_relationship_ended_early_is_free_at_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.agreed()
    scene.on(day(0))
    (waiting,) = scene.rows(Participant, Participant.unmatched.is_not(None))
    scene.through(day(2))
    end(scene, "no_fit")
    scene.on(day(2))
    assert [row.status for row in scene.relationships_of(waiting.id)] == ["proposed"]
    assert scene.rows(Participant, id=waiting.id)[0].unmatched is None


def test_the_place_of_a_mentor_who_came_to_the_planned_end_stays_taken(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.agreed()
    scene.on(day(0))
    scene.through(day(2))
    scene.everybody_answers()
    scene.through(day(7))
    while scene.today < LAST:
        scene.everybody_meets()
        scene.through(scene.today + timedelta(days=7))
    scene.through(LAST + timedelta(days=3))
    assert scene.statuses(Relationship) == ["closed"]


def test_a_follow_up_is_asked_once_after_the_declared_time(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine))
    scene.on(date(2027, 6, 2))
    assert scene.asks("follow_up") == []
    scene.on(date(2027, 6, 3))  # a month after 3 May
    scene.on(date(2027, 6, 4))
    assert sorted((ask.role, ask.opened_on, ask.closes_on) for ask in scene.asks("follow_up")) == [
        ("mentee", date(2027, 6, 3), date(2027, 6, 17)),
        ("mentor", date(2027, 6, 3), date(2027, 6, 17)),
    ]
    assert len(scene.mails("follow_up")) == 2
    assert scene.send(scene.ask("follow_up")).outcome == "taken"


@pytest.mark.parametrize(("reasons", "asked"), [([], 0), (["no_fit"], 2), (["completed"], 0)])
def test_what_has_remained_is_asked_after_the_endings_that_the_program_means(
    engine: Engine, reasons: list[str], asked: int
) -> None:
    program = tandem(lambda data: data["closure"]["follow_up"].update(reasons=reasons))
    scene = a_cohort(engine, program=program).at_work()
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("no_fit"))
    scene.through(scene.today + timedelta(days=35))
    assert scene.statuses(Relationship) == ["closed"]
    assert len(scene.asks("follow_up")) == asked


def test_a_follow_up_whose_window_has_passed_is_listed_and_not_asked(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine))
    scene.on(date(2027, 6, 18))
    assert scene.asks("follow_up") == []
    (listed,) = scene.rows(History, event="skip", noun="relationship")
    assert "follow-up" in listed.why


def test_a_cohort_closes_itself_when_nothing_is_ahead_with_a_record_that_adds_up(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine, pairs=3, mentors=2))
    scene.on(date(2027, 6, 3))
    assert scene.rows(Cohort)[0].status == CohortStatus.OPEN
    scene.everybody_answers()
    scene.on(date(2027, 6, 4))
    (cohort,) = scene.rows(Cohort)
    assert (cohort.status, cohort.closed_on) == (CohortStatus.CLOSED, date(2027, 6, 4))
    assert sum(sum(line["by_roles"].values()) for line in cohort.record["people"]) == 5
    assert cohort.record_text
    assert scene.rows(History, noun="cohort", event="close")[0].after == CohortStatus.CLOSED
    assert scene.on(date(2027, 6, 5)) == []


def test_a_cohort_that_only_has_mentors_yet_does_not_close(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=0, mentors=2)
    scene.on(day(3))
    assert scene.rows(Cohort)[0].status == CohortStatus.OPEN


def test_a_cohort_in_which_nobody_could_be_matched_stays_open_until_its_time_is_over(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=0)
    scene.through(day(2))
    assert scene.rows(Cohort)[0].status == CohortStatus.OPEN
    over = scene.turn().plan.earliest_end
    scene.on(over - timedelta(days=1))
    assert scene.rows(Cohort)[0].status == CohortStatus.OPEN
    scene.on(over)
    assert scene.rows(Cohort)[0].status == CohortStatus.CLOSED


def test_an_ending_leaves_no_step_of_a_reflection_unexchanged_for_ever(engine: Engine) -> None:
    scene = through_to_the_end(a_cohort(engine, program=tandem(lambda data: milestone(data, "aims").pop("required"))))
    assert scene.rows(Step, Step.exchange_on.is_not(None)) == []


def open_hearted(data: dict[str, Any]) -> None:
    """What both say of themselves at the beginning is for each other."""
    for question in data["forms"]["intro"]["questions"]:
        question["share"] = "partner"


def test_a_form_that_is_shared_can_be_read_when_both_have_answered_it(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(open_hearted)).started()
    scene.through(day(2))
    scene.send(scene.ask("begin.intro", "mentee"))
    assert shared(scene, "mentor") == []
    scene.send(scene.ask("begin.intro", "mentor"))
    assert [(one["from"], bool(one["answers"])) for one in shared(scene, "mentor")] == [("mentee", True)]
    assert [one["from"] for one in shared(scene, "mentee")] == ["mentor"]
    assert scene.mails("feedback_shared") == []
