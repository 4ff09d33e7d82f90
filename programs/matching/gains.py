"""Where one more place would help most: the prices of places, in people and points. Knows no arrays."""

from __future__ import annotations

from dataclasses import dataclass

from programs.matching.pairing import UNITS_PER_POINT, Pairing, Proof


@dataclass(frozen=True)
class Gain:
    """What one more place of a mentor would add to the whole."""

    mentor: str
    people: int
    """More mentees with a mentor: 1 or 0."""
    units: int
    """More in total; less where a mentee more costs others points."""

    @property
    def points(self) -> float:
        return self.units / UNITS_PER_POINT

    def __str__(self) -> str:
        """`1 person more, 2.5 points more`."""
        people = "1 person more" if self.people else ""
        points = f"{abs(self.points):g} points {'more' if self.units > 0 else 'less'}" if self.units else ""
        return ", ".join(part for part in (people, points) if part)


def one_more_place(pairing: Pairing) -> tuple[Gain, ...]:
    """For every mentor where one more place would add something, the most first.

    Empty where a price does not tell people from points: with `stable` and `fairest`, with several mentors for each
    mentee, and where some people come first.
    """
    proof = pairing.proof
    if not proof.scale or proof.priorities or proof.bands:
        return ()
    matched = [one.units for one in pairing.pairs if not one.decided]
    found = [_decoded(proof, mentor, price, matched) for mentor, price in proof.mentor_prices.items() if price]
    return tuple(sorted(found, key=lambda gain: (-proof.mentor_prices[gain.mentor], gain.mentor)))


def _decoded(proof: Proof, mentor: str, price: int, matched: list[int]) -> Gain:
    """A price is what the worth of the whole rises by; without one more pair the points alone cannot come to the bonus."""
    if proof.scale > proof.bonus:
        people = price % proof.scale
        return Gain(mentor, people, price // proof.scale)
    people = int(price + proof.scale * sum(matched) >= proof.bonus)
    return Gain(mentor, people, (price - proof.bonus * people) // proof.scale)
