"""What a program needs to know of the people it enrolls, and how their sheets are read."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from programs.spec.base import Declared, Line, Role, Slug

BUILT_IN_COLUMNS = ("email", "first_name", "last_name", "name", "role", "capacity")


class FieldType(StrEnum):
    TEXT = "text"
    EMAIL = "email"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    LEVEL = "level"
    TIMEZONE = "timezone"
    TAGS = "tags"
    RANKING = "ranking"


class EnrollmentField(Declared):
    """One thing known of a participant."""

    type: FieldType
    title: Line | None = None
    required: bool = False
    roles: tuple[Role, ...] = ()
    """Whom it is asked of; nobody named means everybody."""
    levels: tuple[Line, ...] = ()
    """For `level`: from the most junior to the most senior."""
    options: tuple[Line, ...] = ()
    """For `choice` and `tags`: what may be said; nothing named means anything."""
    default: Any = None
    separator: Line = ","
    """For `tags` and `ranking`: what stands between two entries of one cell. The comma means both commas and semicolons."""
    share: Literal["partner", "coordinator"] = "partner"
    """Whether a proposal may name it as a reason; what is for the coordinator alone counts in the matching, and no mail tells it."""

    @model_validator(mode="after")
    def _consistent(self) -> EnrollmentField:
        if self.type is FieldType.LEVEL and len(self.levels) < 2:
            raise ValueError("a level field needs 'levels', at least two, from the most junior to the most senior")
        if self.levels and self.type is not FieldType.LEVEL:
            raise ValueError(f"'levels' belongs to fields of type level, not {self.type}")
        if self.type is FieldType.CHOICE and not self.options:
            raise ValueError("a choice field needs 'options'")
        if self.options and self.type not in (FieldType.CHOICE, FieldType.TAGS):
            raise ValueError(f"'options' belongs to fields of type choice or tags, not {self.type}")
        if len(set(self.levels)) != len(self.levels) or len(set(self.options)) != len(self.options):
            raise ValueError("the same value is listed twice")
        return self

    def asked_of(self, roles: frozenset[Role]) -> bool:
        return not self.roles or bool(roles & set(self.roles))


class Gate(Declared):
    """Something that must be recorded of every participant before they go further."""

    id: Slug
    """A milestone whose answer passes it or, where the operator records it, a name of its own."""
    title: Line | None = None
    by: Literal["answer", "operator"] = "answer"
    before: Literal["matching", "start"] = "start"
    """What nobody does without it: being matched, or starting."""
    roles: tuple[Role, ...] = ()
    """Of whom; nobody named means everybody."""

    @model_validator(mode="before")
    @classmethod
    def _name_only(cls, value: Any) -> Any:
        return {"id": value} if isinstance(value, str) else value

    @property
    def label(self) -> str:
        return self.title or self.id.replace("_", " ").replace("-", " ").capitalize()


class Enrollment(Declared):
    """Intake: the fields, the gates before somebody becomes active, and how real sheets map to them."""

    fields: dict[Slug, EnrollmentField] = Field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    """What every participant needs before becoming active; a bare name stands for the milestone that is answered."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Heading of the sheet → field, or one of email, first_name, last_name, name, role, capacity."""
    ignore: tuple[str, ...] = ()
    """Headings of the sheet that are not read."""
    values: dict[Slug, dict[str, str]] = Field(default_factory=dict)
    """Field, role or capacity → what the sheet says → what it means."""

    @property
    def gate_ids(self) -> tuple[str, ...]:
        return tuple(gate.id for gate in self.gates)
