"""From several mentors for each mentee to a pairing that tells every pair like any other.

The proof is told in the same words: a mentee's price is what they would choose at the prices of places, all together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from programs.matching import engine
from programs.matching.columns import Ints
from programs.matching.decisions import broken, numbered_each, standings
from programs.matching.exclude import KeptApart
from programs.matching.explain import Story
from programs.matching.grid import Grid
from programs.matching.pairing import Left, Pair, Pairing, Proof
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.several import Several, Wanted, solve
from programs.matching.solve import ALONE
from programs.matching.standing import Standings
from programs.spec.matching import Matching


def several(
    problem: Problem,
    matching: Matching,
    mentors: int,
    priority: Mapping[str, int],
    force: Collection[tuple[str, str]] = (),
) -> Pairing:
    """The best matching in which every mentee has up to so many mentors, never the same one twice."""
    rows = numbered_each(problem, force, mentors)
    decided = frozenset((problem.mentees[row].key, problem.mentors[at].key) for row, at in rows)
    rest = replace(
        problem,
        places=problem.places - np.bincount([at for _, at in rows], minlength=len(problem.mentors)),
        rules=(*problem.rules, *((KeptApart(decided),) if decided else ())),
    )
    grid, had = Grid.of(rest), np.bincount([row for row, _ in rows], minlength=len(problem.mentees))
    top = sum(round(each.full) + 1 for each in problem.criteria)
    ranks = engine.ranked(problem, priority)
    wanted = Wanted.of(matching.objective, mentors - had, had, top, ranks)
    found = solve(grid, rest.places, wanted)
    return _told(problem, matching, mentors, found, wanted, rows)


def _told(
    problem: Problem, matching: Matching, mentors: int, found: Several, wanted: Wanted, rows: list[tuple[int, int]]
) -> Pairing:
    table = _table(len(problem.mentees), mentors, found, rows)
    grid = Grid.of(problem)
    story = Story(*_copied(problem, grid, table))
    pairs = [_marked(problem, pair, rows) for pair in story.pairs()]
    return Pairing(
        objective=matching.objective,
        seed=matching.seed,
        pairs=_without_own(pairs),
        unmatched=_unmatched(story.unmatched(), {pair.mentee for pair in pairs}),
        idle=story.idle(),
        possible=sum(int((tile.units != IMPOSSIBLE).sum()) for tile in grid.tiles()),
        proof=Proof(
            found.primal,
            found.dual,
            0,
            0,
            {who.key: price for who, price in zip(problem.mentees, found.choice.tolist(), strict=True)},
            {who.key: price for who, price in zip(problem.mentors, found.prices.tolist(), strict=True)},
        ),
        notes=engine.notes(problem),
    )


def _table(mentees: int, mentors: int, found: Several, rows: list[tuple[int, int]]) -> Ints:
    """Mentees in rows, their mentors in columns: the decided ones first, then the best, then ALONE."""
    table, filled = np.full((mentees, mentors), ALONE, dtype=np.int64), np.zeros(mentees, dtype=np.int64)
    order = np.argsort(-found.pairs.score, kind="stable")
    others = zip(found.pairs.mentee[order].tolist(), found.pairs.mentor[order].tolist(), strict=True)
    for row, at in [*rows, *others]:
        table[row, filled[row]] = at
        filled[row] += 1
    return table


def _copied(problem: Problem, grid: Grid, table: Ints) -> tuple[Problem, Ints, Standings]:
    """The problem with every mentee once for each mentor, so that each pair is told by itself."""
    mentors = table.shape[1]
    each = [standings(problem, grid, table[:, level]) for level in range(mentors)]

    def woven(name: str) -> Ints:
        columns = [getattr(one, name) for one in each]
        return np.stack(columns, axis=1).reshape(-1, *columns[0].shape[1:])

    found = Standings(**{name: woven(name) if name != "mentees" else each[0].mentees for name in vars(each[0])})
    copies = tuple(who for who in problem.mentees for _ in range(mentors))
    return replace(problem, mentees=copies), table.reshape(-1), found


def _marked(problem: Problem, pair: Pair, rows: list[tuple[int, int]]) -> Pair:
    for row, at in rows:
        if (problem.mentees[row].key, problem.mentors[at].key) == (pair.mentee, pair.mentor):
            return replace(pair, decided=True, breaks=broken(problem, row, at))
    return pair


def _without_own(pairs: list[Pair]) -> tuple[Pair, ...]:
    """A mentee's other mentors are no alternatives."""
    own: dict[str, set[str]] = {}
    for pair in pairs:
        own.setdefault(pair.mentee, set()).add(pair.mentor)
    return tuple(
        replace(pair, alternatives=tuple(one for one in pair.alternatives if one.key not in own[pair.mentee]))
        for pair in pairs
    )


def _unmatched(left: tuple[Left, ...], matched: set[str]) -> tuple[Left, ...]:
    """Those without any mentor, each once."""
    return tuple({one.key: one for one in left if one.key not in matched}.values())
