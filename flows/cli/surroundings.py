"""What commands find around them: the settings, the clock, and the folders in which programs lie."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from tasks.settings import Settings

Json = Annotated[bool, Parameter(name="--json", help="Print data for other programs instead.")]
Today = Annotated[
    date | None, Parameter(help="Act as on this day, as YYYY-MM-DD. Default: today in the cohort's zone.")
]


def settings() -> Settings:
    """What the environment says. Raises MentorflowError that names the variable."""
    return Settings.from_environment(os.environ)


def folders() -> list[Path]:
    """Where programs are found by name, besides the shipped ones."""
    own = settings().programs
    return [own] if own else []


def now() -> datetime:
    return datetime.now(UTC)


def today_in(timezone: str) -> date:
    """The calendar day of a place."""
    return now().astimezone(ZoneInfo(timezone)).date()
