"""What people are told at a milestone, without being asked anything."""

from __future__ import annotations

from pydantic import Field

from programs.dates import Span, Unit
from programs.spec.base import Declared, Item, Line, Role, Slug, SpanWords


class Tell(Declared):
    """A message, nothing asked."""

    roles: tuple[Role, ...] = Field(min_length=1)
    message: Slug


class Call(Declared):
    """A dated event for many at once, such as a webinar, of which people are told some days before."""

    kind: Line
    """Such as `cohort call` or `skill-up`."""
    roles: tuple[Role, ...] = Field(min_length=1)
    time: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """In the cohort's time zone."""
    minutes: int | None = Field(default=None, ge=1, le=1440)
    before: tuple[Item, ...] = ()
    """What is to be done before it."""
    after: tuple[Item, ...] = ()
    """And after it."""
    ahead: SpanWords = Span(3, Unit.DAY)
    """How long before its day people are told."""
    message: Slug = "call"
