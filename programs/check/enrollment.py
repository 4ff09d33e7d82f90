"""The intake: gates that can be passed, sheets that map to fields which exist, and values that the fields can take."""

from __future__ import annotations

from datetime import date

from programs.check.finding import Finding, Findings, unknown
from programs.check.names import is_timezone
from programs.spec import BUILT_IN_COLUMNS, EnrollmentField, FieldType, Program, Shape
from programs.words import closest, listing

_ROLE_VALUES = ("mentor", "mentee", "both", "member")
_YES_NO = ("yes", "no", "true", "false")
_MOST = 100
"""Relationships of one mentor."""


def columns_lead_to_fields(program: Program) -> Findings:
    known = [*program.enrollment.fields, *BUILT_IN_COLUMNS]
    taken: dict[str, str] = {}
    for heading, field in program.enrollment.columns.items():
        trail = ("enrollment", "columns", heading)
        yield from unknown(trail, "field", field, known)
        if field in taken:
            yield Finding(trail, f"'{field}' is already read from '{taken[field]}'", "one heading for each field")
        taken.setdefault(field, heading)
        if heading in program.enrollment.ignore:
            yield Finding(trail, f"'{heading}' is both read and ignored", "delete it from 'ignore'", key=True)


def values_fit_their_fields(program: Program) -> Findings:
    built_in = {"role": _not_a_role, "capacity": _not_a_capacity}
    known = [*program.enrollment.fields, *built_in]
    for name, meanings in program.enrollment.values.items():
        trail = ("enrollment", "values", name)
        yield from unknown(trail, "field", name, known, key=True)
        for said, meant in meanings.items():
            field = program.enrollment.fields.get(name)
            wrong = _refused(field, meant) if field else built_in[name](meant) if name in built_in else None
            if wrong and meant:
                yield Finding((*trail, said), *wrong)


def defaults_fit_their_fields(program: Program) -> Findings:
    for name, field in program.enrollment.fields.items():
        if field.default is None:
            continue
        values = field.default if isinstance(field.default, list | tuple) else [field.default]
        if isinstance(field.default, list | tuple) and field.type not in (FieldType.TAGS, FieldType.RANKING):
            yield Finding(("enrollment", "fields", name, "default"), f"is a list, but a {field.type} has one value")
            continue
        for value in values:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            wrong = _refused(field, text)
            if wrong:
                yield Finding(("enrollment", "fields", name, "default"), *wrong)


def _refused(field: EnrollmentField, text: str) -> tuple[str, str | None] | None:
    """What is wrong with a value for a field, and the way out."""
    choices = field.levels or field.options
    if field.type is FieldType.YES_NO:
        choices = _YES_NO
    if choices:
        parts = [part.strip() for part in text.split(field.separator)] if field.type is FieldType.TAGS else [text]
        for part in parts:
            if part not in choices:
                near = closest(part, choices)
                return f"'{part}' is not one of: {listing(choices)}", f"did you mean '{near}'?" if near else None
        return None
    fits = {FieldType.NUMBER: _is_number, FieldType.DATE: _is_date, FieldType.TIMEZONE: is_timezone}.get(field.type)
    words = {FieldType.NUMBER: "a number", FieldType.DATE: "a date like 2027-03-31"}.get(field.type, "a time zone")
    return (f"'{text}' is not {words}", None) if fits and not fits(text) else None


def _not_a_role(text: str) -> tuple[str, str | None] | None:
    return None if text in _ROLE_VALUES else (f"'{text}' is not one of: {listing(_ROLE_VALUES)}", None)


def _not_a_capacity(text: str) -> tuple[str, str | None] | None:
    fits = text.isascii() and text.isdigit() and int(text) <= _MOST
    return None if fits else (f"'{text}' is not a number of relationships", f"write a whole number from 0 to {_MOST}")


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)  # not a number is not equal to itself
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def sizes_fit_the_shape(program: Program) -> Findings:
    relationships = program.relationships
    size = relationships.size
    if size is not None and relationships.shape is Shape.PAIR:
        yield Finding(("relationships", "size"), "a pair has no size; it is two people", "delete it", key=True)
    elif size is not None and size.at_least > size.at_most:
        message = f"'at_least' ({size.at_least}) is more than 'at_most' ({size.at_most})"
        yield Finding(("relationships", "size", "at_least"), message)
    if relationships.mentors > 1 and relationships.shape is not Shape.PAIR:
        message = f"several mentors are found for each mentee of a pair, not for those of a {relationships.shape}"
        yield Finding(("relationships", "mentors"), message, "delete it", key=True)
    if relationships.reverse and relationships.shape is Shape.CIRCLE:
        message = "nobody in a circle is the mentor, so nothing can be reversed"
        yield Finding(("relationships", "reverse"), message, "delete it", key=True)
