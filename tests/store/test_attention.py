"""The attention list: each thing that needs somebody is raised once, taken off when it is over, and raised anew when it comes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from programs.attention import MATTERS, Kind, matter
from programs.codes import code
from tasks import attention, day, endings, gates, needs, offers, timing
from tasks.db import reading
from tasks.models import Flag, Gate, History, Participant, Relationship
from tasks.records import cohort_record
from tasks.withdraw import withdraw
from tests.store.scenes import ENROLLED, Scene, a_cohort, milestone, tandem
from tests.store.scenes import day as on_day

Raised = list[tuple[date, date | None]]


def raised(scene: Scene, kind: str) -> Raised:
    return [(flag.raised_on, flag.cleared_on) for flag in scene.rows(Flag, kind=kind)]


def listed(scene: Scene) -> Sequence[needs.Need]:
    with reading(scene.engine) as conn:
        return needs.needs(conn, scene.turn())


def later(days: int) -> date:
    return ENROLLED + timedelta(days=days)


def program(change: Callable[[dict[str, Any]], object]) -> Any:
    return tandem(change)


def test_a_proposal_that_nobody_decides_waits_for_the_operator_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.on(ENROLLED)
    scene.through(later(6))
    assert raised(scene, Kind.PROPOSAL) == []
    scene.through(later(9))
    assert raised(scene, Kind.PROPOSAL) == [(later(7), None)] * 2
    assert {need.who for need in listed(scene)} == {"operator"}
    scene.approve([scene.relationship(1).id])
    scene.on(later(10))
    flags = scene.rows(Flag)
    assert {flag.relationship_id: flag.cleared_on for flag in flags} == {
        scene.relationship(1).id: later(10),
        scene.relationship(2).id: None,
    }


def test_a_proposal_made_again_waits_anew(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2)
    scene.on(ENROLLED)
    scene.through(later(8))
    scene.reject()
    scene.through(later(16))
    assert raised(scene, Kind.PROPOSAL) == [(later(7), later(9)), (later(16), None)]


def test_the_member_who_lets_a_proposal_wait_is_named(engine: Engine) -> None:
    def patient(data: dict[str, Any]) -> None:
        data["matching"].update(expires="21 days")

    scene = a_cohort(engine, program=program(patient))
    scene.on(ENROLLED)
    scene.approve()
    scene.through(later(8))  # asked on the first day
    (need,) = listed(scene)
    assert (need.kind, need.whom, need.who, need.since) == (Kind.CONSENT, scene.code(), "mentee", later(8))
    scene.everybody_answers(consent=True)
    scene.through(later(9))
    assert raised(scene, Kind.CONSENT) == [(later(8), later(9))]
    scene.through(later(16))
    assert [need.who for need in listed(scene) if need.kind == Kind.CONSENT] == ["mentor"]


def screened(data: dict[str, Any]) -> None:
    data["enrollment"]["gates"] = [{"id": "screening", "by": "operator", "roles": ["mentor"]}]


def test_a_gate_that_the_operator_records_is_the_operators_matter(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=program(screened))
    scene.through(later(8))
    assert raised(scene, Kind.GATE) == [(later(7), None)] * 2
    found = [need for need in listed(scene) if need.kind == Kind.GATE]
    assert {need.whom for need in found} == {code("P", mentor) for mentor in scene.mentors}
    assert {(need.who, need.why) for need in found} == {("operator", f"Screening, since {ENROLLED}")}
    with scene.writing() as conn:
        row = {"participant_id": scene.mentors[0], "gate": "screening", "passed_on": scene.today, "by": "operator"}
        conn.execute(insert(Gate).values(row))
        conn.execute(update(Participant).where(Participant.id == scene.mentors[1]).values(status="withdrawn"))
    scene.on(later(9))
    assert raised(scene, Kind.GATE) == [(later(7), later(9))] * 2


def unhurried(data: dict[str, Any]) -> None:
    data["phases"][0].update(overrun=None)
    data["silence"] = []


def test_a_gate_that_is_answered_is_the_matter_of_those_who_have_not(engine: Engine) -> None:
    scene = a_cohort(engine, program=program(unhurried)).started()
    scene.through(on_day(2))
    scene.send(scene.ask("begin.intro", "mentor"))
    scene.through(on_day(13))
    assert raised(scene, Kind.GATE_FORM) == []
    scene.through(on_day(15))  # asked on day 2, due on day 7, and seven days more
    (need,) = listed(scene)
    assert (need.kind, need.whom, need.who, need.since) == (
        Kind.GATE_FORM, code("P", scene.mentees[0]), "mentee", on_day(14),
    )  # fmt: skip
    scene.send(scene.ask("begin.intro"))
    scene.on(on_day(16))
    assert raised(scene, Kind.GATE_FORM) == [(on_day(14), on_day(16))]


def required_wish(data: dict[str, Any]) -> None:
    unhurried(data)
    data["enrollment"]["gates"] = []
    milestone(data, "wish")["required"] = True


def test_a_required_form_that_nobody_answers_is_listed_until_it_is_waived(engine: Engine) -> None:
    scene = a_cohort(engine, program=program(required_wish)).started()
    scene.through(on_day(2))
    scene.everybody_answers("begin.intro")
    scene.through(on_day(13))
    assert raised(scene, Kind.EXPIRED) == []
    scene.through(on_day(16))
    (need,) = listed(scene)
    assert (need.kind, need.whom, need.since) == (Kind.EXPIRED, scene.code(), on_day(14))
    assert need.why == f"Wish, due {on_day(7)}"
    with scene.writing() as conn:
        timing.waive(conn, scene.turn(), scene.relationship().id, "wish")
    scene.on(on_day(17))
    assert raised(scene, Kind.EXPIRED) == [(on_day(14), on_day(17))]


def test_a_program_may_leave_unanswered_forms_to_the_reminders(engine: Engine) -> None:
    def silent(data: dict[str, Any]) -> None:
        required_wish(data)
        data["attention"] = {"expired": False}

    scene = a_cohort(engine, program=program(silent)).started()
    scene.through(on_day(2))
    scene.everybody_answers("begin.intro")
    scene.through(on_day(20))
    assert listed(scene) == []


def test_an_overrun_is_over_when_its_phase_is_left(engine: Engine) -> None:
    def waits(data: dict[str, Any]) -> None:
        data["phases"][0]["overrun"] = {"after": "1 week", "then": "wait"}
        data["silence"] = []

    scene = a_cohort(engine, program=program(waits)).started()
    scene.through(on_day(22))
    assert raised(scene, Kind.OVERRUN) == [(on_day(21), None)]
    scene.everybody_answers("begin.intro")
    scene.on(on_day(23))
    assert raised(scene, Kind.OVERRUN) == [(on_day(21), on_day(23))]


def test_who_is_left_over_by_a_matching_is_listed_until_somebody_is_found(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.on(ENROLLED)
    assert raised(scene, Kind.UNMATCHED) == [(ENROLLED, None)]
    with scene.writing() as conn:
        conn.execute(update(Participant).where(Participant.id == scene.mentors[0]).values(capacity=2))
        conn.execute(update(Participant).where(Participant.unmatched.is_not(None)).values(seeking_on=later(1)))
    scene.on(later(1))
    assert raised(scene, Kind.UNMATCHED) == [(ENROLLED, later(1))]
    scene.reject()
    scene.on(later(2))
    assert [one for one in raised(scene, Kind.UNMATCHED) if one[1] is None] != []  # kept apart from the only mentor


def test_a_misfit_is_listed_until_there_is_somebody_new(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=1, mentors=2).at_work()
    with scene.writing() as conn:
        ending = endings.Ending("no_fit", "mentee", rematch=True)
        endings.request(conn, scene.turn(), [scene.relationship().id], ending)
    scene.on(on_day(8))
    (need,) = listed(scene)
    assert (need.kind, need.whom) == (Kind.MISFIT, code("P", scene.mentees[0]))
    assert (need.why or "").startswith("ended (no fit); looks again from ")
    scene.through(on_day(16))
    assert raised(scene, Kind.MISFIT)[0][1] is not None
    assert scene.relationship().status == "proposed"


def frank(data: dict[str, Any]) -> None:
    """Somebody may say a concern, and both sides say how it is going."""
    data["forms"]["fit"]["questions"].append(
        {"id": "worry", "ask": "Anything the program should know?", "type": "text", "concern": True}
    )


def screened_first(change: Callable[[dict[str, Any]], object] | None = None) -> Any:
    """Mentors have a talk with the coordinator before anybody is matched with them."""

    def declare(data: dict[str, Any]) -> None:
        gate = {"id": "screening", "by": "operator", "before": "matching", "roles": ["mentor"]}
        data["enrollment"]["gates"] = [gate]
        if change:
            change(data)

    return program(declare)


def let_through(scene: Scene, mentor: int) -> None:
    with scene.writing() as conn:
        gates.pass_by_hand(conn, scene.turn(), "screening", [mentor])


def test_who_waits_for_mentors_before_a_gate_is_not_left_over_until_the_last_has_come(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=2, program=screened_first())
    scene.on(ENROLLED)
    let_through(scene, scene.mentors[0])
    scene.on(later(1))
    assert len(scene.partners()) == 1
    assert raised(scene, Kind.UNMATCHED) == []
    let_through(scene, scene.mentors[1])
    scene.on(later(3))
    assert len(scene.partners()) == 2
    assert raised(scene, Kind.UNMATCHED) == [(later(3), None)]


def test_nobody_waits_for_mentors_who_do_not_come_for_longer_than_is_declared(engine: Engine) -> None:
    def sooner(data: dict[str, Any]) -> None:
        data["attention"]["unmatched"] = "10 days"

    scene = a_cohort(engine, pairs=2, mentors=2, program=screened_first(sooner))
    scene.on(ENROLLED)
    let_through(scene, scene.mentors[0])
    scene.through(later(9))
    assert raised(scene, Kind.UNMATCHED) == []
    scene.on(later(12))  # ready since the day of enrollment; whether or not the cohort is run on the tenth day
    assert raised(scene, Kind.UNMATCHED) == [(later(12), None)]
    assert scene.on(later(12)) == []
    let_through(scene, scene.mentors[1])
    scene.on(later(13))
    assert raised(scene, Kind.UNMATCHED) == [(later(12), later(13))]


def test_a_mentor_who_has_left_before_the_gate_is_not_waited_for(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, mentors=3, program=screened_first())
    scene.on(ENROLLED)
    with scene.writing() as conn:
        withdraw(conn, scene.turn(), scene.mentors[2], endings.Ending("other"))
        gates.pass_by_hand(conn, scene.turn(), "screening", scene.mentors[:2])
    scene.on(later(1))
    assert raised(scene, Kind.UNMATCHED) == [(later(1), None)]


def in_the_fit_question(engine: Engine, change: Callable[[dict[str, Any]], None] = frank) -> Scene:
    scene = a_cohort(engine, program=program(change)).at_work()
    scene.everybody_meets()
    scene.through(on_day(9))
    return scene


def test_a_concern_is_listed_without_its_words_and_survives_the_end(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    scene.send(scene.ask("work.fit"), worry="He shouts at me")
    (need,) = listed(scene)
    assert (need.kind, need.why, need.urgent) == (Kind.CONCERN, "Fit: “Anything the program should know?”", True)
    assert "shouts" not in str(scene.rows(Flag))
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), None, endings.Ending("other"))
    scene.on(on_day(10))
    assert raised(scene, Kind.CONCERN) == [(on_day(9), None)]


def test_nothing_said_is_no_concern(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    scene.send(scene.ask("work.fit"), worry=None)
    assert listed(scene) == []


def test_a_concern_taken_back_is_over_and_said_again_is_raised_anew(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    for worry in ("Something", None, "Something after all", "Something after all, again"):
        scene.send(scene.ask("work.fit"), worry=worry)
    assert raised(scene, Kind.CONCERN) == [(on_day(9), on_day(9)), (on_day(9), None)]


def test_what_the_operator_has_seen_to_is_not_raised_by_the_same_answer_again(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    scene.send(scene.ask("work.fit"), worry="Something")
    with scene.writing() as conn:
        assert cleared(scene, conn) == [Kind.CONCERN]
    scene.send(scene.ask("work.fit"), worry="Something, in other words")
    assert listed(scene) == []


def cleared(scene: Scene, conn: Any, kind: str | None = None) -> list[str]:
    turn = scene.turn()
    return attention.clear(conn, turn, "R", scene.relationship().id, kind, "spoke with both")


def test_scores_far_apart_are_listed_once_both_have_answered(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    scene.send(scene.ask("work.fit", "mentee"), mood=5, worry=None)
    assert listed(scene) == []
    scene.send(scene.ask("work.fit", "mentor"), mood=2, worry=None)
    found = [need for need in listed(scene) if need.kind == Kind.SCORES_APART]
    assert [(need.whom, need.why) for need in found] == [(scene.code(), "Fit: “How is it going?”")]
    scene.send(scene.ask("work.fit", "mentor"), mood=4, worry=None)
    assert raised(scene, Kind.SCORES_APART) == [(on_day(9), on_day(9))]


@pytest.mark.parametrize(
    ("mood", "declared", "found"),
    [(3, None, 0), (2, None, 1), (2, {"scores_apart": 4}, 0), (1, {"scores_apart": 4}, 1)],
)
def test_how_far_is_too_far_is_declared(engine: Engine, mood: int, declared: dict[str, Any] | None, found: int) -> None:
    def apart(data: dict[str, Any]) -> None:
        data["attention"] = {**data["attention"], **(declared or {})}
        milestone(data, "fit")["when"] = []

    scene = in_the_fit_question(engine, apart)
    scene.send(scene.ask("work.fit", "mentee"), mood=5)
    scene.send(scene.ask("work.fit", "mentor"), mood=mood)
    assert len(raised(scene, Kind.SCORES_APART)) == found


def test_scores_that_only_count_together_are_compared_with_nobodys(engine: Engine) -> None:
    def kept_back(data: dict[str, Any]) -> None:
        milestone(data, "fit")["when"] = []
        data["forms"]["fit"]["questions"][1]["share"] = "aggregate"

    scene = in_the_fit_question(engine, kept_back)
    scene.send(scene.ask("work.fit", "mentee"), mood=5)
    scene.send(scene.ask("work.fit", "mentor"), mood=1)
    assert listed(scene) == []


def test_the_operator_clears_one_kind_or_all_and_history_says_why(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    scene.send(scene.ask("work.fit", "mentee"), mood=5, worry="Something")
    scene.send(scene.ask("work.fit", "mentor"), mood=1, worry=None)
    with scene.writing() as conn:
        assert cleared(scene, conn, Kind.CONCERN) == [Kind.CONCERN]
    with scene.writing() as conn:
        assert cleared(scene, conn) == [Kind.ANSWER, Kind.SCORES_APART]
    with scene.writing() as conn:
        assert cleared(scene, conn) == []
    whys = [row.why for row in scene.rows(History, noun="relationship", event="clear")]
    assert whys == ["concern: spoke with both", "answer, scores_apart: spoke with both"]
    assert {flag.cleared_by for flag in scene.rows(Flag)} == {"program"}


def test_a_second_look_on_the_same_day_raises_nothing(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.on(ENROLLED)
    scene.on(later(7))
    before = scene.rows(Flag)
    assert [one.work.verb for one in scene.on(later(7))] == []
    assert scene.rows(Flag) == before


def test_two_runs_at_once_raise_everything_once(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3)
    scene.on(ENROLLED)
    turn = scene.turn(later(7))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: day.advance(scene.engine, turn), range(2)))
    assert raised(scene, Kind.PROPOSAL) == [(later(7), None)] * 3


def test_a_day_on_which_nothing_new_needs_anybody_has_no_work(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2)
    scene.on(ENROLLED)
    verbs = [one.work.verb for count in range(1, 12) for one in scene.on(later(count))]
    assert verbs == ["attention"]


def test_days_on_which_nothing_ran_are_made_up_for(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.on(ENROLLED)
    scene.on(later(12))
    assert raised(scene, Kind.PROPOSAL) == [(later(12), None)]


def test_a_pause_ends_no_item_and_begins_none(engine: Engine) -> None:
    scene = a_cohort(engine, program=program(required_wish)).started()
    scene.through(on_day(3))
    scene.everybody_answers("begin.intro")
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), scene.relationship().id)
    scene.through(on_day(30))
    assert listed(scene) == []
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), scene.relationship().id)
    scene.through(on_day(60))
    assert [need.kind for need in listed(scene)] == [Kind.EXPIRED]


def test_the_end_of_a_cohort_leaves_only_concerns(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.on(ENROLLED)
    scene.on(later(8))
    assert len(listed(scene)) == 2
    with scene.writing() as conn:
        offers.reject(conn, scene.turn())
        attention.end(conn, scene.turn())
    assert listed(scene) == []


def test_what_was_told_is_told_once_and_its_end_once(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    assert told(scene) == []
    scene.send(scene.ask("work.fit"), worry="Something")
    assert told(scene) == [("raised", Kind.CONCERN)]
    assert told(scene) == []
    with scene.writing() as conn:
        cleared(scene, conn)
    assert told(scene) == [("cleared", Kind.CONCERN)]
    assert told(scene) == []


def told(scene: Scene) -> list[tuple[str, str]]:
    with scene.writing() as conn:
        found = needs.news(conn, scene.turn())
        needs.note_told(conn, found)
        return [(one.what, one.need.kind) for one in found]


def test_what_is_urgent_comes_first_and_then_the_oldest(engine: Engine) -> None:
    scene = in_the_fit_question(engine)
    with scene.writing() as conn:
        rows = [
            {"cohort_id": scene.base.cohort_id, "subject": "R1", "relationship_id": scene.relationship().id,
             "kind": kind, "source": kind, "raised_on": raised_on}
            for kind, raised_on in (("at_risk", on_day(5)), ("answer", on_day(3)), ("concern", on_day(9)))
        ]  # fmt: skip
        conn.execute(insert(Flag), rows)
    assert [need.kind for need in listed(scene)] == ["concern", "answer", "at_risk"]


def test_every_kind_says_who_is_to_do_what() -> None:
    assert set(MATTERS) == set(Kind)
    assert all(one.title and one.what.endswith(".") for one in MATTERS.values())
    assert matter("something_else").title == "something else"


def test_an_item_before_the_match_is_about_the_person(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    mine = scene.relationship().id
    with scene.writing() as conn:
        row = {"cohort_id": scene.base.cohort_id, "subject": f"R{mine}", "relationship_id": mine, "kind": "at_risk"}
        conn.execute(insert(Flag).values({**row, "source": "silence", "raised_on": scene.today}))
        conn.execute(update(Relationship).where(Relationship.id == mine).values(status="preparing"))
    assert {need.whom[:2] for need in listed(scene)} == {"P-"}


def test_a_gate_that_was_taken_back_is_stood_before_anew(engine: Engine) -> None:
    scene = a_cohort(engine, program=program(screened))
    with scene.writing() as conn:
        gates.pass_by_hand(conn, scene.turn(), "screening", None)
    scene.through(later(8))
    assert raised(scene, Kind.GATE) == []
    with scene.writing() as conn:
        gates.take_back(conn, scene.turn(), "screening", None)
    scene.through(later(16))
    assert raised(scene, Kind.GATE) == [(later(15), None)]
    assert [need.why for need in listed(scene) if need.kind == Kind.GATE] == [f"Screening, again since {later(8)}"]


def test_the_cohort_record_counts_what_needed_somebody(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, mentors=1)
    scene.on(ENROLLED)
    scene.on(later(8))
    with scene.writing() as conn:
        attention.clear(conn, scene.turn(), "R", scene.rows(Relationship)[0].id)
        record = cohort_record(conn, scene.turn())
    assert record.data["attention"] == [
        {"kind": "proposal", "title": "a proposal waits for approval", "raised": 1, "cleared": 1},
        {"kind": "unmatched", "title": "nobody was found", "raised": 1, "cleared": 0},
    ]
    assert "| A proposal waits for approval | 1 | 1 |" in record.text


def test_what_is_about_a_person_alone_is_cleared_under_the_person(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    mine = scene.relationship().id
    with scene.writing() as conn:
        row = {"cohort_id": scene.base.cohort_id, "subject": f"R{mine}", "relationship_id": mine, "kind": "at_risk"}
        conn.execute(insert(Flag).values({**row, "source": "silence", "raised_on": scene.today}))
        conn.execute(update(Relationship).where(Relationship.id == mine).values(status="preparing"))
    with scene.writing() as conn:
        assert attention.clear(conn, scene.turn(), "P", scene.mentees[0]) == ["at_risk"]
