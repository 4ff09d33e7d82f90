"""The days of a plan, for any program and any day of entering a phase: windows run forwards and inside, and nothing is left out."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from programs.dates import Span, Unit, Weekend, halfway, reach, roll
from programs.plan import LATE, PhaseDays, Plan, Step, StepDays, StepKind, make
from programs.spec import Phase, Program

DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))
SPANS = st.tuples(st.integers(1, 8), st.sampled_from(["day", "week", "month"]))


def words(span: tuple[int, str]) -> str:
    return f"{span[0]} {span[1]}s"


@st.composite
def phases(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A phase of 3 to 80 days at least; what happens in it lies inside that time."""
    least, more = draw(st.integers(3, 80)), draw(st.integers(0, 28))
    offset = st.integers(0, min(20, least - 1))
    ask = {"form": "check", "roles": ["mentor", "mentee"], "due": f"in {draw(st.integers(1, 20))} days"}
    late = draw(st.sampled_from([None, "1 day", "2 weeks"]))
    milestones: list[dict[str, Any]] = [
        {
            "id": "asked",
            "at": f"{draw(offset)} days after start",
            "ask": {**ask, **({"expires": late} if late else {})},
        },
        {"id": "needed", "at": f"{draw(offset)} days after start", "ask": ask, "required": True},
        {"id": "half", "at": "halfway", "ask": ask},
        {"id": "over", "at": "end", "tell": {"roles": ["mentee"], "message": "word"}},
        {"id": "said", "at": f"{draw(offset)} days before end", "tell": {"roles": ["mentee"], "message": "word"}},
        {"id": "met", "every": words(draw(st.tuples(st.integers(1, 3), st.just("week")))), "expect": {"meeting": {}}},
        {"id": "asks", "every": f"{draw(st.integers(3, 25))} days", "ask": ask},
        {"id": "then", "at": f"{draw(offset)} days after asked", "ask": ask},
        {"id": "fit", "at": f"{draw(offset)} days after first meeting", "ask": ask},
    ]
    lasts = {"at_least": f"{least} days", "at_most": f"{least + more} days"}
    phase = {"id": f"phase{number}", "lasts": lasts, "until": "required milestones reached", "milestones": milestones}
    return phase | {"reflect": {"form": "check", "due": f"in {draw(st.integers(1, 40))} days"}}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    count = draw(st.integers(1, 4))
    declared = {
        "program": "any",
        "title": "Any program",
        "weekend": draw(st.sampled_from([str(rule) for rule in Weekend])),
        "phases": [draw(phases(number)) for number in range(1, count + 1)],
        "closure": {"notice": words(draw(st.tuples(st.integers(1, 4), st.just("week"))))},
        "forms": {"check": {"questions": [{"id": "well", "ask": "Are you well?", "type": "yes_no"}]}},
        "messages": {"word": {"subject": "A word", "body": "Hello"}},
    }
    return make(Program.model_validate(declared), draw(DAYS))


def dated(plan: Plan, entered_on: date) -> list[StepDays]:
    return [one for phase in plan.program.phases for one in plan.days(phase, plan.enter(phase, entered_on))]


def lived(plan: Plan, phase: Phase, entered_on: date) -> PhaseDays:
    return plan.lived(plan.enter(phase, entered_on))


def of(plan: Plan, name: str) -> Step:
    return plan.by_key[f"phase1.{name}"]


@given(plans(), DAYS)
def test_a_window_opens_is_due_and_closes_in_this_order(plan: Plan, entered_on: date) -> None:
    for one in dated(plan, entered_on):
        if one.opens_on is None:
            assert (one.due_on, one.closes_on) == (None, None)
            assert one.step.anchor.is_event
        else:
            assert one.due_on
            assert one.opens_on <= one.due_on
            assert one.closes_on is None or one.due_on <= one.closes_on


@given(plans(), DAYS)
def test_everything_opens_inside_its_phase(plan: Plan, entered_on: date) -> None:
    for one in dated(plan, entered_on):
        days = lived(plan, one.step.phase, entered_on)
        if one.opens_on is not None:
            assert days.entered_on <= one.opens_on < days.latest_on


@given(plans(), DAYS)
def test_only_what_is_required_has_no_last_day(plan: Plan, entered_on: date) -> None:
    for one in dated(plan, entered_on):
        if one.opens_on is not None:
            assert (one.closes_on is None) == one.step.required


@given(plans(), DAYS)
def test_nothing_expected_or_reflected_reaches_beyond_its_phase(plan: Plan, entered_on: date) -> None:
    for one in dated(plan, entered_on):
        days = lived(plan, one.step.phase, entered_on)
        if one.step.kind in (StepKind.EXPECT, StepKind.REFLECT):
            assert one.due_on
            assert one.due_on < days.latest_on


@given(plans(), DAYS)
def test_the_windows_of_what_recurs_follow_each_other_without_a_gap(plan: Plan, entered_on: date) -> None:
    phase = plan.program.phases[0]
    days = lived(plan, phase, entered_on)
    windows = [one for one in plan.days(phase, plan.enter(phase, entered_on)) if one.step is of(plan, "met")]
    assert not windows or windows[0].opens_on == days.entered_on
    assert [one.occurrence for one in windows] == list(range(1, len(windows) + 1))
    for one, other in pairwise(windows):
        assert one.closes_on
        assert one.closes_on + timedelta(days=1) == other.opens_on
    every = of(plan, "met").milestone
    assert every
    assert every.every
    assert (
        every.every.after(days.entered_on, len(windows))
        <= days.latest_on
        < every.every.after(days.entered_on, len(windows) + 1)
    )


@given(plans(), DAYS)
def test_a_recurring_ask_is_counted_from_the_start_and_never_chained(plan: Plan, entered_on: date) -> None:
    phase = plan.program.phases[0]
    begins_on = lived(plan, phase, entered_on).entered_on
    asks = [one for one in plan.days(phase, plan.enter(phase, entered_on)) if one.step is of(plan, "asks")]
    every = of(plan, "asks").milestone
    assert every
    assert every.every
    for one in asks:
        counted_on = every.every.after(begins_on, one.occurrence)
        assert one.opens_on
        assert abs(one.opens_on - counted_on) <= timedelta(days=2)
        assert one.opens_on == counted_on or counted_on.weekday() >= 5


@given(plans(), DAYS)
def test_nothing_begins_opens_or_is_due_on_a_weekend_where_the_program_moves_it(plan: Plan, entered_on: date) -> None:
    if plan.program.weekend is Weekend.NONE:
        return
    for one in dated(plan, entered_on):
        days = lived(plan, one.step.phase, entered_on)
        assert days.entered_on.weekday() < 5  # all phases here are longer than a weekend
        assert days.latest_on.weekday() < 5
        if one.opens_on and one.due_on:
            assert one.opens_on.weekday() < 5
            assert one.due_on.weekday() < 5


@given(plans(), DAYS)
def test_moving_days_off_weekends_does_not_add_up(plan: Plan, entered_on: date) -> None:
    """However many phases there are, each is begun within two days of where it would begin without the rule."""
    counted_on = entered_on
    for phase in plan.program.phases:
        days = plan.enter(phase, counted_on)
        assert abs(plan.lived(days).entered_on - counted_on) <= timedelta(days=2)
        counted_on = days.latest_on
    first = plan.program.phases[0]
    end = plan.expected_end(first, plan.enter(first, entered_on).latest_on)
    assert end == plan.working_day(counted_on)


@given(DAYS, st.sampled_from(Weekend), st.integers(-10, 10))
def test_what_has_come_is_what_is_moved_to_today_or_before(today: date, rule: Weekend, off: int) -> None:
    day = today + timedelta(days=off)
    assert (day <= reach(today, rule)) == (roll(day, rule) <= today)


@given(plans(), DAYS, st.integers(-30, 60))
def test_what_waits_is_dated_from_its_event_and_never_before_its_phase(
    plan: Plan, entered_on: date, later: int
) -> None:
    days = plan.enter(plan.program.phases[0], entered_on)
    happened_on = entered_on + timedelta(days=later)
    for name in ("then", "fit"):
        step = of(plan, name)
        assert step.milestone
        assert step.milestone.at
        one = plan.anchored(step, happened_on, days)
        begins_on = plan.lived(days).entered_on
        counted_on = max(step.milestone.at.on(happened_on), begins_on)
        assert one.opens_on
        assert one.opens_on >= begins_on
        assert one.opens_on == counted_on or counted_on.weekday() >= 5
        assert abs(one.opens_on - counted_on) <= timedelta(days=2)


@given(plans(), DAYS, st.integers(0, 40))
def test_whoever_is_asked_late_has_no_less_time_unless_the_window_closes(
    plan: Plan, entered_on: date, late: int
) -> None:
    for one in dated(plan, entered_on):
        if one.step.ask is None or one.opens_on is None:
            continue
        opened_on = one.opens_on + timedelta(days=late)
        due_on = plan.due_when_opened(one.step, opened_on, one.closes_on, one.due_on)
        assert due_on
        has_its_time = due_on >= one.step.ask.due.after(opened_on) - timedelta(days=2)
        assert has_its_time or (one.closes_on and one.closes_on - due_on <= timedelta(days=2))
        assert late or due_on == one.due_on


@given(plans())
def test_the_expected_end_is_the_sum_of_the_longest_phases(plan: Plan) -> None:
    end = plan.starts_on
    for phase in plan.program.phases:
        end = phase.lasts.at_most.after(end)
    end, first = plan.working_day(end), plan.program.phases[0]
    assert plan.expected_end(first, plan.enter(first, plan.starts_on).latest_on) == end
    assert plan.notice_on(end) < end


@given(plans())
def test_halfway_is_in_the_middle(plan: Plan) -> None:
    phase = plan.program.phases[0]
    days = plan.enter(phase, plan.starts_on)
    middle = halfway(days.entered_on, days.latest_on)
    assert abs((middle - days.entered_on) - (days.latest_on - middle)) <= timedelta(days=1)


@given(plans())
def test_a_stored_plan_is_the_plan_with_the_same_hash(plan: Plan) -> None:
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert again.hash == plan.hash


@given(plans(), st.integers(1, 400))
def test_another_first_day_is_another_plan(plan: Plan, days: int) -> None:
    assert make(plan.program, plan.starts_on + timedelta(days=days)).hash != plan.hash


@given(DAYS, SPANS, st.integers(1, 40))
def test_a_span_is_counted_from_its_anchor(start: date, span: tuple[int, str], times: int) -> None:
    one = Span(span[0], Unit(span[1]))
    assert one.after(start, times) == Span(span[0] * times, Unit(span[1])).after(start)
    assert start < one.after(start, times) < one.after(start, times + 1)


def test_a_message_still_makes_sense_for_two_weeks() -> None:
    assert LATE.days == 14
