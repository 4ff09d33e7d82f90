"""What to say of a word that should have been a day. Loaded only once one was not."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

FORM = "write a day as YYYY-MM-DD, like 2027-01-31"

_YEAR_FIRST = re.compile(r"(\d{4})[-./ ]?(\d{1,2})[-./ ]?(\d{1,2})(?:[T ]\d{2}:.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})")


def misdated(said: str) -> str:
    """Why it is no day, and the day, or the two, that may be meant."""
    text = said.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
        return f"'{said}' {_why_not(year, month, day) or f'is not written as it is read here; write {date(year, month, day)}'}"
    if match := _YEAR_LAST.fullmatch(text):
        one, other, year = (int(part) for part in match.groups())
        return f"'{said}' {_either(year, one, other)}"
    return f"'{said}' is not a day; {FORM}"


def _either(year: int, one: int, other: int) -> str:
    """Day and month can stand in either order; which one it is only who wrote it can know."""
    orders = dict.fromkeys([(other, one), (one, other)])
    days = [str(date(year, month, day)) for month, day in orders if _why_not(year, month, day) is None]
    if not days:
        return _why_not(year, other, one) or FORM
    return f"is not written as it is read here; write {' or '.join(sorted(days))}"


def _why_not(year: int, month: int, day: int) -> str | None:
    if not year:
        return f"has no year; {FORM}"
    if not 1 <= month <= 12:
        return f"does not exist: there is no month {month}; {FORM}"
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"does not exist: {date(year, month, 1):%Y-%m} has {last} days; {FORM}"
    return None
