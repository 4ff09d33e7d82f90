"""What a decision costs, said before it is taken. Plain values; knows no arrays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from programs.matching.pairing import UNITS_PER_POINT, Pairing


class Will(StrEnum):
    FORCE = "force"
    """These two in any case."""
    FORBID = "forbid"
    """Those two never."""


@dataclass(frozen=True)
class Move:
    """A mentee whose mentor changes; None is nobody."""

    mentee: str
    was: str | None
    becomes: str | None

    def __str__(self) -> str:
        return f"{self.mentee}: {self.was or 'nobody'} → {self.becomes or 'nobody'}"


@dataclass(frozen=True)
class Cost:
    """How far the best matching falls when something is decided; less than nothing where one of two aims gains."""

    people: int
    """Fewer pairs: mentees with a mentor, or mentors of mentees where each gets several."""
    units: int
    moves: tuple[Move, ...]
    """Everybody whose mentor changes."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    @property
    def nothing(self) -> bool:
        return not self.people and not self.units

    def __str__(self) -> str:
        """`costs 1 person and 2.5 points`."""
        if self.nothing:
            return "costs nothing"
        people = f"{abs(self.people)} {'person' if abs(self.people) == 1 else 'people'}"
        parts = [(self.people, people), (self.units, f"{abs(self.points):g} points")]
        lost = " and ".join(words for much, words in parts if much > 0)
        won = " and ".join(words for much, words in parts if much < 0)
        return " and ".join(each for each in (lost and f"costs {lost}", won and f"gains {won}") if each)


@dataclass(frozen=True)
class Priced:
    """One decision, its cost if nothing else were decided, and the rules that a forced pair does not keep."""

    will: Will
    mentee: str
    mentor: str
    cost: Cost
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decided:
    """A matching around decisions, beside the one without them."""

    before: Pairing
    after: Pairing
    each: tuple[Priced, ...]
    together: Cost
    """Of all decisions at once, which may be more or less than their sum."""


def difference(before: Pairing, after: Pairing) -> Cost:
    """What is lost from one matching to the other."""
    old, new = _mentors(before), _mentors(after)
    moves = [
        Move(mentee, was, becomes)
        for mentee in sorted(old.keys() | new.keys())
        for was, becomes in zip_longest(
            sorted(old.get(mentee, set()) - new.get(mentee, set())),
            sorted(new.get(mentee, set()) - old.get(mentee, set())),
        )
    ]
    return Cost(len(before.pairs) - len(after.pairs), before.units - after.units, tuple(moves))


def _mentors(pairing: Pairing) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in pairing.pairs:
        found.setdefault(one.mentee, set()).add(one.mentor)
    return found
