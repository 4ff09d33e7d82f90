"""What separates the values of one cell, and which value may have been meant as several. Knows no type but lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_COMMON = (",", ";")
"""Both are typed between values, whichever of them separates the columns of the sheet."""
_RARE = ("|", "，", "；", "、")
_LINE = "\n"


def separators(declared: str) -> tuple[str, ...]:
    """What separates values besides line breaks; a program whose values have commas in them declares another sign."""
    return _COMMON if declared in _COMMON[:1] else (declared,)


def splitter(declared: str, whole: Iterable[str], plain: Callable[[str], str]) -> Callable[[str], list[str]]:
    """Splits cells. A word that is known as a `whole` stays in one piece, also with a separator in it."""
    between = re.compile("(" + "|".join(map(re.escape, (*separators(declared), _LINE))) + ")")
    known = {key: len(between.findall(key)) + key.count(" ") for key in map(plain, whole)}
    most = max(known.values(), default=0)

    def split(text: str) -> list[str]:
        pieces = between.split(text)
        found: list[str] = []
        at = 0
        while at < len(pieces):
            ends = range(min(len(pieces), at + 2 * most + 1), at + 1, -2)
            end = next((end for end in ends if plain("".join(pieces[at:end])) in known), at + 1)
            found.append("".join(pieces[at:end]).strip())
            at = end + 1
        return [part for part in found if part]

    return split


def doubtful(values: Sequence[str], declared: str) -> list[str]:
    """The values that look like several, written with a sign that separates nothing here.

    A comma in a value is an accident only where nothing else in the cell shows how values are separated.
    """
    suspicious = {*_RARE, *(_COMMON if len(values) == 1 else ())} - {*separators(declared)}
    return [value for value in values if suspicious & {*value}]


def said_of(declared: str) -> str:
    """What separates values, in words."""
    return "commas, semicolons and line breaks" if declared == "," else f"'{declared}' and line breaks"
