"""A plan with days that people will name: said in words, shown where they can be at the latest, and marked as such."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from programs.describe.as_ics import ics
from programs.describe.as_mermaid import mermaid
from programs.describe.as_table import rows
from programs.describe.as_text import text
from programs.describe.timeline import Timeline, timeline
from programs.library import load
from programs.plan import make
from programs.spec import Program

ASK = {"form": "review", "roles": ["mentee"], "due": "in 5 days"}


def line(*more_dates: str) -> Timeline:
    dates = [{"id": one, "ask": f"When is {one}?", "type": "date"} for one in ("checkpoint", *more_dates)]
    declared: dict[str, Any] = {
        "program": "any",
        "title": "Any program",
        "phases": [
            {
                "id": "first",
                "lasts": "2 weeks",
                "milestones": [{"id": "agreement", "at": "start", "ask": {**ASK, "form": "agreement"}}],
            },
            {
                "id": "work",
                "lasts": {"until": "agreement.checkpoint", "at_least": "4 weeks", "at_most": "8 weeks"},
                "milestones": [{"id": "look", "at": "2 days before agreement.checkpoint", "ask": ASK}],
            },
        ],
        "forms": {
            "agreement": {"title": "What we agree", "questions": dates},
            "review": {"title": "Looking back", "questions": [{"id": "well", "ask": "Well?", "type": "yes_no"}]},
        },
    }
    return timeline(make(Program.model_validate(declared), date(2027, 3, 1)))


def test_a_table_says_who_names_the_day_and_between_which_days_it_can_be() -> None:
    row = next(row for row in rows(line()) if row.what == "Look")
    assert row.when == "2 days before the day named in “What we agree”, Mon 15 Mar 2027 – Sat 8 May 2027"


def test_a_reading_says_so_in_words_and_when_the_phase_can_be_over() -> None:
    read = " ".join(text(line()).split())
    assert (
        "- 2 days before the day named in “What we agree” (between 15 March 2027 and 8 May 2027), mentees are asked to "
        "fill in “Looking back”, within 5 days." in read
    )
    assert (
        "lasts from 4 weeks to 8 weeks, until 9 May 2027 at the latest. Its last day is the one named in “What we agree”."
        in read
    )
    assert "ends on 10 May 2027 at the latest, and on 12 April 2027 at the earliest" in read


def test_the_question_is_named_where_a_form_asks_for_several_days() -> None:
    row = next(row for row in rows(line("next")) if row.what == "Look")
    assert row.when.startswith("2 days before the day named in “What we agree” (“When is checkpoint?”), ")


def test_a_chart_and_a_calendar_show_the_last_possible_day_and_say_so() -> None:
    assert "Look (at the latest) :phase2_1, 2027-05-08, " in mermaid(line())
    calendar = ics(line(), datetime(2027, 1, 1, tzinfo=UTC)).replace("\r\n ", "")
    entry = next(part for part in calendar.split("BEGIN:VEVENT") if "SUMMARY:Look\r\n" in part)
    assert "DTSTART;VALUE=DATE:20270508" in entry
    assert "2 days before the day named in “What we agree”. At the latest\\; at the earliest 15 March 2027." in entry


def test_meetings_beyond_the_shortest_time_show_the_first_day_on_which_they_can_be() -> None:
    found = timeline(make(load("project"), date(2027, 1, 4)))
    work = next(view for view in found.phases if view.phase.id == "implementation")
    assert work.begins is not None
    sessions = [view.opens for view in work.steps if view.step.milestone and view.step.milestone.id == "session"]
    apart = work.begins.latest_on - work.begins.earliest_on
    assert len(sessions) > 20
    assert {one.latest_on - one.earliest_on for one in sessions if one} == {apart}
    assert "Every 3 weeks, up to 26 times, a meeting" in text(found)
