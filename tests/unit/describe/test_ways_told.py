"""The ways between phases are told in every format, and only what is certain has days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from programs import describe, library
from programs.describe.turnings import occasion, told
from programs.describe.wording import spaced
from programs.plan import make
from programs.spec import Program, Then
from programs.ways import COMPLETED, END
from tests.unit.describe.test_describe import GOLDEN, same_as_golden


@pytest.fixture(scope="module")
def line() -> describe.Timeline:
    return describe.timeline(make(library.load(GOLDEN / "winding.yaml"), date(2026, 1, 12)))


def test_the_ways_read_as_they_were_approved(line: describe.Timeline) -> None:
    same_as_golden("winding.txt", describe.text(line))


def test_the_chart_of_the_ways_reads_as_it_was_approved(line: describe.Timeline) -> None:
    same_as_golden("winding.mmd", describe.flow(line))


def test_the_rows_of_the_ways_read_as_they_were_approved(line: describe.Timeline) -> None:
    same_as_golden("winding.tsv", "".join("\t".join(row.cells) + "\n" for row in describe.rows(line)))


def test_only_phases_that_come_by_themselves_are_in_the_calendar_and_on_the_chart_of_days(
    line: describe.Timeline,
) -> None:
    calendar = describe.ics(line, datetime(2026, 1, 1, tzinfo=UTC))
    for chart, mark in ((calendar, "Phase: "), (describe.mermaid(line), "section ")):
        assert [f"{mark}{title}" in chart for title in ("Beginning", "Growing", "Farewell")] == [True] * 3
        assert [f"{mark}{title}" in chart for title in ("Another try", "Less and less")] == [False] * 2


def test_the_data_name_every_way(line: describe.Timeline) -> None:
    phases = {phase["id"]: phase for phase in describe.data(line)["phases"]}
    assert phases["decline"]["begins_on"] is None
    assert phases["decline"]["ways"] == [
        {"to": None, "when": "over", "answer": None, "at_most": None, "reason": "no_contact"},
        {"to": "growth", "when": "contact", "answer": None, "at_most": None, "reason": None},
    ]
    assert phases["growth"]["ways"][0]["answer"] == {
        "milestone": "reflection", "question": "longer", "is": "yes", "by": "all",
    }  # fmt: skip


def test_a_straight_program_has_no_ways_to_tell() -> None:
    line = describe.timeline(make(library.load(GOLDEN / "garden.yaml"), date(2026, 1, 12)))
    assert not any(told(line.plan, phase) for phase in line.plan.program.phases)
    assert "goes on with" not in describe.text(line)


def of(name: str) -> describe.Timeline:
    return describe.timeline(make(library.load(name), date(2027, 1, 11)))


def arrows(chart: str) -> list[tuple[str, str, str]]:
    """From where, by what, to where; places by what stands in them."""
    nodes = {name: words.split("<br/>")[0] for name, words in re.findall(r'^ +(\w+)[(\[{]+"(.*?)"', chart, re.M)}
    drawn = re.findall(r'^ +(\w+) -\.?->(?:\|"(.*?)"\|)? (\w+)$', chart, re.M)
    assert len(drawn) == len(re.findall(r"-->|-\.->", chart))
    return [(nodes[origin], words, nodes[to]) for origin, words, to in drawn]


def closings(program: Program) -> list[tuple[str, str]]:
    """When relationships are closed by themselves, and with which reason, as the program declares it."""
    silent = [(f"after {rung.after} of silence", rung.reason) for rung in program.silence if rung.then is Then.CLOSE]
    late = [("when it takes too long", one.overrun.reason) for one in program.phases if one.overrun]
    asked = [
        (f"by “{milestone.label}”", rule.reason)
        for phase in program.phases
        for milestone in phase.milestones
        for rule in milestone.when
        if rule.then in (Then.CLOSE, Then.REMATCH)
    ]
    return [(words, reason) for words, reason in (*silent, *late, *asked) if reason]


@pytest.mark.parametrize("name", library.shipped())
def test_every_way_of_every_program_is_drawn(name: str) -> None:
    line = of(name)
    drawn, phases = arrows(describe.flow(line)), {phase.id: phase.label for phase in line.plan.program.phases}
    for phase in line.plan.program.phases:
        for way in line.plan.ways(phase.id):
            to = "End" if way.to == END and way.reason == COMPLETED else f"End∶ {spaced(way.reason)}"
            if way.to != END:
                to = phases[way.to]
            elif phase.alone:
                to = line.plan.program.shared_phases[0].label
            words = "matched" if phase.alone and way.to == END else occasion(way, line.plan)
            assert any(one == phase.label and words in by and there == to for one, by, there in drawn), way


@pytest.mark.parametrize("name", library.shipped())
def test_every_closing_of_every_program_is_drawn(name: str) -> None:
    line = of(name)
    drawn = arrows(describe.flow(line))
    for words, reason in closings(line.plan.program):
        assert any(words in by and to == f"End∶ {spaced(reason)}" for _, by, to in drawn), (words, reason)
    ends = [to for _, _, to in drawn if to.startswith("End")]
    for reason in set(line.plan.program.closure.reasons) - {COMPLETED}:
        assert any(re.search(rf"\b{spaced(reason)}\b", end) for end in ends), reason
    assert any(by == "by the operator" and to.startswith("End∶ ") for _, by, to in drawn)


@pytest.mark.parametrize("name", library.shipped())
def test_who_is_matched_again_comes_back_to_the_beginning(name: str) -> None:
    line = of(name)
    program = line.plan.program
    again = program.closure.rematch.reasons if program.closure.rematch else ()
    drawn = arrows(describe.flow(line))
    ends = [origin for origin, _, to in drawn if to == "A new match"]
    assert sorted(reason for reason in again if any(spaced(reason) in end for end in ends)) == sorted(again)
    assert {to for origin, _, to in drawn if origin == "A new match"} == (
        {program.shared_phases[0].label} if again else set()
    )


def test_silence_that_counts_everywhere_is_drawn_once_and_else_where_it_counts() -> None:
    everywhere = [one for one in arrows(describe.flow(of("four-phase"))) if "silence" in one[1]]
    assert everywhere == [("In any phase", "after 49 days of silence", "End∶ no contact")]
    named = [one[0] for one in arrows(describe.flow(of("five-stage"))) if one[2] == "End∶ no contact"]
    assert named == ["Getting to know each other", "Setting goals", "Becoming something else"]


def test_a_circle_that_joins_another_is_drawn() -> None:
    assert ("In any phase", "when it is too small and another has room", "End∶ merged") in arrows(
        describe.flow(of("peer-circle"))
    )


def test_who_goes_on_without_what_is_missing_is_drawn() -> None:
    drawn = arrows(describe.flow(of("skills-growth")))
    assert ("Setting goals", "when it takes too long, without what is missing", "Developing skills") in drawn


def test_two_reasons_for_the_same_way_are_one_arrow() -> None:
    back = [
        one for one in arrows(describe.flow(of("five-stage"))) if one[0] == "Less and less contact" and "Grow" in one[2]
    ]
    assert [by for _, by, _ in back] == ["on contact, 3 times at most,<br/>or at once, by “How do you go on?”"]


@pytest.mark.parametrize("name", library.shipped())
def test_the_names_of_phases_have_room_beside_the_days(name: str) -> None:
    chart = describe.mermaid(of(name))
    room = re.search(r'"leftPadding": (\d+)', chart)
    assert room
    assert int(room[1]) > 6 * max(len(heading) for heading in re.findall(r"^ +section (.*)$", chart, re.M))
