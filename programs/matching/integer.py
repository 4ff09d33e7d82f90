"""The integer program behind groups: every mentee in one group at most, every group empty or of the right size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from programs.errors import MentorflowError
from programs.matching.arcs import Arcs
from programs.matching.columns import Bools, Floats, Ints
from programs.matching.prices import UnprovenError
from programs.spec.program import Size


@dataclass(frozen=True)
class Kept:
    """An aim that has been reached and must stay so: what each pair contributes, and how much there is of it."""

    worth: Ints
    value: int


@dataclass(frozen=True)
class Answer:
    """What the solver says; nothing of it is believed that can be counted."""

    ended: bool
    """Nothing was left to be searched."""
    unsolvable: bool
    said: str
    used: Floats
    """How far each pair is used, and how many groups each mentor leads."""
    least: float
    """No costs are lower, it says."""


def search(costs: Floats, constraints: Sequence[Any], whole: Floats, bounds: Any) -> Answer:
    """The lowest costs, by HiGHS; `whole` are the numbers that have to be whole."""
    from scipy.optimize import milp  # noqa: PLC0415 - scipy takes half a second

    found = milp(c=costs, constraints=constraints, integrality=whole, bounds=bounds, options={"mip_rel_gap": 0.0})
    used = np.zeros(0) if found.x is None else found.x
    return Answer(found.status == 0, found.status == 2, found.message, used, found.mip_dual_bound or 0.0)


@dataclass(frozen=True)
class Program:
    """Unknown are the pairs that are used, and how many groups each mentor leads."""

    arcs: Arcs
    groups: Ints
    """How many each mentor can lead."""
    mentees: int
    size: Size
    force: Mapping[int, int]
    """Mentee → mentor who are in one group in any case."""
    together: Sequence[tuple[int, int]] = ()
    """Two mentees who have the same mentor in any case."""
    apart: Sequence[tuple[int, int]] = ()
    """Two mentees who never have."""

    def best(self, worth: Ints, kept: Sequence[Kept] = ()) -> tuple[Bools, int]:
        """The pairs used and their worth, the greatest possible. Raises UnprovenError when the solver did not prove it.

        With whole numbers of groups the pairs nearly always come out whole by themselves; only if not, they are asked to.
        """
        found = self._solved(worth, kept, whole_pairs=False)
        if not _whole(found.used[: len(worth)]):
            found = self._solved(worth, kept, whole_pairs=True)
        taken: Bools = found.used[: len(worth)] > 0.5
        value = int(worth[taken].sum())
        if not _whole(found.used[: len(worth)]) or -found.least >= value + 0.5:
            raise UnprovenError("the search for groups stopped before its end")
        self._require_sizes(taken)
        return taken, value

    def _solved(self, worth: Ints, kept: Sequence[Kept], whole_pairs: bool) -> Answer:
        from scipy.optimize import LinearConstraint  # noqa: PLC0415 - scipy takes half a second

        pairs, mentors = len(worth), len(self.groups)
        held = [LinearConstraint(np.concatenate([one.worth, np.zeros(mentors)])[None, :], lb=one.value) for one in kept]
        whole = np.concatenate([np.full(pairs, int(whole_pairs)), np.ones(mentors)])
        costs = np.concatenate([-worth, np.zeros(mentors)])
        found = search(costs, [*self._constraints, *held], whole, self._bounds)
        if found.unsolvable:
            raise MentorflowError(
                f"no groups of {self.size.at_least} to {self.size.at_most} can be formed with what was decided; decide for fewer"
            )
        if not found.ended:
            raise UnprovenError(f"the search for groups ended with '{found.said}'")
        return found

    @cached_property
    def _constraints(self) -> list[Any]:
        from scipy.optimize import LinearConstraint  # noqa: PLC0415 - scipy takes half a second
        from scipy.sparse import csr_matrix, diags_array, hstack  # noqa: PLC0415

        pairs, mentors = len(self.arcs), len(self.groups)
        ones, at = np.ones(pairs), np.arange(pairs)
        of_mentee = csr_matrix((ones, (self.arcs.mentee, at)), shape=(self.mentees, pairs + mentors))
        of_mentor = csr_matrix((ones, (self.arcs.mentor, at)), shape=(mentors, pairs))

        def seats(many: int) -> Any:
            return hstack([of_mentor, diags_array(np.full(mentors, -float(many)))], format="csr")

        return [
            LinearConstraint(of_mentee, ub=1),
            LinearConstraint(seats(self.size.at_most), ub=0),
            LinearConstraint(seats(self.size.at_least), lb=0),
            *self._of_two_mentees(),
        ]

    def _of_two_mentees(self) -> Iterator[Any]:
        """One row for each mentor whom two decided mentees could have; those who stay together have one."""
        from scipy.optimize import LinearConstraint  # noqa: PLC0415 - scipy takes half a second

        width = len(self.arcs) + len(self.groups)
        cell = {
            pair: at for at, pair in enumerate(zip(self.arcs.mentee.tolist(), self.arcs.mentor.tolist(), strict=True))
        }
        for one, other in (*self.together, *self.apart):
            for mentor in range(len(self.groups)):
                mine, theirs = cell.get((one, mentor)), cell.get((other, mentor))
                row = np.zeros(width)
                if (one, other) in self.apart and mine is not None and theirs is not None:
                    row[[mine, theirs]] = 1
                    yield LinearConstraint(row[None, :], ub=1)
                elif (one, other) in self.together and (mine is not None or theirs is not None):
                    row[[at for at in (mine,) if at is not None]] = 1
                    row[[at for at in (theirs,) if at is not None]] = -1
                    yield LinearConstraint(row[None, :], lb=0, ub=0)
        for one, _ in self.together:
            row = np.concatenate([(self.arcs.mentee == one).astype(np.float64), np.zeros(len(self.groups))])
            yield LinearConstraint(row[None, :], lb=1)

    @cached_property
    def _bounds(self) -> Any:
        from scipy.optimize import Bounds  # noqa: PLC0415 - scipy takes half a second

        forced = [
            self.force.get(i) == j for i, j in zip(self.arcs.mentee.tolist(), self.arcs.mentor.tolist(), strict=True)
        ]
        low = np.concatenate([np.array(forced, dtype=np.float64), np.zeros(len(self.groups))])
        return Bounds(low, np.concatenate([np.ones(len(self.arcs)), self.groups]))

    def _require_sizes(self, taken: Bools) -> None:
        """Count once more, in whole numbers. Raises UnprovenError."""
        each = np.bincount(self.arcs.mentee[taken], minlength=self.mentees)
        load = np.bincount(self.arcs.mentor[taken], minlength=len(self.groups))
        if (each > 1).any() or any(
            seats(many, int(most), self.size) != many for many, most in zip(load, self.groups, strict=True)
        ):
            raise UnprovenError("a group has the wrong size")


def _whole(numbers: Floats) -> bool:
    return bool(np.abs(numbers - np.rint(numbers)).max(initial=0) < 1e-4)


def seats(wanted: int, groups: int, size: Size) -> int:
    """The most mentees up to `wanted` that so many groups can seat, each of the right size or empty."""
    full = [min(wanted, many * size.at_most) for many in range(groups + 1) if many * size.at_least <= wanted]
    return max(full, default=0)
