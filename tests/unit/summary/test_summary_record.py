"""The summary record says what happened, and nothing that was told in confidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from programs.codes import code
from programs.library import load
from programs.plan import make
from programs.summary import (
    GoalFacts,
    MeetingFacts,
    MemberFacts,
    PhaseFacts,
    RelationshipFacts,
    StepFacts,
    SummaryRecord,
    markdown,
    summarise,
)
from tests.unit.summary.lives import MENTEE, MENTOR, a_full_life, after, an_early_end, answered, plan, program_with

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "summary"


@pytest.mark.parametrize(("facts", "name"), [(a_full_life(), "completed"), (an_early_end(), "ended_early")])
def test_a_record_reads_as_it_should(facts: RelationshipFacts, name: str) -> None:
    assert summarise(facts).text == (GOLDEN / f"{name}.md").read_text()


def test_a_record_is_json_and_its_text_can_be_made_again_from_it() -> None:
    record = summarise(a_full_life())
    stored = json.loads(json.dumps(record.data))
    assert stored == record.data
    assert markdown(stored) == record.text


def test_equal_facts_give_equal_records_in_whatever_order_they_were_found() -> None:
    facts = a_full_life()
    turned = replace(
        facts,
        **{name: tuple(reversed(getattr(facts, name))) for name in ("phases", "steps", "meetings", "goals", "answers")},
    )
    assert summarise(turned).data == summarise(facts).data


def test_nothing_told_in_confidence_stands_in_the_record() -> None:
    record = summarise(a_full_life())
    written = json.dumps(record.data) + record.text
    assert "CONFIDED" not in written
    assert "would_stay" not in written
    assert "Glad to" not in written


def test_private_answers_stay_out_even_where_the_number_alone_would_stand() -> None:
    form = {"questions": [{"id": "mood", "ask": "How are you?", "type": "scale", "share": "private"}]}
    facts = replace(a_full_life(), plan=program_with(forms=plan_forms(check_in=form), goals=[]), answers=())
    facts = replace(facts, answers=(answered(MENTEE, "enabling-growth.check_in", "check_in", 3, mood=1),))
    assert summarise(facts).data["scores"] == []


def plan_forms(**changes: object) -> dict[str, object]:
    return plan().program.model_dump(mode="json", by_alias=True)["forms"] | changes


def test_a_goal_that_was_set_in_private_is_not_written_down() -> None:
    form = {"questions": [{"id": "near_goal", "ask": "What?", "type": "goal", "share": "private"}]}
    facts = replace(a_full_life(), plan=program_with(forms=plan_forms(agreement=form), goals=[]), answers=())
    goals = (
        GoalFacts("near_goal", MENTEE, "Leave", "open", 0, after(1)),
        GoalFacts("other", MENTEE, "Stay", "open", 0, after(1)),
    )
    assert [goal["text"] for goal in summarise(replace(facts, goals=goals)).data["goals"]] == ["Stay"]


def test_members_are_known_by_role_and_id_only() -> None:
    members = summarise(a_full_life()).data["members"]
    assert [(member["id"], member["role"]) for member in members] == [
        (code("P", MENTOR), "mentor"),
        (code("P", MENTEE), "mentee"),
    ]


def test_dates_planned_and_real_stand_next_to_each_other() -> None:
    dates = summarise(a_full_life()).data["dates"]
    assert (dates["planned_end_on"], dates["closed_on"]) == ("2027-07-20", "2027-07-13")
    assert (dates["days_planned"], dates["days"], dates["days_paused"]) == (197, 190, 21)


def test_a_pause_in_which_it_ended_lasts_until_the_end() -> None:
    facts = a_full_life()
    open_pause = replace(facts, pauses=(replace(facts.pauses[0], until_on=None),))
    assert summarise(open_pause).data["dates"]["days_paused"] == 190 - 64


def test_each_phase_says_how_long_it_took_and_whether_it_was_passed() -> None:
    whole, early = summarise(a_full_life()).data, summarise(an_early_end()).data
    assert [(phase["id"], phase["days"], phase["passed"]) for phase in whole["phases"]] == [
        ("preparation", 10, True),
        ("negotiating", 20, True),
        ("enabling-growth", 146, True),
        ("closure", 14, True),
    ]
    assert [(phase["id"], phase["days"], phase["passed"]) for phase in early["phases"]] == [
        ("preparation", 10, True),
        ("negotiating", 23, False),
    ]
    assert early["phases_not_entered"] == ["enabling-growth", "closure"]


def test_people_read_titles_and_programs_read_ids() -> None:
    early = summarise(an_early_end())
    assert "Not entered: “Working and growing”, “Coming to a close”." in early.text
    for phase in a_full_life().plan.program.phases:
        assert phase.id not in early.text.replace(phase.label, "")


def test_a_record_of_old_that_knows_no_titles_of_phases_not_entered_still_says_which() -> None:
    data = summarise(an_early_end()).data
    del data["titles_not_entered"]
    assert "Not entered: “enabling growth”, “closure”." in SummaryRecord(data).text


def test_milestones_are_counted_by_what_became_of_them_and_messages_are_none() -> None:
    milestones = summarise(a_full_life()).data["milestones"]
    assert milestones["counts"] == {"reached": 10, "missed": 1, "skipped": 1, "waived": 1, "cancelled": 1}
    assert sum(milestones["counts"].values()) == sum(len(item["occurrences"]) for item in milestones["items"])
    assert "preparation.welcome" not in [item["key"] for item in milestones["items"]]


@pytest.mark.parametrize("status", ["planned", "open"])
def test_what_was_still_to_come_was_cancelled_by_the_end(status: str) -> None:
    facts = replace(an_early_end(), steps=(StepFacts(2, "negotiating.agreement", 0, status, True),))
    assert summarise(facts).data["milestones"]["counts"]["cancelled"] == 1


def test_meetings_say_how_far_apart_they_were() -> None:
    days = (date(2027, 1, 30), date(2027, 1, 10), date(2027, 3, 1))
    facts = replace(a_full_life(), meetings=tuple(MeetingFacts(day, 40) for day in days))
    met = summarise(facts).data["meetings"]
    assert (met["count"], met["minutes"], met["mean_gap"], met["longest_gap"]) == (3, 120, 25.0, 30)
    assert (met["first_on"], met["last_on"]) == ("2027-01-10", "2027-03-01")


def test_a_single_meeting_has_no_distance() -> None:
    met = summarise(an_early_end()).data["meetings"]
    assert (met["count"], met["mean_gap"], met["longest_gap"]) == (1, None, None)


def test_the_checklist_is_counted_for_each_side_of_each_phase_that_was_entered() -> None:
    lines = summarise(an_early_end()).data["checklist"]
    assert [(line["phase"], line["role"], line["done"], line["of"]) for line in lines] == [
        ("preparation", "mentor", 1, 4),
        ("preparation", "mentee", 2, 4),
        ("negotiating", "mentor", 0, 4),
        ("negotiating", "mentee", 0, 4),
    ]
    assert lines[0]["open"][0] == "Recall who helped you when you stood there, and how"


def test_both_sides_scores_stand_against_each_other() -> None:
    scores = {(score["key"], score["question"]): score for score in summarise(a_full_life()).data["scores"]}
    driving = scores["enabling-growth.checkpoint", "driving"]
    assert [(side["role"], side["value"]) for side in driving["by"]] == [("mentor", 3), ("mentee", 5)]
    assert (driving["gap"], driving["least"], driving["most"]) == (2, 1, 5)
    assert scores["enabling-growth.check_in", "as_agreed"]["gap"] == 1
    assert scores["enabling-growth.checkpoint", "near_goal_progress"]["gap"] is None


def test_a_form_asked_twice_is_not_mixed_up() -> None:
    key, form = "enabling-growth.check_in", "check_in"
    answers = [answered(who, key, form, 10, occurrence, going=value) for who, occurrence, value in
               ((MENTOR, 1, 5), (MENTEE, 2, 1), (MENTEE, 1, 4), (MENTOR, 2, 2))]  # fmt: skip
    scores = summarise(replace(a_full_life(), answers=tuple(answers))).data["scores"]
    assert [(score["occurrence"], score["gap"]) for score in scores] == [(1, 1), (2, 1)]


def test_words_meant_for_the_record_are_in_it() -> None:
    words = summarise(a_full_life()).data["words"]
    assert [(one["question"], one["by"]["role"], one["by"]["value"]) for one in words] == [
        ("skills", "mentor", "=1+1"),
        ("skills", "mentee", "Speaking up.\n# Not a heading"),
    ]


def test_the_outcome_stands_against_what_was_expected() -> None:
    forms = plan_forms()
    agreement = forms["agreement"]["questions"]
    for question in agreement:
        question["record"] = question["id"] == "expectations"
    facts = replace(a_full_life(), plan=program_with(forms=forms))
    expected = answered(MENTEE, "negotiating.agreement", "agreement", 20, expectations="To be braver")
    outcome = summarise(replace(facts, answers=(*facts.answers, expected))).data["outcome"][0]
    assert (outcome["question"], outcome["mean"], outcome["gap"]) == ("expectations", 3.0, 2)
    assert [(side["role"], side["outcome"], side["expected"]) for side in outcome["by"]] == [
        ("mentor", 2, None),
        ("mentee", 4, "To be braver"),
    ]


def test_an_earlier_figure_stands_beside_the_last_one() -> None:
    progress = summarise(a_full_life()).data["outcome"][1]
    assert [(side["role"], side["expected"], side["outcome"]) for side in progress["by"]] == [("mentee", 80, 100)]


def test_expectations_that_were_not_meant_for_the_record_stay_out_of_it() -> None:
    forms = plan_forms()
    for question in forms["agreement"]["questions"]:
        question["record"] = False
    facts = replace(a_full_life(), plan=program_with(forms=forms))
    told = answered(MENTEE, "negotiating.agreement", "agreement", 20, expectations="To be braver")
    record = summarise(replace(facts, answers=(*facts.answers, told)))
    assert "braver" not in json.dumps(record.data)


@pytest.mark.parametrize(
    ("mentor", "mentee", "decided"),
    [
        ("as_peers", "as_peers", "as_peers"),
        ("new_cycle", "nothing", None),
        ("new_cycle", None, None),
        (None, None, None),
    ],
)
def test_the_next_step_is_decided_only_where_everybody_wishes_the_same(mentor, mentee, decided) -> None:
    wishes = tuple(
        answered(who, "closure.reflection", "reflection", 180, next_step=wish)
        for who, wish in ((MENTOR, mentor), (MENTEE, mentee))
        if wish
    )
    step = summarise(replace(a_full_life(), answers=wishes)).data["closure"]["next_step"]
    assert step["decided"] == decided
    assert len(step["wishes"]) == len(wishes)


def test_a_next_step_that_is_not_decided_together_is_told_in_words() -> None:
    wishes = tuple(
        answered(who, "closure.reflection", "reflection", 180, next_step=wish)
        for who, wish in ((MENTOR, "new_cycle"), (MENTEE, "nothing"))
    )
    text = summarise(replace(a_full_life(), answers=wishes)).text
    told = f"{code('P', MENTOR)}: Another cycle together, with new goals; {code('P', MENTEE)}: End here"
    assert f"Next step: not decided together ({told})." in text


def test_somebody_who_left_has_no_say_in_the_next_step() -> None:
    facts = a_full_life()
    members = (facts.members[0], MemberFacts(MENTEE, "mentee", None, after(100)))
    wish = answered(MENTOR, "closure.reflection", "reflection", 180, next_step="new_cycle")
    step = summarise(replace(facts, members=members, answers=(wish,))).data["closure"]["next_step"]
    assert (step["decided"], step["words"]) == ("new_cycle", "Another cycle together, with new goals")


def test_a_member_who_ended_it_is_named_by_role() -> None:
    closure = summarise(an_early_end()).data["closure"]
    assert (closure["closed_by"], closure["reason"], closure["planned"], closure["rematch"]) == (
        "mentee",
        "no_fit",
        False,
        True,
    )


@pytest.mark.parametrize("by", ["program", "operator"])
def test_everybody_else_who_ended_it_is_named_as_in_the_books(by: str) -> None:
    facts = an_early_end()
    assert summarise(replace(facts, ending=replace(facts.ending, by=by))).data["closure"]["closed_by"] == by


def test_nothing_that_members_wrote_turns_into_markup() -> None:
    text = summarise(a_full_life()).text
    assert r"Run \| a project of my \*own\*" in text
    assert not [line for line in text.splitlines() if line.startswith("# Not")]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_a_relationship_that_nothing_is_known_of_still_has_a_record() -> None:
    facts = a_full_life()
    empty = RelationshipFacts(plan(), "c", 1, 1, after(0), replace(facts.ending, planned=False), ())
    record = summarise(empty)
    assert record.data["dates"]["days"] is None
    assert record.data["closure"]["next_step"] == {"decided": None, "words": None, "wishes": []}
    assert record.text.startswith(f"# Relationship {code('R', 1)}\n")


@pytest.mark.parametrize(
    ("phase", "way", "left_on", "by", "words"),
    [
        (
            "initiation",
            "initiation: path 1",
            20,
            ("answer", ["mentor", "mentee"]),
            "answer of mentor or mentee to “Do you",
        ),
        ("initiation", "initiation: path 2", 20, ("completion", []), "what it waited for was done"),
        ("initiation", "initiation: path 2", 30, ("date", []), "its time was over"),
        ("initiation", "initiation: path 2", 33, ("completion", []), "what it waited for was done"),
        ("cultivation", "cultivation: path 1", 33, ("date", []), "its time was over"),
        ("initiation", "initiation: overrun", 40, ("overrun", []), "it took too long"),
        ("cultivation", "cultivation: path 2", 20, ("operator", []), "the operator"),
    ],
)
def test_a_record_says_by_which_way_a_phase_was_left(
    phase: str, way: str, left_on: int, by: tuple[str, list[str]], words: str
) -> None:
    passed = PhaseFacts(1, phase, after(0), after(30), after(left_on), way)
    record = summarise(replace(a_full_life(), plan=make(load("cultivation"), after(0)), phases=(passed,), answers=()))
    left = record.data["phases"][0]["left_by"]
    assert left is not None
    assert (left["by"], left["roles"]) == by
    assert f"| {words}" in record.text


def test_a_phase_that_its_overrun_moved_on_from_took_too_long() -> None:
    passed = PhaseFacts(1, "goal-setting", after(0), after(28), after(28 + 14), "goal-setting: path 1")
    life = replace(a_full_life(), plan=make(load("skills-growth"), after(0)), phases=(passed,), answers=())
    way = life.plan.ways("goal-setting")[0].key
    record = summarise(replace(life, phases=(replace(passed, way=way),)))
    assert "| it took too long" in record.text


def test_a_phase_in_which_it_ended_was_left_by_no_way() -> None:
    record = summarise(an_early_end())
    assert record.data["phases"][-1]["left_by"] is None
    assert "Left by" not in markdown({**record.data, "phases": [{**record.data["phases"][0], "left_by": None}]})
