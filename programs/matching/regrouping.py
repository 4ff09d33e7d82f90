"""What decisions about groups cost: the groups formed around them beside those formed without, each by a search of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from programs.errors import MentorflowError
from programs.matching.costs import Cost, Decided, Priced, Will, difference
from programs.matching.decisions import Places, broken
from programs.matching.groups import EXACT_UP_TO, Asked, form
from programs.matching.preview import kept_apart
from programs.matching.shapes import Groups

Two = tuple[str, str]


@dataclass(frozen=True)
class Wishes:
    """What is decided: (mentee, mentor), and two mentees, who are in one group in any case or never."""

    force: Collection[Two] = ()
    forbid: Collection[Two] = ()
    together: Collection[Two] = ()
    apart: Collection[Two] = ()


def weighed(asked: Asked, wishes: Wishes, exact_up_to: int = EXACT_UP_TO) -> Decided[Groups]:
    """`asked` says what was decided before, and with `prefer` how things stand. Raises MentorflowError for what cannot be."""
    for one, other in (*set(wishes.force) & set(wishes.forbid), *set(wishes.together) & set(wishes.apart)):
        raise MentorflowError(f"{one} and {other} are both to be in one group and to be kept apart; decide for one")
    before = form(asked, exact_up_to)
    asked = replace(asked, prefer=[(one.mentee, one.mentor) for one in before.pairs])
    after = form(_around(asked, wishes), exact_up_to)
    each = tuple(
        _priced(asked, will, two, peers, difference(before, form(_around(asked, alone), exact_up_to)))
        for will, two, peers, alone in _one_by_one(wishes)
    )
    many = len(asked.problem.mentees)
    estimates = f"with {many:,} mentees, more than {exact_up_to:,}, groups are not proven to be the best, so the costs are estimates"
    return Decided(before, after, each, difference(before, after), "" if before.proven and after.proven else estimates)


def _around(asked: Asked, wishes: Wishes) -> Asked:
    return replace(
        asked,
        problem=kept_apart(asked.problem, wishes.forbid),
        force=sorted({*asked.force, *wishes.force}),
        together=sorted({*asked.together, *wishes.together}),
        apart=sorted({*asked.apart, *wishes.apart}),
    )


def _one_by_one(wishes: Wishes) -> list[tuple[Will, Two, bool, Wishes]]:
    return [
        *((Will.FORCE, two, False, Wishes(force=[two])) for two in sorted(set(wishes.force))),
        *((Will.FORCE, two, True, Wishes(together=[two])) for two in sorted(set(wishes.together))),
        *((Will.FORBID, two, False, Wishes(forbid=[two])) for two in sorted(set(wishes.forbid))),
        *((Will.FORBID, two, True, Wishes(apart=[two])) for two in sorted(set(wishes.apart))),
    ]


def _priced(asked: Asked, will: Will, two: Two, peers: bool, cost: Cost) -> Priced:
    forced = will is Will.FORCE and not peers
    breaks = broken(asked.problem, *Places.of(asked.problem).pair(*two)) if forced else ()
    return Priced(will, *two, cost, breaks, peers)
