"""A record sets results beside what was expected, item by item, as far as both may be told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from programs.plan import Plan
from programs.summary import RelationshipFacts, SummaryRecord, markdown, summarise
from tests.unit.summary.lives import MENTEE, MENTOR, a_full_life, answered, plan, program_with

AGREED, LOOKED_BACK = ("negotiating.agreement", "agreement"), ("closure.reflection", "reflection")


def declared(earlier: dict[str, Any], later: dict[str, Any]) -> Plan:
    """The four-phase program, whose agreement and reflection each ask one question."""
    forms = plan().program.model_dump(mode="json", by_alias=True)["forms"]
    aim = {"id": "near_goal", "ask": "What?", "type": "goal"}
    far = {"id": "far_goal", "ask": "What else?", "type": "goal"}
    forms["agreement"] = {"questions": [{"id": "before", "ask": "How many do you plan?", **earlier}, aim, far]}
    forms["reflection"] = {"questions": [{"id": "after", "ask": "How many were there?", **later}]}
    return program_with(forms=forms, goals=[])


NUMBERS = declared({"type": "number"}, {"type": "number", "beside": "agreement.before"})


def record(of: Plan, *answers: Any) -> SummaryRecord:
    facts: RelationshipFacts = replace(a_full_life(), plan=of, answers=answers)
    return summarise(facts)


def test_each_member_reads_what_they_had_said_before() -> None:
    found = record(
        NUMBERS,
        answered(MENTEE, *AGREED, 20, before=8),
        answered(MENTOR, *AGREED, 20, before=10),
        answered(MENTEE, *LOOKED_BACK, 180, after=7),
        answered(MENTOR, *LOOKED_BACK, 181, after=6),
    )
    (one,) = found.data["outcome"]
    assert [(side["role"], side["expected"], side["outcome"]) for side in one["by"]] == [
        ("mentor", 10, 6),
        ("mentee", 8, 7),
    ]
    assert "**How many were there?**, beside “How many do you plan?”" in found.text
    assert "(mentee): 7 (expected: 8)" in found.text


def test_what_one_wrote_down_for_both_stands_beside_the_result_of_both() -> None:
    by_the_mentee = declared({"type": "number", "roles": ["mentee"]}, {"type": "number", "beside": "agreement.before"})
    answers = answered(MENTEE, *AGREED, 20, before=8), answered(MENTOR, *LOOKED_BACK, 181, after=6)
    assert [side["expected"] for side in record(by_the_mentee, *answers).data["outcome"][0]["by"]] == [8]


def test_what_the_other_expected_is_not_taken_for_the_expectation_of_who_said_nothing() -> None:
    found = record(NUMBERS, answered(MENTEE, *AGREED, 20, before=8), answered(MENTOR, *LOOKED_BACK, 181, after=6))
    assert [side["expected"] for side in found.data["outcome"][0]["by"]] == [None]


def test_of_an_agreement_that_was_made_anew_the_last_counts() -> None:
    again = replace(answered(MENTEE, *AGREED, 60, before=4), visit=3)
    found = record(
        NUMBERS, answered(MENTEE, *AGREED, 20, before=8), again, answered(MENTEE, *LOOKED_BACK, 181, after=6)
    )
    assert [side["expected"] for side in found.data["outcome"][0]["by"]] == [4]


def test_without_an_earlier_answer_the_result_stands_alone() -> None:
    found = record(NUMBERS, answered(MENTEE, *LOOKED_BACK, 181, after=6))
    assert found.data["outcome"][0]["by"][0]["expected"] is None
    assert "expected" not in found.text.split("## Outcome")[1].split("##")[0].replace("Outcome against expectation", "")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"type": "text"}, {"type": "text", "record": True}),
        ({"type": "text", "share": "private"}, {"type": "text", "record": True}),
        ({"type": "text", "record": True}, {"type": "text"}),
        ({"type": "number", "share": "aggregate"}, {"type": "number"}),
    ],
)
def test_nothing_gets_into_the_record_by_being_set_beside_something(earlier: Any, later: Any) -> None:
    secret = 4711 if earlier["type"] == "number" else "CONFIDED"
    told: Any = 6 if later["type"] == "number" else ("fine" if later.get("record") else "CONFIDED")
    kept = secret if earlier.get("record") is None else "open"
    of = declared(earlier, {**later, "beside": "agreement.before"})
    found = record(of, answered(MENTEE, *AGREED, 20, before=kept), answered(MENTEE, *LOOKED_BACK, 181, after=told))
    written = json.dumps(found.data) + found.text
    assert "CONFIDED" not in written
    assert "4711" not in written


def test_a_record_from_before_such_links_reads_the_same() -> None:
    old = json.loads(json.dumps(summarise(a_full_life()).data))
    text = markdown(old)
    for key in ("cycle", "carried_on_by", "actions"):
        old.pop(key, None)
    for one in old["outcome"]:
        one.pop("beside")
    for goal in old["goals"]:
        goal.pop("of")
        goal.pop("key")
    assert markdown(old) == text
