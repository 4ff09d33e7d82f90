"""Who should be whose mentor: `pair` takes people and a program's terms and gives proven, explained pairs.

numpy and scipy are loaded when the first matching is made, so that reading a program stays quick.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from programs.matching.costs import Cost, Decided, Move, Priced, Will
from programs.matching.deciding import decide_circles, decide_groups, decide_teams
from programs.matching.gains import one_more_place
from programs.matching.given import Team, Teams, form_teams
from programs.matching.pairing import (
    UNITS_PER_POINT,
    Alternative,
    Gain,
    Gains,
    Left,
    Obstacle,
    Pair,
    Pairing,
    Proof,
    Reason,
    Solver,
)
from programs.matching.people import Person
from programs.matching.shapes import Circle, Circles, Group, Groups
from programs.matching.terms import Terms
from programs.spec.program import Program, Size

if TYPE_CHECKING:
    from programs.matching.preview import Solving

__all__ = [
    "UNITS_PER_POINT",
    "Alternative",
    "Circle",
    "Circles",
    "Cost",
    "Decided",
    "Gain",
    "Gains",
    "Group",
    "Groups",
    "Left",
    "Move",
    "Obstacle",
    "Pair",
    "Pairing",
    "Person",
    "Priced",
    "Proof",
    "Reason",
    "Solver",
    "Team",
    "Teams",
    "Terms",
    "Will",
    "decide",
    "decide_circles",
    "decide_groups",
    "decide_teams",
    "form_circles",
    "form_groups",
    "form_teams",
    "joinable",
    "one_more_place",
    "pair",
    "wishes",
]


def pair(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Program | Terms,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    seed: int | None = None,
    priority: Mapping[str, int] | None = None,
    solver: Solver | None = None,
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    had: Mapping[str, int] | None = None,
) -> Pairing:
    """The best matching by the program's objective, with its proof.

    `on` is the day whose clocks `within_hours` compares, `past` the (mentee key, mentor key) of earlier relationships,
    `held` how many places of a mentor are taken by relationships that go on, `seed` replaces the program's own.

    `priority` gives mentees who come first a number above 0. Of the largest matchings, the one that covers most of the
    highest number is taken, then most of the next, and only then the scores count; this never costs a pair. With
    `best_total` it decides between equal totals only; with `stable`, between mentees whom a mentor likes equally.

    `solver` is the fastest installed by default; which one runs changes nothing but the time. `force` and `forbid` are
    the (mentee key, mentor key) that the operator wants in any case, or never. `had` is how many of several mentors a
    mentee has already: such a mentee gets only the others, and after those who have fewer.
    Raises MentorflowError for terms or people that cannot be matched, and when the result is not proven to be the best.
    """
    from programs.matching.problem import pose  # noqa: PLC0415 - loads numpy, which only a matching has to pay for

    asked = _asked(terms, seed, forbid)
    problem = pose(mentees, mentors, asked, past=past, held=held or {}, on=on)
    return _solving(asked, priority or {}, solver, had or {})(problem, force)


def wishes(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Program | Terms,
    *,
    on: date,
    top: int,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    seed: int | None = None,
) -> dict[str, tuple[Alternative, ...]]:
    """Every mentee's possible mentors, the best `top` of them in order: whom they would ask one after the other."""
    from programs.matching import engine  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.problem import pose  # noqa: PLC0415

    asked = _asked(terms, seed, ())
    problem = pose(mentees, mentors, asked, past=past, held=held or {}, on=on)
    return engine.wishes(problem, asked.matching, top)


def decide(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Program | Terms,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    seed: int | None = None,
    priority: Mapping[str, int] | None = None,
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    had: Mapping[str, int] | None = None,
) -> Decided[Pairing]:
    """The same as `pair`, and what each decision costs: exactly, in people and points, and who would have to move."""
    from programs.matching.preview import weighed  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.problem import pose  # noqa: PLC0415

    asked = _asked(terms, seed, ())
    problem = pose(mentees, mentors, asked, past=past, held=held or {}, on=on)
    solving = _solving(asked, priority or {}, None, had or {})
    return weighed(problem, solving, force, forbid, one_each=asked.mentors == 1)


def _solving(asked: Terms, priority: Mapping[str, int], solver: Solver | None, had: Mapping[str, int]) -> Solving:
    from programs.matching.decisions import decided  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.engine import best  # noqa: PLC0415
    from programs.matching.manifold import several  # noqa: PLC0415

    if asked.mentors > 1:
        return lambda problem, force: several(problem, asked.matching, asked.mentors, priority, force, had)
    solve = partial(best, matching=asked.matching, priority=priority, solver=solver)
    return lambda problem, force: decided(problem, solve, force)


def form_groups(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    seed: int | None = None,
    priority: Mapping[str, int] | None = None,
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    apart: Collection[tuple[str, str]] = (),
) -> Groups:
    """Groups of the program's size, the best by its objective; a mentor's capacity and `held` count groups.

    Everything else is as for `pair`; `apart` are two mentees who must not have the same mentor. The result says whether it is proven: it is up to about a thousand mentees.
    """
    from programs.matching.groups import Asked, form  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.problem import pose  # noqa: PLC0415

    asked = _asked(program, seed, forbid)
    problem = pose(mentees, mentors, asked, past=past, held=held or {}, on=on)
    size = program.relationships.size or Size()
    return form(Asked(problem, asked.matching, size, priority or {}, force, apart=apart))


def form_circles(
    members: Sequence[Person],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    seed: int | None = None,
    apart: Collection[tuple[str, str]] = (),
) -> Circles:
    """Everybody in a circle of the program's size, mixed by its criteria, or left with a reason.

    `past` are people who sat together before, for `not_before`; `apart` never sit together, as far as one exchange for each
    can see to that. Raises MentorflowError for values that cannot be read.
    """
    from programs.matching.circles import dealing  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.reseating import parted  # noqa: PLC0415

    dealt = dealing(members, program, on=on, past=past, seed=program.matching.seed if seed is None else seed)
    return parted(dealt, apart)


def joinable(
    movers: Sequence[Person],
    circles: Mapping[int, Sequence[Person]],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
) -> list[int]:
    """The circles that a circle which has become too small may join, the most suitable first."""
    from programs.matching import joining  # noqa: PLC0415 - loads numpy, which only a matching has to pay for

    return joining.joinable(movers, circles, program, on=on, past=past)


def _asked(terms: Program | Terms, seed: int | None, forbid: Collection[tuple[str, str]]) -> Terms:
    asked = Terms.of(terms) if isinstance(terms, Program) else terms
    if seed is not None:
        asked = replace(asked, matching=asked.matching.model_copy(update={"seed": seed}))
    return replace(asked, apart=asked.apart | frozenset(forbid))
