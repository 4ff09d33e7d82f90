"""Groups of one mentor and several mentees, none smaller and none larger than the program says.

That a mentor gets either nobody or enough makes this hard, so there are two ways: up to EXACT_UP_TO mentees an integer
program, which proves its answer; beyond it, pairs are matched, the smallest groups closed, and the rest matched again,
which proves nothing but how many could have a place at most.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from programs.errors import MentorflowError
from programs.matching import engine
from programs.matching.aims import Aim, aims
from programs.matching.arcs import Arcs
from programs.matching.columns import Ints
from programs.matching.decisions import Places, broken, decided, matched, numbered, standings
from programs.matching.explain import Story
from programs.matching.grid import Grid
from programs.matching.integer import Kept, Program, seats
from programs.matching.more_groups import OneMoreGroup, Reached
from programs.matching.pairing import Left, Pair
from programs.matching.preview import kept_apart
from programs.matching.problem import IMPOSSIBLE, Problem
from programs.matching.seating import seated
from programs.matching.shapes import Group, Groups
from programs.matching.shuffled import Shuffled
from programs.matching.solve import ALONE
from programs.spec.matching import Matching, Objective
from programs.spec.program import Size

EXACT_UP_TO = 1000
"""Mentees. An integer program of twice as many takes a minute."""
LARGEST = 10**11
"""Sums that the integer program still tells apart by one."""
AT_ONCE = 4
"""One in so many of the groups that are too small is closed before the rest is matched again."""


@dataclass(frozen=True)
class Asked:
    """What groups are to be formed from; the places of the problem are how many groups each mentor can lead."""

    problem: Problem
    matching: Matching
    size: Size
    priority: Mapping[str, int]
    force: Collection[tuple[str, str]]
    together: Collection[tuple[str, str]] = ()
    """Two mentees who are to be in one group."""
    apart: Collection[tuple[str, str]] = ()
    """Two mentees who must not have the same mentor."""
    prefer: Collection[tuple[str, str]] = ()
    """(mentee, mentor) of which as many are kept as cost nothing."""

    @property
    def seated(self) -> Problem:
        """The same with all seats as places."""
        return replace(self.problem, places=self.problem.places * self.size.at_most)


@dataclass(frozen=True)
class Found:
    """Who is with whom, and what is known of it."""

    match: Ints
    proven: bool
    most: int


def form(asked: Asked, exact_up_to: int = EXACT_UP_TO) -> Groups:
    """See `programs.matching.form_groups`."""
    if asked.matching.objective is Objective.STABLE:
        raise MentorflowError("'stable' is about pairs; for groups write 'most_then_best', 'fairest' or 'best_total'")
    few = len(asked.problem.mentees) <= exact_up_to
    return _told(asked, _exact(asked) if few else _closing(asked))


def _exact(asked: Asked) -> Found:
    """The best groups. Which of equally good ones the solver comes upon first hangs on who stands where, so the seed says that."""
    mixed = Shuffled.of(asked.problem, asked.matching.seed)
    found = _searched(replace(asked, problem=mixed.problem))
    return replace(found, match=mixed.back(found.match))


def _searched(asked: Asked) -> Found:
    """The best by one aim after the other, each of which all later ones must keep."""
    problem, force = asked.problem, numbered(asked.seated, asked.force)
    arcs, match = _arcs(problem, force), np.full(len(problem.mentees), ALONE, dtype=np.int64)
    if not len(arcs):
        return Found(match, True, 0)
    two = (_rows(problem, asked.together), _rows(problem, asked.apart))
    program = Program(arcs, problem.places, len(match), asked.size, force, *two)
    everybody, kept = np.ones(len(arcs), dtype=np.int64), list[Kept]()
    for worth in (*_folded(_aims(asked, arcs, everybody), len(match)), *_as_before(asked, arcs)):
        taken, value = program.best(worth, kept)
        kept.append(Kept(worth, value))
    match[arcs.mentee[taken]] = arcs.mentor[taken]
    total_first = asked.matching.objective is Objective.BEST_TOTAL
    return Found(match, True, program.best(everybody)[1] if total_first else int(taken.sum()))


def _rows(problem: Problem, mentees: Collection[tuple[str, str]]) -> list[tuple[int, int]]:
    """Two mentees by number. Raises MentorflowError for somebody who takes no part."""
    places = Places.of(problem)
    return [(places.row(one), places.row(other)) for one, other in sorted(set(mentees))]


def _as_before(asked: Asked, arcs: Arcs) -> list[Ints]:
    """The last aim: that of equally good ways the one is taken in which the fewest have to move."""
    if not asked.prefer:
        return []
    mentees, mentors = asked.problem.mentees, asked.problem.mentors
    kept = [
        (mentees[one].key, mentors[other].key) in asked.prefer
        for one, other in zip(arcs.mentee.tolist(), arcs.mentor.tolist(), strict=True)
    ]
    return [np.array(kept, dtype=np.int64)]


def _aims(asked: Asked, arcs: Arcs, everybody: Ints) -> list[Ints]:
    """What each pair contributes to one aim after the other. People count before those among them who come first."""
    problem, objective = asked.problem, asked.matching.objective
    full, ranks = sum(round(each.full) for each in problem.criteria), engine.ranked(problem, asked.priority)
    found = [_worth(aim, arcs) for aim in aims(objective, int(arcs.score.max()), full, ranks)]
    return found if objective is Objective.BEST_TOTAL or not ranks.any() else [everybody, *found]


def _folded(worths: list[Ints], pairs: int) -> list[Ints]:
    """Fewer numbers that put the same aims in the same order, as far as the solver can add them up exactly."""
    found: list[Ints] = []
    for worth in reversed(worths):
        outweighed = pairs * int(found[0].max()) + 1 if found else 0
        if found and pairs * (int(worth.max()) + 1) * outweighed < LARGEST:
            found[0] = worth * outweighed + found[0]
        else:
            found.insert(0, worth)
    return found


def _arcs(problem: Problem, force: Mapping[int, int]) -> Arcs:
    """All possible pairs, and those that were decided."""
    found = []
    for tile in Grid.of(problem).tiles():
        row, column = np.nonzero(tile.units != IMPOSSIBLE)
        found.append(Arcs(tile.rows[row], tile.cols[column], tile.units[row, column].astype(np.int64)))
    units = [
        sum(each.units(problem.mentees[i], problem.mentors[j]) for each in problem.criteria) for i, j in force.items()
    ]
    decided = (np.array(column, dtype=np.int64) for column in (list(force), list(force.values()), units))
    return Arcs.joined([*found, Arcs(*decided)], len(problem.mentors))


def _worth(aim: Aim, arcs: Arcs) -> Ints:
    if aim.each is not None:
        return aim.each[arcs.mentee]
    return arcs.score if aim.reach is None else (arcs.score >= aim.reach).astype(np.int64)


def _closing(asked: Asked) -> Found:
    """Matched with all seats first; then again and again without the groups that came out too small."""
    if asked.together:
        raise MentorflowError(
            f"with more than {EXACT_UP_TO} mentees, two of them cannot be kept in one group; decide for the same mentor for both"
        )
    problem, groups = asked.seated, asked.problem.places.tolist()
    solve = partial(engine.best, matching=asked.matching, priority=asked.priority)
    forced = np.bincount(list(numbered(problem, asked.force).values()), minlength=len(groups))
    most: int | None = None
    while True:
        pairing = decided(problem, solve, asked.force)
        most = len(pairing.pairs) if most is None else most
        match = matched(problem, pairing)
        if same := _with_the_same(problem, match, asked):
            problem = kept_apart(problem, same)
            continue
        load = np.bincount(match[match != ALONE], minlength=len(groups))
        right = np.array([seats(many, own, asked.size) for many, own in zip(load.tolist(), groups, strict=True)])
        wrong = np.flatnonzero(right != load)
        if not len(wrong):
            return Found(match, False, most if asked.matching.objective is not Objective.BEST_TOTAL else len(match))
        closed = wrong[np.argsort(load[wrong], kind="stable")][: max(1, len(wrong) // AT_ONCE)]
        if (right[closed] < forced[closed]).any():
            raise MentorflowError(f"a decided pair would be in a group of fewer than {asked.size.at_least}")
        places = problem.places.copy()
        places[closed] = right[closed]
        problem = replace(problem, places=places)


def _with_the_same(problem: Problem, match: Ints, asked: Asked) -> list[tuple[str, str]]:
    """Of two who must not have the same mentor and do, the one who was not decided, and the mentor they then must not have."""
    found = []
    for one, other in _rows(problem, asked.apart):
        if match[one] == match[other] != ALONE:
            mentor = problem.mentors[match[one]].key
            goes = next(
                (key for row in (other, one) if ((key := problem.mentees[row].key), mentor) not in asked.force), None
            )
            if goes is None:
                raise MentorflowError(f"two mentees of {mentor} are decided for and kept apart; decide for one")
            found.append((goes, mentor))
    return found


def _told(asked: Asked, found: Found) -> Groups:
    problem = asked.seated
    grid = Grid.of(problem)
    led = zip(asked.problem.mentors, asked.problem.places.tolist(), strict=True)
    before = tuple(who.capacity - free for who, free in led)
    story = Story(problem, found.match, standings(problem, grid, found.match), before)
    broke = {one: broken(problem, *Places.of(problem).pair(*one)) for one in asked.force}
    pairs = tuple(
        replace(each, decided=True, breaks=broke[each.mentee, each.mentor])
        if (each.mentee, each.mentor) in broke
        else each
        for each in story.pairs()
    )
    possible = sum(int((tile.units != IMPOSSIBLE).sum()) for tile in grid.tiles())
    return Groups(
        objective=asked.matching.objective,
        seed=asked.matching.seed,
        groups=_groups(asked, pairs),
        unmatched=tuple(_without(asked, left) for left in story.unmatched()),
        idle=_may_lead(asked, story.idle(), pairs),
        possible=possible,
        proven=found.proven,
        most=found.most,
        notes=engine.notes(problem),
        more=OneMoreGroup(
            tuple(who.key for who in problem.mentors) if found.proven else None,
            possible,
            partial(_reached, asked, found.match),
            partial(_with_one_more, asked),
        ),
    )


def _with_one_more(asked: Asked, mentor: int) -> Reached:
    """The best groups once more, with one more group of this mentor."""
    places = asked.problem.places.copy()
    places[mentor] += 1
    roomier = replace(asked, problem=replace(asked.problem, places=places))
    return _reached(roomier, _exact(roomier).match)


def _reached(asked: Asked, match: Ints) -> Reached:
    problem, objective = asked.problem, asked.matching.objective
    rows = np.flatnonzero(match != ALONE)
    pairs = zip(rows.tolist(), match[rows].tolist(), strict=True)
    units = [sum(each.units(problem.mentees[i], problem.mentors[j]) for each in problem.criteria) for i, j in pairs]
    arcs = Arcs(rows, match[rows], np.array(units, dtype=np.int64))
    wanted = aims(
        objective, 0, sum(round(each.full) for each in problem.criteria), engine.ranked(problem, asked.priority)
    )
    reached = tuple(int(_worth(aim, arcs).sum()) for aim in wanted)
    below = tuple((aim.reach, sum(score < aim.reach for score in units)) for aim in wanted if aim.reach is not None)
    inorder = reached if objective is Objective.BEST_TOTAL else (len(units), *reached)
    return Reached(inorder, len(units), sum(units), below)


def _groups(asked: Asked, pairs: tuple[Pair, ...]) -> tuple[Group, ...]:
    """As few groups as seat a mentor's mentees, as even as can be."""
    by_mentor: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_mentor.setdefault(pair.mentor, []).append(pair)
    found = []
    for mentor, own in sorted(by_mentor.items()):
        many = -(-len(own) // asked.size.at_most)
        found += [Group(mentor, seated) for seated in seated(own, many, asked.together, asked.size)]
    return tuple(found)


def _without(asked: Asked, left: Left) -> Left:
    if not any(other.free for other in left.alternatives):
        return left
    many = f"{left.possible} mentor{' is' if left.possible == 1 else 's are'} possible"
    return replace(left, why=f"{many}, but no group of at least {asked.size.at_least} comes together")


def _may_lead(asked: Asked, idle: tuple[Left, ...], pairs: tuple[Pair, ...]) -> tuple[Left, ...]:
    busy = {pair.mentor for pair in pairs}
    told = (_idle(asked, left, pairs) for left in idle)
    return tuple(left for left in told if left.free or left.key not in busy)


def _idle(asked: Asked, left: Left, pairs: tuple[Pair, ...]) -> Left:
    """A mentor who leads no group, or could lead one more; `free` are groups."""
    leads = -(-sum(pair.mentor == left.key for pair in pairs) // asked.size.at_most)
    free = int(asked.problem.places[Places.of(asked.problem).mentor[left.key]]) - leads
    if not free or not left.possible:
        return replace(left, free=free)
    return replace(
        left, free=free, why=f"no {'further ' if leads else ''}group of at least {asked.size.at_least} comes together"
    )
