"""How values of fields are compared: texts, lists, levels, numbers and time zones. Knows nobody's other fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from zoneinfo import ZoneInfo

from programs.errors import MentorflowError

DAY = 24 * 3600
"""Seconds."""


def plain(value: object) -> object:
    """A value as it is compared: texts without regard to case or spacing, an empty one as None."""
    return _folded(value) if isinstance(value, str) else value


@lru_cache(maxsize=1 << 17)
def _folded(text: str) -> str | None:
    return " ".join(text.split()).casefold() or None


def listed(value: object) -> tuple[str, ...]:
    """The entries of a list as written; a single text is a list of one; what is not known is empty."""
    return tuple(str(entry) for entry in _many(value) if _folded(str(entry)) is not None)


def _many(value: object) -> Sequence[object]:
    if value is None:
        return ()
    many = (value,) if isinstance(value, str) else value
    if not isinstance(many, Sequence):
        raise MentorflowError(f"'{value}' is not a list of texts and cannot be compared as one")
    return many


def _all_folded(value: object) -> Iterator[str]:
    return (found for entry in _many(value) if (found := _folded(str(entry))) is not None)


def entries(value: object) -> frozenset[str]:
    """The entries of a list as they are compared."""
    return frozenset(_all_folded(value))


def ranking(value: object) -> tuple[str, ...]:
    """The names of a ranking as they are compared, best first, each once."""
    return tuple(dict.fromkeys(_all_folded(value)))


def number(value: object) -> float | None:
    """None for what is not known, and for infinities, from which nothing is near or far."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MentorflowError(f"'{value}' is not a number and has no distance to another")
    return float(value) if isfinite(value) else None


def level(value: object, levels: Sequence[str]) -> int | None:
    """How far up the ladder, from 0. Raises MentorflowError for a level that is not on it."""
    wanted = plain(value)
    if wanted is None:
        return None
    step = _ladder(tuple(levels)).get(wanted)
    if step is not None:
        return step
    raise MentorflowError(f"'{value}' is not one of the levels {', '.join(levels)}")


@lru_cache(maxsize=64)
def _ladder(levels: tuple[str, ...]) -> dict[object, int]:
    return {plain(name): step for step, name in reversed(list(enumerate(levels)))}


@lru_cache(maxsize=4096)
def offset(zone: str, on: date) -> int:
    """Seconds ahead of UTC at noon of that day. Raises MentorflowError for an unknown zone."""
    try:
        ahead = datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError) as error:
        raise MentorflowError(f"'{zone}' is not a time zone; write one like Europe/London") from error
    return int(ahead.total_seconds()) if ahead else 0


def zone_offset(value: object, on: date) -> int | None:
    return None if plain(value) is None else offset(str(value).strip(), on)


def hours_apart(one: int, other: int) -> float:
    """How far two clocks stand apart, around the dial: people 22 hours apart meet as easily as people 2 hours apart."""
    around = abs(one - other) % DAY
    return min(around, DAY - around) / 3600
