"""Criteria score a pair from 0 to 1, for two people (`fraction`, with words) and for whole rows at once (`over`).

What is not known earns nothing, and the words say that it is not known. Both forms do the same floating-point steps
in the same order, so they agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from programs.matching.columns import Shares
from programs.matching.distances import Near
from programs.matching.levels import Gap
from programs.matching.names import Ranked
from programs.matching.network import Acquaintances, Network
from programs.matching.pairing import UNITS_PER_POINT
from programs.matching.people import Person
from programs.matching.terms import LISTS, SINGLE, Sides, Terms
from programs.matching.texts import Overlap, SameValue
from programs.matching.wording import Lexicon, Wording
from programs.spec.enrollment import FieldType
from programs.spec.matching import Criterion as Declared
from programs.spec.matching import CriterionKind


class Measure(Protocol):
    """How far one wish is met."""

    @property
    def title(self) -> str: ...

    def fraction(self, mentee: Person, mentor: Person) -> float:
        """0 to 1."""

    def words(self, mentee: Person, mentor: Person) -> str: ...

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares: ...


@dataclass(frozen=True)
class Criterion:
    """A measure and the points that it is worth."""

    measure: Measure
    weight: float
    told: bool = True
    """Whether those who are proposed to each other may read what it found."""

    @property
    def full(self) -> float:
        """Units for a wish that is met completely."""
        return self.weight * UNITS_PER_POINT

    def units(self, mentee: Person, mentor: Person) -> int:
        return round(self.full * self.measure.fraction(mentee, mentor))


def compiled(
    terms: Terms, on: date, mentees: Sequence[Person] = (), mentors: Sequence[Person] = ()
) -> tuple[Criterion, ...]:
    """The declared criteria. `text` and `network` are about two people among all who are here, so they look at everybody."""
    everybody = _Everybody(mentees, mentors)
    return tuple(
        Criterion(_measure(each, terms, on, everybody), each.weight, terms.may_be_told(each.fields))
        for each in terms.matching.criteria
    )


@dataclass(frozen=True)
class _Everybody:
    mentees: Sequence[Person]
    mentors: Sequence[Person]


def _measure(criterion: Declared, terms: Terms, on: date, all_here: _Everybody) -> Measure:
    def sides(*types: FieldType) -> Sides:
        return terms.sides(criterion.kind, criterion.fields, *types)

    match criterion.kind:
        case CriterionKind.OVERLAP:
            return Overlap(sides(*LISTS))
        case CriterionKind.SAME:
            return SameValue(sides(*SINGLE))
        case CriterionKind.NEAR:
            assert criterion.within is not None, "the declaration refuses near without within"
            return Near(sides(FieldType.TIMEZONE, FieldType.LEVEL, FieldType.NUMBER), criterion.within, on)
        case CriterionKind.GAP:
            return Gap(sides(FieldType.LEVEL), tuple(criterion.worth.items()), terms.reverse)
        case CriterionKind.RANKED:
            return Ranked(sides(FieldType.RANKING), criterion.by)
        case CriterionKind.TEXT:
            compared = sides(FieldType.TEXT, FieldType.TAGS)
            return Wording(compared, Lexicon.of(compared, all_here.mentees, all_here.mentors))
        case CriterionKind.NETWORK:
            known = sides(FieldType.RANKING, FieldType.TAGS)
            worth = tuple(criterion.worth.items())
            return Network(known, worth, Acquaintances.among(known, all_here.mentees, all_here.mentors))
