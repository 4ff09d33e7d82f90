"""Gates: passed by the operator or by an answer that is good enough, and by nobody otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.errors import MentorflowError, NotFoundError
from programs.spec import Program
from tasks import gates, hurdles, timing
from tasks.dashboard import dashboard
from tasks.db import reading
from tasks.models import Gate, History, Participant, Response
from tests.store.preparing import considered
from tests.store.scenes import ENROLLED, START, Scene, a_cohort, day, milestone, tandem


def screened(before: str, **more: Any) -> Program:
    """The small program, with a gate that the operator opens."""
    gate = {"id": "screening", "by": "operator", "before": before, **more}
    return tandem(lambda data: data["enrollment"]["gates"].append(gate))


def let(scene: Scene, *people: int, gate: str = "screening") -> int:
    with scene.writing() as conn:
        return gates.pass_by_hand(conn, scene.turn(), gate, list(people) or None)


def undo(scene: Scene, *people: int) -> int:
    with scene.writing() as conn:
        return gates.take_back(conn, scene.turn(), "screening", list(people))


def person(scene: Scene, participant: int) -> Any:
    (row,) = scene.rows(Participant, id=participant)
    return row


def test_nobody_is_matched_before_the_operator_has_let_both_through(engine: Engine) -> None:
    scene = a_cohort(engine, program=screened("matching"))
    scene.propose()
    assert scene.partners() == {}
    let(scene, scene.mentees[0])
    scene.through(ENROLLED + timedelta(days=2))
    assert scene.partners() == {}
    let(scene, scene.mentors[0])
    scene.through(ENROLLED + timedelta(days=3))
    assert scene.partners() == {1: 1}, "the mentee, for whom nobody was found, looks again"


def test_everybody_is_let_through_at_once_and_a_second_time_nobody_is(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=3, program=screened("matching"))
    assert let(scene) == 6
    assert let(scene) == 0
    assert scene.count(Gate, gate="screening") == 6
    assert scene.count(History, event="pass") == 6
    scene.propose()
    assert scene.partners() == {1: 1, 2: 2, 3: 3}


def test_an_agreed_relationship_starts_when_its_last_member_is_let_through(engine: Engine) -> None:
    scene = a_cohort(engine, program=screened("start")).agreed()
    scene.on(START)
    assert scene.relationship().status == "agreed"
    let(scene, scene.mentees[0])
    scene.on(day(3))
    assert scene.relationship().status == "agreed"
    let(scene, scene.mentors[0])
    scene.on(day(9))
    assert scene.relationship().status == "active"
    assert scene.relationship().started_on == day(3), "the day on which it could start, had anything run"


def test_a_gate_for_mentors_does_not_stop_a_mentee(engine: Engine) -> None:
    scene = a_cohort(engine, program=screened("matching", roles=["mentor"]))
    assert let(scene) == 1
    scene.propose()
    assert scene.partners() == {1: 1}
    with pytest.raises(NotFoundError, match="is no gate of"):
        let(scene, scene.mentees[0])


def test_what_was_passed_by_mistake_is_taken_back_until_something_has_followed(engine: Engine) -> None:
    scene = a_cohort(engine, program=screened("matching"))
    let(scene)
    assert undo(scene, scene.mentees[0]) == 1
    assert undo(scene, scene.mentees[0]) == 0
    scene.propose()
    assert scene.partners() == {}
    let(scene, scene.mentees[0])
    scene.on(ENROLLED + timedelta(days=1))
    assert scene.partners() == {1: 1}
    with pytest.raises(MentorflowError, match="went on after passing 'screening'"):
        undo(scene, scene.mentees[0])


def test_a_gate_that_is_answered_is_not_opened_by_hand_and_an_unknown_one_is_told(engine: Engine) -> None:
    scene = a_cohort(engine, program=screened("start"))
    with pytest.raises(MentorflowError, match="passed by answering"):
        let(scene, gate="intro")
    with pytest.raises(NotFoundError, match="its gates: screening"):
        let(scene, gate="screning")


def test_the_operator_sees_who_stands_before_which_gate_since_when(engine: Engine) -> None:
    scene = a_cohort(engine, pairs=2, program=screened("matching"))
    let(scene, scene.mentees[0])
    with reading(scene.engine) as conn:
        waiting = {one.gate.id: one for one in hurdles.who_waits(conn, scene.turn())}
        told = {one.what: one.count for one in dashboard(conn, scene.turn()).waiting}
    assert (waiting["screening"].count, waiting["screening"].since) == (3, ENROLLED)
    assert waiting["intro"].count == 4
    assert told["before the gate “Screening” (screening, opened by the operator), the longest since 2027-02-15"] == 3


def demanding() -> Program:
    """Everybody has to agree before the gate `intro` is passed."""

    def change(data: dict[str, Any]) -> None:
        data["forms"]["intro"]["questions"].append({"id": "agreed", "ask": "Do you agree?", "type": "yes_no"})
        milestone(data, "intro")["passes"] = {"question": "agreed", "answer": "yes"}

    return tandem(change)


def test_an_answer_that_does_not_pass_is_kept_and_asked_for_again(engine: Engine) -> None:
    scene = a_cohort(engine, program=demanding()).started()
    scene.through(day(2))
    ask = scene.ask("begin.intro")
    scene.send(ask, agreed=False)
    assert scene.ask("begin.intro").status == "open"
    assert scene.step("begin.intro").status == "open"
    assert scene.count(Gate) == 0
    assert scene.count(Response, ask_id=ask.id) == 1
    assert [mail.participant_id for mail in scene.mails("again")] == [scene.mentees[0]]


def test_only_when_all_members_agree_is_the_agreement_reached(engine: Engine) -> None:
    scene = a_cohort(engine, program=demanding()).started()
    scene.through(day(2))
    scene.send(scene.ask("begin.intro", "mentor"), agreed=True)
    scene.send(scene.ask("begin.intro"), agreed=False)
    assert scene.step("begin.intro").status == "open"
    scene.send(scene.ask("begin.intro"), agreed=True)
    assert scene.step("begin.intro").status == "reached"
    assert scene.count(Gate) == 2
    assert person(scene, scene.mentees[0]).status == "active"


def test_each_answer_that_is_not_enough_is_told_once(engine: Engine) -> None:
    scene = a_cohort(engine, program=demanding()).started()
    scene.through(day(2))
    for words in ("one", "one", "two"):
        scene.send(scene.ask("begin.intro"), agreed=False, about=words)
    assert len(scene.mails("again")) == 2


def test_an_answer_before_the_match_passes_a_gate_before_the_match(engine: Engine) -> None:
    def change(data: dict[str, Any]) -> None:
        data["enrollment"]["gates"].append({"id": "decision", "before": "matching"})

    scene = a_cohort(engine, program=considered(change))
    scene.on(ENROLLED)
    scene.everybody_answers("considering.decision")
    assert {row.participant_id for row in scene.rows(Gate, gate="decision")} == {*scene.mentees, *scene.mentors}
    assert person(scene, scene.mentors[0]).available_on is None
    scene.through(ENROLLED + timedelta(days=1))
    assert person(scene, scene.mentors[0]).available_on == ENROLLED + timedelta(days=1)


def one_answer_missing(engine: Engine, pairs: int = 1) -> Scene:
    """Everybody's introduction but the first mentor's."""
    scene = a_cohort(engine, pairs=pairs).started()
    scene.through(day(2))
    first = scene.ask("begin.intro", "mentor")
    for ask in scene.asks("begin.intro"):
        if ask.id != first.id:
            scene.send(ask)
    return scene


def waive(scene: Scene, why: str | None) -> int:
    mine = scene.relationship().id
    with scene.writing() as conn:
        return timing.waive(conn, scene.turn(), mine, "intro", why)


def passes(scene: Scene, participant: int) -> list[tuple[str, str]]:
    return [(row.by, row.why) for row in scene.rows(History, noun="participant", noun_id=participant, event="pass")]


def test_who_is_let_off_the_form_of_a_gate_has_passed_it_by_the_operators_word(engine: Engine) -> None:
    scene = one_answer_missing(engine, pairs=2)
    assert person(scene, scene.mentors[0]).status == "enrolled"
    assert waive(scene, "did it last year") == 1
    assert [row.by for row in scene.rows(Gate, participant_id=scene.mentors[0])] == [scene.turn().by]
    assert passes(scene, scene.mentors[0]) == [(scene.turn().by, "gate intro, waived: did it last year")]
    assert person(scene, scene.mentors[0]).status == "active"
    assert [row.by for row in scene.rows(Gate, participant_id=scene.mentees[0])] == ["answer"]
    assert passes(scene, scene.mentees[0]) == []
    with reading(scene.engine) as conn:
        assert hurdles.who_waits(conn, scene.turn()) == []
    assert waive(scene, "again") == 0
    assert len(passes(scene, scene.mentors[0])) == 1


def test_what_is_no_gate_is_let_off_without_a_gate_being_passed(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    passed, mine = scene.rows(Gate), scene.relationship().id
    with scene.writing() as conn:
        assert timing.waive(conn, scene.turn(), mine, "middle") == 1
    assert scene.rows(Gate) == passed
    assert scene.count(History, noun="participant", event="pass") == 0


def test_the_operator_passes_an_answered_gate_by_hand_for_a_reason_and_for_named_people_only(engine: Engine) -> None:
    scene = one_answer_missing(engine)
    mentor = scene.mentors[0]
    with scene.writing() as conn, pytest.raises(MentorflowError, match="--why"):
        gates.pass_by_hand(conn, scene.turn(), "intro", [mentor])
    with scene.writing() as conn, pytest.raises(MentorflowError, match="name those"):
        gates.pass_by_hand(conn, scene.turn(), "intro", None, "on paper")
    with scene.writing() as conn:
        assert gates.pass_by_hand(conn, scene.turn(), "intro", [mentor], "on paper") == 1
    assert person(scene, mentor).status == "active"
    assert passes(scene, mentor) == [(scene.turn().by, "gate intro: on paper")]
    with scene.writing() as conn:
        assert gates.pass_by_hand(conn, scene.turn(), "intro", [mentor], "on paper") == 0
    assert scene.send(scene.ask("begin.intro", "mentor")).outcome == "taken"
    assert scene.count(Gate, participant_id=mentor) == 1


def test_what_was_passed_by_answering_is_not_taken_back_by_hand(engine: Engine) -> None:
    scene = one_answer_missing(engine)
    with scene.writing() as conn:
        assert gates.take_back(conn, scene.turn(), "intro", [scene.mentees[0]]) == 0
    assert scene.count(Gate, participant_id=scene.mentees[0]) == 1
