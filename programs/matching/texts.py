"""Comparing single values and lists: rules `different`, `same`, `share`; criteria `same`, `overlap`.

An unknown value is no obstacle to `different`; `same` and `share` need both; criteria give nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from programs.matching.columns import EVERY, Bools, Floats, Index, Ints, Mask, Shares, codes, column, shared
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import entries, listed, plain


@dataclass(frozen=True)
class Different:
    sides: Sides

    @property
    def title(self) -> str:
        return f"different {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        one, other = map(plain, self.sides.values(mentee, mentor))
        return one is None or one != other

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        one, other = _codes(self.sides, mentees, mentors)

        def mask(rows: Index, cols: Index = EVERY) -> Bools:
            apart: Bools = (one[rows][:, None] != other[cols]) | (one[rows][:, None] < 0)
            return apart

        return mask


@dataclass(frozen=True)
class Same:
    sides: Sides

    @property
    def title(self) -> str:
        return f"same {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return self.sides

    def allows(self, mentee: Person, mentor: Person) -> bool:
        one, other = map(plain, self.sides.values(mentee, mentor))
        return one is not None and one == other

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        one, other = _codes(self.sides, mentees, mentors)

        def mask(rows: Index, cols: Index = EVERY) -> Bools:
            alike: Bools = (one[rows][:, None] == other[cols]) & (one[rows][:, None] >= 0)
            return alike

        return mask


@dataclass(frozen=True)
class Share:
    sides: Sides

    @property
    def title(self) -> str:
        return f"something in common in {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return self.sides

    def allows(self, mentee: Person, mentor: Person) -> bool:
        one, other = map(entries, self.sides.values(mentee, mentor))
        return not one.isdisjoint(other)

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        counts = shared(
            [entries(value) for value in column(mentees, self.sides.mentee)],
            [entries(value) for value in column(mentors, self.sides.mentor)],
        )

        def mask(rows: Index, cols: Index = EVERY) -> Bools:
            return counts(rows, cols) > 0

        return mask


@dataclass(frozen=True)
class SameValue:
    sides: Sides

    @property
    def title(self) -> str:
        return f"same {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        one, other = map(plain, self.sides.values(mentee, mentor))
        return 1.0 if one is not None and one == other else 0.0

    def words(self, mentee: Person, mentor: Person) -> str:
        one, other = self.sides.values(mentee, mentor)
        if plain(one) is None or plain(other) is None:
            return f"{self.sides.title} not known"
        return f"same {self.sides.title}: {one}" if plain(one) == plain(other) else f"different {self.sides.title}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        one, other = codes(
            [plain(value) for value in column(mentees, self.sides.mentee)],
            [plain(value) for value in column(mentors, self.sides.mentor)],
        )

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            alike: Bools = (one[rows][:, None] == other[cols]) & (one[rows][:, None] >= 0)
            return alike.astype(np.float64)

        return shares


@dataclass(frozen=True)
class Overlap:
    """Of what the mentee lists, the part that the mentor lists too."""

    sides: Sides

    @property
    def title(self) -> str:
        return self.sides.title

    def fraction(self, mentee: Person, mentor: Person) -> float:
        wanted, offered = map(entries, self.sides.values(mentee, mentor))
        return len(wanted & offered) / len(wanted) if wanted else 0.0

    def words(self, mentee: Person, mentor: Person) -> str:
        wanted, offered = map(entries, self.sides.values(mentee, mentor))
        if not wanted:
            return f"{self.title} not known"
        found = {str(plain(entry)): entry for entry in listed(mentee.get(self.sides.mentee)) if plain(entry) in offered}
        if not found:
            return f"shares nothing in {self.title}"
        return f"shares {len(found)} of {len(wanted)} in {self.title}: {', '.join(found.values())}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        wanted = [entries(value) for value in column(mentees, self.sides.mentee)]
        counts = shared(wanted, [entries(value) for value in column(mentors, self.sides.mentor)])
        size = np.array([max(1, len(entry)) for entry in wanted], dtype=np.int64)

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            return counts(rows, cols) / size[rows][:, None]

        return shares


def _codes(sides: Sides, mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[Ints, Ints]:
    return codes(
        [plain(value) for value in column(mentees, sides.mentee)],
        [plain(value) for value in column(mentors, sides.mentor)],
    )
