"""What the operator decides before a matching: these two in any case, those two never; the rest is matched around it.

A decided pair stands even where it breaks a rule, and says so. The proof is about the rest: given what was decided,
nothing better exists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from programs.errors import MentorflowError
from programs.matching import engine
from programs.matching.columns import Ints
from programs.matching.explain import Story
from programs.matching.grid import Grid
from programs.matching.names import NotThemselves
from programs.matching.pairing import Pair, Pairing
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.solve import ALONE
from programs.matching.standing import Standings

Solve = Callable[[Problem], Pairing]
"""The engine, set to an objective."""


@dataclass(frozen=True)
class Places:
    """Where the people of a problem stand."""

    mentee: Mapping[str, int]
    mentor: Mapping[str, int]

    @classmethod
    def of(cls, problem: Problem) -> Places:
        return cls(
            {who.key: number for number, who in enumerate(problem.mentees)},
            {who.key: number for number, who in enumerate(problem.mentors)},
        )

    def pair(self, mentee: str, mentor: str) -> tuple[int, int]:
        """Raises MentorflowError for somebody who takes no part."""
        return self.row(mentee), _place(mentor, self.mentor, "mentors")

    def row(self, mentee: str) -> int:
        return _place(mentee, self.mentee, "mentees")


def _place(key: str, known: Mapping[str, int], side: str) -> int:
    if key not in known:
        raise MentorflowError(f"{key} is not among the {side} of this matching, so nothing can be decided for them")
    return known[key]


def decided(problem: Problem, solve: Solve, force: Collection[tuple[str, str]]) -> Pairing:
    """The best matching in which all forced (mentee, mentor) are pairs. Raises MentorflowError where they cannot be."""
    if not force:
        return solve(problem)
    rows = numbered(problem, force)
    rest = np.array([row for row in range(len(problem.mentees)) if row not in rows], dtype=np.int64)
    taken = np.bincount(list(rows.values()), minlength=len(problem.mentors))
    others = replace(
        problem, mentees=tuple(problem.mentees[row] for row in rest.tolist()), places=problem.places - taken
    )
    found = solve(others)
    match = matched(problem, found)
    match[list(rows)] = list(rows.values())
    story = Story(problem, match, standings(problem, Grid.of(problem), match))
    breaks = {problem.mentees[row].key: broken(problem, row, at) for row, at in rows.items()}
    pairs = tuple(_marked(pair, breaks) for pair in story.pairs())
    return replace(
        found,
        pairs=pairs,
        unmatched=story.unmatched(),
        idle=story.idle(),
        possible=found.possible + sum(pair.possible for pair in pairs if pair.decided),
        notes=engine.notes(problem),
    )


def matched(problem: Problem, pairing: Pairing) -> Ints:
    """The mentor of each mentee, or ALONE."""
    places = Places.of(problem)
    match = np.full(len(problem.mentees), ALONE, dtype=np.int64)
    for one in pairing.pairs:
        mentee, mentor = places.pair(one.mentee, one.mentor)
        match[mentee] = mentor
    return match


def broken(problem: Problem, mentee: int, mentor: int) -> tuple[str, ...]:
    """The rules that a pair does not keep."""
    one, other = problem.mentees[mentee], problem.mentors[mentor]
    return tuple(rule.title for rule in problem.rules if not rule.allows(one, other))


def standings(problem: Problem, grid: Grid, match: Ints) -> Standings:
    """How everybody stands among all possible pairs; a decided pair by the score that it has all the same."""
    own = np.full(len(match), IMPOSSIBLE, dtype=np.int64)
    for row in np.flatnonzero(match != ALONE).tolist():
        mentee, mentor = problem.mentees[row], problem.mentors[match[row]]
        own[row] = sum(each.units(mentee, mentor) for each in problem.criteria)
    found = Standings.empty(grid.size)
    for tile in grid.tiles():
        found.add(tile, own[tile.rows], match)
    return found


def numbered(problem: Problem, force: Collection[tuple[str, str]]) -> dict[int, int]:
    """Mentee → mentor, in numbers. Raises MentorflowError for pairs that cannot be."""
    return dict(numbered_each(problem, force, [1] * len(problem.mentees)))


def numbered_each(
    problem: Problem, force: Collection[tuple[str, str]], mentors: Sequence[int]
) -> list[tuple[int, int]]:
    """The same where each mentee may have so many mentors."""
    places = Places.of(problem)
    found: dict[int, list[int]] = {}
    for mentee, mentor in sorted(set(force)):
        row, at = places.pair(mentee, mentor)
        if not NotThemselves().allows(problem.mentees[row], problem.mentors[at]):
            raise MentorflowError(f"{mentee} cannot be their own mentor")
        found.setdefault(row, []).append(at)
        if not mentors[row]:
            raise MentorflowError(f"{mentee} has all the mentors they get; end one of these relationships first")
        if len(found[row]) > mentors[row]:
            both = " and with ".join(problem.mentors[each].key for each in found[row])
            raise MentorflowError(f"{mentee} is to be paired with {both}; decide for {mentors[row]} of them")
    for at, many in Counter(at for each in found.values() for at in each).items():
        free = int(problem.places[at])
        if many > free:
            raise MentorflowError(
                f"{problem.mentors[at].key} is to get {many} mentee{'' if many == 1 else 's'} but has {free} free place{'' if free == 1 else 's'}; "
                "raise their capacity first, or decide for fewer"
            )
    return [(row, at) for row, each in found.items() for at in each]


def _marked(pair: Pair, breaks: Mapping[str, tuple[str, ...]]) -> Pair:
    return replace(pair, decided=True, breaks=breaks[pair.mentee]) if pair.mentee in breaks else pair
