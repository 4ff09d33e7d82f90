"""The items of an action plan as people write them, a line for each: `mentor: Ask Eva for a talk by 2027-03-01`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MOST = 20
"""Items of one answer."""

LONGEST = 300
"""Characters of one item."""

TOGETHER = ("both", "all", "we")
"""Written before an item that is nobody's in particular."""

_WHOSE = re.compile(rf"(mentor|mentee|member|me|{'|'.join(TOGETHER)})\s*:\s*", re.IGNORECASE)
_DAY = r"(\d{4}-\d{2}-\d{2})"
_BY_FIRST = re.compile(rf"by {_DAY}\s*[:,]?\s*", re.IGNORECASE)
_BY_LAST = re.compile(rf"[\s,]*\(?\bby {_DAY}\)?\.?$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Item:
    """What is to be done. `whose` is a role, `me` for whoever wrote it, or one of TOGETHER."""

    text: str
    whose: str = "me"
    due_on: date | None = None


def item(line: str) -> Item:
    """One line. Raises ValueError for a day that no calendar has, and for a line that says nothing but whose and when."""
    whose, due_on = "me", None
    if match := _WHOSE.match(line):
        whose, line = match[1].casefold(), line[match.end() :]
    if match := _BY_FIRST.match(line):
        due_on, line = _day(match[1]), line[match.end() :]
    elif match := _BY_LAST.search(line):
        due_on, line = _day(match[1]), line[: match.start()]
    if not line.strip():
        raise ValueError("an item says nothing that is to be done")
    return Item(line.strip(), whose, due_on)


def lines(text: str) -> list[str]:
    """The items of a text, without what people put before the lines of a list; the same item twice is one."""
    return listed(text.split("\n"))


def listed(items: Iterable[str]) -> list[str]:
    """The same for lines that came apart already."""
    kept = (_BULLET.sub("", " ".join(line.split())) for line in items)
    return list(dict.fromkeys(line for line in kept if line))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("the calendar has no such day") from None
