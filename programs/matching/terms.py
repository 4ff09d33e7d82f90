"""What a matching is asked to respect: the declaration, and the fields it names with their types and titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from programs.errors import MentorflowError
from programs.matching.people import Person
from programs.spec.base import Role
from programs.spec.enrollment import EnrollmentField, FieldType
from programs.spec.matching import Fields, Matching
from programs.spec.program import Program, Shape

SINGLE = (
    FieldType.TEXT,
    FieldType.EMAIL,
    FieldType.NUMBER,
    FieldType.DATE,
    FieldType.YES_NO,
    FieldType.CHOICE,
    FieldType.LEVEL,
    FieldType.TIMEZONE,
)
LISTS = (FieldType.TAGS, FieldType.TEXT, FieldType.CHOICE)
MEASURED = frozenset({FieldType.NUMBER, FieldType.DATE, FieldType.YES_NO, FieldType.LEVEL, FieldType.TIMEZONE})
"""Types that compare with nothing but themselves."""


@dataclass(frozen=True)
class Terms:
    """The part of a program that a matching needs."""

    matching: Matching
    fields: Mapping[str, EnrollmentField]
    reverse: bool = False
    """The junior person mentors the senior one, so levels count the other way."""
    apart: frozenset[tuple[str, str]] = frozenset()
    """(mentee, mentor) whom the operator keeps apart."""
    mentors: int = 1
    """How many mentors each mentee gets."""

    @classmethod
    def of(cls, program: Program) -> Terms:
        """Raises MentorflowError for a peer circle, in which nobody is matched to a mentor."""
        if program.relationships.shape is Shape.CIRCLE:
            raise MentorflowError(
                f"'{program.program}' forms peer circles, which have no mentor to match with; "
                "pairs are formed for programs of shape pair or group"
            )
        relationships = program.relationships
        return cls(program.matching, program.enrollment.fields, relationships.reverse, mentors=relationships.mentors)

    def sides(self, what: str, fields: Fields | None, *types: FieldType) -> Sides:
        """The two compared fields. Raises MentorflowError when one is missing or its type cannot be compared so."""
        assert fields is not None, f"the declaration refuses {what} without fields"
        for name in (fields.mentee, fields.mentor):
            field = self.fields.get(name)
            if field is None:
                raise MentorflowError(f"matching compares '{name}' ({what}), which enrollment does not ask for")
            if field.type not in types:
                raise MentorflowError(
                    f"'{what}' cannot compare '{name}', which is {field.type}; it compares {', '.join(types)}"
                )
        one, other = self.fields[fields.mentee], self.fields[fields.mentor]
        if one.type is not other.type and MEASURED & {one.type, other.type}:
            raise MentorflowError(
                f"'{what}' cannot compare '{fields.mentee}', which is {one.type}, with '{fields.mentor}', which is {other.type}"
            )
        return Sides(fields.mentee, fields.mentor, one, other)

    def may_be_told(self, fields: Fields) -> bool:
        """Whether a reason that names these fields may be read by those who are proposed to each other."""
        return all(self.fields[name].share == "partner" for name in (fields.mentee, fields.mentor))


@dataclass(frozen=True)
class Sides:
    """One field of each side."""

    mentee: str
    mentor: str
    of_mentee: EnrollmentField
    of_mentor: EnrollmentField

    def values(self, mentee: Person, mentor: Person) -> tuple[object, object]:
        return mentee.get(self.mentee), mentor.get(self.mentor)

    @property
    def title(self) -> str:
        """The mentee's field in words, as it reads inside a sentence."""
        return self.title_of(Role.MENTEE)

    def title_of(self, role: Role) -> str:
        """Somebody's own field in words."""
        name, field = (self.mentor, self.of_mentor) if role is Role.MENTOR else (self.mentee, self.of_mentee)
        return _inside(field.title or name.replace("_", " ").replace("-", " "))

    @property
    def levels(self) -> tuple[str, ...]:
        """The ladder that both sides stand on. Raises MentorflowError when there are two."""
        if self.of_mentee.levels != self.of_mentor.levels:
            raise MentorflowError(f"'{self.mentee}' and '{self.mentor}' have different levels and cannot be compared")
        return self.of_mentee.levels


_SPEAKS = re.compile(
    r"^(a|an|the|what|who|whom|whose|which|where|when|why|how)\b|\b(I|me|my|mine|myself|we|us|our|ours)\b",
    re.IGNORECASE,
)
"""Titles that are put to the person who answers, and read in nobody else's sentence."""


def _inside(title: str) -> str:
    """`Skills wanted` → `skills wanted`, but `HR skills` stays, and `What I want` is quoted."""
    if _SPEAKS.search(title):
        return f"“{title}”"
    return title[0].lower() + title[1:] if title[1:2].islower() else title
