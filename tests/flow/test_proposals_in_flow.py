"""What waits for the operator as artifacts of a Prefect server: reasons in points and ids, never in words about people."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.artifacts import Artifact

from tests.flow.cohorts_in_flow import Cohort, day, sheet

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def cohort(store: Path) -> Cohort:
    """Five mentees, two mentors with two places each, and an operator who has to approve."""
    path = Path(sheet(store, 5))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    too_many = ("teacher2", "teacher3", "teacher4")
    path.write_text("".join(line for line in lines if not any(one in line for one in too_many)), encoding="utf-8")
    return Cohort("reasons-2027", (str(path),), asks=True)


def table(kind: str) -> list[dict[str, Any]]:
    newest = Artifact.get(f"{kind}-reasons-2027")
    assert newest is not None
    found: list[dict[str, Any]] = json.loads(str(newest.data))
    return found


def test_proposals_and_those_left_over_are_tables_with_reasons_and_ids_only(cohort: Cohort) -> None:
    cohort.on(day(0) - timedelta(days=10))
    proposals = table("proposals")
    assert len(proposals) == 4
    for one in proposals:
        assert one["choice"].endswith("of 2")
        assert one["why"].count(": ") >= 2
        assert one["next best"].startswith("P-")
        assert (one["mentee"][:2], one["mentor"][:2], one["relationship"][:2]) == ("P-", "P-", "R-")
    (left,) = table("left-over")
    assert left["participant"].startswith("P-")
    assert "no place left (held: P-" in left["why"]
    newest = Artifact.get("left-over-reasons-2027")
    assert newest is not None
    assert "One more place would help most with: P-" in str(newest.description)
    said = str(proposals) + str(left)
    for words in ("Ravenscroft", "Winterbourne", "Teacher", "Learner", "planning", "Research"):
        assert words not in said


def test_with_nobody_left_over_the_proposals_say_where_one_more_place_would_help(store: Path) -> None:
    path = Path(sheet(store, 4))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "teacher2" not in line and "teacher3" not in line]
    path.write_text("".join(kept).replace("teacher1@example.org,Teacher1,Ravenscroft1,Research,lead,Europe/London,planning",
                                          "teacher1@example.org,Teacher1,Ravenscroft1,Research,lead,Europe/London,"),
                    encoding="utf-8")  # fmt: skip
    Cohort("enough-2027", (str(path),), asks=True).on(day(0) - timedelta(days=10))
    assert Artifact.get("left-over-enough-2027") is None
    newest = Artifact.get("proposals-enough-2027")
    assert newest is not None
    assert "One more place would help most with: P-" in str(newest.description)
    assert str(newest.description).endswith(" points more).")
