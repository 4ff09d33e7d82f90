"""Rules and measures over a whole crowd, each in the form that is cheapest to look up again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from programs.matching.columns import EVERY, Index, Ints, Marked, Mask, Shares, spread
from programs.matching.criteria import Measure
from programs.matching.distances import Near, WithinHours
from programs.matching.levels import Gap, LevelGap
from programs.matching.people import Person
from programs.matching.rules import Rule
from programs.matching.texts import Different, Overlap, Same, SameValue, Share

BY_VALUE = (Different, Same, Share, WithinHours, LevelGap, SameValue, Overlap, Near, Gap)
"""Rules and measures that look at nothing but the two compared values."""
LOOKED_UP = 1 << 20
"""Tables of values with more cells than this are not made."""


@dataclass(frozen=True, eq=False)
class ByValue:
    """A table over the values that occur, and which value everybody has."""

    mentee: Ints
    mentor: Ints
    table: npt.NDArray[Any]

    def __call__(self, rows: Index, cols: Index = EVERY) -> npt.NDArray[Any]:
        return self.table[self.mentee[rows]].take(self.mentor[cols], axis=1)

    def brief(self, rows: Ints, cols: Ints) -> npt.NDArray[Any]:
        """One row for all of `rows` where they have the same value."""
        values = self.mentee[rows]
        return self(rows[:1] if (values == values[0]).all() else rows, cols)


@dataclass(frozen=True)
class Single:
    """Something about single pairs, sorted by mentee."""

    first: Ints
    mentor: Ints
    units: Ints

    @classmethod
    def of(cls, marks: Iterable[tuple[Marked, float]], size: int) -> Single:
        """Several tables in one, each with what its cells are worth."""
        found = [(each.mentee, each.mentor, np.rint(full * each.value).astype(np.int64)) for each, full in marks]
        none = np.zeros(0, dtype=np.int64)
        columns = zip(*((none, none, none), *found), strict=True)
        mentee, mentor, units = (np.concatenate(column) for column in columns)
        order = np.argsort(mentee, kind="stable")
        return cls(np.searchsorted(mentee[order], np.arange(size + 1)), mentor[order], units[order])

    def over(self, rows: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
        """Row, column and units of those within a tile; `place` is the column of each mentor, -1 for the others."""
        row, at = spread(self.first[rows], self.first[rows + 1] - self.first[rows])
        column = place[self.mentor[at]]
        here = column >= 0
        return row[here], column[here], self.units[at[here]]


@dataclass(frozen=True)
class Crowd:
    """The people of both sides, with the values that they have."""

    mentees: Sequence[Person]
    mentors: Sequence[Person]
    _seen: dict[tuple[str, bool], tuple[Ints, list[Person]]] = field(default_factory=dict)
    _masks: dict[int, Mask] = field(default_factory=dict)
    _shares: dict[int, Shares] = field(default_factory=dict)
    """What was worked out already, by the identity of the rule or measure: two grids of one problem share it."""

    def mask(self, rule: Rule) -> Mask:
        if id(rule) not in self._masks:
            self._masks[id(rule)] = self._looked_up(rule) or rule.over(self.mentees, self.mentors)
        return self._masks[id(rule)]

    def shares(self, measure: Measure) -> Shares:
        if id(measure) not in self._shares:
            self._shares[id(measure)] = self._looked_up(measure) or measure.over(self.mentees, self.mentors)
        return self._shares[id(measure)]

    def _looked_up(self, of: Rule | Measure) -> ByValue | None:
        """The table of all values that meet, worked out for one person each who has them."""
        if not isinstance(of, BY_VALUE) or not self.mentees or not self.mentors:
            return None
        mentee, below = self._values(of.sides.mentee, of_mentees=True)
        mentor, above = self._values(of.sides.mentor, of_mentees=False)
        if len(below) * len(above) > LOOKED_UP:
            return None
        return ByValue(mentee, mentor, of.over(below, above)(slice(0, len(below)), slice(0, len(above))))

    def _values(self, name: str, of_mentees: bool) -> tuple[Ints, list[Person]]:
        """A number for each value that occurs, and who has it first."""
        if (name, of_mentees) in self._seen:
            return self._seen[name, of_mentees]
        numbers: dict[object, int] = {}
        first, codes = list[Person](), list[int]()
        for person in self.mentees if of_mentees else self.mentors:
            value = person.get(name)
            known = tuple(value) if isinstance(value, list) else value
            code = numbers.setdefault((type(known), known), len(numbers))
            if code == len(first):
                first.append(person)
            codes.append(code)
        found = self._seen[name, of_mentees] = np.array(codes, dtype=np.int64), first
        return found
