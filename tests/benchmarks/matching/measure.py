"""One matching in a process of its own: `python -m tests.benchmarks.matching.measure '{"crowd": "large", "size": 10000}'`.

Prints a line of JSON: seconds and megabytes, how many were matched, with which total, and who with whom.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from programs.matching import Pairing, Person, Solver, Terms, pair
from tests.benchmarks.matching import crowds
from tests.benchmarks.matching.crowds import Crowd

ON = date(2026, 3, 2)
KINDS = {
    "large": (crowds.DECLARED, crowds.FIELDS),
    "service": (crowds.SERVICE, crowds.SERVICE_FIELDS),
    "choosers": (crowds.CHOOSERS, crowds.CHOOSERS_FIELDS),
    "preferences": (crowds.PREFERENCES, crowds.PREFERENCES_FIELDS),
    "sheets": (crowds.CHOOSERS, crowds.CHOOSERS_FIELDS),
}


def made(asked: dict[str, Any]) -> tuple[Crowd, Terms]:
    kind = asked["crowd"]
    more = {"objective": asked["objective"]} if "objective" in asked else {}
    declared, fields = KINDS[kind]
    if kind == "sheets":
        return read(Path(asked["folder"])), crowds.terms(declared, fields)
    sizes = asked["size"] if isinstance(asked["size"], list) else [asked["size"]]
    return getattr(crowds, kind)(*sizes), crowds.terms(declared, fields, **more)


def read(folder: Path) -> Crowd:
    """Sheets of key, places and choices."""

    def side(name: str) -> Iterator[Person]:
        with (folder / name).open(newline="") as sheet:
            for key, places, choices in csv.reader(sheet):
                named = tuple(choices.split())
                yield Person(key, {"picks": named, "code": key, "choices": named}, int(places))

    csv.field_size_limit(1 << 24)
    return Crowd(list(side("mentees.csv")), list(side("mentors.csv")), set())


def ours(crowd: Crowd, terms: Terms, asked: dict[str, Any]) -> Pairing:
    solver = Solver(asked["solver"]) if "solver" in asked else None
    return pair(crowd.mentees, crowd.mentors, terms, on=ON, past=crowd.past, solver=solver)


def dense(crowd: Crowd, terms: Terms) -> tuple[int, int]:
    """The same scores in one table, a column for every place, solved by scipy's linear_sum_assignment."""
    from scipy.optimize import linear_sum_assignment

    from programs.matching.grid import Grid
    from programs.matching.problem import pose

    problem = pose(crowd.mentees, crowd.mentors, terms, past=crowd.past, held={}, on=ON)
    grid = Grid.of(problem)
    scores = np.full(grid.size, -1, dtype=np.int32)
    for tile in grid.tiles():
        scores[np.ix_(tile.rows, tile.cols)] = tile.units
    column = np.repeat(np.arange(grid.size[1]), problem.places)
    bonus = float(grid.size[0]) * float(scores.max()) + 1
    worth = np.where(scores >= 0, scores + bonus, 0.0)[:, column]
    rows, at = linear_sum_assignment(worth, maximize=True)
    units = scores[rows, column[at]]
    return int((units >= 0).sum()), int(units[units >= 0].sum())


def most_memory() -> int:
    """Megabytes at the peak, of this process alone."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


def main(asked: dict[str, Any]) -> dict[str, Any]:
    ours(crowds.large(60), crowds.terms(crowds.DECLARED, crowds.FIELDS), {})
    crowd, terms = made(asked)
    begun, worked = time.perf_counter(), time.process_time()
    if asked["crowd"] == "sheets":  # reading them is a part of it
        crowd, terms = made(asked)
    if asked.get("dense"):
        matched, total = dense(crowd, terms)
        found: dict[str, Any] = {"matched": matched, "units": total}
    else:
        pairing = ours(crowd, terms, asked)
        found = {"matched": len(pairing.pairs), "units": pairing.units, "possible": pairing.possible}
        found["proven"] = pairing.proof.primal == pairing.proof.dual
        if asked.get("pairs"):
            found["pairs"] = [[one.mentee, one.mentor] for one in pairing.pairs]
    taken = {"seconds": time.perf_counter() - begun, "worked": time.process_time() - worked}
    return {**taken, **found, "megabytes": most_memory()}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
