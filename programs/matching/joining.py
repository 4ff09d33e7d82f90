"""Which circle a circle that has become too small may join. Compares people two by two; forms nothing anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from programs.matching.people import Person
from programs.matching.rules import Rule, compiled
from programs.matching.terms import Terms
from programs.matching.texts import Different, Share
from programs.matching.values import entries
from programs.spec.program import Program


def joinable(
    movers: Sequence[Person],
    circles: Mapping[int, Sequence[Person]],
    program: Program,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
) -> list[int]:
    """The circles that keep the rules with all of the movers in them, the most suitable first.

    `different` is kept as far as possible, as in the forming of circles; every other rule must hold between the old
    members and the new. Of equally suitable circles the smaller comes first, then the one that was formed first.
    """
    rules = compiled(Terms(program.matching, program.enrollment.fields), past, on)
    ranked = sorted(
        (_alike(rules, movers, members), len(members), number)
        for number, members in circles.items()
        if _possible(rules, movers, members)
    )
    return [number for _, _, number in ranked]


def _possible(rules: Sequence[Rule], movers: Sequence[Person], members: Sequence[Person]) -> bool:
    return all(
        all_share(rule, (*movers, *members))
        if isinstance(rule, Share)
        else all(rule.allows(one, other) and rule.allows(other, one) for one in movers for other in members)
        for rule in rules
        if not isinstance(rule, Different)
    )


def all_share(rule: Share, people: Sequence[Person]) -> bool:
    """Whether there is an entry that all of them have, as one language that all speak."""
    return bool(frozenset.intersection(*(frozenset(entries(who.get(rule.sides.mentee))) for who in people)))


def _alike(rules: Sequence[Rule], movers: Sequence[Person], members: Sequence[Person]) -> int:
    """How many old and new members would sit together against the wish that they differ."""
    wished = [rule for rule in rules if isinstance(rule, Different)]
    return sum(not rule.allows(one, other) for rule in wished for one in movers for other in members)
