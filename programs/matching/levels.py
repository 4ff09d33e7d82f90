"""Comparing how senior people are: rule `level_gap`, criterion `gap`. Counted the other way in a reverse program.

The rule needs both levels; an unknown level earns nothing with the criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from programs.matching.columns import EVERY, Bools, Floats, Index, Mask, Shares, column, steps
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import level


@dataclass(frozen=True)
class LevelGap:
    """How many levels the mentor stands above the mentee, or below in a reverse program."""

    sides: Sides
    at_least: int | None
    at_most: int | None
    reverse: bool

    @property
    def title(self) -> str:
        low, high = self.at_least, self.at_most
        size = f"at most {high}" if low is None else f"at least {low}" if high is None else f"{low} to {high}"
        levels = "level" if (low if high is None else high) == 1 else "levels"
        return f"mentor {size} {levels} {'below' if self.reverse else 'above'} in {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return self.sides

    def allows(self, mentee: Person, mentor: Person) -> bool:
        one, other = (level(value, self.sides.levels) for value in self.sides.values(mentee, mentor))
        if one is None or other is None:
            return False
        gap = one - other if self.reverse else other - one
        return (self.at_least is None or gap >= self.at_least) and (self.at_most is None or gap <= self.at_most)

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        ladder = self.sides.levels
        one, known = steps(level(value, ladder) for value in column(mentees, self.sides.mentee))
        other, found = steps(level(value, ladder) for value in column(mentors, self.sides.mentor))
        low = -len(ladder) if self.at_least is None else self.at_least
        high = len(ladder) if self.at_most is None else self.at_most

        def mask(rows: Index, cols: Index = EVERY) -> Bools:
            below, above = one[rows][:, None], other[cols]
            gap = below - above if self.reverse else above - below
            return (gap >= low) & (gap <= high) & known[rows][:, None] & found[cols]

        return mask


@dataclass(frozen=True)
class Gap:
    """What each number of levels is worth that the mentor stands above the mentee (below, in a reverse program)."""

    sides: Sides
    worth: tuple[tuple[int, float], ...]
    reverse: bool

    @property
    def title(self) -> str:
        return f"levels between in {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        gap = self._gap(mentee, mentor)
        return 0.0 if gap is None else dict(self.worth).get(gap, 0.0)

    def words(self, mentee: Person, mentor: Person) -> str:
        gap = self._gap(mentee, mentor)
        if gap is None:
            return f"{self.sides.title} not known"
        one, other = self.sides.values(mentee, mentor)
        if gap == 0:
            return f"same {self.sides.title}: {other}"
        above = "above" if (gap > 0) != self.reverse else "below"
        levels = f"{abs(gap)} level{'' if abs(gap) == 1 else 's'}"
        return f"mentor {levels} {above} in {self.sides.title}: {other} and {one}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        ladder = self.sides.levels
        one, known = steps(level(value, ladder) for value in column(mentees, self.sides.mentee))
        other, found = steps(level(value, ladder) for value in column(mentors, self.sides.mentor))
        worth = np.zeros(2 * len(ladder) + 1, dtype=np.float64)
        for gap, share in self.worth:
            if abs(gap) <= len(ladder):
                worth[gap + len(ladder)] = share

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            below, above = one[rows][:, None], other[cols]
            gap = below - above if self.reverse else above - below
            return np.where(known[rows][:, None] & found[cols], worth[gap + len(ladder)], 0.0)

        return shares

    def _gap(self, mentee: Person, mentor: Person) -> int | None:
        one, other = (level(value, self.sides.levels) for value in self.sides.values(mentee, mentor))
        if one is None or other is None:
            return None
        return one - other if self.reverse else other - one
