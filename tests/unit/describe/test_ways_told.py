"""The ways between phases are told in every format, and only what is certain has days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from programs import describe, library
from programs.plan import make
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
    assert not describe.has_ways(line.plan)
    assert "goes on with" not in describe.text(line)
