"""The only clock. A rehearsal can make it stand at a moment of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_standing: ContextVar[datetime | None] = ContextVar("mentorflow_standing", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _standing.get() or datetime.now(UTC)


def today(timezone: str) -> date:
    """The calendar day of a place."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within this block it is always the given moment (aware)."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
