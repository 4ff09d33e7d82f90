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
from programs.matching.equals import drawn
from programs.matching.exclude import KeptApart
from programs.matching.explain import Story, further
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
    had: Mapping[str, int] | None = None,
) -> Pairing:
    """The best matching in which every mentee has up to so many mentors, never the same one twice.

    `had` are those that mentees have already; they count, and are not to be found here.
    """
    before = np.array([min((had or {}).get(who.key, 0), mentors) for who in problem.mentees], dtype=np.int64)
    rows = numbered_each(problem, force, (mentors - before).tolist())
    decided = frozenset((problem.mentees[row].key, problem.mentors[at].key) for row, at in rows)
    rest = replace(
        problem,
        places=problem.places - np.bincount([at for _, at in rows], minlength=len(problem.mentors)),
        rules=(*problem.rules, *((KeptApart(decided),) if decided else ())),
    )
    grid, sure = Grid.of(rest), before + np.bincount([row for row, _ in rows], minlength=len(problem.mentees))
    top = sum(round(each.full) + 1 for each in problem.criteria)
    ranks = engine.ranked(problem, priority)
    asked = Wanted.of(matching.objective, mentors - sure, sure, top, ranks)
    found = solve(grid, rest.places, asked)
    keys = [who.lot for who in problem.mentees], [who.lot for who in problem.mentors]
    found = drawn(grid, rest.places, asked, found, matching.seed, keys)
    told = _told(problem, matching, mentors, mentors - before, found, rows)
    return replace(told, proof=replace(told.proof, scale=asked.scale, levels=asked.levels))


def _told(
    problem: Problem, matching: Matching, mentors: int, wanted: Ints, found: Several, rows: list[tuple[int, int]]
) -> Pairing:
    table = _table(len(problem.mentees), mentors, found, rows)
    grid = Grid.of(problem)
    story = Story(*_copied(problem, grid, table))
    pairs = _without_own([_marked(problem, pair, rows) for pair in story.pairs()])
    lacking = dict(zip((who.key for who in problem.mentees), wanted.tolist(), strict=True))
    unmatched, fewer = _left(
        story.unmatched(), pairs, lacking, {key for key, many in lacking.items() if many < mentors}
    )
    return Pairing(
        objective=matching.objective,
        seed=matching.seed,
        pairs=pairs,
        unmatched=unmatched,
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
        fewer=fewer,
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


def _left(
    left: tuple[Left, ...], pairs: tuple[Pair, ...], lacking: Mapping[str, int], begun: Collection[str]
) -> tuple[tuple[Left, ...], tuple[Left, ...]]:
    """Those without any mentor, each once, and those who have fewer than they should; `begun` have one already."""
    own: dict[str, list[Pair]] = {}
    for pair in pairs:
        own.setdefault(pair.mentee, []).append(pair)
    once = {one.key: one for one in left}.values()
    fewer = (further(one, own.get(one.key, ()), lacking[one.key]) for one in once if one.key in own or one.key in begun)
    nobody = (one for one in once if one.key not in own and one.key not in begun)
    return tuple(nobody), tuple(one for one in fewer if one.free)
