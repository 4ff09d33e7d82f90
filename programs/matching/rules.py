"""Rules make a pair impossible. Each says so for two people (`allows`) and for whole rows of people at once (`over`).

What is not known never decides in silence: `different`, `not_manager` and `exclude` take an unknown value as no
obstacle, `same`, `share`, `within_hours`, `level_gap` and `listed` need the values, and each rule's `title` says which.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from programs.matching.columns import Mask
from programs.matching.distances import WithinHours
from programs.matching.exclude import Exclude, KeptApart
from programs.matching.levels import LevelGap
from programs.matching.listed import Listed
from programs.matching.names import NotBefore, NotManager, NotThemselves
from programs.matching.people import Person
from programs.matching.terms import LISTS, SINGLE, Sides, Terms
from programs.matching.texts import Different, Same, Share
from programs.spec.enrollment import FieldType
from programs.spec.matching import Rule as Declared
from programs.spec.matching import RuleKind


class Rule(Protocol):
    """A condition without which a pair is impossible."""

    @property
    def title(self) -> str:
        """What the rule asks for, as in 'ruled out by: different department'."""

    @property
    def needs(self) -> Sides | None:
        """The fields without which nobody is possible; None where what is not known is no obstacle."""

    def allows(self, mentee: Person, mentor: Person) -> bool: ...

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Mask: ...


def compiled(terms: Terms, past: Collection[tuple[str, str]], on: date) -> tuple[Rule, ...]:
    """The declared rules, that nobody is paired with themselves, and whom the operator keeps apart."""
    declared = (_compiled(rule, terms, past, on) for rule in terms.matching.rules)
    return (NotThemselves(), *declared, *((KeptApart(terms.apart),) if terms.apart else ()))


def _compiled(rule: Declared, terms: Terms, past: Collection[tuple[str, str]], on: date) -> Rule:
    def sides(*types: FieldType) -> Sides:
        return terms.sides(rule.kind, rule.fields, *types)

    found: Rule
    match rule.kind:
        case RuleKind.DIFFERENT:
            found = Different(sides(*SINGLE))
        case RuleKind.SAME:
            found = Same(sides(*SINGLE))
        case RuleKind.SHARE:
            found = Share(sides(*LISTS))
        case RuleKind.NOT_MANAGER:
            found = NotManager(sides(FieldType.EMAIL, FieldType.TEXT))
        case RuleKind.WITHIN_HOURS:
            assert rule.hours is not None, "the declaration refuses within_hours without hours"
            found = WithinHours(sides(FieldType.TIMEZONE), rule.hours, on)
        case RuleKind.LEVEL_GAP:
            found = LevelGap(sides(FieldType.LEVEL), rule.at_least, rule.at_most, terms.reverse)
        case RuleKind.NOT_BEFORE:
            found = NotBefore(frozenset(frozenset(pair) for pair in past if len(set(pair)) == 2))
        case RuleKind.EXCLUDE:
            found = Exclude(sides(FieldType.RANKING, FieldType.TAGS, FieldType.EMAIL))
        case RuleKind.LISTED:
            found = Listed(sides(FieldType.RANKING, FieldType.TAGS, FieldType.EMAIL))
    return found
