"""Why a matching is as it is, in words: for every pair, and for everybody who is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from programs.matching.columns import Ints
from programs.matching.pairing import Alternative, Left, Obstacle, Pair, Reason
from programs.matching.people import Person
from programs.matching.problem import IMPOSSIBLE, Problem, Removals
from programs.matching.rules import Rule
from programs.matching.solve import ALONE
from programs.matching.values import entries
from programs.spec.base import Role

SHOWN = 3
"""Alternatives named for each person."""


@dataclass(frozen=True)
class _Standing:
    """One mentee's possible mentors: how many, how many better than the one they have, and the best others."""

    possible: int
    better: int
    others: tuple[tuple[int, int], ...]
    """Mentor and score, best first, equals in the order of their keys."""


@dataclass(frozen=True)
class Story:
    """A matching and the problem that it solves."""

    problem: Problem
    match: Ints

    def pairs(self) -> tuple[Pair, ...]:
        return tuple(self._pair(int(row)) for row in np.flatnonzero(self.match != ALONE))

    def unmatched(self) -> tuple[Left, ...]:
        return tuple(self._unmatched(int(row)) for row in np.flatnonzero(self.match == ALONE))

    def idle(self) -> tuple[Left, ...]:
        return tuple(self._idle(number) for number, free in enumerate(self._free) if free or not self._load[number])

    @cached_property
    def _load(self) -> list[int]:
        counts: list[int] = np.bincount(self.match[self.match != ALONE], minlength=len(self.problem.mentors)).tolist()
        return counts

    @cached_property
    def _free(self) -> list[int]:
        free: list[int] = (self.problem.places - self._load).tolist()
        return free

    @cached_property
    def _holders(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for mentee, mentor in enumerate(self.match.tolist()):
            if mentor != ALONE:
                found[mentor] = (*found.get(mentor, ()), self.problem.mentees[mentee].key)
        return found

    @cached_property
    def _removals(self) -> Removals:
        return self.problem.removals()

    @cached_property
    def _possible_mentees(self) -> list[int]:
        counts = np.zeros(len(self.problem.mentors), dtype=np.int64)
        for block in self.problem.blocks():
            counts += (block.scores != IMPOSSIBLE).sum(axis=0)
        found: list[int] = counts.tolist()
        return found

    @cached_property
    def _standings(self) -> list[_Standing]:
        found = [
            standing for block in self.problem.blocks() for standing in _stand(block.scores, self.match[block.rows])
        ]
        return found or [_Standing(0, 0, ())] * len(self.problem.mentees)

    def _pair(self, row: int) -> Pair:
        mentee, mentor = self.problem.mentees[row], self.problem.mentors[self.match[row]]
        standing = self._standings[row]
        reasons = tuple(
            Reason(each.measure.title, each.units(mentee, mentor), each.measure.words(mentee, mentor))
            for each in self.problem.criteria
        )
        return Pair(
            mentee.key,
            mentor.key,
            sum(reason.units for reason in reasons),
            reasons,
            standing.better + 1,
            standing.possible,
            self._named(standing.others),
        )

    def _named(self, others: tuple[tuple[int, int], ...]) -> tuple[Alternative, ...]:
        keys = self.problem.mentors
        return tuple(Alternative(keys[j].key, units, self._holders.get(j, ()), self._free[j]) for j, units in others)

    def _unmatched(self, row: int) -> Left:
        mentee, standing = self.problem.mentees[row], self._standings[row]
        removals = self._removals
        obstacles = self._obstacles(mentee, Role.MENTEE, removals.mentee[:, row], removals.mentee_alone[:, row])
        others = self._named(standing.others)
        if standing.possible:
            why = _crowded(standing.possible, others)
        else:
            why = _nobody(Role.MENTOR, len(self.problem.mentors), obstacles)
        return Left(mentee.key, Role.MENTEE, why, 1, standing.possible, obstacles, others)

    def _idle(self, number: int) -> Left:
        mentor, free = self.problem.mentors[number], self._free[number]
        possible = self._possible_mentees[number]
        removals = self._removals
        obstacles = self._obstacles(mentor, Role.MENTOR, removals.mentor[:, number], removals.mentor_alone[:, number])
        if not mentor.capacity:
            why = "takes nobody: capacity 0"
        elif not free:
            why = "all places are taken by relationships that go on"
        elif possible:
            why = _room(free, possible, self._load[number])
        else:
            why = _nobody(Role.MENTEE, len(self.problem.mentees), obstacles)
        return Left(mentor.key, Role.MENTOR, why, free, possible, obstacles)

    def _obstacles(self, person: Person, role: Role, removes: Ints, alone: Ints) -> tuple[Obstacle, ...]:
        found = zip(self.problem.rules, removes.tolist(), alone.tolist(), strict=True)
        return tuple(
            Obstacle(rule.title, many, only, _unknown(rule, person, role)) for rule, many, only in found if many
        )


def _stand(scores: Ints, match: Ints) -> list[_Standing]:
    """Standings of a block's mentees against all mentors."""
    rows, width = scores.shape
    own = np.where(match == ALONE, 0, match)
    mine = np.where(match == ALONE, np.iinfo(np.int64).max, scores[np.arange(rows), own])
    better, possible = (scores > mine[:, None]).sum(axis=1), (scores != IMPOSSIBLE).sum(axis=1)
    order = scores * width + np.arange(width - 1, -1, -1)
    order[np.flatnonzero(match != ALONE), match[match != ALONE]] = IMPOSSIBLE
    best = min(SHOWN, width)
    picked = np.argpartition(order, width - best, axis=1)[:, width - best :]
    return [
        _Standing(
            int(possible[row]),
            int(better[row]),
            tuple(
                (int(mentor), int(scores[row, mentor]))
                for mentor in sorted(picked[row], key=lambda at: -order[row, at])
                if order[row, mentor] >= 0
            ),
        )
        for row in range(rows)
    ]


def _unknown(rule: Rule, person: Person, role: Role) -> str:
    """The title of the field that the rule needs and the person does not have."""
    if rule.needs is None:
        return ""
    value = person.get(rule.needs.mentee if role is Role.MENTEE else rule.needs.mentor)
    return "" if entries(value if isinstance(value, tuple | None) else str(value)) else rule.needs.title


def _nobody(role: Role, size: int, obstacles: tuple[Obstacle, ...]) -> str:
    if not size:
        return f"there is no {role}"
    most = sorted(obstacles, key=lambda obstacle: -obstacle.removes)
    return f"no {role} is possible among {size}: {'; '.join(map(str, most))}"


def _crowded(possible: int, best: tuple[Alternative, ...]) -> str:
    held = "; ".join(
        f"{other.key} by {', '.join(other.held_by)}" if other.held_by else f"{other.key} has no place" for other in best
    )
    shown = "held" if len(best) == possible else f"the best {len(best)} are held"
    return f"{_all(possible, 'possible mentor', 'has', 'have')} no place left ({shown}: {held})"


def _room(free: int, possible: int, load: int) -> str:
    places = f"{free} place{'' if free == 1 else 's'} left"
    if possible == load:
        return f"{places}: every possible mentee is here already"
    who = "other possible mentee" if load else "possible mentee"
    return f"{places}: {_all(possible - load, who, 'is', 'are')} with somebody else"


def _all(many: int, who: str, one_does: str, all_do: str) -> str:
    """`the only possible mentee is`, `both possible mentees are`, `all 7 possible mentees are`."""
    if many == 1:
        return f"the only {who} {one_does}"
    return f"{'both' if many == 2 else f'all {many}'} {who}s {all_do}"
