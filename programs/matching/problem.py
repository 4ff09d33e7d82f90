"""A matching as it is posed: who, with how many places, by which rules and criteria. Looks at no pair yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from programs.errors import MentorflowError
from programs.matching import criteria, rules
from programs.matching.columns import Ints
from programs.matching.people import Person
from programs.matching.terms import Terms

IMPOSSIBLE = -1
"""Stands for the score of a pair that a rule forbids."""


@dataclass(frozen=True)
class Problem:
    """People in the order of their keys, so that nothing depends on the order of a sheet's rows."""

    mentees: tuple[Person, ...]
    mentors: tuple[Person, ...]
    places: Ints
    """Free places of each mentor."""
    rules: tuple[rules.Rule, ...]
    criteria: tuple[criteria.Criterion, ...]


def pose(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Terms,
    *,
    past: Collection[tuple[str, str]],
    held: Mapping[str, int],
    on: date,
) -> Problem:
    """The problem as declared. Raises MentorflowError for two people under one key, or fewer than no places."""
    above = _ordered(mentors, "mentors")
    places = [person.capacity - held.get(person.key, 0) for person in above]
    return Problem(
        _ordered(mentees, "mentees"),
        above,
        np.maximum(np.array(places, dtype=np.int64), 0),
        rules.compiled(terms, past, on),
        criteria.compiled(terms, on, mentees, mentors),
    )


def _ordered(people: Sequence[Person], side: str) -> tuple[Person, ...]:
    twice = [key for key, times in Counter(person.key for person in people).items() if times > 1]
    if twice:
        raise MentorflowError(f"{twice[0]} stands twice among the {side}; everybody is matched under one key")
    negative = [person.key for person in people if person.capacity < 0]
    if negative:
        raise MentorflowError(f"{negative[0]} offers fewer than no places; a capacity is 0 or more")
    return tuple(sorted(people, key=lambda person: person.place))
