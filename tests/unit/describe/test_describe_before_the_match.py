"""What comes before the match is told before it, with who goes through it and by when one has to be enrolled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from programs import library
from programs.describe.as_mermaid import mermaid
from programs.describe.as_table import rows
from programs.describe.as_text import text
from programs.describe.timeline import Timeline, timeline
from programs.plan import make

FILE = Path(__file__).parents[2] / "declarations" / "valid" / "before_the_match.yaml"


@pytest.fixture(scope="module")
def line() -> Timeline:
    return timeline(make(library.load(FILE), date(2027, 3, 1)))


def test_a_relationship_begins_on_the_first_day_whatever_comes_before(line: Timeline) -> None:
    begins = {view.phase.id: view.begins.latest_on for view in line.phases}
    assert begins["main"] == date(2027, 3, 1)
    assert line.closes.latest_on == date(2027, 4, 26)


def test_whoever_enrolls_by_the_day_named_is_through_in_time(line: Timeline) -> None:
    begins = {view.phase.id: view.begins.latest_on for view in line.phases}
    assert line.enroll_by == begins["considering"] == date(2027, 2, 1)
    assert begins["aims"] == date(2027, 2, 15)
    assert begins["search"] == date(2027, 3, 1)


def test_the_reading_says_who_goes_through_it_alone_and_what_becomes_of_who_does_not(line: Timeline) -> None:
    said = " ".join(text(line).split())
    assert "whoever is enrolled by 1 February 2027 has all the time for it" in said
    assert "Everybody goes through this alone, before they are matched." in said
    assert "Mentees go through this alone, before they are matched. It lasts until their relationship begins." in said
    assert "they are let go without fault" in said
    assert "Screening of mentors" in said


def test_table_and_chart_set_it_apart(line: Timeline) -> None:
    told = {row.cells[0]: row.cells[3] for row in rows(line) if row.cells[2] == "phase begins, each alone"}
    assert told == {"Considering it": "everybody", "What for": "mentees", "Looking for somebody": "mentees"}
    assert "section Before the match, alone - What for" in mermaid(line)
