"""A plan reads the same in every format."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from programs import describe, library
from programs.describe.as_mermaid import text as quoted
from programs.describe.wording import short_day
from programs.plan import Plan, make

GOLDEN = Path(__file__).parents[2] / "golden" / "plans"
STARTS_ON = date(2026, 1, 12)
MADE_AT = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make(library.load(GOLDEN / "garden.yaml"), STARTS_ON)


@pytest.fixture(scope="module")
def line(plan: Plan) -> describe.Timeline:
    return describe.timeline(plan)


def same_as_golden(name: str, content: str) -> None:
    """Compare with the file of that name; with MENTORFLOW_WRITE_GOLDEN set, write it for somebody to read and commit."""
    file = GOLDEN / name
    if os.environ.get("MENTORFLOW_WRITE_GOLDEN"):
        file.write_bytes(content.encode())
    assert file.read_bytes().decode() == content


def test_the_table_reads_as_it_was_approved(line: describe.Timeline) -> None:
    same_as_golden("garden.tsv", "".join("\t".join(row.cells) + "\n" for row in describe.rows(line)))


def test_the_reading_reads_as_it_was_approved(line: describe.Timeline) -> None:
    same_as_golden("garden.txt", describe.text(line))


def test_the_chart_reads_as_it_was_approved(line: describe.Timeline) -> None:
    same_as_golden("garden.mmd", describe.mermaid(line))


def test_the_calendar_reads_as_it_was_approved(line: describe.Timeline) -> None:
    same_as_golden("garden.ics", describe.ics(line, MADE_AT))


def test_the_data_reads_as_it_was_approved(line: describe.Timeline) -> None:
    data = {**describe.data(line), "plan_hash": "of the whole program"}
    same_as_golden("garden.json", json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def test_the_data_names_the_plan_it_was_made_from(line: describe.Timeline, plan: Plan) -> None:
    assert describe.data(line)["plan_hash"] == plan.hash


def test_making_the_calendar_again_keeps_every_identity(line: describe.Timeline) -> None:
    first = Calendar.from_ical(describe.ics(line, MADE_AT))
    second = Calendar.from_ical(describe.ics(line, MADE_AT + timedelta(days=30)))
    uids = [event["uid"] for event in first.walk("VEVENT")]
    assert uids == [event["uid"] for event in second.walk("VEVENT")]
    assert len(set(uids)) == len(uids)


def test_another_start_gives_other_identities(line: describe.Timeline, plan: Plan) -> None:
    moved = describe.timeline(replace(plan, starts_on=STARTS_ON + timedelta(days=7)))
    first, second = (Calendar.from_ical(describe.ics(one, MADE_AT)) for one in (line, moved))
    assert not {e["uid"] for e in first.walk("VEVENT")} & {e["uid"] for e in second.walk("VEVENT")}


def test_every_event_lasts_whole_days_and_blocks_nobody(line: describe.Timeline) -> None:
    for event in Calendar.from_ical(describe.ics(line, MADE_AT)).walk("VEVENT"):
        assert type(event["dtstart"].dt) is date
        assert event["dtend"].dt > event["dtstart"].dt
        assert event["transp"] == "TRANSPARENT"


def test_text_cannot_break_out_of_the_calendar(plan: Plan) -> None:
    nasty = "a;b,c\\n\nEND:VEVENT"
    program = plan.program.model_copy(
        update={"phases": (plan.program.phases[0].model_copy(update={"guide": nasty}), *plan.program.phases[1:])}
    )
    calendar = Calendar.from_ical(describe.ics(describe.timeline(make(program, STARTS_ON)), MADE_AT))
    described = [str(event["description"]) for event in calendar.walk("VEVENT") if "description" in event]
    assert described[0] == "a;b,c\\n END:VEVENT"


@pytest.mark.parametrize("words", ["Review: first", "50%% done", "a;b", "#1", "<b>bold</b>", "two\nlines"])
def test_no_sign_of_mermaid_survives_in_a_name(words: str) -> None:
    assert not set(quoted(words)) & set(":;#<>`\n")
    assert "%%" not in quoted(words)


@pytest.mark.parametrize("words", ["Section review", "title page", "Click here", "Call your mentor", "gantt"])
def test_a_name_that_begins_like_a_command_is_no_command(words: str) -> None:
    assert quoted(words) == f"\u200b{words}"


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert quoted("Sectional review") == "Sectional review"


def test_a_step_that_waits_for_an_event_shows_words_and_no_day(line: describe.Timeline) -> None:
    (fit,) = [row for row in describe.rows(line) if row.what == "Fit"]
    assert fit.when == "2 days after first meeting"
    assert fit.due == ""


def test_a_day_after_a_varying_phase_shows_both_ends(line: describe.Timeline) -> None:
    closes = line.closes
    assert not closes.is_exact
    (row,) = [row for row in describe.rows(line) if row.what == "Relationship closes"]
    assert row.when == f"{short_day(closes.earliest_on)} – {short_day(closes.latest_on)}"


def test_the_latest_close_is_the_end_that_the_engine_expects(line: describe.Timeline, plan: Plan) -> None:
    first = plan.program.phases[0]
    assert line.closes.latest_on == plan.expected_end(first, plan.enter(first, STARTS_ON).latest_on)
