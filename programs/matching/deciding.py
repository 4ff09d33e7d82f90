"""What decisions of the operator about groups, circles and given teams would cost; for pairs it is `decide`.

numpy and scipy are loaded when something is decided, so that reading a program stays quick.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from programs.matching.costs import Decided
from programs.matching.given import Teams, form_teams
from programs.matching.people import Person
from programs.matching.shapes import Circles, Groups
from programs.matching.terms import Terms
from programs.spec.program import Program, Size


def decide_groups(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    priority: Mapping[str, int] | None = None,
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    together: Collection[tuple[str, str]] = (),
    apart: Collection[tuple[str, str]] = (),
    standing: Collection[tuple[str, str]] = (),
    beside: Collection[tuple[str, str]] = (),
    parted: Collection[tuple[str, str]] = (),
    prefer: Collection[tuple[str, str]] = (),
) -> Decided[Groups]:
    """The same as `form_groups`, and what each decision costs; `together` and `apart` are two mentees.

    `standing`, `beside` and `parted` (two mentees) were decided before. Of equally good groups those are taken that keep the most of `prefer`.
    """
    from programs.matching.groups import Asked  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.problem import pose  # noqa: PLC0415
    from programs.matching.regrouping import Wishes, weighed  # noqa: PLC0415

    terms = Terms.of(program)
    problem = pose(mentees, mentors, terms, past=past, held=held or {}, on=on)
    size = program.relationships.size or Size()
    asked = Asked(problem, terms.matching, size, priority or {}, standing, beside, parted, prefer)
    return weighed(asked, Wishes(force, forbid, together, apart))


def decide_circles(
    members: Sequence[Person],
    circles: Sequence[Sequence[str]],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    swap: Collection[tuple[str, str]] = (),
    held: Collection[tuple[str, str]] = (),
    apart: Collection[tuple[str, str]] = (),
) -> Decided[Circles]:
    """Circles that stand so, changed by decisions about two members each, and what each of them costs.

    `members` are all who sit in the circles, and those who look for one. `held` were decided to sit together before, `apart` never to.
    """
    from programs.matching.circles import dealing  # noqa: PLC0415 - loads numpy, which only a matching has to pay for
    from programs.matching.reseating import Reseating, Wishes  # noqa: PLC0415

    dealt = dealing(members, program, on=on, past=past, seed=program.matching.seed)
    return Reseating(dealt, circles, Wishes(force, forbid, swap, held, apart)).weighed()


def decide_teams(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    program: Program,
    *,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    force: Collection[tuple[str, str]] = (),
    forbid: Collection[tuple[str, str]] = (),
    standing: Collection[tuple[str, str]] = (),
) -> Decided[Teams]:
    """The same as `form_teams` for a program that says by what teams are given, with mentors who join a team or never do."""
    from programs.matching.reteaming import joining, weighed  # noqa: PLC0415 - needed by few programs

    by, alone = program.matching.by, program.matching.without_mentor == "starts"
    assert by is not None, "a program of given teams says by what"

    def forming(together: Collection[tuple[str, str]], apart: Collection[tuple[str, str]]) -> Teams:
        before = {*past, *apart} - set(together)
        return form_teams(mentees, joining(mentees, mentors, by, together), by, before, alone, held)

    return weighed(forming, force, forbid, standing)
