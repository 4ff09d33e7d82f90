"""A cohort's record adds up to the people enrolled, whatever has become of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.library import load
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from programs.plan import make
from programs.summary import (
    BondFacts,
    CohortFacts,
    Line,
    MilestoneFacts,
    NotMatched,
    ParticipantFacts,
    PassageFacts,
    ResponseFacts,
    standing,
    summarise_cohort,
)
from tests.unit.summary.lives import after, plan

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "summary"
ROLES = ("mentor", "mentee", "mentee,mentor")
REASONS = ("completed", "no_fit", "no_contact", None)


@st.composite
def cohorts(draw: st.DrawFn) -> CohortFacts:
    """People in any status, with any relationships between any of them."""
    count = draw(st.integers(0, 12))
    participants = tuple(
        ParticipantFacts(
            id=number,
            roles=draw(st.sampled_from(ROLES)),
            status=draw(st.sampled_from(list(ParticipantStatus))),
            capacity=draw(st.integers(0, 2)),
            seeking=draw(st.booleans()),
            possible=draw(st.sampled_from([None, 0, 3])),
            withdrawn_why=draw(st.sampled_from([None, "no_answer"])),
        )
        for number in range(1, count + 1)
    )
    bonds = tuple(
        BondFacts(
            id=number,
            status=draw(st.sampled_from(list(RelationshipStatus))),
            members=tuple((who, "mentee" if place else "mentor") for place, who in enumerate(pair)),
            closed_on=draw(st.sampled_from([None, after(3), after(90)])),
            reason=draw(st.sampled_from(REASONS)),
            planned=draw(st.booleans()),
        )
        for number, pair in enumerate(
            draw(st.lists(st.permutations(range(1, count + 1)).map(lambda p: p[:2]), max_size=12)), 1
        )
    )
    return CohortFacts(plan(), "any", after(100), participants, bonds)


@given(cohorts())
def test_the_lines_always_add_up_to_the_people_enrolled(facts: CohortFacts) -> None:
    data = summarise_cohort(facts).data
    assert sum(line["total"] for line in data["people"]) == data["enrolled"] == len(facts.participants)
    assert all(sum(line["by_roles"].values()) == line["total"] > 0 for line in data["people"])
    by_roles = Counter(person.roles for person in facts.participants)
    assert sum((Counter(line["by_roles"]) for line in data["people"]), Counter()) == by_roles
    assert len({(line["line"], line["reason"]) for line in data["people"]}) == len(data["people"])


@given(cohorts())
def test_the_relationships_always_add_up_too(facts: CohortFacts) -> None:
    sums = summarise_cohort(facts).data["relationships"]
    assert sum(sums["by_status"].values()) == sums["total"] == len(facts.bonds)
    closed = sums["by_status"].get("closed", 0)
    assert sums["completed"] + sums["closed_early"] == sum(sums["closed_by_reason"].values()) == closed


@given(cohorts())
def test_the_order_in_which_things_are_found_does_not_matter(facts: CohortFacts) -> None:
    turned = replace(facts, participants=facts.participants[::-1], bonds=facts.bonds[::-1])
    assert summarise_cohort(turned).data == summarise_cohort(facts).data


@given(cohorts())
def test_the_text_shows_the_same_sum(facts: CohortFacts) -> None:
    assert f"**{len(facts.participants)}** |" in summarise_cohort(facts).text


ANNA = ParticipantFacts(1, "mentee", ParticipantStatus.ACTIVE)


def bond(status: RelationshipStatus, number: int = 1, **values: object) -> BondFacts:
    return BondFacts(number, status, ((1, "mentee"), (2, "mentor")), **values)  # type: ignore[arg-type]


ACTIVE, PAUSED = bond(RelationshipStatus.ACTIVE), bond(RelationshipStatus.PAUSED)
WAITING = bond(RelationshipStatus.OFFERED)
COMPLETED = bond(RelationshipStatus.CLOSED, planned=True, reason="completed", closed_on=after(5))
EARLY = bond(RelationshipStatus.CLOSED, reason="no_fit", closed_on=after(9))


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        (PAUSED, ACTIVE, Line.ACTIVE),
        (WAITING, PAUSED, Line.PAUSED),
        (COMPLETED, WAITING, Line.WAITING),
        (EARLY, COMPLETED, Line.COMPLETED),
        (bond(RelationshipStatus.DECLINED), EARLY, Line.CLOSED_EARLY),
    ],
)
def test_of_several_relationships_the_one_counts_that_goes_on_or_went_furthest(first, second, line) -> None:
    assert standing(ANNA, [first, second]).line is line
    assert standing(ANNA, [second, first]).line is line


def test_of_several_early_ends_the_last_gives_the_reason() -> None:
    later = bond(RelationshipStatus.CLOSED, 2, reason="no_contact", closed_on=after(30))
    assert standing(ANNA, [EARLY, later]).reason == standing(ANNA, [later, EARLY]).reason == "no_contact"


def test_somebody_who_has_left_waits_for_nothing() -> None:
    gone = replace(ANNA, status=ParticipantStatus.WITHDRAWN, withdrawn_why="no_answer")
    assert (standing(gone, [WAITING]).line, standing(gone, []).reason) == (Line.WITHDRAWN, "no_answer")
    assert standing(gone, [EARLY]).line is Line.CLOSED_EARLY


@pytest.mark.parametrize(
    ("person", "bonds", "why"),
    [
        (replace(ANNA, seeking=True), [], NotMatched.STILL_LOOKING),
        (replace(ANNA, possible=0), [], NotMatched.NOBODY_POSSIBLE),
        (replace(ANNA, possible=4), [], NotMatched.NO_PLACE_LEFT),
        (ANNA, [bond(RelationshipStatus.LAPSED)], NotMatched.LAPSED),
        (ANNA, [bond(RelationshipStatus.LAPSED), bond(RelationshipStatus.DECLINED, 2)], NotMatched.DECLINED),
        (ANNA, [], NotMatched.NOT_YET_LOOKED_FOR),
        (replace(ANNA, roles="mentor"), [], NotMatched.NOT_NEEDED),
        (replace(ANNA, roles="mentor", capacity=0), [], NotMatched.TAKES_NOBODY),
    ],
)
def test_whoever_is_not_matched_has_a_reason(person, bonds, why) -> None:
    assert standing(person, bonds) == standing(person, bonds[::-1])
    assert (standing(person, bonds).line, standing(person, bonds).reason) == (Line.NOT_MATCHED, why)


def a_cohort() -> CohortFacts:
    participants = tuple(
        ParticipantFacts(n, "mentor" if n % 2 else "mentee", ParticipantStatus.ACTIVE, possible=0 if n == 14 else None)
        for n in range(1, 15)
    )
    bonds = tuple(
        BondFacts(
            n,
            status,
            ((2 * n - 1, "mentor"), (2 * n, "mentee")),
            after(0),
            closed_on,
            reason,
            planned,
            reason == "no_fit",
        )
        for n, (status, closed_on, reason, planned) in enumerate(
            [("closed", after(190), "completed", True)] * 4
            + [("closed", after(40), "no_fit", False), ("active", None, None, False)],
            start=1,
        )
    )
    scores = {"expectations": 4, "would_stay": 4, "recommend": True, "near_goal_progress": 80, "concern": "SECRET"}
    responses = tuple(
        ResponseFacts(n, "mentor" if n % 2 else "mentee", "closure.reflection", "reflection", scores)
        for n in range(1, 9)
    )
    return CohortFacts(
        plan=plan(),
        cohort="spring-2027",
        as_of=after(200),
        participants=participants,
        bonds=bonds,
        passages=(
            PassageFacts("preparation", after(0), after(10), 4),
            PassageFacts("preparation", after(0), after(20), 1),
            PassageFacts("preparation", after(0), None, 1),
            PassageFacts("closure", after(176), after(190), 4),
        ),
        milestones=(
            MilestoneFacts("preparation.training", "reached", 5),
            MilestoneFacts("preparation.training", "missed", 1),
            MilestoneFacts("preparation.welcome", "reached", 6),
            MilestoneFacts("enabling-growth.meeting", "cancelled", 2),
        ),
        responses=responses,
        meetings=33,
        minutes=1980,
        relationships_met=5,
    )


def test_a_cohort_record_reads_as_it_should() -> None:
    assert summarise_cohort(a_cohort()).text == (GOLDEN / "cohort.md").read_text()


def test_a_cohort_record_is_json() -> None:
    data = summarise_cohort(a_cohort()).data
    assert json.loads(json.dumps(data)) == data


def test_no_words_of_anybody_stand_in_a_cohort_record() -> None:
    record = summarise_cohort(a_cohort())
    assert "SECRET" not in json.dumps(record.data) + record.text


def test_phases_are_averaged_over_those_who_left_them() -> None:
    phase = summarise_cohort(a_cohort()).data["phases"][0]
    assert (phase["entered"], phase["left"], phase["mean_days"]) == (6, 5, 12.0)
    assert (phase["shortest"], phase["longest"]) == (10, 20)


def test_a_milestone_is_reached_by_those_whose_time_for_it_is_over() -> None:
    found = {item["key"]: item["reached_per_cent"] for item in summarise_cohort(a_cohort()).data["milestones"]}
    assert found == {"preparation.training": 83.3, "enabling-growth.meeting": None}


def test_the_match_rate_is_of_those_who_looked_for_somebody() -> None:
    rate = summarise_cohort(a_cohort()).data["match_rate"]
    assert (rate["looking"], rate["matched"], rate["per_cent"], rate["reached"]) == (7, 6, 85.7, True)


@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_what_is_only_counted_is_shown_from_five_people_on_and_never_by_role(people: int, shown: bool) -> None:
    facts = replace(a_cohort(), responses=a_cohort().responses[:people])
    data = summarise_cohort(facts).data
    found = [figure for figure in data["scores"] if figure["question"] == "would_stay"]
    assert [figure["by_role"] for figure in found] == ([{}] if shown else [])
    (stay,) = [goal for goal in data["goals"] if goal["id"] == "stay"]
    assert (stay["figure"], stay["reached"]) == ((4.0, True) if shown else (None, None))


def test_program_goals_stand_against_their_targets() -> None:
    goals = {goal["id"]: goal for goal in summarise_cohort(a_cohort()).data["goals"]}
    assert (goals["worthwhile"]["figure"], goals["worthwhile"]["target"], goals["worthwhile"]["reached"]) == (
        100,
        "share >= 80%",
        True,
    )
    assert (goals["progress"]["figure"], goals["progress"]["people"]) == (80, 8)


def test_what_people_do_alone_before_the_match_is_not_counted_among_milestones_of_relationships() -> None:
    counted = (MilestoneFacts("goals.goals", "reached", 9), MilestoneFacts("run.progress", "reached", 3))
    record = summarise_cohort(CohortFacts(make(load("reverse"), after(0)), "spring", after(0), milestones=counted))
    assert [item["key"] for item in record.data["milestones"]] == ["run.progress"]
    assert [(item["key"], item["counts"]) for item in record.data["milestones_alone"]] == [
        ("goals.goals", {"reached": 9})
    ]
    alone, _, together = record.text.partition("## Milestones\n")
    assert "## Milestones before the match, by people" in alone
    assert "Your goal " in alone
    assert "Halfway" in together
    assert "Your goal " not in together
