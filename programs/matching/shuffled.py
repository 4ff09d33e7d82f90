"""People in an order that the seed draws, for searches in which the order decides what they come upon first among equals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from programs.matching.columns import Ints
from programs.matching.lottery import drawn
from programs.matching.problem import Problem
from programs.matching.solve import ALONE


@dataclass(frozen=True)
class Shuffled:
    """A problem whose people stand in another order, and the way back."""

    problem: Problem
    rows: Ints
    columns: Ints
    """Where everybody stood before."""

    @classmethod
    def of(cls, problem: Problem, seed: int) -> Shuffled:
        rows = np.argsort(drawn(str(seed), "mentee", [who.lot for who in problem.mentees]), kind="stable")
        columns = np.argsort(drawn(str(seed), "mentor", [who.lot for who in problem.mentors]), kind="stable")
        mixed = replace(
            problem,
            mentees=tuple(problem.mentees[row] for row in rows.tolist()),
            mentors=tuple(problem.mentors[column] for column in columns.tolist()),
            places=problem.places[columns],
        )
        return cls(mixed, rows, columns)

    def back(self, match: Ints) -> Ints:
        """The mentor of each mentee, or ALONE, by the numbers that they had before."""
        found, seated = np.full(len(match), ALONE, dtype=np.int64), match != ALONE
        found[self.rows[seated]] = self.columns[match[seated]]
        return found
