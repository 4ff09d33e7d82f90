"""What can be said to a flow when it is started, from the form of the UI, a deployment or the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from programs.spec import Program

_SIGN = r"!-&(-,/:-@\[-^`{-~"
"""ASCII's signs but for dots, dashes, underscores and apostrophes. The letters of all scripts have no name that every reader of a pattern knows."""

CohortName = Annotated[str, Field(pattern=rf"^[^\s._\-'{_SIGN}][^{_SIGN}]*$", max_length=80)]
Sheets = list[Annotated[str, Field(pattern=r"(?i)\.(csv|xlsx)$", max_length=300)]]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone '{name}'; write one like Europe/London")
    return name


Zone = Annotated[str, AfterValidator(_zone)]

COHORT: dict[str, Any] = {"cohort": CohortName, "today": date | None}
OPENING: dict[str, Any] = {
    "starts_on": date | None,
    "timezone": Zone | None,
    "roster": Sheets,
    "mentors": Sheets,
    "mentees": Sheets,
}

WORDS = {
    "cohort": "The cohort's name, such as leadership-2027-spring.",
    "today": "Do what is due on this day instead of today; the calendar of a cohort never goes back.",
    "starts_on": "For a cohort that is not there yet: the day on which it starts. Later it changes nothing.",
    "timezone": "For a cohort that is not there yet: its time zone, if not the program's.",
    "roster": "For a cohort without people: sheets with a column role, as paths that the worker can read.",
    "mentors": "For a cohort without people: sheets of mentors.",
    "mentees": "For a cohort without people: sheets of mentees.",
    "relationship": "The relationship to end, such as R-7F3K2.",
    "participant": "The participant whose relationships are to end, such as P-0C4M9.",
    "reason": "Why, in the words of the program. Without one, whatever is due to end.",
}


def closing(program: Program) -> dict[str, Any]:
    """What the close takes: ids and a reason of the program; what people said stays in the database."""
    return {
        "cohort": CohortName,
        "relationship": Annotated[str, Field(pattern=r"^R-[0-9A-Z]{5,10}$")] | None,
        "participant": Annotated[str, Field(pattern=r"^P-[0-9A-Z]{5,10}$")] | None,
        "reason": Literal[program.closure.reasons] | None,
        "today": date | None,
    }


def docstring(words: str, names: list[str]) -> str:
    """What a flow says of itself, in the form from which Prefect takes the help of each parameter."""
    return "\n".join([words, "", "Args:", *(f"    {name}: {WORDS[name]}" for name in names)])
