"""What all declared things share: frozen, no unknown keys, ids that are safe in names, and texts read into calendar types."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema

from programs.dates import Nudge, Span, When

T = TypeVar("T")


class Declared(BaseModel):
    """Base of everything a program file can say.

    A model is built when it is first needed: mostly as a part of `Program`, once for all, which is much of what `check` does.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False, defer_build=True
    )


class Role(StrEnum):
    """What a participant is in a relationship."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    MEMBER = "member"
    """Of a peer circle, where nobody is the fixed mentor."""


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\r\n]*$")]

Item = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\r\n]*$")]
"""Something to be done, in a sentence or some."""


def words(parse: Callable[[str], T], kind: type[T], pattern: str, example: str) -> Any:
    """An annotated type that reads words such as `2 weeks` and writes them back the same."""

    def read(value: object) -> T:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"'{value}' is not text; write it like '{example}'")
        return parse(value)

    return Annotated[
        kind,
        BeforeValidator(read),
        PlainSerializer(str, return_type=str),
        WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$", "examples": [example]}),
    ]


def _after(prefix: str, parse: Callable[[str], T]) -> Callable[[str], T]:
    def read(text: str) -> T:
        return parse(text.removeprefix(prefix))

    return read


Source = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$", max_length=81)]
"""`MILESTONE.QUESTION`: an answer that was given there."""


if TYPE_CHECKING:
    SpanWords = Span
    DueWords = Span
    WhenWords = When
    NudgeWords = Nudge
else:
    SpanWords = words(Span.parse, Span, Span.PATTERN, "2 weeks")
    DueWords = words(_after("in ", Span.parse), Span, rf"(in )?{Span.PATTERN}", "in 7 days")
    WhenWords = words(When.parse, When, r"\S.*", "3 days after start")
    NudgeWords = words(Nudge.parse, Nudge, Nudge.PATTERN, "2 days before")
