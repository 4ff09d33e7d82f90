"""Which rule stands in whose way, counted for those who are left only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from programs.matching.columns import Bools, Ints, Mask
from programs.matching.people import Person
from programs.matching.problem import Problem
from programs.matching.tables import Crowd

CELLS = 1 << 20
"""Pairs that are looked at together."""


@dataclass(frozen=True)
class Removals:
    """Per rule (rows) and person (columns): how many of the other side the rule removes, and removes alone."""

    many: Ints
    alone: Ints


@dataclass(frozen=True)
class Obstacles:
    """The rules of a problem, held against some people."""

    problem: Problem

    def of_mentees(self, mentees: Ints) -> Removals:
        """The columns are those of `mentees`."""
        found, width = self._nothing(len(mentees)), len(self.problem.mentors)
        masks = self._masks([self.problem.mentees[who] for who in mentees.tolist()], self.problem.mentors)
        for rows in _parts(len(mentees), width):
            broken, once = _broken(masks, rows, slice(0, width))
            for rule, table in enumerate(broken):
                found.many[rule, rows] = table.sum(axis=1)
                found.alone[rule, rows] = (table & once).sum(axis=1)
        return found

    def of_mentors(self, mentors: Ints) -> Removals:
        """The columns are those of `mentors`."""
        found = self._nothing(len(mentors))
        masks = self._masks(self.problem.mentees, [self.problem.mentors[who] for who in mentors.tolist()])
        for rows in _parts(len(self.problem.mentees), len(mentors)):
            broken, once = _broken(masks, rows, slice(0, len(mentors)))
            for rule, table in enumerate(broken):
                found.many[rule] += table.sum(axis=0)
                found.alone[rule] += (table & once).sum(axis=0)
        return found

    def _masks(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> list[Mask]:
        crowd = Crowd(mentees, mentors)
        return [crowd.mask(rule) for rule in self.problem.rules]

    def _nothing(self, people: int) -> Removals:
        shape = (len(self.problem.rules), people)
        return Removals(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))


def _broken(masks: Sequence[Mask], rows: slice, cols: slice) -> tuple[list[Bools], Bools]:
    """Each rule's own table, and where one rule only is broken."""
    broken = [~mask(rows, cols) for mask in masks]
    times = np.zeros((rows.stop - rows.start, cols.stop), dtype=np.int8)
    for table in broken:
        times += table
    return broken, times == 1


def _parts(rows: int, width: int) -> Iterator[slice]:
    step = max(1, CELLS // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))
