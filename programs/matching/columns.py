"""People's values as arrays, so that a rule or criterion looks at thousands of pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from programs.matching.people import Person

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = Callable[[slice], Bools]
"""Rows of mentees → which pairs are possible, one column per mentor."""
Shares = Callable[[slice], Floats]
"""Rows of mentees → how far a wish is met, 0 to 1, one column per mentor."""
Numbers = Callable[[slice], Ints]

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


def shared(mentees: Sequence[frozenset[str]], mentors: Sequence[frozenset[str]]) -> Numbers:
    """How many entries two people have in common, by a product of sparse zero-one tables."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only lists have to pay

    both = sorted(frozenset(chain.from_iterable(mentees)) & frozenset(chain.from_iterable(mentors)))
    place = {entry: number for number, entry in enumerate(both)}

    def table(side: Sequence[frozenset[str]]) -> tuple[Ints, Ints]:
        cells = [(row, place[entry]) for row, found in enumerate(side) for entry in found if entry in place]
        return (np.array([row for row, _ in cells], dtype=np.int64), np.array([at for _, at in cells], dtype=np.int64))

    def sparse(side: Sequence[frozenset[str]]) -> csr_matrix:
        rows, entry = table(side)
        return csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, entry)), shape=(len(side), max(1, len(both))))

    left, right = sparse(mentees), sparse(mentors).T.tocsr()

    def counts(rows: slice) -> Ints:
        product: Ints = (left[rows] @ right).toarray()
        return product

    return counts


def marked(pairs: Iterable[tuple[int, int, float]], width: int) -> Shares:
    """A table that is zero but for a few cells, each given as mentee, mentor, value."""
    found = sorted(pairs)
    mentee = np.array([cell[0] for cell in found], dtype=np.int64)
    mentor = np.array([cell[1] for cell in found], dtype=np.int64)
    value = np.array([cell[2] for cell in found], dtype=np.float64)

    def table(rows: slice) -> Floats:
        cells = slice(*np.searchsorted(mentee, (rows.start, rows.stop)))
        filled = np.zeros((rows.stop - rows.start, width), dtype=np.float64)
        filled[mentee[cells] - rows.start, mentor[cells]] = value[cells]
        return filled

    return table


def named(people: Sequence[Person]) -> dict[str, list[int]]:
    """Name → where the people called so stand."""
    found: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        for name in person.names:
            found.setdefault(name, []).append(number)
    return found
