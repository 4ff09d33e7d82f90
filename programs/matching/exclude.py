"""People who must not meet: because one of them lists the other (rule `exclude`), or because the operator says so.

An unknown list is no obstacle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programs.matching.columns import Mask, named
from programs.matching.names import all_but
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import entries


@dataclass(frozen=True)
class Exclude:
    """Whoever of the two lists the other, by key or address."""

    sides: Sides

    @property
    def title(self) -> str:
        return f"nobody listed in {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        by_mentee, by_mentor = map(entries, self.sides.values(mentee, mentor))
        return by_mentee.isdisjoint(mentor.names) and by_mentor.isdisjoint(mentee.names)

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        below, above = named(mentees), named(mentors)
        by_mentee = enumerate(entries(who.get(self.sides.mentee)) for who in mentees)
        by_mentor = enumerate(entries(who.get(self.sides.mentor)) for who in mentors)
        pairs = {(i, j) for i, names in by_mentee for name in names for j in above.get(name, ())}
        pairs |= {(i, j) for j, names in by_mentor for name in names for i in below.get(name, ())}
        return all_but(pairs, len(mentors))


@dataclass(frozen=True)
class KeptApart:
    """(mentee, mentor) that the operator forbids, in these roles only."""

    pairs: frozenset[tuple[str, str]]

    @property
    def title(self) -> str:
        return "not kept apart by the operator"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        return (mentee.key, mentor.key) not in self.pairs

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        row = {person.key: number for number, person in enumerate(mentees)}
        at = {person.key: number for number, person in enumerate(mentors)}
        found = {(row[one], at[other]) for one, other in self.pairs if one in row and other in at}
        return all_but(found, len(mentors))
