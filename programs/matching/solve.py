"""The best matching over given arcs, exactly. Knows pairs and their worth, nothing of people.

A pair is worth score × scale + bonus. The assignment is scipy's shortest augmenting path on sparse arcs (LAPJVsp; Jonker
and Volgenant 1987), every free place a column of its own and one more column per mentee for staying alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from programs.errors import MentorflowError
from programs.matching.columns import Ints
from programs.matching.problem import Arcs
from programs.spec.matching import Objective

ALONE = -1
EXACT = 1 << 53
"""Whole numbers up to here survive floating-point arithmetic (IEEE 754 double)."""


@dataclass(frozen=True)
class Weighing:
    """How an objective's aims become one number: the first aim outweighs all that the second could ever add up to."""

    scale: int
    bonus: int

    @classmethod
    def of(cls, objective: Objective, arcs: Arcs, most: int) -> Weighing:
        """`most` is how many pairs there can be at most. Raises MentorflowError for objectives not solved here."""
        if objective is Objective.MOST_THEN_BEST:
            return cls(scale=1, bonus=most * int(arcs.score.max(initial=0)) + 1)
        if objective is Objective.BEST_TOTAL:
            return cls(scale=most + 1, bonus=1)
        raise MentorflowError(
            f"the objective '{objective}' is not available yet; write 'most_then_best' or 'best_total'"
        )

    def worth(self, scores: Ints) -> Ints:
        return scores * self.scale + self.bonus


def assign(arcs: Arcs, worth: Ints, places: Ints, mentees: int) -> Ints:
    """Mentor of each mentee, or ALONE, with the greatest sum of `worth`, all of which is positive."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - scipy takes half a second that only a matching has to pay
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    match = np.full(mentees, ALONE, dtype=np.int64)
    usable = np.minimum(places, np.bincount(arcs.mentor, minlength=len(places)))
    copies = usable[arcs.mentor]
    if not copies.sum():
        return match
    first = np.cumsum(usable) - usable
    arc = np.repeat(np.arange(len(arcs)), copies)
    slot = first[arcs.mentor[arc]] + np.arange(len(arc)) - np.repeat(np.cumsum(copies) - copies, copies)
    alone = int(worth.max()) + 1
    cost = np.concatenate([alone - worth[arc], np.full(mentees, alone)])
    row = np.concatenate([arcs.mentee[arc], np.arange(mentees)])
    at = np.concatenate([slot, usable.sum() + np.arange(mentees)])
    shape = (mentees, int(usable.sum()) + mentees)
    rows, columns = min_weight_full_bipartite_matching(csr_matrix((cost.astype(np.float64), (row, at)), shape=shape))
    taken = columns < usable.sum()
    match[rows[taken]] = np.repeat(np.arange(len(places)), usable)[columns[taken]]
    return match


def require_exact(worth: int, mentees: int) -> None:
    """No sum along a path may leave the whole numbers that floating point holds. Raises MentorflowError."""
    if (worth + 1) * 2 * (mentees + 1) >= EXACT:
        raise MentorflowError(
            f"scores this large cannot be added exactly for {mentees} mentees; "
            "divide the weights of all criteria by ten, which changes no order"
        )


def lottery(seed: int, mentees: list[str], mentors: list[str], arcs: Arcs) -> Ints:
    """A draw per pair from 1 on, from the seed and the two keys alone."""
    drawn = _mixed(_drawn(seed, "mentee", mentees)[arcs.mentee] ^ _drawn(seed, "mentor", mentors)[arcs.mentor])
    bits = next((bits for bits in (32, 20, 16, 8) if 4 * (len(mentees) + 1) ** 2 << bits < EXACT), None)
    if bits is None:
        raise MentorflowError(f"{len(mentees)} mentees are more than ties can be decided for exactly")
    draws: Ints = (drawn >> np.uint64(64 - bits)).astype(np.int64) + 1
    return draws


def _drawn(seed: int, side: str, keys: list[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(blake2b(f"{seed}\0{side}\0{key}".encode(), digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def _mixed(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finalizer of SplitMix64 (Steele, Lea, Flood 2014): neighbouring inputs, unrelated outputs."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
