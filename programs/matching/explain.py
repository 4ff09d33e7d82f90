"""Why a matching is as it is, in words: for every pair, and for everybody who is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np

from programs.matching.columns import Ints
from programs.matching.criteria import Criterion
from programs.matching.obstacles import Obstacles, Removals
from programs.matching.pairing import Alternative, Left, Obstacle, Pair, Reason
from programs.matching.people import Person
from programs.matching.problem import Problem
from programs.matching.rules import Rule
from programs.matching.solve import ALONE
from programs.matching.standing import Standings
from programs.matching.values import entries
from programs.spec.base import Role


class Reasons(Sequence[Reason]):
    """What each criterion gave a pair, put into words when somebody reads it: a large crowd has very many of them."""

    def __init__(self, criteria: Sequence[Criterion], mentee: Person, mentor: Person) -> None:
        self._of = criteria, mentee, mentor

    @cached_property
    def _found(self) -> tuple[Reason, ...]:
        criteria, mentee, mentor = self._of
        return tuple(
            Reason(each.measure.title, each.units(mentee, mentor), each.measure.words(mentee, mentor), each.told)
            for each in criteria
        )

    def __len__(self) -> int:
        return len(self._of[0])

    @overload
    def __getitem__(self, at: int) -> Reason: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Reason, ...]: ...
    def __getitem__(self, at: int | slice) -> Reason | tuple[Reason, ...]:
        return self._found[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._found == tuple(other)

    def __hash__(self) -> int:
        return hash(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


@dataclass(frozen=True)
class Story:
    """A matching and the problem that it solves."""

    problem: Problem
    match: Ints
    standings: Standings
    before: tuple[int, ...] | None = None
    """How many places of each mentor were taken before, where places are not what a capacity counts."""

    def pairs(self) -> tuple[Pair, ...]:
        return tuple(self._pair(row, at) for row, at in enumerate(self.match.tolist()) if at != ALONE)

    def unmatched(self) -> tuple[Left, ...]:
        rows = np.flatnonzero(self.match == ALONE)
        removals = self._obstacles.of_mentees(rows)
        return tuple(self._unmatched(int(row), at, removals) for at, row in enumerate(rows))

    def idle(self) -> tuple[Left, ...]:
        numbers = np.array([at for at, free in enumerate(self._free) if free or not self._load[at]], dtype=np.int64)
        removals = self._obstacles.of_mentors(numbers)
        return tuple(self._idle(int(number), at, removals) for at, number in enumerate(numbers))

    @cached_property
    def _load(self) -> list[int]:
        counts: list[int] = np.bincount(self.match[self.match != ALONE], minlength=len(self.problem.mentors)).tolist()
        return counts

    @cached_property
    def _free(self) -> list[int]:
        free: list[int] = (self.problem.places - self._load).tolist()
        return free

    @cached_property
    def _taken(self) -> Sequence[int]:
        if self.before is not None:
            return self.before
        return [one.capacity - int(free) for one, free in zip(self.problem.mentors, self.problem.places, strict=True)]

    @cached_property
    def _holders(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for mentee, mentor in enumerate(self.match.tolist()):
            found.setdefault(mentor, []).append(self.problem.mentees[mentee].key)
        return {mentor: tuple(keys) for mentor, keys in found.items() if mentor != ALONE}

    @cached_property
    def _obstacles(self) -> Obstacles:
        return Obstacles(self.problem)

    def _pair(self, row: int, at: int) -> Pair:
        mentee, mentor = self.problem.mentees[row], self.problem.mentors[at]
        return Pair(
            mentee.key,
            mentor.key,
            int(self.standings.own[row]),
            Reasons(self.problem.criteria, mentee, mentor),
            int(self.standings.better[row]) + 1,
            int(self.standings.possible[row]),
            self._others(row),
        )

    def _others(self, row: int) -> tuple[Alternative, ...]:
        keys = self.problem.mentors
        found = zip(self.standings.others[row].tolist(), self.standings.units[row].tolist(), strict=True)
        return tuple(
            Alternative(keys[j].key, units, self._holders.get(j, ()), self._free[j], self._taken[j])
            for j, units in found
            if j >= 0
        )

    def _unmatched(self, row: int, at: int, removals: Removals) -> Left:
        mentee, possible = self.problem.mentees[row], int(self.standings.possible[row])
        obstacles = self._named(mentee, Role.MENTEE, removals, at)
        others = self._others(row)
        why = _crowded(possible, others) if possible else _nobody(Role.MENTOR, len(self.problem.mentors), obstacles)
        return Left(mentee.key, Role.MENTEE, why, 1, possible, obstacles, others)

    def _idle(self, number: int, at: int, removals: Removals) -> Left:
        mentor, free = self.problem.mentors[number], self._free[number]
        possible = int(self.standings.mentees[number])
        obstacles = self._named(mentor, Role.MENTOR, removals, at)
        if not mentor.capacity:
            why = "takes nobody: capacity 0"
        elif not free:
            why = "all places are taken by relationships that go on"
        elif possible:
            why = _room(free, possible, self._load[number])
        else:
            why = _nobody(Role.MENTEE, len(self.problem.mentees), obstacles)
        return Left(mentor.key, Role.MENTOR, why, free, possible, obstacles)

    def _named(self, person: Person, role: Role, removals: Removals, at: int) -> tuple[Obstacle, ...]:
        found = zip(self.problem.rules, removals.many[:, at].tolist(), removals.alone[:, at].tolist(), strict=True)
        return tuple(
            Obstacle(rule.title, many, only, _unknown(rule, person, role)) for rule, many, only in found if many
        )


def _unknown(rule: Rule, person: Person, role: Role) -> str:
    """The title of the field that the rule needs and the person does not have."""
    if rule.needs is None:
        return ""
    value = person.get(rule.needs.mentee if role is Role.MENTEE else rule.needs.mentor)
    known = entries(value if isinstance(value, tuple | None) else str(value))
    return "" if known else rule.needs.title_of(role)


def _nobody(role: Role, size: int, obstacles: tuple[Obstacle, ...]) -> str:
    if not size:
        return f"there is no {role}"
    most = sorted(obstacles, key=lambda obstacle: -obstacle.removes)
    return f"no {role} is possible among {size}: {'; '.join(map(str, most))}"


def _crowded(possible: int, best: tuple[Alternative, ...], further: str = "") -> str:
    if not best:
        return f"{_all(possible, f'{further}possible mentor', 'has', 'have')} no place left"
    held = "; ".join(map(_holding, best))
    shown = "held" if len(best) == possible else f"the best {len(best)} are held"
    return f"{_all(possible, f'{further}possible mentor', 'has', 'have')} no place left ({shown}: {held})"


def _holding(other: Alternative) -> str:
    """Who has the places of a mentor."""
    one = "1 relationship that goes on"
    before = (one if other.taken == 1 else f"{other.taken} relationships that go on",)
    holders = (*other.held_by, *(before if other.taken else ()))
    return f"{other.key} by {', '.join(holders)}" if holders else f"{other.key} has no place"


def further(left: Left, own: Sequence[Pair], wanted: int) -> Left:
    """The same of somebody who has mentors already: `own` were found just now, of so many wanted."""
    theirs = {pair.mentor for pair in own}
    others = tuple(other for other in left.alternatives if other.key not in theirs)
    possible = left.possible - sum(not pair.breaks for pair in own)
    if possible > 0:
        why = _crowded(possible, others, "further ")
    elif own:
        ruled = "; ".join(map(str, sorted(left.obstacles, key=lambda obstacle: -obstacle.removes)))
        why = f"{_all(len(own), 'possible mentor', 'is', 'are')} theirs already{f' ({ruled})' if ruled else ''}"
    else:
        why = left.why
    return replace(left, why=why, free=wanted - len(own), possible=max(0, possible), alternatives=others)


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
