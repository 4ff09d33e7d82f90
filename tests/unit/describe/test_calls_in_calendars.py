"""A call that says when it begins stands in the calendar at its hour, wherever the calendar is opened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from programs import describe, library
from programs.plan import make

MADE_AT = datetime(2027, 1, 1, tzinfo=UTC)
PROGRAM = """
program: calls
title: Calls
timezone: America/New_York
phases:
  - id: main
    lasts: 8 weeks
    milestones:
      - {id: winter, title: Before the change, at: 1 day after start, call: {kind: call, roles: [mentor], time: "20:30", minutes: 240}}
      - {id: summer, title: After the change, at: 5 weeks after start, call: {kind: call, roles: [mentee], time: "20:30", minutes: 45}}
      - {id: open, title: Open end, at: 6 weeks after start, call: {kind: call, roles: [mentor, mentee], time: "09:00"}}
      - {id: some, title: Some time, at: 7 weeks after start, call: {kind: call, roles: [mentor, mentee], minutes: 30}}
"""


def events(program: str | Path, starts_on: date, timezone: str | None = None) -> dict[str, Event]:
    line = describe.timeline(make(library.load(program), starts_on, timezone))
    calendar = Calendar.from_ical(describe.ics(line, MADE_AT))
    assert not calendar.errors
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Event]:
    file = tmp_path_factory.mktemp("programs") / "calls.yaml"
    file.write_text(PROGRAM, encoding="utf-8")
    return events(file, date(2027, 2, 22))


def test_a_call_begins_and_ends_at_its_hour_in_the_cohorts_time_zone(own: dict[str, Event]) -> None:
    there = ZoneInfo("America/New_York")
    winter, summer = own["Before the change"], own["After the change"]
    assert winter["dtstart"].dt.astimezone(there) == datetime(2027, 2, 23, 20, 30, tzinfo=there)
    assert winter["dtend"].dt - winter["dtstart"].dt == timedelta(hours=4)
    assert summer["dtstart"].dt.astimezone(there) == datetime(2027, 3, 29, 20, 30, tzinfo=there)
    assert summer["dtend"].dt - summer["dtstart"].dt == timedelta(minutes=45)


def test_its_hours_need_no_table_of_time_zones(own: dict[str, Event]) -> None:
    told = [own[name].to_ical().decode() for name in ("Before the change", "After the change")]
    assert "DTSTART:20270224T013000Z\r\nDTEND:20270224T053000Z\r\n" in told[0]
    assert "DTSTART:20270330T003000Z\r\nDTEND:20270330T011500Z\r\n" in told[1]


def test_a_call_without_a_length_has_no_end(own: dict[str, Event]) -> None:
    assert own["Open end"]["dtstart"].dt == datetime(2027, 4, 5, 13, tzinfo=UTC)
    assert "dtend" not in own["Open end"]
    assert "duration" not in own["Open end"]


def test_a_call_without_an_hour_lies_on_its_whole_day(own: dict[str, Event]) -> None:
    assert own["Some time"]["dtstart"].dt == date(2027, 4, 12)
    assert own["Some time"]["dtend"].dt == date(2027, 4, 13)
    assert own["Some time"].to_ical().decode().count("VALUE=DATE:") == 2


def test_the_hours_are_those_of_the_cohort_where_it_has_a_zone_of_its_own() -> None:
    here, there = (events("open-science", date(2027, 1, 11), zone) for zone in (None, "Asia/Tokyo"))
    calls = [name for name, event in here.items() if isinstance(event["dtstart"].dt, datetime)]
    assert len(calls) == 7
    for name in calls:
        assert here[name]["dtstart"].dt - there[name]["dtstart"].dt == timedelta(hours=9)
        assert here[name]["uid"] == there[name]["uid"]


def test_what_is_no_call_still_lasts_whole_days(own: dict[str, Event]) -> None:
    assert type(own["Phase: Main"]["dtstart"].dt) is date
