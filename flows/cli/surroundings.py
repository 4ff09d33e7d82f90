"""What commands find around them: the settings, and the folders in which programs lie; and options that many have."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Json = Annotated[bool, Parameter(name="--json", help="Print data for other programs instead.")]
Today = Annotated[
    date | None, Parameter(help="Act as on this day, as YYYY-MM-DD. Default: today in the cohort's zone.")
]


def folders() -> list[Path]:
    """Where programs are found by name, besides the shipped ones. Raises MentorflowError for a setting that is wrong."""
    if not any(name.startswith("MENTORFLOW_") for name in os.environ):
        return []  # nothing to be read, and reading takes longer than checking a program
    from tasks.settings import Settings

    own = Settings.from_environment().programs
    return [own] if own else []
