"""Some of the possible pairs, as three columns. Knows no people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from programs.matching.columns import Bools, Ints


@dataclass(frozen=True)
class Arcs:
    """Pairs, sorted by mentee and then by mentor."""

    mentee: Ints
    mentor: Ints
    score: Ints

    def __len__(self) -> int:
        return len(self.mentee)

    def only(self, which: Bools | Ints) -> Arcs:
        return Arcs(self.mentee[which], self.mentor[which], self.score[which])

    @classmethod
    def joined(cls, parts: Iterable[Arcs], mentors: int) -> Arcs:
        """All of them, each pair once."""
        every = list(parts)
        mentee, mentor, score = (
            np.concatenate([np.zeros(0, dtype=np.int64), *(getattr(part, column) for part in every)])
            for column in ("mentee", "mentor", "score")
        )
        pair, first = np.unique(mentee * max(1, mentors) + mentor, return_index=True)
        return cls(pair // max(1, mentors), pair % max(1, mentors), score[first])


def best_of_each(group: Ints, worth: Ints, many: int) -> Ints:
    """Numbers of the entries that are among the `many` of greatest worth in their group."""
    order = np.lexsort((-worth, group))
    ranked = group[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    best: Ints = order[rank < many]
    return best
