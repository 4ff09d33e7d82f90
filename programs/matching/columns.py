"""People's values as arrays, so that a rule or criterion looks at thousands of pairs at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from programs.matching.people import Person

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Index = slice | Ints
"""Rows or columns: from … to, or their numbers."""
EVERY = slice(None)


class Mask(Protocol):
    """Which pairs are possible: mentees in rows, mentors in columns."""

    def __call__(self, rows: Index, cols: Index = EVERY) -> Bools: ...


class Shares(Protocol):
    """How far a wish is met, 0 to 1: mentees in rows, mentors in columns."""

    def __call__(self, rows: Index, cols: Index = EVERY) -> Floats: ...


UNKNOWN = -1


def column(people: Iterable[Person], field: str) -> list[object]:
    return [person.get(field) for person in people]


def codes(mentees: Sequence[object], mentors: Sequence[object]) -> tuple[Ints, Ints]:
    """Equal values get equal numbers on both sides; None gets UNKNOWN."""
    known = {value: code for code, value in enumerate(dict.fromkeys(chain(mentees, mentors))) if value is not None}
    return (
        np.array([known.get(value, UNKNOWN) for value in mentees], dtype=np.int64),
        np.array([known.get(value, UNKNOWN) for value in mentors], dtype=np.int64),
    )


def steps(values: Iterable[int | None]) -> tuple[Ints, Bools]:
    """Whole numbers (0 where not known), and where they are known."""
    found = list(values)
    return (
        np.array([0 if value is None else value for value in found], dtype=np.int64),
        np.array([value is not None for value in found], dtype=np.bool_),
    )


def amounts(values: Iterable[float | None]) -> tuple[Floats, Bools]:
    """Numbers (0 where not known), and where they are known."""
    found = list(values)
    return (
        np.array([0.0 if value is None else value for value in found], dtype=np.float64),
        np.array([value is not None for value in found], dtype=np.bool_),
    )


WORDS = 8
"""Lists of up to 64 times so many different entries are compared as sets of bits, others as sparse tables."""
Counts = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Bits:
    """How many entries two people have in common, counted in the bits that both have; one row for each 64 entries."""

    mentees: npt.NDArray[np.uint64]
    mentors: npt.NDArray[np.uint64]

    def __call__(self, rows: Index, cols: Index = EVERY) -> Counts:
        below, above = self.mentees[:, rows], self.mentors[:, cols]
        counts = np.zeros((below.shape[1], above.shape[1]), dtype=np.uint16)
        for one, other in zip(below, above, strict=True):
            counts += np.bitwise_count(one[:, None] & other)
        return counts


@dataclass(frozen=True)
class Tables:
    """How many entries two people have in common, as the product of two sparse tables of zeros and ones."""

    mentees: Any
    mentors: Any

    def __call__(self, rows: Index, cols: Index = EVERY) -> Counts:
        counts: Counts = (self.mentees[rows] @ self.mentors[cols].T).toarray()
        return counts


def shared(mentees: Sequence[frozenset[str]], mentors: Sequence[frozenset[str]]) -> Bits | Tables:
    both = sorted(frozenset(chain.from_iterable(mentees)) & frozenset(chain.from_iterable(mentors)))
    place = {entry: number for number, entry in enumerate(both)}
    if len(both) <= WORDS * 64:
        return Bits(_bits(mentees, place), _bits(mentors, place))
    return Tables(_table(mentees, place), _table(mentors, place))


def _bits(people: Sequence[frozenset[str]], place: Mapping[str, int]) -> npt.NDArray[np.uint64]:
    words = np.zeros((len(place) // 64 + 1, len(people)), dtype=np.uint64)
    for at, found in enumerate(people):
        for entry in found:
            if (number := place.get(entry)) is not None:
                words[number // 64, at] |= np.uint64(1 << number % 64)
    return words


def _table(people: Sequence[frozenset[str]], place: Mapping[str, int]) -> Any:
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only lists have to pay

    cells = [(row, place[entry]) for row, found in enumerate(people) for entry in found if entry in place]
    row, at = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    return csr_matrix((np.ones(len(cells), dtype=np.uint16), (row, at)), shape=(len(people), len(place)))


@dataclass(frozen=True)
class Marked:
    """A table that is zero but for a few cells, sorted by mentee."""

    mentee: Ints
    mentor: Ints
    value: Floats
    width: int

    def __call__(self, rows: Index, cols: Index = EVERY) -> Floats:
        numbers = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        first, last = (np.searchsorted(self.mentee, numbers, side) for side in ("left", "right"))
        row, cell = spread(first, last - first)
        mentors = np.arange(self.width)[cols]
        place = np.full(self.width, -1)
        place[mentors] = np.arange(len(mentors))
        at = place[self.mentor[cell]]
        filled = np.zeros((len(numbers), len(mentors)), dtype=np.float64)
        filled[row[at >= 0], at[at >= 0]] = self.value[cell][at >= 0]
        return filled


@dataclass(frozen=True)
class AllBut:
    """Every pair but those that are marked."""

    marks: Marked

    def __call__(self, rows: Index, cols: Index = EVERY) -> Bools:
        free: Bools = self.marks(rows, cols) == 0
        return free


@dataclass(frozen=True)
class Only:
    """No pair but those that are marked."""

    marks: Marked

    def __call__(self, rows: Index, cols: Index = EVERY) -> Bools:
        left: Bools = self.marks(rows, cols) != 0
        return left


def marked(pairs: Iterable[tuple[int, int, float]], width: int) -> Marked:
    """A few cells, each given as mentee, mentor, value."""
    found = sorted(pairs)
    return Marked(
        np.array([cell[0] for cell in found], dtype=np.int64),
        np.array([cell[1] for cell in found], dtype=np.int64),
        np.array([cell[2] for cell in found], dtype=np.float64),
        width,
    )


def spread(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Runs of numbers, each from `first` on: the run that each belongs to, and the numbers."""
    run = np.repeat(np.arange(len(counts)), counts)
    return run, first[run] + np.arange(len(run)) - (np.cumsum(counts) - counts)[run]


def named(people: Sequence[Person]) -> dict[str, list[int]]:
    """Name → where the people called so stand."""
    found: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        for name in person.names:
            found.setdefault(name, []).append(number)
    return found
