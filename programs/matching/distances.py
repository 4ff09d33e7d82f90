"""Comparing how far apart people are: rule `within_hours`, criterion `near`.

The rule needs both time zones; an unknown place earns nothing with the criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from programs.matching.columns import EVERY, Bools, Floats, Index, Mask, Shares, amounts, column, steps
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import DAY, hours_apart, level, number, zone_offset
from programs.spec.enrollment import FieldType


@dataclass(frozen=True)
class WithinHours:
    """Clocks on one day, around the dial (see `values.hours_apart`)."""

    sides: Sides
    hours: float
    on: date

    @property
    def title(self) -> str:
        return f"{self.sides.title} within {self.hours:g} hours"

    @property
    def needs(self) -> Sides | None:
        return self.sides

    def allows(self, mentee: Person, mentor: Person) -> bool:
        one, other = (zone_offset(value, self.on) for value in self.sides.values(mentee, mentor))
        return one is not None and other is not None and hours_apart(one, other) <= self.hours

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        one, known = steps(zone_offset(value, self.on) for value in column(mentees, self.sides.mentee))
        other, found = steps(zone_offset(value, self.on) for value in column(mentors, self.sides.mentor))

        def mask(rows: Index, cols: Index = EVERY) -> Bools:
            around = np.abs(one[rows][:, None] - other[cols]) % DAY
            near: Bools = np.minimum(around, DAY - around) / 3600 <= self.hours
            return near & known[rows][:, None] & found[cols]

        return mask


@dataclass(frozen=True)
class Near:
    """1 side by side, 0 from the distance `within` on: hours between clocks, levels, or a number's own unit."""

    sides: Sides
    within: float
    on: date

    @property
    def title(self) -> str:
        return f"near in {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        apart = self._apart(mentee, mentor)
        return 0.0 if apart is None else max(0.0, 1.0 - apart / self.within)

    def words(self, mentee: Person, mentor: Person) -> str:
        apart = self._apart(mentee, mentor)
        if apart is None:
            return f"{self.sides.title} not known"
        unit = {FieldType.TIMEZONE: " hour", FieldType.LEVEL: " level"}.get(self.sides.of_mentee.type, "")
        several = "s" if unit and apart != 1 else ""
        return f"{apart:g}{unit}{several} apart in {self.sides.title}; nothing is left at {self.within:g}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        one, known = amounts(self.place(value) for value in column(mentees, self.sides.mentee))
        other, found = amounts(self.place(value) for value in column(mentors, self.sides.mentor))
        clock = self.sides.of_mentee.type is FieldType.TIMEZONE

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            with np.errstate(over="ignore"):
                apart = np.abs(one[rows][:, None] - other[cols])
                if clock:
                    apart = np.minimum(apart % DAY, DAY - apart % DAY) / 3600
                left = np.maximum(0.0, 1.0 - apart / self.within)
            return np.where(known[rows][:, None] & found[cols], left, 0.0)

        return shares

    def place(self, value: object) -> float | None:
        """Where somebody stands, in seconds, levels or the number itself."""
        match self.sides.of_mentee.type:
            case FieldType.TIMEZONE:
                return zone_offset(value, self.on)
            case FieldType.LEVEL:
                return level(value, self.sides.levels)
            case _:
                return number(value)

    def _apart(self, mentee: Person, mentor: Person) -> float | None:
        one, other = (self.place(value) for value in self.sides.values(mentee, mentor))
        if one is None or other is None:
            return None
        if self.sides.of_mentee.type is FieldType.TIMEZONE:
            return hours_apart(int(one), int(other))
        return abs(one - other)
