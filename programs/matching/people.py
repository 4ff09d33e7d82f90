"""Whom a matching sees: a key, what is known of the person, and how many places they give. Knows no store and no sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from programs.matching.values import plain


@dataclass(frozen=True)
class Person:
    """One participant on one side. Somebody with both roles stands on both sides under the same key.

    `fields` holds values that are typed already (see `values`); what is not known is None or absent.
    `capacity` counts for mentors only: a mentee has one place.
    """

    key: str
    fields: Mapping[str, object]
    capacity: int = 1
    email: str | None = None
    """How sheets name this person where a field holds a manager or a ranking; the key itself works too."""

    @cached_property
    def names(self) -> frozenset[str]:
        """All that other people's fields may call this person, in the form in which texts are compared."""
        return frozenset(name for name in (plain(self.key), plain(self.email)) if isinstance(name, str))

    @cached_property
    def lot(self) -> str:
        """What their draws and their place in any order follow from: the same wherever the person comes from."""
        return str(plain(self.email) or self.key)

    @property
    def place(self) -> tuple[str, str]:
        return self.lot, self.key

    def get(self, field: str) -> object:
        return self.fields.get(field)
