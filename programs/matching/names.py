"""Who names whom: rules `not_manager`, `not_before` and that nobody meets themselves; criterion `ranked`.

An unknown manager is no obstacle; whoever ranked nobody earns nothing by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from programs.matching.columns import AllBut, Mask, Shares, marked, named
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import listed, plain, ranking
from programs.spec.base import Role


@dataclass(frozen=True)
class NotManager:
    """Neither may be the other's manager; in a reverse program it is the mentee who may manage the mentor."""

    sides: Sides

    @property
    def title(self) -> str:
        return "not one's own manager"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        over_mentee, over_mentor = map(plain, self.sides.values(mentee, mentor))
        return over_mentee not in mentor.names and over_mentor not in mentee.names

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        below, above = named(mentees), named(mentors)
        pairs = {(i, j) for i, who in enumerate(mentees) for j in _called(who.get(self.sides.mentee), above)}
        pairs |= {(i, j) for j, who in enumerate(mentors) for i in _called(who.get(self.sides.mentor), below)}
        return all_but(pairs, len(mentors))


@dataclass(frozen=True)
class NotBefore:
    """Never the same two people again, whoever of them was the mentor."""

    past: frozenset[frozenset[str]]

    @property
    def title(self) -> str:
        return "not together before"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        return frozenset((mentee.key, mentor.key)) not in self.past

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        row = {person.key: number for number, person in enumerate(mentees)}
        at = {person.key: number for number, person in enumerate(mentors)}
        ways = [way for one, other in map(sorted, self.past) for way in ((one, other), (other, one))]
        return all_but({(row[one], at[other]) for one, other in ways if one in row and other in at}, len(mentors))


@dataclass(frozen=True)
class NotThemselves:
    """Always in force: somebody with both roles is nobody's mentee and mentor at once."""

    @property
    def title(self) -> str:
        return "not oneself"

    @property
    def needs(self) -> Sides | None:
        return None

    def allows(self, mentee: Person, mentor: Person) -> bool:
        return mentee.names.isdisjoint(mentor.names)

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask:
        above = named(mentors)
        return all_but(
            {(i, j) for i, who in enumerate(mentees) for n in who.names for j in above.get(n, ())}, len(mentors)
        )


@dataclass(frozen=True)
class Ranked:
    """The first choice of n is worth 1, the next (n-1)/n, the last 1/n, anybody else nothing."""

    sides: Sides
    by: Role

    @property
    def title(self) -> str:
        return self.sides.title if self.by is Role.MENTEE else f"{self.by}'s {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        choices, place = self._place(mentee, mentor)
        return 0.0 if place is None else (len(choices) - place) / len(choices)

    def words(self, mentee: Person, mentor: Person) -> str:
        choices, place = self._place(mentee, mentor)
        if not choices:
            return f"the {self.by} ranked nobody"
        if place is None:
            return f"not among the {self.by}'s {len(choices)} choices"
        return f"the {self.by}'s choice {place + 1} of {len(choices)}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        mine = self.by is Role.MENTEE
        choosers, field = (mentees, self.sides.mentee) if mine else (mentors, self.sides.mentor)
        known = named(mentors if mine else mentees)
        cells: dict[tuple[int, int], float] = {}
        for who, person in enumerate(choosers):
            choices = ranking(person.get(field))
            for place, name in enumerate(choices):
                for whom in known.get(name, ()):
                    cells.setdefault((who, whom) if mine else (whom, who), (len(choices) - place) / len(choices))
        return marked(((i, j, share) for (i, j), share in cells.items()), len(mentors))

    def strangers(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> list[tuple[str, str]]:
        """Who ranked whom that nobody in this matching answers to."""
        mine = self.by is Role.MENTEE
        choosers, field = (mentees, self.sides.mentee) if mine else (mentors, self.sides.mentor)
        known = named(mentors if mine else mentees)
        return [
            (person.key, name)
            for person in choosers
            for name in dict.fromkeys(listed(person.get(field)))
            if plain(name) not in known
        ]

    def _place(self, mentee: Person, mentor: Person) -> tuple[tuple[str, ...], int | None]:
        mine = self.by is Role.MENTEE
        choices = ranking(mentee.get(self.sides.mentee) if mine else mentor.get(self.sides.mentor))
        names = (mentor if mine else mentee).names
        return choices, next((place for place, name in enumerate(choices) if name in names), None)


def _called(name: object, people: dict[str, list[int]]) -> list[int]:
    wanted = plain(name)
    return people.get(wanted, []) if isinstance(wanted, str) else []


def all_but(pairs: Collection[tuple[int, int]], width: int) -> Mask:
    return AllBut(marked(((i, j, 1.0) for i, j in pairs), width))
