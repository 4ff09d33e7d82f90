"""A matching as numbers: who may be paired with whom at which score. Works in blocks of rows, never on all pairs at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from programs.errors import MentorflowError
from programs.matching import criteria, rules
from programs.matching.columns import Bools, Ints, Mask, Shares
from programs.matching.people import Person
from programs.matching.terms import Terms

CELLS = 1 << 20
"""A block of a million pairs: 8 MB for its scores."""
IMPOSSIBLE = -1


@dataclass(frozen=True)
class Block:
    """Some mentees against all mentors."""

    rows: slice
    scores: Ints
    """In units; IMPOSSIBLE where a rule forbids the pair."""

    @property
    def numbers(self) -> Ints:
        return np.arange(self.rows.start, self.rows.stop, dtype=np.int64)


@dataclass(frozen=True)
class Arcs:
    """Possible pairs, sorted by mentee and then by mentor."""

    mentee: Ints
    mentor: Ints
    score: Ints

    def __len__(self) -> int:
        return len(self.mentee)

    def only(self, which: Bools) -> Arcs:
        return Arcs(self.mentee[which], self.mentor[which], self.score[which])


@dataclass(frozen=True)
class Removals:
    """Per rule (rows) and person (columns): how many of the other side the rule removes, and removes alone."""

    mentee: Ints
    mentee_alone: Ints
    mentor: Ints
    mentor_alone: Ints


@dataclass(frozen=True)
class Problem:
    """People in the order of their keys, so that nothing depends on the order of a sheet's rows."""

    mentees: tuple[Person, ...]
    mentors: tuple[Person, ...]
    places: Ints
    """Free places of each mentor."""
    rules: tuple[rules.Rule, ...]
    criteria: tuple[criteria.Criterion, ...]
    cells: int = CELLS
    """How many pairs a block holds at most, as far as one mentee's row allows."""

    @cached_property
    def _masks(self) -> tuple[Mask, ...]:
        return tuple(rule.over(self.mentees, self.mentors) for rule in self.rules)

    @cached_property
    def _shares(self) -> tuple[Shares, ...]:
        return tuple(each.measure.over(self.mentees, self.mentors) for each in self.criteria)

    def blocks(self) -> Iterator[Block]:
        """All pairs, some rows at a time. An engine may go over them as often as it likes."""
        for rows in self._rows():
            allowed = np.ones((rows.stop - rows.start, len(self.mentors)), dtype=np.bool_)
            for mask in self._masks:
                allowed &= mask(rows)
            yield Block(rows, np.where(allowed, self._units(rows), IMPOSSIBLE))

    def arcs(self) -> Arcs:
        found = [Arcs(*_arcs(block)) for block in self.blocks()]
        none = np.zeros(0, dtype=np.int64)
        return Arcs(
            np.concatenate([none, *(arcs.mentee for arcs in found)]),
            np.concatenate([none, *(arcs.mentor for arcs in found)]),
            np.concatenate([none, *(arcs.score for arcs in found)]),
        )

    def removals(self) -> Removals:
        by = len(self.rules)
        mentee, mentee_alone = (np.zeros((by, len(self.mentees)), dtype=np.int64) for _ in range(2))
        mentor, mentor_alone = (np.zeros((by, len(self.mentors)), dtype=np.int64) for _ in range(2))
        for rows in self._rows():
            broken = [~mask(rows) for mask in self._masks]
            once = sum(table.astype(np.int64) for table in broken) == 1
            for number, table in enumerate(broken):
                mentee[number, rows] = table.sum(axis=1)
                mentee_alone[number, rows] = (table & once).sum(axis=1)
                mentor[number] += table.sum(axis=0)
                mentor_alone[number] += (table & once).sum(axis=0)
        return Removals(mentee, mentee_alone, mentor, mentor_alone)

    def _rows(self) -> Iterator[slice]:
        if not self.mentors:
            return
        step = max(1, self.cells // len(self.mentors))
        for start in range(0, len(self.mentees), step):
            yield slice(start, min(start + step, len(self.mentees)))

    def _units(self, rows: slice) -> Ints:
        units = np.zeros((rows.stop - rows.start, len(self.mentors)), dtype=np.int64)
        for each, share in zip(self.criteria, self._shares, strict=True):
            units += np.rint(each.full * share(rows)).astype(np.int64)
        return units


def _arcs(block: Block) -> tuple[Ints, Ints, Ints]:
    row, mentor = np.nonzero(block.scores != IMPOSSIBLE)
    return row + block.rows.start, mentor, block.scores[row, mentor]


def pose(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Terms,
    *,
    past: Collection[tuple[str, str]],
    held: Mapping[str, int],
    on: date,
) -> Problem:
    """The problem as declared. Raises MentorflowError for two people under one key, or fewer than no places."""
    above = _ordered(mentors, "mentors")
    places = [person.capacity - held.get(person.key, 0) for person in above]
    return Problem(
        _ordered(mentees, "mentees"),
        above,
        np.maximum(np.array(places, dtype=np.int64), 0),
        rules.compiled(terms, past, on),
        criteria.compiled(terms, on, mentees, mentors),
    )


def _ordered(people: Sequence[Person], side: str) -> tuple[Person, ...]:
    twice = [key for key, times in Counter(person.key for person in people).items() if times > 1]
    if twice:
        raise MentorflowError(f"{twice[0]} stands twice among the {side}; everybody is matched under one key")
    negative = [person.key for person in people if person.capacity < 0]
    if negative:
        raise MentorflowError(f"{negative[0]} offers fewer than no places; a capacity is 0 or more")
    return tuple(sorted(people, key=lambda person: person.key))
