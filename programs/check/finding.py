"""What a rule finds: a place in the program and what is wrong there. Rules know the program only; places are added later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from programs.document import Trail
from programs.spec import Program
from programs.words import did_you_mean


@dataclass(frozen=True)
class Finding:
    """One contradiction. `line` counts within a text of several lines, from 1."""

    trail: Trail
    message: str
    hint: str | None = None
    key: bool = False
    line: int = 0
    about: str | None = None
    """What the finding depends on besides its own place; where that could not be read, nothing was found."""


Findings: TypeAlias = Iterator[Finding]
Rule: TypeAlias = Callable[[Program], Findings]


def unknown(trail: Trail, what: str, name: str, known: Collection[str], key: bool = False) -> Findings:
    """A finding if nothing of that name exists."""
    if name not in known:
        yield Finding(trail, f"there is no {what} '{name}'", did_you_mean(name, known), key, about=name)


def repeated(trail: Trail, what: str, names: Iterable[Hashable], inside: str | None = None) -> Findings:
    """A finding for each item of a list that has the name of an earlier one."""
    seen: set[Hashable] = set()
    for at, name in enumerate(names):
        if name in seen:
            place = (*trail, at) if inside is None else (*trail, at, inside)
            yield Finding(place, f"there is already a {what} '{name}'", "give each its own name, once")
        seen.add(name)
