"""Calendar arithmetic of programs: spans, and the words that place a milestone. Knows no clock; a day is a `date`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

_ID = r"[a-z][a-z0-9_-]*"
_SOME_DAY = date(2000, 1, 1)
_LONGEST_AFTER_IT = date(2050, 1, 1)
"""Calendars end in the year 9999, and so would the plan of a phase that has a year too many."""


class Unit(StrEnum):
    """Calendar units; a month is counted from its anchor and never chained."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Span:
    """A length of calendar time, such as 2 weeks."""

    count: int
    unit: Unit

    PATTERN = r"\d{1,4} (day|week|month|year)s?"

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `3 days`. Raises ValueError with the accepted forms."""
        match = re.fullmatch(rf"{cls.PATTERN}", text.strip())
        if match is None:
            raise ValueError(
                f"'{text}' is not a length of time; write a number and days, weeks, months or years, like '2 weeks'"
            )
        span = cls(int(text.split(maxsplit=1)[0]), Unit(match.group(1)))
        if span._is_too_long:
            raise ValueError(f"'{text}' is longer than 50 years; no program plans that far")
        return span

    @property
    def _is_too_long(self) -> bool:
        try:
            return self.after(_SOME_DAY) > _LONGEST_AFTER_IT
        except (OverflowError, ValueError):
            return True

    @property
    def days(self) -> int | None:
        """The same length on every calendar, in days; None for months and years, whose length depends on the anchor."""
        return {Unit.DAY: self.count, Unit.WEEK: 7 * self.count}.get(self.unit)

    def after(self, anchor: date, times: int = 1) -> date:
        """The day `times` spans after the anchor, always counted from the anchor (31 January + 2 months = 31 March)."""
        if self.days is not None:
            return anchor + timedelta(days=self.days * times)
        return anchor + relativedelta(**{f"{self.unit}s": self.count * times})  # type: ignore[arg-type]

    def before(self, anchor: date) -> date:
        return self.after(anchor, -1)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}" + ("" if self.count == 1 else "s")


class Weekend(StrEnum):
    """What becomes of a day that falls on a Saturday or Sunday."""

    NONE = "none"
    NEXT = "next working day"
    PREVIOUS = "previous working day"


def roll(day: date, rule: Weekend) -> date:
    """The day itself, or the nearest working day that the rule names. Monday is weekday 0 (ISO 8601)."""
    if rule is Weekend.NONE or day.weekday() < 5:
        return day
    return day + timedelta(days=7 - day.weekday()) if rule is Weekend.NEXT else day - timedelta(days=day.weekday() - 4)


def reach(day: date, rule: Weekend) -> date:
    """The last day that the rule moves to this one, or to an earlier one: what was planned up to it has come."""
    if rule is Weekend.PREVIOUS:
        return day if day.weekday() < 4 else day + timedelta(days=6 - day.weekday())
    return day if rule is Weekend.NONE else roll(day, Weekend.PREVIOUS)


def roll_inside(day: date, rule: Weekend, first: date, last: date) -> date:
    """A day moved as the rule says; the other way if it would leave the days from `first` to `last`, or not at all."""
    rolled = roll(day, rule)
    if first <= rolled <= last or not first <= day <= last:
        return rolled
    other = roll(day, Weekend.PREVIOUS if rule is Weekend.NEXT else Weekend.NEXT)
    return other if first <= other <= last else day


class Anchor(StrEnum):
    """What a milestone's day is counted from."""

    START = "start"
    END = "end"
    HALFWAY = "halfway"
    MILESTONE = "milestone"
    FIRST_MEETING = "first meeting"
    ANSWER = "answer"
    """A day that somebody named in an answer."""

    @property
    def is_event(self) -> bool:
        """Whether the day is known only once something has happened."""
        return self in (Anchor.MILESTONE, Anchor.FIRST_MEETING, Anchor.ANSWER)


@dataclass(frozen=True)
class When:
    """Where a milestone lies: an anchor, and a span after it (or before it)."""

    anchor: Anchor
    offset: Span | None = None
    before: bool = False
    milestone: str | None = None
    question: str | None = None
    """With the milestone: the answer that names the day."""

    FORMS = (
        "start, end, halfway, 3 days after start, 1 week before end, after first meeting, "
        "2 days after first meeting, after MILESTONE, 1 week after MILESTONE, on MILESTONE.QUESTION, "
        "2 days before MILESTONE.QUESTION"
    )

    @classmethod
    def parse(cls, text: str) -> When:
        """Read the words of `at:`. Raises ValueError that lists the forms."""
        words = text.strip()
        if words in ("start", "end", "halfway"):
            return cls(Anchor(words))
        named = re.fullmatch(
            rf"(?:on|(?P<span>{Span.PATTERN}) (?P<side>after|before)) (?P<step>{_ID})\.(?P<question>{_ID})", words
        )
        if named:
            span = Span.parse(named["span"]) if named["span"] else None
            return cls(Anchor.ANSWER, span, named["side"] == "before", named["step"], named["question"])
        match = re.fullmatch(
            rf"(?:(?P<span>{Span.PATTERN}) )?(?P<side>after|before) (?P<what>[a-z][a-z0-9 _-]*)", words
        )
        if match is None:
            raise ValueError(f"'{text}' does not say when; write one of: {cls.FORMS}")
        offset = Span.parse(match["span"]) if match["span"] else None
        before, what = match["side"] == "before", match["what"]
        if before and (offset is None or what != "end"):
            raise ValueError(
                f"'{text}' does not say when: only 'before end' counts backwards, as in '1 week before end'"
            )
        if what in ("start", "end", "halfway", "first meeting"):
            return cls(Anchor(what), offset, before)
        if " " in what:
            raise ValueError(f"'{text}' does not say when; write one of: {cls.FORMS}")
        return cls(Anchor.MILESTONE, offset, before, what)

    def on(self, anchor: date) -> date:
        """The day, given the day of the anchor."""
        if self.offset is None:
            return anchor
        return self.offset.before(anchor) if self.before else self.offset.after(anchor)

    def __str__(self) -> str:
        if self.question:
            source = f"{self.milestone}.{self.question}"
            return f"{self.offset} {'before' if self.before else 'after'} {source}" if self.offset else f"on {source}"
        what = self.milestone or str(self.anchor)
        if self.offset:
            return f"{self.offset} {'before' if self.before else 'after'} {what}"
        return f"after {what}" if self.anchor.is_event else what


def halfway(start: date, end: date) -> date:
    """The middle day, rounded towards the start."""
    return start + (end - start) // 2


@dataclass(frozen=True)
class Nudge:
    """A reminder's day, in days relative to the due day: negative before, 0 on it, positive after."""

    days: int

    PATTERN = r"on the day|\d{1,3} (day|week)s? (before|after)"

    @classmethod
    def parse(cls, text: str) -> Nudge:
        words = text.strip()
        if words == "on the day":
            return cls(0)
        if re.fullmatch(cls.PATTERN, words) is None:
            raise ValueError(f"'{text}' is not a reminder; write '2 days before', 'on the day' or '1 week after'")
        count, unit, side = words.split()
        days = int(count) * (7 if unit.startswith("week") else 1)
        return cls(-days if side == "before" else days)

    def __str__(self) -> str:
        if self.days == 0:
            return "on the day"
        size = abs(self.days)
        return f"{size} day{'' if size == 1 else 's'} {'before' if self.days < 0 else 'after'}"
