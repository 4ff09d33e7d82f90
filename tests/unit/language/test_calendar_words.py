"""The words of time: what is read is written back the same, and days are counted as people count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programs.dates import Anchor, Nudge, Span, Unit, Weekend, When, halfway, roll

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
SPANS = st.builds(Span, st.integers(0, 50), st.sampled_from(Unit))
EXACT = st.builds(Span, st.integers(0, 400), st.sampled_from([Unit.DAY, Unit.WEEK]))
MILESTONES = st.from_regex(r"[a-z][a-z0-9]{0,8}([_-][a-z0-9]{1,4}){0,2}", fullmatch=True)


@st.composite
def whens(draw: st.DrawFn) -> When:
    anchor = draw(st.sampled_from(Anchor))
    offset = draw(st.none() | SPANS)
    before = anchor in (Anchor.END, Anchor.ANSWER) and offset is not None and draw(st.booleans())
    milestone = draw(MILESTONES) if anchor in (Anchor.MILESTONE, Anchor.ANSWER) else None
    question = draw(MILESTONES) if anchor is Anchor.ANSWER else None
    assume(milestone not in ("start", "end", "halfway"))
    return When(anchor, offset, before, milestone, question)


def refusal(kind: type[Span] | type[When] | type[Nudge], text: str) -> str | None:
    try:
        kind.parse(text)
    except ValueError as refused:
        return str(refused)
    return None


@given(SPANS)
def test_a_span_is_written_as_it_is_read(span: Span) -> None:
    assert Span.parse(str(span)) == span


@given(whens())
def test_a_when_is_written_as_it_is_read(when: When) -> None:
    assert When.parse(str(when)) == when


@given(st.integers(-999, 999))
def test_a_reminder_is_written_as_it_is_read(days: int) -> None:
    assert Nudge.parse(str(Nudge(days))) == Nudge(days)


@given(st.text(max_size=30))
def test_any_other_text_is_refused_with_the_forms_that_are_known(text: str) -> None:
    assume("before" not in text)
    for kind, example in ((Span, "2 weeks"), (When, "after MILESTONE"), (Nudge, "on the day")):
        assert refusal(kind, text) is None or example in str(refusal(kind, text))


@given(DAYS, EXACT)
def test_days_and_weeks_are_the_same_length_on_every_calendar(day: date, span: Span) -> None:
    assert span.after(day) - day == timedelta(days=span.days or 0)
    assert span.before(span.after(day)) == day


@given(DAYS, st.integers(0, 120))
def test_a_month_keeps_the_day_or_takes_the_last_of_a_shorter_month(day: date, count: int) -> None:
    there = Span(count, Unit.MONTH).after(day)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == count
    assert there.day == day.day or (there.day < day.day and (there + timedelta(days=1)).day == 1)


def test_months_are_counted_from_the_anchor_and_never_chained() -> None:
    month = Span(1, Unit.MONTH)
    assert month.after(date(2027, 1, 31), times=2) == date(2027, 3, 31)
    assert month.after(month.after(date(2027, 1, 31))) == date(2027, 3, 28)


@given(DAYS, SPANS, SPANS)
def test_later_anchors_never_give_earlier_days(day: date, span: Span, gap: Span) -> None:
    assert span.after(day) <= span.after(gap.after(day))


@given(DAYS, st.sampled_from([Weekend.NEXT, Weekend.PREVIOUS]))
def test_a_rolled_day_is_the_nearest_working_day_in_its_direction(day: date, rule: Weekend) -> None:
    rolled = roll(day, rule)
    assert rolled.weekday() < 5
    assert (rolled >= day) if rule is Weekend.NEXT else (rolled <= day)
    assert abs((rolled - day).days) <= 2
    assert roll(rolled, rule) == rolled
    assert rolled == day or day.weekday() >= 5


@given(DAYS)
def test_without_a_rule_the_weekend_is_a_day_like_any_other(day: date) -> None:
    assert roll(day, Weekend.NONE) == day


@given(DAYS, st.integers(0, 2000))
def test_halfway_is_as_far_from_the_start_as_from_the_end(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    middle = halfway(start, end)
    assert 0 <= (end - middle).days - (middle - start).days <= 1


@pytest.mark.parametrize("text", ["before start", "2 days before halfway", "before end", "2 days before training"])
def test_only_the_end_counts_backwards(text: str) -> None:
    with pytest.raises(ValueError, match="only 'before end' counts backwards"):
        When.parse(text)
