"""Rules and criteria compare fields that exist, are asked of the side that is compared, and can be compared so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from programs.check.finding import Finding, Findings, unknown
from programs.document import Trail
from programs.spec import CriterionKind, EnrollmentField, Fields, FieldType, Objective, Program, Role, RuleKind, Shape
from programs.words import listing

_LISTS = (FieldType.TAGS, FieldType.TEXT, FieldType.CHOICE)
_SINGLE = tuple(kind for kind in FieldType if kind not in (FieldType.TAGS, FieldType.RANKING))
_TYPES: dict[str, tuple[FieldType, ...]] = {
    RuleKind.DIFFERENT: _SINGLE,
    RuleKind.SAME: _SINGLE,
    RuleKind.SHARE: _LISTS,
    RuleKind.NOT_MANAGER: (FieldType.EMAIL, FieldType.TEXT),
    RuleKind.WITHIN_HOURS: (FieldType.TIMEZONE,),
    RuleKind.LEVEL_GAP: (FieldType.LEVEL,),
    RuleKind.EXCLUDE: (FieldType.RANKING, FieldType.TAGS, FieldType.EMAIL),
    RuleKind.LISTED: (FieldType.RANKING, FieldType.TAGS, FieldType.EMAIL),
    CriterionKind.OVERLAP: _LISTS,
    CriterionKind.NEAR: (FieldType.TIMEZONE, FieldType.LEVEL, FieldType.NUMBER),
    CriterionKind.GAP: (FieldType.LEVEL,),
    CriterionKind.RANKED: (FieldType.RANKING,),
    CriterionKind.TEXT: (FieldType.TEXT, FieldType.TAGS),
    CriterionKind.NETWORK: (FieldType.RANKING, FieldType.TAGS),
}
"""Kind of rule or criterion → the types of field that it can compare."""

_ONE_SIDE_IS_ENOUGH: tuple[str, ...] = (
    RuleKind.NOT_MANAGER,
    RuleKind.EXCLUDE,
    RuleKind.LISTED,
    CriterionKind.NETWORK,
)
"""What one person says of another, which counts whoever of the two says it."""

_ONLY_WITH_THEMSELVES = {FieldType.NUMBER, FieldType.DATE, FieldType.YES_NO, FieldType.LEVEL, FieldType.TIMEZONE}


@dataclass(frozen=True)
class _Comparison:
    trail: Trail
    kind: str
    fields: Fields
    sides: tuple[Role, ...]
    """Who must have been asked."""

    @property
    def named(self) -> Iterator[tuple[Trail, str]]:
        """The fields and where they are written: once where one name stands for both sides."""
        inside: Trail = (*self.trail, self.kind)
        if self.fields.mentee == self.fields.mentor:
            yield (*inside, "field"), self.fields.mentee
        else:
            yield (*inside, "mentee"), self.fields.mentee
            yield (*inside, "mentor"), self.fields.mentor


def _comparisons(program: Program) -> Iterator[_Comparison]:
    both: tuple[Role, ...] = (Role.MENTEE, Role.MENTOR)
    for at, rule in enumerate(program.matching.rules):
        if rule.fields is not None:
            sides = both if rule.kind not in _ONE_SIDE_IS_ENOUGH else ()
            yield _Comparison(("matching", "rules", at), rule.kind, rule.fields, sides)
    for at, criterion in enumerate(program.matching.criteria):
        one_side = criterion.kind in _ONE_SIDE_IS_ENOUGH
        sides = (criterion.by,) if criterion.kind is CriterionKind.RANKED else () if one_side else both
        yield _Comparison(("matching", "criteria", at), criterion.kind, criterion.fields, sides)


def compared_fields_exist(program: Program) -> Findings:
    for comparison in _comparisons(program):
        for trail, name in comparison.named:
            yield from unknown(trail, "field", name, program.enrollment.fields)


def compared_fields_fit(program: Program) -> Findings:
    for comparison in _comparisons(program):
        types = _TYPES[comparison.kind]
        for trail, name in comparison.named:
            field = program.enrollment.fields.get(name)
            if field is not None and field.type not in types:
                message = f"'{name}' is of type {field.type}; '{comparison.kind}' compares {_or(types)}"
                yield Finding(trail, message)
        yield from _fit_each_other(program, comparison, types)


def _fit_each_other(program: Program, comparison: _Comparison, types: tuple[FieldType, ...]) -> Findings:
    fields = program.enrollment.fields
    one, other = fields.get(comparison.fields.mentee), fields.get(comparison.fields.mentor)
    if one is None or other is None or one.type not in types or other.type not in types:
        return
    names = f"'{comparison.fields.mentee}' and '{comparison.fields.mentor}'"
    trail = (*comparison.trail, comparison.kind)
    if one.type is not other.type and _ONLY_WITH_THEMSELVES & {one.type, other.type}:
        yield Finding(trail, f"{names} cannot be compared: one is {one.type}, the other {other.type}")
    elif one.levels != other.levels:
        yield Finding(trail, f"{names} cannot be compared: their levels differ", "give both the same 'levels'")


def compared_fields_are_asked(program: Program) -> Findings:
    if program.relationships.shape is Shape.CIRCLE:
        return
    for comparison in _comparisons(program):
        by_side = {Role.MENTEE: comparison.fields.mentee, Role.MENTOR: comparison.fields.mentor}
        for side in comparison.sides:
            name = by_side.get(side)
            field = program.enrollment.fields.get(name) if name else None
            if name and field and not _known_of(field, side):
                place = "field" if comparison.fields.mentee == comparison.fields.mentor else str(side)
                message = f"'{name}' is not asked of the {side}, so there is nothing to compare"
                yield Finding(
                    (*comparison.trail, comparison.kind, place), message, f"add {side} to the field's 'roles'"
                )


def _known_of(field: EnrollmentField, side: Role) -> bool:
    return field.asked_of(frozenset({side})) or field.default is not None


def circles_are_not_matched_to_mentors(program: Program) -> Findings:
    """Rankings, levels and acquaintance speak of one person beside another; a circle mixes what many say of themselves."""
    if program.relationships.shape is not Shape.CIRCLE:
        return
    for at, rule in enumerate(program.matching.rules):
        trail: Trail = ("matching", "rules", at)
        if rule.kind is RuleKind.LEVEL_GAP:
            yield Finding(trail, "nobody in a circle stands above the others as their mentor", "delete it")
        if rule.kind is RuleKind.LISTED:
            yield Finding(trail, "a circle is not chosen person by person, so nobody is 'listed' for it", "delete it")
    for at, criterion in enumerate(program.matching.criteria):
        if criterion.kind in (CriterionKind.RANKED, CriterionKind.GAP, CriterionKind.NETWORK):
            trail = ("matching", "criteria", at)
            hint = f"use {_or((CriterionKind.OVERLAP, CriterionKind.SAME, CriterionKind.NEAR, CriterionKind.TEXT))}"
            yield Finding(
                trail, f"a circle is mixed by what its members say of themselves, not by '{criterion.kind}'", hint
            )


def given_teams_can_be_told(program: Program) -> Findings:
    """Both sides are asked for the field that says who belongs together."""
    by, shape = program.matching.by, program.relationships.shape
    if by is None:
        if shape is Shape.TEAM:
            hint = "write 'objective: given' and 'by', the field that names what people belong to"
            yield Finding(("matching", "objective"), "a team is not computed but given", hint)
        return
    if shape is not Shape.TEAM:
        yield Finding(("relationships", "shape"), f"what is given is a team, not a {shape}", "write 'shape: team'")
    for role, name in ((Role.MENTEE, by.mentee), (Role.MENTOR, by.mentor)):
        trail: Trail = ("matching", "by")
        yield from unknown(trail, "field", name, program.enrollment.fields)
        field = program.enrollment.fields.get(name)
        if field and not _known_of(field, role):
            yield Finding(trail, f"'{name}' is not asked of the {role}", f"add {role} to the field's 'roles'")
        if field and field.type not in (FieldType.TEXT, FieldType.CHOICE, FieldType.TAGS):
            yield Finding(trail, f"'{name}' is {field.type} and names nothing", "use a text, choice or tags field")


def objectives_fit_the_shape(program: Program) -> Findings:
    relationships, objective = program.relationships, program.matching.objective
    trail = ("matching", "objective")
    if relationships.shape is Shape.GROUP and objective is Objective.STABLE:
        yield Finding(trail, "'stable' is about pairs, not about groups", f"write '{Objective.MOST_THEN_BEST}'")
    elif relationships.mentors > 1 and objective in (Objective.STABLE, Objective.FAIREST):
        message = f"several mentors for each mentee are not found by '{objective}'"
        yield Finding(trail, message, f"write '{Objective.MOST_THEN_BEST}'")


def _or(types: tuple[str, ...]) -> str:
    return f"{listing(types[:-1])} or {types[-1]}" if types[1:] else str(types[0])
