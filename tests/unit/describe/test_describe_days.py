"""Whatever a program declares, the days of its description hang together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from programs import describe
from programs.describe.as_table import cell
from programs.describe.timeline import Window
from programs.plan import make
from programs.spec import Program

WEEKEND_ROLL = timedelta(days=2)
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)

starts = st.dates(date(2024, 1, 1), date(2032, 12, 31))
spans = st.builds(lambda n, unit: f"{n} {unit}s", st.integers(1, 6), st.sampled_from(["week", "month"]))
whens = st.sampled_from(["start", "halfway", "end", "2 days after start", "3 days before end", "after first meeting"])


@st.composite
def milestones(draw: st.DrawFn, number: int) -> dict[str, Any]:
    what = draw(
        st.sampled_from(
            [
                {"tell": {"roles": ["mentor", "mentee"], "message": "hello"}},
                {"ask": {"form": "check", "roles": ["mentee"], "due": "in 3 days", "remind": ["1 day before"]}},
                {"expect": {"meeting": {"minutes": 30}}},
            ]
        )
    )
    when = draw(st.one_of(whens.map(lambda at: {"at": at}), spans.map(lambda every: {"every": every})))
    return {"id": f"m{number}", **when, **what}


@st.composite
def programs(draw: st.DrawFn, fixed: bool = False) -> Program:
    phases = []
    for number in range(draw(st.integers(1, 4))):
        lasts: Any = draw(spans)
        if not fixed and draw(st.booleans()):
            lasts = {"at_least": "1 week", "at_most": lasts}
        steps = [draw(milestones(place)) for place in range(draw(st.integers(0, 4)))]
        phase: dict[str, Any] = {"id": f"p{number}", "lasts": lasts, "milestones": steps}
        phases.append(phase if isinstance(lasts, str) else {**phase, "until": "required milestones reached"})
    return Program.model_validate(
        {
            "program": "any",
            "title": "Any program",
            "weekend": draw(st.sampled_from(["none", "next working day", "previous working day"])),
            "phases": phases,
            "forms": {"check": {"questions": [{"id": "ok", "ask": "All well?", "type": "yes_no"}]}},
            "messages": {"hello": {"subject": "Hello", "body": "Hello"}},
        }
    )


@given(programs(fixed=True), starts)
def test_phases_of_fixed_length_follow_each_other_without_gap_or_overlap(program: Program, starts_on: date) -> None:
    line = describe.timeline(make(program, starts_on))
    begins_on = line.plan.working_day(starts_on)
    assert line.phases[0].begins == Window(begins_on, begins_on)
    for earlier, later in zip(line.phases, line.phases[1:], strict=False):
        assert earlier.begins.is_exact
        assert earlier.last.is_exact
        assert later.begins.latest_on == earlier.last.latest_on + timedelta(days=1)
    assert line.closes.latest_on == line.phases[-1].last.latest_on + timedelta(days=1)


@given(programs(), starts)
def test_no_window_runs_backwards_and_none_begins_after_its_phase_could_be_over(
    program: Program, starts_on: date
) -> None:
    line = describe.timeline(make(program, starts_on))
    for phase in line.phases:
        assert phase.begins.earliest_on <= phase.begins.latest_on <= phase.last.latest_on
        assert phase.begins.earliest_on <= phase.last.earliest_on <= phase.last.latest_on


@given(programs(), starts)
def test_every_step_opens_within_the_plan(program: Program, starts_on: date) -> None:
    line = describe.timeline(make(program, starts_on))
    for view in line.steps:
        if view.opens is None:
            assert view.step.anchor.is_event
            continue
        assert starts_on - WEEKEND_ROLL <= view.opens.earliest_on <= view.opens.latest_on
        assert view.opens.latest_on <= line.closes.latest_on + WEEKEND_ROLL
        if view.due is not None:
            assert view.opens.latest_on <= view.due.latest_on


@given(programs(), starts)
def test_table_calendar_and_data_agree_on_every_day(program: Program, starts_on: date) -> None:
    line = describe.timeline(make(program, starts_on))
    steps = [step for phase in describe.data(line)["phases"] for step in phase["steps"]]
    table = [row for row in describe.rows(line) if row.phase != "Ending" and row.what != "phase begins"]
    assert [row.when for row in table] == [cell(_window(step["opens_on"]), step["when"]) for step in steps]
    events = Calendar.from_ical(describe.ics(line, MADE_AT)).walk("VEVENT")
    days = sorted(event["dtstart"].dt for event in events)
    assert days == sorted(
        date.fromisoformat(item["latest"]) for item in _dated(describe.data(line)) if item is not None
    )


def _dated(data: dict[str, Any]) -> list[dict[str, str] | None]:
    phases = data["phases"]
    steps = [step["opens_on"] for phase in phases for step in phase["steps"]]
    return [
        *(phase["begins_on"] for phase in phases),
        *steps,
        data["notice_on"],
        data["closes_on"],
        data["follow_up_on"],
    ]


def _window(days: dict[str, str] | None) -> Window | None:
    return Window(date.fromisoformat(days["earliest"]), date.fromisoformat(days["latest"])) if days else None
