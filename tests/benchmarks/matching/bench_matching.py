"""What a matching costs, and what others make of the same people: `pytest tests/benchmarks/matching/bench_matching.py -s`.

`-k` chooses a part (ours, dense, mentor_match, matching, mentormatch, sheets); sizes above 10,000 are marked `slow` too; leave them out with `-m 'benchmark and not slow'`.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from programs.matching import Person
from tests.benchmarks.matching import crowds, peers
from tests.benchmarks.matching.peers import ours

pytestmark = pytest.mark.benchmark
SITES = ("fort_washington", "malvern", "spring_house", "west_chester", "horsham")


def say(who: str, size: object, found: dict[str, Any]) -> None:
    worked = f" ({found['worked']:.1f} s of work)" if "worked" in found else ""
    possible = f", {found['possible']:,} possible" if "possible" in found else ""
    total = f", {found['units'] / 1000:,.0f} points" if "units" in found else ""
    print(
        f"\n{who} {size}: {found['seconds']:.2f} s{worked}, {found['megabytes']} MB, {found['matched']:,} matched{total}{possible}"
    )


@pytest.mark.parametrize("solver", ["scipy", "ortools"])
@pytest.mark.parametrize("size", [100, 1000, 2000, 5000, 10_000])
def test_ours(size: int, solver: str) -> None:
    found = ours(crowd="large", size=size, solver=solver)
    say(f"ours, {solver},", size, found)
    assert found["proven"]


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["ortools", "scipy"])
@pytest.mark.parametrize("size", [20_000, 50_000])
def test_ours_very_large(size: int, solver: str) -> None:
    found = ours(crowd="large", size=size, solver=solver)
    say(f"ours, {solver},", size, found)
    assert found["proven"]


@pytest.mark.parametrize("objective", ["best_total", "fairest", "stable"])
@pytest.mark.parametrize("size", [1000, 10_000])
def test_ours_by_other_objectives(size: int, objective: str) -> None:
    say(f"ours, {objective},", size, ours(crowd="large", size=size, objective=objective))


@pytest.mark.parametrize("size", [100, 1000, 2000, 5000])
def test_dense(size: int) -> None:
    """The same optimum as scipy's dense assignment finds."""
    found, mine = ours(crowd="large", size=size, dense=True), ours(crowd="large", size=size)
    say("scipy, dense,", size, found)
    assert (found["matched"], found["units"]) == (mine["matched"], mine["units"])


@pytest.mark.parametrize("size", [100, 200, 500])
def test_mentor_match(size: int) -> None:
    """By its own rules, one round, one mentee for each mentor: the same total, as its optimum is one."""
    crowd = crowds.service(size)
    people = {
        "mentees": [(who.key, who.fields) for who in crowd.mentees],
        "mentors": [(who.key, who.fields) for who in crowd.mentors],
    }
    by_key = {who.key: who.fields for who in (*crowd.mentees, *crowd.mentors)}

    def units(one: dict[str, Any], other: dict[str, Any]) -> int:
        gap = int(other["grade"]) - int(one["grade"])
        assert gap in (1, 2)
        assert one["organisation"] != other["organisation"]
        return (9000 if gap == 1 else 12_000) + (10_000 if one["profession"] == other["profession"] else 0)

    found, mine = peers.run("mentor_match", people), ours(crowd="service", size=size)
    found["units"] = sum(units(dict(by_key[one]), dict(by_key[other])) for one, other in found["pairs"])
    say("mentor-match", f"{size} × {size}", found)
    say("ours", f"{size} × {size}", mine)
    print(f"ours is {found['seconds'] / mine['seconds']:.0f} times as fast")
    assert mine["units"] == found["units"]


@pytest.mark.parametrize("size", [(500, 50, 10), (1000, 50, 20), (2000, 100, 30)])
def test_matching(size: tuple[int, int, int]) -> None:
    """Identical pairs."""
    crowd = crowds.choosers(*size)
    lists = {
        "residents": {who.key: who.fields["choices"] for who in crowd.mentees},
        "hospitals": {who.key: who.fields["choices"] for who in crowd.mentors},
        "capacities": {who.key: who.capacity for who in crowd.mentors},
    }
    found, mine = peers.run("matching", lists), ours(crowd="choosers", size=size, pairs=True)
    words = f"{size[0]} × {size[1]}, {size[2]} choices each"
    say("matching, stable,", words, found)
    say("ours, stable,", words, {**mine, "units": 0})
    assert sorted(found["pairs"]) == sorted(mine["pairs"])


@pytest.mark.parametrize("size", [100, 200, 500])
def test_mentormatch(size: int) -> None:
    """By its own rules; it knows no total, so the number of pairs is compared."""
    crowd = crowds.preferences(size)
    people = {
        "mentees": [_as_mentormatch(number, who) for number, who in enumerate(crowd.mentees)],
        "mentors": [_as_mentormatch(number, who) for number, who in enumerate(crowd.mentors, start=size)],
    }
    found, mine = peers.run("mentormatch", people), ours(crowd="preferences", size=size)
    say("mentormatch", size, found)
    say("ours", size, mine)
    assert mine["matched"] >= found["matched"]


def _as_mentormatch(number: int, who: Person) -> dict[str, Any]:
    known: Any = who.fields
    return {
        "wwid": number, "first_name": who.key, "last_name": who.key, "gender": known["gender"], "location": known["location"],
        "position_level": int(known["level"]), "years_total": 40.0 if who.key.startswith("M") else 5.0,
        "preference_yes": [*known["locations"], *known["genders"]], "preference_maybe": [],
        "preference_no": [site for site in SITES if site not in known["locations"]], "skills": list(known["skills"]),
        "function": "any", "max_mentee_count": who.capacity, "favor": 0, "preferred_wwids": [], "preferred_functions": [],
    }  # fmt: skip


def test_sheets_of_50_000_and_35(tmp_path: Path) -> None:
    """Stable pairs from two sheets of about 2.4 MB, read included."""
    crowd = crowds.choosers(50_000, 35, 5)
    sheets = {"mentees.csv": crowd.mentees, "mentors.csv": crowd.mentors}
    for name, people in sheets.items():
        with (tmp_path / name).open("w", newline="") as sheet:
            writer = csv.writer(sheet)
            writer.writerows((who.key, who.capacity, " ".join(who.fields["choices"])) for who in people)  # type: ignore[arg-type]
    found = ours(crowd="sheets", size=0, folder=str(tmp_path))
    sizes = " and ".join(f"{(tmp_path / name).stat().st_size / 1e6:.1f} MB" for name in sheets)
    say("ours, stable, from sheets of", sizes, {**found, "units": 0})
    assert found["matched"] > 40_000
