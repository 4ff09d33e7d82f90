"""`mentorflow demo` as an operator runs it: real compiled flows, a virtual calendar, a table that adds up, and what is particular to each program."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from programs.library import load


@dataclass(frozen=True)
class Rehearsed:
    """What the command told, and where its files lie."""

    told: dict[str, Any]
    folder: Path

    @property
    def ways(self) -> dict[str, int]:
        return {way: int(count.replace(",", "")) for way, count in self.told["relationships"].items()}

    @property
    def records(self) -> list[dict[str, Any]]:
        return list(json.loads((self.folder / "records.json").read_text()))

    @property
    def texts(self) -> list[str]:
        return [path.read_text() for path in sorted((self.folder / "records").glob("R-*.md"))]

    def ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "mentorflow.db")) as conn:
            return [row[0] for row in conn.execute(query)]


def rehearse(folder: Path, program: str, people: int) -> Rehearsed:
    """Run the command in an environment that names no server."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MENTORFLOW_"))
    }
    command = [sys.executable, "-c", "from flows.cli import main; main()", "demo", "--program", program]
    run = subprocess.run(
        [*command, "--people", str(people), "--keep", str(folder), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return Rehearsed(json.loads(run.stdout), folder)


def must_add_up(one: Rehearsed, people: int) -> None:
    """Everybody stands in one line, every relationship that started has ended, and each of those has its record."""
    *lines, total = one.told["people"]
    numbers = [name for name in total if name not in ("line", "reason")]
    assert one.told["enrolled"] == people
    for name in numbers:
        assert sum(int(line[name]) for line in lines) == int(total[name]), name
    assert int(total["all"]) == people
    closed = sum(count for way, count in one.ways.items() if way.startswith("closed: "))
    assert closed == one.ways["started"] == len(one.records) == len(one.texts)
    assert all(one.ways.values()), "what did not happen is not told"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """One rehearsal of the four phases for several tests."""
    return rehearse(tmp_path_factory.mktemp("demo"), "four-phase", 40)


def test_everybody_enrolled_stands_in_exactly_one_line(demo: Rehearsed) -> None:
    must_add_up(demo, 40)
    assert all(int(line["mentors"]) + int(line["mentees"]) == int(line["all"]) for line in demo.told["people"])


EVERY_WAY = (
    "declined by a member",
    "lapsed without an answer",
    "paused for a while",
    "extended",
    "carried on in a new cycle",
    "mentees matched again after an early end",
    "closed: no contact",
    "closed: no fit",
    "closed: completed",
)


def test_every_way_a_relationship_can_go_is_shown(demo: Rehearsed) -> None:
    assert [way for way in EVERY_WAY if way not in demo.ways] == []


def test_some_close_early_because_they_say_so_and_some_because_they_are_silent(demo: Rehearsed) -> None:
    early = [record["closure"] for record in demo.records if not record["closure"]["planned"]]
    by_reason = {
        reason: {one["closed_by"] for one in early if one["reason"] == reason}
        for reason in {one["reason"] for one in early}
    }
    assert by_reason["no_fit"] <= {"mentee", "mentor"}
    assert by_reason["no_contact"] == {"program"}
    assert "operator" in set().union(*by_reason.values())
    asked_after = demo.ask("SELECT DISTINCT relationship_id FROM message WHERE template = 'still_there'")
    silent = demo.ask("SELECT relationship_id FROM closure WHERE reason = 'no_contact'")
    assert set(silent) <= set(asked_after), "nobody is given up who was not asked first"
    assert set(silent) < set(asked_after), "some are heard of again"


def test_records_and_mails_lie_where_it_says(demo: Rehearsed) -> None:
    assert len(list((demo.folder / "mail").glob("*.eml"))) > 10 * demo.ways["started"]
    assert "## People" in (demo.folder / "cohort.md").read_text()
    worth = demo.told["worth_opening"]
    assert len(worth) == 3
    assert all((demo.folder / "records" / f"{one}.md").exists() and why for one, why in worth.items())


PARTICULAR = {
    "peer-circle": ("Turns", "meetings led in turn"),
    "mentee-led": ("Outcome against expectation", "asked, and declined"),
}
"""By program: what records tell, and what the outcome tells, that others do not."""


@pytest.mark.parametrize("program", [pytest.param("peer-circle", marks=pytest.mark.slow), "mentee-led"])
def test_a_small_rehearsal_adds_up_and_shows_what_is_particular(program: str, tmp_path: Path) -> None:
    one = rehearse(tmp_path, program, 12)
    must_add_up(one, 12)
    heading, way = PARTICULAR[program]
    assert any(f"## {heading}" in text for text in one.texts)
    assert way in one.ways


SHOWN = {
    "four-phase": ("completed, with a goal reached",),
    "five-stage": ("people let go before the match", "carried on in a new cycle", "silent for", "in contact again"),
    "cultivation": ("“A second try”", "as the operator decided"),
    "project": ("people let go before the match", "carried on in a new cycle", "items of action plans done"),
    "skills-growth": ("people whose first answer was not enough yet", "items of action plans done"),
    "reverse": ("people let through by the operator", "people let go before the match: not for me"),
    "peer-circle": ("meetings led in turn", "closed: merged"),
    "mentee-led": ("asked, and declined", "people let go before the match"),
}
"""By program: what its outcome shows of its particularity."""


@pytest.fixture(scope="module")
def of_sixty(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rehearsed]:
    """Each program is rehearsed once for all tests."""
    return cache(lambda program: rehearse(tmp_path_factory.mktemp(program), program, 60))


@pytest.mark.slow
@pytest.mark.parametrize("program", SHOWN)
def test_every_program_ends_with_sums_that_add_up_and_shows_what_is_its_own(
    program: str, of_sixty: Callable[[str], Rehearsed]
) -> None:
    one = of_sixty(program)
    must_add_up(one, 60)
    shown = [*one.ways, *one.told["worth_opening"].values()]
    assert [words for words in SHOWN[program] if not any(words in line for line in shown)] == []
    for record in one.records:
        assert {phase["id"] for phase in record["phases"]} <= {phase.id for phase in load(program).shared_phases}


@pytest.mark.slow
def test_a_new_cycle_of_the_five_stages_has_goals_of_its_own(of_sixty: Callable[[str], Rehearsed]) -> None:
    one = of_sixty("five-stage")
    later = [record for record in one.records if record["cycle"] > 1 and record["closure"]["planned"]]
    assert later
    for record in later:
        assert record["follows"]
        assert record["goals"]
        assert "goals" not in record["phases_not_entered"]


@pytest.mark.slow
def test_nobody_chooses_a_further_cycle_where_there_is_none(of_sixty: Callable[[str], Rehearsed]) -> None:
    last = [record for record in of_sixty("cultivation").records if record["cycle"] == 2]
    wishes = [wish["value"] for record in last for wish in record["closure"]["next_step"]["wishes"]]
    assert wishes
    assert "new_cycle" not in wishes
