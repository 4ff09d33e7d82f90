"""What validation found, in words for a coordinator and at the line that is meant. Knows the spec, no cross-references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from programs.document import Document, Trail
from programs.errors import Problem
from programs.spec import Criterion, CriterionKind, Program, Rule, RuleKind
from programs.words import closest, did_you_mean, listing

ID_WORDS = "an id is lower-case letters and digits, joined by _ or -, like first_meeting; at most 40"

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}
"""What pydantic calls it → what was expected."""


def from_validation(error: ValidationError, document: Document) -> list[Problem]:
    """One problem for each thing that is wrong, although pydantic may say it for each way it could have been read."""
    problems = (_problem(details, document) for details in error.errors(include_url=False) if not only_follows(details))
    return list(dict.fromkeys(problems))


def only_follows(details: ErrorDetails) -> bool:
    """Whether this only repeats that the items of a list are wrong: pydantic counts the good ones."""
    return details["type"] == "too_short" and bool(details["input"])


def misspelled_texts(error: ValidationError, document: Document) -> list[Trail]:
    """The places where a number or a yes/no was read and a text was expected, whose own letters will do."""
    found = []
    for details in error.errors(include_url=False, include_input=False):
        written, node = document.locate(_trail(details))
        if details["type"] == "string_type" and isinstance(node.value, bool | int | float):
            found.append(written)
    return found


def _trail(details: ErrorDetails) -> Trail:
    return tuple(step for step in details["loc"] if step != "[key]")


def _problem(details: ErrorDetails, document: Document) -> Problem:
    kind, trail = details["type"], _trail(details)
    if kind == "missing":
        return _missing(trail, document)
    if kind == "extra_forbidden":
        return _unknown_key(trail, document)
    message, hint = _in_words(details)
    return document.problem(trail, message, hint, key="[key]" in details["loc"])


def _missing(trail: Trail, document: Document) -> Problem:
    _, around = document.locate(trail[:-1])
    name = trail[-1]
    if name == "fields":
        name = "field"
    near = closest(str(name), around.value) if isinstance(around.value, dict) else None
    hint = f"is '{near}' meant to be '{name}'?" if near else None
    return document.problem(trail[:-1], f"'{name}' is missing", hint)


def _unknown_key(trail: Trail, document: Document) -> Problem:
    name = str(trail[-1])
    hint = did_you_mean(name, known_keys(trail[:-1]))
    return document.problem(trail, f"'{name}' is not a known key", hint, key=True)


def _in_words(details: ErrorDetails) -> tuple[str, str | None]:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "value_error":
        return _own_words(str(context["error"]))
    if kind in ("enum", "literal_error"):
        return _choice(value, details)
    if kind in _KINDS:
        return _wrong_kind(value, _KINDS[kind]), _quoting(value, kind, _trail(details))
    if kind in _LIMITS:
        return _LIMITS[kind](value, context), None
    if kind == "string_pattern_mismatch":
        return _pattern(str(value), context["pattern"])
    return f"{shown(value)} does not fit here", None


def _wrong_kind(value: Any, wanted: str) -> str:
    if value is None or isinstance(value, dict | list | tuple):
        return f"{shown(value)}; expected {wanted}"
    if wanted == _KINDS["dict_type"]:
        return f"{shown(value)} stands where {wanted} belong"
    return f"{shown(value)} is not {wanted}"


def _own_words(text: str) -> tuple[str, str | None]:
    """Our own validators put the way out after a semicolon or leave it away."""
    message, _, hint = text.partition("; ")
    return message, hint or None


def _choice(value: Any, details: ErrorDetails) -> tuple[str, str | None]:
    known = [str(choice) for choice in expected(_trail(details))]
    if not isinstance(value, str):
        return f"{shown(value)}; expected one of: {listing(known)}", None
    near = closest(value, known)
    return f"'{value}' is not one of: {listing(known)}", f"did you mean '{near}'?" if near else None


def _pattern(value: str, pattern: str) -> tuple[str, str | None]:
    if "[_-]" in pattern:
        return f"'{value}' is not an id", ID_WORDS
    if "\\." in pattern:
        return f"'{value}' does not name a question", "write FORM.QUESTION, like reflection.expectations"
    if "\\r\\n" in pattern:
        return "is more than one line", "shorten it, or move the rest into a longer text"
    return f"'{value}' does not fit here", f"one of: {pattern.strip('^$()').replace('|', ', ')}"


def _quoting(value: Any, kind: str, trail: Trail) -> str | None:
    if kind == "tuple_type" and any(_models((*trail, 0))):
        return "start each of them with '- '"
    if kind == "tuple_type" and isinstance(value, str):
        return f"write [{value}]"
    if isinstance(value, dict) and kind == "string_type":
        return "text that begins with { needs quotes"
    return None


_LIMITS: dict[str, Callable[[Any, Any], str]] = {
    "string_too_short": lambda value, limit: "is empty",
    "string_too_long": lambda value, limit: f"is {len(value):,} characters long; at most {limit['max_length']:,} fit",
    "too_long": lambda value, limit: f"has {len(value):,} items; at most {limit['max_length']:,} fit",
    "too_short": lambda value, limit: "is empty; at least one is needed",
    "greater_than": lambda value, limit: f"{value} is too small; it must be more than {limit['gt']:g}",
    "greater_than_equal": lambda value, limit: f"{value} is too small; the least is {limit['ge']:g}",
    "less_than": lambda value, limit: f"{value} is too large; it must be less than {limit['lt']:g}",
    "less_than_equal": lambda value, limit: f"{value} is too large; the most is {limit['le']:g}",
}


def shown(value: Any) -> str:
    """What a value is, in one or two words."""
    if value is None:
        return "is empty"
    if isinstance(value, dict):
        return "has keys of its own"
    if isinstance(value, list | tuple):
        return "is a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"


def known_keys(trail: Trail) -> set[str]:
    """The keys that may stand at a trail of the full form of the language."""
    known: set[str] = set()
    for model in _models(trail):
        known |= {field.alias or name for name, field in model.model_fields.items()}
        if model in (Rule, Criterion):
            kinds = RuleKind if model is Rule else CriterionKind
            known = known - {"kind", "fields"} | {str(kind) for kind in kinds} | {"field", "mentee", "mentor"}
    return known


def expected(trail: Trail) -> list[Any]:
    """The choices that may stand at a trail."""
    choices: list[Any] = []
    for kind in _at(trail):
        if isinstance(kind, type) and issubclass(kind, Enum):
            choices.extend(kind)
        elif "Literal" in str(get_origin(kind)):
            choices.extend(get_args(kind))
    return choices


def _models(trail: Trail) -> Iterator[type[BaseModel]]:
    for kind in _at(trail):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def _at(trail: Trail) -> list[Any]:
    """The types that the spec has at a trail; several where it has a union."""
    kinds: list[Any] = [Program]
    for step in trail:
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    return kinds


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if step in (name, field.alias):
                yield from _spread(field.annotation)
    elif get_origin(kind) is tuple:
        yield from _spread(get_args(kind)[0])
    elif get_origin(kind) is dict:
        yield from _spread(get_args(kind)[1])


def _spread(kind: Any) -> Iterator[Any]:
    """A type without its annotations and its None."""
    if get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _spread(one)
    elif hasattr(kind, "__metadata__"):
        yield from _spread(kind.__origin__)
    else:
        yield kind
