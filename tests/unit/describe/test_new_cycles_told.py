"""A plan says what belongs to the first cycle only, and what is asked again in a new one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from programs.describe import Timeline, data, flow, ics, mermaid, rows, text, timeline
from programs.library import load
from programs.plan import make


@pytest.fixture(scope="module")
def line() -> Timeline:
    return timeline(make(load("reverse"), date(2027, 3, 1)))


def test_the_reading_says_in_which_cycles_something_comes(line: Timeline) -> None:
    said = " ".join(text(line).split())
    again = "Only in a new cycle: at the start, everybody is asked to fill in “Your goals for the new cycle”"
    assert again in said
    assert "Only in the first cycle: 2 days after the first meeting, everybody is asked to fill in" in said


def test_the_table_has_no_day_for_what_comes_in_a_new_cycle(line: Timeline) -> None:
    told = {row.what: row.when for row in rows(line)}
    assert told["Your goals for the new cycle"] == "start, in a new cycle"
    assert told["Do you suit each other?"].endswith(", in the first cycle")


def test_the_data_names_the_cycles_and_what_is_replaced(line: Timeline) -> None:
    steps = {step["key"]: step for phase in data(line)["phases"] for step in phase["steps"]}
    anew = steps["run.new_goals"]
    assert (anew["cycles"], anew["instead_of"], anew["opens_on"]) == ("later", ["expectations", "goals"], None)
    assert (steps["run.fit"]["cycles"], steps["goals.goals"]["cycles"]) == ("first", "first")
    assert steps["run.progress"]["cycles"] == "all"


def test_the_chart_shows_it_after_the_close_and_the_flow_leads_back(line: Timeline) -> None:
    chart, begins = mermaid(line), line.closes.latest_on
    section = chart.partition("section In a new cycle")[2].partition("section")[0]
    assert "Your goals for the new cycle" in section
    assert all(
        day > begins for day in (date.fromisoformat(word.strip(", ")) for word in section.split() if "202" in word)
    )
    assert chart.count("Your goals for the new cycle") == 1
    assert 'finish -.->|"another cycle, once"|' in flow(line)


def test_no_calendar_entry_is_made_for_what_has_no_day(line: Timeline) -> None:
    assert "Your goals for the new cycle" not in ics(line, datetime(2027, 1, 4, tzinfo=UTC))
