"""What a cell says, as the type its field has. A cell that says something else is refused, never bent into shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from programs.spec import EnrollmentField, FieldType
from programs.words import did_you_mean, listing
from tasks.roster.lists import splitter

Reader = Callable[[str], Any]
"""Text that is not blank → a value that JSON can hold. Raises Refused."""

LONGEST_TEXT = 10_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES, _NO = ("yes", "y", "true", "1"), ("no", "n", "false", "0")


class Refused(ValueError):  # noqa: N818 - it is caught where it is raised and never seen by anybody
    """A value that is not taken, and the way out."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def plain(text: str) -> str:
    """A value as it is compared: without regard to case and spacing."""
    return " ".join(text.split()).casefold()


def reader_of(field: EnrollmentField, meanings: Mapping[str, str], read_email: Reader) -> Reader:
    """How cells of the field are read, with what the program says that words of the sheet mean."""
    meant = {plain(said): meaning for said, meaning in meanings.items()}
    read = _listed(field, meant) if field.type in LISTS else _single(field, read_email)

    def reader(text: str) -> Any:
        if not text.strip():
            return None
        said = meant.get(plain(text), text)
        return read(said) if said.strip() else None

    return reader


def default_of(field: EnrollmentField, read: Reader) -> Any:
    """The value of a field where nothing is said; what YAML reads as a number or a list is read like a cell."""
    if field.default is None:
        return None
    if isinstance(field.default, bool):
        return read("yes" if field.default else "no")
    if isinstance(field.default, list | tuple):
        return read(field.separator.join(str(part) for part in field.default))
    return read(str(field.default))


def _single(field: EnrollmentField, read_email: Reader) -> Reader:
    if field.type in (FieldType.LEVEL, FieldType.CHOICE):
        return _one_of(field.levels or field.options)
    by_type: dict[FieldType, Reader] = {
        FieldType.EMAIL: read_email,
        FieldType.NUMBER: read_number,
        FieldType.DATE: read_date,
        FieldType.YES_NO: read_yes_no,
        FieldType.TIMEZONE: read_timezone,
    }
    return by_type.get(field.type, read_text)


LISTS = (FieldType.TAGS, FieldType.RANKING)
"""Fields with several values in one cell."""


def _listed(field: EnrollmentField, meant: Mapping[str, str]) -> Reader:
    one = _one_of(field.options) if field.options else read_text
    split = splitter(field.separator, (*field.options, *meant), plain)

    def read(text: str) -> list[str] | None:
        said = (meant.get(plain(part), part) for part in split(text))
        unique: dict[str, str] = {}
        for words in said:
            for part in split(words):
                unique.setdefault(plain(part), one(part))
        return list(unique.values()) or None

    return read


def _one_of(allowed: tuple[str, ...]) -> Reader:
    known = {plain(word): word for word in allowed}

    def read(text: str) -> str:
        found = known.get(plain(text))
        if found is None:
            near = did_you_mean(text, allowed) or ""
            hint = near if near.startswith("did you mean") else "map it under enrollment.values, or correct the sheet"
            raise Refused(f"'{text.strip()}' is not one of: {listing(allowed)}", hint)
        return found

    return read


def read_text(text: str) -> str:
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise Refused(f"is longer than {LONGEST_TEXT:,} characters")
    if _CONTROL.search(said):
        raise Refused("holds control characters")
    return said


def read_number(text: str) -> int | float:
    said = text.strip()
    try:
        found = float(said) if said.isascii() and "_" not in said else None
    except ValueError:
        found = None
    if found is None or found - found != 0:  # also refuses infinities and what is not a number
        raise Refused(f"'{said}' is not a number", "write it without units and thousands separators, like 1200 or 1.5")
    return int(found) if found.is_integer() else found


def read_date(text: str) -> str:
    said = text.strip()
    try:
        found = date.fromisoformat(said) if len(said) == 10 and said[4] == said[7] == "-" else None
    except ValueError:
        found = None
    if found is None:
        raise Refused(f"'{said}' is not a date", "write year, month and day, like 2027-03-31")
    return found.isoformat()


def read_yes_no(text: str) -> bool:
    said = plain(text)
    if said not in _YES + _NO:
        hint = "map it under enrollment.values, such as {ja: yes}"
        raise Refused(f"'{text.strip()}' is neither yes nor no", hint)
    return said in _YES


def read_timezone(text: str) -> str:
    said = text.strip().replace(" ", "_")
    found = _zones().get(said.casefold())
    if found is None:
        near = _zones().get(f"/{said.casefold()}")
        hint = f"did you mean '{near}'?" if near else did_you_mean(said, available_timezones())
        raise Refused(f"'{text.strip()}' is not a time zone", hint or "write one like Europe/London")
    return found


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Zones by name without regard to case, and by city, for hints, after a slash."""
    names = sorted(available_timezones(), reverse=True)
    cities = {f"/{name.rpartition('/')[2].casefold()}": name for name in names if "/" in name}
    return cities | {name.casefold(): name for name in names}
