"""The plans of all programs that ship, as a coordinator would send them to participants.

To approve them anew after a change: `MENTORFLOW_WRITE_GOLDEN=1 python -m pytest tests/unit/describe`, then read what `git diff` shows.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from programs import describe, library
from programs.plan import make
from tests.unit.describe.test_describe import same_as_golden

STARTS_ON = date(2027, 1, 11)
"""A Monday."""
SHIPPED = (
    "civil-service",
    "cultivation",
    "five-stage",
    "four-phase",
    "internship",
    "mentee-led",
    "open-science",
    "peer-circle",
    "project",
    "reverse",
    "skills-growth",
)


def line_of(name: str) -> describe.Timeline:
    return describe.timeline(make(library.load(name), STARTS_ON))


def test_every_program_that_ships_is_among_them() -> None:
    assert set(library.shipped()) == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_reading_is_the_one_that_was_approved(name: str) -> None:
    same_as_golden(f"{name}.txt", describe.text(line_of(name)))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_table_is_the_one_that_was_approved(name: str) -> None:
    same_as_golden(f"{name}.tsv", "".join("\t".join(row.cells) + "\n" for row in describe.rows(line_of(name))))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_reading_is_plain_english(name: str) -> None:
    text = describe.text(line_of(name))
    told = " ".join(text.split())
    assert not re.search(
        r"\bNone\b|\bTrue\b|\bFalse\b|[{}<>=]{1}(?!=)|\w_\w", re.sub(r"^=+$", "", told, flags=re.M).replace("=", "")
    ), name
    assert not re.search(r"\b(\w+) \1\b", told), re.search(r"\b(\w+) \1\b", told)
    assert not re.search(r"[?!]\.|\.\.| [.,;:]|\(\)", told)
    assert not re.search(r"\b1 (days|weeks|months|meetings|times)\b", told)
