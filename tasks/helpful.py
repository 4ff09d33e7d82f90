"""Where one more place, or one more group, would have helped most: kept with what a matching found, and read again. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from programs.matching import Gains

MOST = 3
"""Mentors that are kept."""


@dataclass(frozen=True)
class Helpful:
    """What one more place of a mentor would have added."""

    mentor: str
    """P-…"""
    people: int
    points: float
    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class OneMore:
    """As it was when somebody was looked for."""

    each: tuple[Helpful, ...] = ()
    unstated: str = ""
    """Why nothing is said; empty where everything is."""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> OneMore:
        each = tuple(Helpful(**one) for one in kept.get("one_more_place", ()))
        return cls(each, kept.get("one_more_unstated", ""))

    def __bool__(self) -> bool:
        return bool(self.each or self.unstated)


def told(more: Callable[[], Gains]) -> dict[str, Any]:
    """As it is kept; empty where one more place would add nothing."""
    gains = more()
    places = [
        {"mentor": one.mentor, "people": one.people, "points": one.points, "words": str(one)}
        for one in gains.each[:MOST]
    ]
    return ({"one_more_place": places} if places else {}) | (
        {"one_more_unstated": gains.unstated} if gains.unstated else {}
    )
