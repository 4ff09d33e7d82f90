"""What a cohort's record is made from where single relationships do not matter: how many there are of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PassageFacts:
    """How many relationships were in a phase from one day to another; `left_on` None where they still are, or ended early in it."""

    phase: str
    entered_on: date
    left_on: date | None
    count: int


@dataclass(frozen=True)
class MilestoneFacts:
    key: str
    status: str
    count: int


@dataclass(frozen=True)
class AimFacts:
    """How many goals of members, or of relationships, stand so."""

    of: str
    status: str
    count: int
    not_said: int = 0
    """Of these, how many of which nobody ever said how far they are."""
