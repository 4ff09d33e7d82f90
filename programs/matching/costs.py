"""What a decision costs, said before it is taken. Plain values; knows no arrays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Generic, TypeVar

from programs.matching.given import Teams
from programs.matching.pairing import UNITS_PER_POINT, Pairing
from programs.matching.shapes import Circles, Groups


class Will(StrEnum):
    FORCE = "force"
    """These two in any case."""
    FORBID = "forbid"
    """Those two never."""
    SWAP = "swap"
    """These two exchange their places."""


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
    """Everybody whose mentor changes; in circles, whoever sits with others, and there a circle is named by one who stays."""
    clashes: int = 0
    """In circles: more rules that two who sit together do not keep."""
    mixing: float = 0.0
    """In circles: by how much less people differ within them, as a part of how much they differ at all."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    @property
    def nothing(self) -> bool:
        return not (self.people or self.units or self.clashes or round(1000 * self.mixing))

    def __str__(self) -> str:
        """`costs 1 person and 2.5 points`."""
        if self.nothing:
            return "costs nothing"
        people = f"{abs(self.people)} {'person' if abs(self.people) == 1 else 'people'}"
        rules = f"{abs(self.clashes)} broken rule{'' if abs(self.clashes) == 1 else 's'}"
        parts: list[tuple[float, str]] = [(self.people, people), (self.units, f"{abs(self.points):g} points")]
        parts += [(max(0, self.clashes), rules), (round(1000 * self.mixing), f"{abs(self.mixing):.1%} of the mixing")]
        lost = " and ".join(words for much, words in parts if much > 0)
        won = " and ".join(words for much, words in parts if much < 0)
        each = (lost and f"costs {lost}", won and f"gains {won}", f"mends {rules}" if self.clashes < 0 else "")
        return " and ".join(part for part in each if part)


@dataclass(frozen=True)
class Priced:
    """One decision, its cost if nothing else were decided, and the rules that a forced pair does not keep."""

    will: Will
    mentee: str
    mentor: str
    cost: Cost
    breaks: tuple[str, ...] = ()
    peers: bool = False
    """Two of the same side: mentees of groups, or members of circles. Then `mentor` is the other of them."""


F = TypeVar("F", Pairing, Groups, Circles, Teams)


@dataclass(frozen=True)
class Decided(Generic[F]):
    """A matching around decisions, beside the one without them."""

    before: F
    after: F
    each: tuple[Priced, ...]
    together: Cost
    """Of all decisions at once, which may be more or less than their sum."""
    caveat: str = ""
    """What the costs do not say; empty where they are proven to be the least."""


def difference(before: Pairing | Groups, after: Pairing | Groups) -> Cost:
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


def _mentors(pairing: Pairing | Groups) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in pairing.pairs:
        found.setdefault(one.mentee, set()).add(one.mentor)
    return found
