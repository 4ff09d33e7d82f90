"""Which rule stands in whose way, counted for those who are left only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from programs.matching.columns import Bools, Ints, Mask
from programs.matching.problem import Problem

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

    @cached_property
    def _masks(self) -> tuple[Mask, ...]:
        return tuple(rule.over(self.problem.mentees, self.problem.mentors) for rule in self.problem.rules)

    def of_mentees(self, mentees: Ints) -> Removals:
        """The columns are those of `mentees`."""
        found = self._nothing(len(mentees))
        width = len(self.problem.mentors)
        for start, stop in _parts(len(mentees), width):
            broken, once = self._broken(mentees[start:stop], np.arange(width))
            for rule, table in enumerate(broken):
                found.many[rule, start:stop] = table.sum(axis=1)
                found.alone[rule, start:stop] = (table & once).sum(axis=1)
        return found

    def of_mentors(self, mentors: Ints) -> Removals:
        """The columns are those of `mentors`."""
        found = self._nothing(len(mentors))
        for start, stop in _parts(len(self.problem.mentees), len(mentors)):
            broken, once = self._broken(np.arange(start, stop), mentors)
            for rule, table in enumerate(broken):
                found.many[rule] += table.sum(axis=0)
                found.alone[rule] += (table & once).sum(axis=0)
        return found

    def _nothing(self, people: int) -> Removals:
        shape = (len(self.problem.rules), people)
        return Removals(np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))

    def _broken(self, rows: Ints, cols: Ints) -> tuple[list[Bools], Bools]:
        """Each rule's own table, and where one rule only is broken."""
        broken = [~mask(rows, cols) for mask in self._masks]
        times = np.zeros((len(rows), len(cols)), dtype=np.int8)
        for table in broken:
            times += table
        return broken, times == 1


def _parts(rows: int, width: int) -> Iterator[tuple[int, int]]:
    step = max(1, CELLS // max(1, width))
    for start in range(0, rows, step):
        yield start, min(start + step, rows)
