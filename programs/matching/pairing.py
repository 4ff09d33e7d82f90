"""What a matching says: who with whom and why, who is left and why, and the proof. Plain values; knows no arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from programs.spec.base import Role
from programs.spec.matching import Objective

UNITS_PER_POINT = 1000
"""Scores are whole numbers of these units, so that a proof needs no tolerance."""


class Solver(StrEnum):
    """What looks for the best matching; which one finds it changes nothing but the time."""

    SCIPY = "scipy"
    ORTOOLS = "ortools"


@dataclass(frozen=True)
class Reason:
    """What one criterion gave a pair."""

    criterion: str
    units: int
    words: str
    told: bool = True
    """Whether those who are proposed to each other may read it."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT


@dataclass(frozen=True)
class Alternative:
    """Somebody else who would have been possible, and who holds the places there now."""

    key: str
    units: int
    held_by: tuple[str, ...] = ()
    free: int = 0
    taken: int = 0
    """Places that were taken before, by relationships which go on."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT


@dataclass(frozen=True)
class Pair:
    """One mentee with one mentor."""

    mentee: str
    mentor: str
    units: int
    reasons: Sequence[Reason]
    """One for each criterion, in the order declared; their units add up to the pair's."""
    rank: int
    """1 when no possible mentor scores higher for this mentee; equals share a rank."""
    possible: int
    """Among how many possible mentors."""
    alternatives: tuple[Alternative, ...]
    decided: bool = False
    """The operator decided it; it was not up to the matching."""
    breaks: tuple[str, ...] = ()
    """Rules that a decided pair does not keep."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT


@dataclass(frozen=True)
class Obstacle:
    """How many people of the other side one rule makes impossible for somebody."""

    rule: str
    removes: int
    alone: int
    """Those that no other rule removes too: what dropping this rule would give back."""
    unknown: str = ""
    """The title of the person's own field that the rule needs and that is not known."""

    def __str__(self) -> str:
        if self.unknown:
            return f"{self.unknown} is not known, which '{self.rule}' needs"
        by_itself = f", {self.alone or 'none'} of them by itself" if self.alone != self.removes else ""
        return f"'{self.rule}' rules out {self.removes}{by_itself}"


@dataclass(frozen=True)
class Left:
    """A mentee without a mentor, or a mentor with places left over."""

    key: str
    role: Role
    why: str
    free: int
    """Places that stay empty; 1 for a mentee."""
    possible: int
    """With how many people of the other side a pair would be possible."""
    obstacles: tuple[Obstacle, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Gain:
    """What one more place of a mentor would add to the whole."""

    mentor: str
    people: int
    """More pairs: with one place 1 or 0, with one more group as many as it seats."""
    units: int
    """More in total; less where a mentee more costs others points."""
    nth: int = 1
    """Which of their mentors the mentee would get; 0 where first and second ones count alike."""
    below: tuple[tuple[int, int], ...] = ()
    """For the fairest matching: a score, and how many more pairs stay below it."""
    better: int = 0
    """Where nothing is added up: mentees who would get somebody whom they would rather have."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    def __str__(self) -> str:
        """`1 person more, 2.5 points more`."""
        bands = (f"{_more(many, 'pair')} below {_points(score)}" for score, many in self.below if many)
        gets = "1 person gets" if self.better == 1 else f"{self.better} people get"
        better = f"{gets} somebody whom they would rather have" if self.better else ""
        units = f"{_points(abs(self.units))} {'more' if self.units > 0 else 'less'}" if self.units else ""
        return ", ".join(part for part in (self._people, better, *bands, units) if part)

    @property
    def _people(self) -> str:
        if not self.people:
            return ""
        if self.nth == 0:
            return _more(self.people, "pair")
        if self.nth == 1:
            return _more(self.people, "person", "people")
        return f"1 person more with {({2: 'a second', 3: 'a third'}).get(self.nth, 'one more')} mentor"


def _points(units: int) -> str:
    return f"{units / UNITS_PER_POINT:g} point{'' if units == UNITS_PER_POINT else 's'}"


def _more(many: int, one: str, several: str = "") -> str:
    """`1 pair more`, `2 pairs fewer`."""
    words = one if abs(many) == 1 else several or f"{one}s"
    return f"{abs(many)} {words} {'more' if many > 0 else 'fewer'}"


@dataclass(frozen=True)
class Gains:
    """Where one more place would help, or why that is not said."""

    each: tuple[Gain, ...] = ()
    """Every mentor with whom it would add something, the most first."""
    unstated: str = ""
    """Why nothing is said; empty where everything is."""


@dataclass(frozen=True)
class Proof:
    """Two whole numbers from opposite sides: no matching can be worth more than `dual`, and this one is worth `primal`.

    A pair is worth its score × `scale` + `bonus`, which puts the objective's two aims in order in one number. The prices
    show why: for every possible pair the two together are at least its worth, and `dual` is all of them, a mentor's once
    for each place.
    """

    primal: int
    dual: int
    scale: int
    bonus: int
    mentee_prices: Mapping[str, int]
    """What each mentee adds to the whole. Zero for the unmatched."""
    mentor_prices: Mapping[str, int]
    """What one more place of each mentor would add to the whole: zero where a place is free. An upper bound of it where the
    aims had to be proven in several stages."""
    bands: tuple[tuple[int, int], ...] = ()
    """Scores in units from which on a pair is worth something more, and how much: for the fairest matching."""
    priorities: Mapping[str, int] = field(default_factory=dict)
    """Ranks of mentees who come first; each rank is worth the bonus once more."""
    looked_at: int | None = None
    """For a stable matching, which is not measured: how many possible pairs were looked at for two who would both rather
    have each other. There are none. For a matching led by the mentees, in which each has the best who was still free."""
    in_turn: bool = False
    levels: tuple[int, ...] = ()
    """With several mentors for each mentee: what a first one, a second one … is worth as such."""
    stages: int = 1
    """In how many numbers, one after the other, the aims were proven."""

    @property
    def words(self) -> str:
        if self.in_turn:
            return (
                f"Checked: of {self.looked_at:,} possible pairs, none would have been better for a mentee at their turn. "
                "It is each mentee's own best in turn, not a best total."
            )
        if self.looked_at is not None:
            return f"Proof: of {self.looked_at:,} possible pairs, no two would both rather have each other."
        return f"Proof, from both sides: this matching is worth {self.primal:,}; none can be worth more than {self.dual:,}."


@dataclass(frozen=True)
class Pairing:
    """The outcome of a matching, verified."""

    objective: Objective
    seed: int
    pairs: tuple[Pair, ...]
    unmatched: tuple[Left, ...]
    """Mentees without a mentor."""
    idle: tuple[Left, ...]
    """Mentors who have nobody, or room for more."""
    possible: int
    """Pairs that break no rule."""
    proof: Proof
    notes: tuple[str, ...] = ()
    """What was noticed and did not stop the matching."""
    more: Callable[[], Gains] | None = field(default=None, repr=False, compare=False)
    """What one more place would add, where the proof's prices do not say it; worked out when somebody asks."""
    fewer: tuple[Left, ...] = ()
    """Where each gets several mentors: mentees with some, for whom no further one was found; `free` are those they lack."""

    @property
    def units(self) -> int:
        return sum(pair.units for pair in self.pairs)

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT
