"""Only who is listed is possible: rule `listed`. Whoever is asked for the list must name the other in it.

A person who lists nobody is possible with nobody, so the rule needs the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programs.matching.columns import Mask, Only, marked, named
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import entries
from programs.spec.base import Role

Cells = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Listed:
    """Named by key or address: by the mentee, by the mentor, or by both where both are asked."""

    sides: Sides

    @property
    def title(self) -> str:
        if self._mutual:
            return f"each lists the other in {self.sides.title}"
        return f"the {Role.MENTEE if self._by_mentee else Role.MENTOR} lists the other in {self.sides.title}"

    @property
    def needs(self) -> Sides | None:
        return self.sides if self._mutual else None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        by_mentee, by_mentor = map(entries, self.sides.values(mentee, mentor))
        if self._by_mentee and by_mentee.isdisjoint(mentor.names):
            return False
        return not self._by_mentor or not by_mentor.isdisjoint(mentee.names)

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        by_mentee, by_mentor = self._cells(mentees, mentors)
        both = by_mentee & by_mentor if self._mutual else by_mentee if self._by_mentee else by_mentor
        return Only(marked(((i, j, 1.0) for i, j in both), len(mentors)))

    def one_sided(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> list[tuple[str, str]]:
        """Who lists whom without being listed, where both are asked."""
        if not self._mutual:
            return []
        by_mentee, by_mentor = self._cells(mentees, mentors)
        below = [(mentees[i].key, mentors[j].key) for i, j in sorted(by_mentee - by_mentor)]
        return below + [(mentors[j].key, mentees[i].key) for i, j in sorted(by_mentor - by_mentee)]

    def _cells(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> tuple[Cells, Cells]:
        """The pairs in which the mentee lists the mentor, and those in which the mentor lists the mentee."""
        below, above = named(mentees), named(mentors)
        by_mentee = enumerate(entries(who.get(self.sides.mentee)) for who in mentees)
        by_mentor = enumerate(entries(who.get(self.sides.mentor)) for who in mentors)
        return (
            frozenset((i, j) for i, names in by_mentee for name in names for j in above.get(name, ())),
            frozenset((i, j) for j, names in by_mentor for name in names for i in below.get(name, ())),
        )

    @property
    def _by_mentee(self) -> bool:
        return self.sides.of_mentee.asked_of(frozenset({Role.MENTEE}))

    @property
    def _by_mentor(self) -> bool:
        return self.sides.of_mentor.asked_of(frozenset({Role.MENTOR}))

    @property
    def _mutual(self) -> bool:
        return self._by_mentee and self._by_mentor
