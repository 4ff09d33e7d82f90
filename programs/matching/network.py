"""Criterion `network`: how many steps apart two people are in the web of who knows whom.

Acquaintance counts both ways, whoever of the two says it. Somebody who is named but is not in the roster still
connects those who name them. More than three steps are as good as strangers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from programs.matching.columns import EVERY, Bools, Floats, Index, Ints, Shares
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import entries, plain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FAR = 3


@dataclass(frozen=True)
class Acquaintances:
    """Everybody's acquaintances, each person under one name."""

    called: Mapping[str, str] = field(repr=False)
    """Any name of a person → the one they are known by here."""
    of: Mapping[str, frozenset[str]] = field(repr=False)

    @classmethod
    def among(cls, sides: Sides, mentees: Sequence[Person], mentors: Sequence[Person]) -> Acquaintances:
        called = {name: str(plain(who.key)) for who in chain(mentees, mentors) for name in sorted(who.names)}
        found: dict[str, set[str]] = {}
        for one, other in _links(sides, mentees, mentors):
            a, b = called.get(one, one), called.get(other, other)
            if a != b:
                found.setdefault(a, set()).add(b)
                found.setdefault(b, set()).add(a)
        return cls(called, {name: frozenset(others) for name, others in found.items()})

    def node(self, who: Person) -> str:
        name = str(plain(who.key))
        return self.called.get(name, name)

    def steps(self, one: str, other: str) -> int | None:
        """1 to 3; None for strangers, and 0 for oneself."""
        seen = reached = frozenset((one,))
        for distance in range(FAR + 1):
            if other in reached:
                return distance
            reached = frozenset(chain.from_iterable(self.of.get(name, ()) for name in reached)) - seen
            seen |= reached
        return None


@dataclass(frozen=True)
class Network:
    """What each distance is worth; strangers give nothing."""

    sides: Sides
    worth: tuple[tuple[int, float], ...]
    acquaintances: Acquaintances

    @property
    def title(self) -> str:
        return f"steps apart in {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        steps = self._steps(mentee, mentor)
        return 0.0 if steps is None else dict(self.worth).get(steps, 0.0)

    def words(self, mentee: Person, mentor: Person) -> str:
        steps = self._steps(mentee, mentor)
        if steps is None or not steps:
            return f"no connection within {FAR} steps in {self.sides.title}"
        return "know each other" if steps == 1 else f"{steps} steps apart in {self.sides.title}"

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        web = self.acquaintances
        below, above = [web.node(who) for who in mentees], [web.node(who) for who in mentors]
        place = {name: number for number, name in enumerate(sorted({*web.of, *below, *above}))}
        links, starts = _table(web, place), np.array([place[name] for name in below], dtype=np.int64)
        ends = np.array([place[name] for name in above], dtype=np.int64)
        worth = dict(self.worth)

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            from_, to = starts[rows], ends[cols]
            filled = np.zeros((len(from_), len(to)), dtype=np.float64)
            seen: Bools = from_[:, None] == to
            for distance, reached in enumerate(_waves(links, from_, max(worth, default=0)), start=1):
                there: Bools = (reached[:, to].toarray() > 0) & ~seen
                filled[there] = worth.get(distance, 0.0)
                seen |= there
            return filled

        return shares

    def _steps(self, mentee: Person, mentor: Person) -> int | None:
        return self.acquaintances.steps(self.acquaintances.node(mentee), self.acquaintances.node(mentor))


def _links(sides: Sides, mentees: Sequence[Person], mentors: Sequence[Person]) -> Iterator[tuple[str, str]]:
    for people, named_in in ((mentees, sides.mentee), (mentors, sides.mentor)):
        for who in people:
            for name in entries(who.get(named_in)):
                yield str(plain(who.key)), name


def _table(web: Acquaintances, place: Mapping[str, int]) -> csr_matrix:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay

    cells = [(place[one], place[other]) for one, others in web.of.items() for other in others]
    row = np.array([one for one, _ in cells], dtype=np.int64)
    column = np.array([other for _, other in cells], dtype=np.int64)
    return csr_matrix((np.ones(len(cells), dtype=np.int32), (row, column)), shape=(len(place), len(place)))


def _waves(links: csr_matrix, starts: Ints, far: int) -> Iterator[csr_matrix]:
    """Who can be reached by exactly so many steps, one after the other."""
    reached = links[starts]
    for distance in range(1, far + 1):
        yield reached
        if distance < far:
            reached = reached @ links
            reached.data[:] = 1
