"""Who should be whose mentor: `pair` takes people and a program's terms and gives proven, explained pairs.

numpy and scipy are loaded when the first matching is made, so that reading a program stays quick.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from programs.matching.pairing import UNITS_PER_POINT, Alternative, Left, Obstacle, Pair, Pairing, Proof, Reason
from programs.matching.people import Person
from programs.matching.terms import Terms
from programs.spec.program import Program

__all__ = [
    "UNITS_PER_POINT",
    "Alternative",
    "Left",
    "Obstacle",
    "Pair",
    "Pairing",
    "Person",
    "Proof",
    "Reason",
    "Terms",
    "pair",
]


def pair(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    terms: Program | Terms,
    *,
    on: date,
    past: Collection[tuple[str, str]] = (),
    held: Mapping[str, int] | None = None,
    seed: int | None = None,
) -> Pairing:
    """The best matching by the program's objective, with its proof.

    `on` is the day whose clocks `within_hours` compares, `past` the (mentee key, mentor key) of earlier relationships,
    `held` how many places of a mentor are taken by relationships that go on, `seed` replaces the program's own.
    Raises MentorflowError for terms or people that cannot be matched, and when the result is not proven to be the best.
    """
    from programs.matching.engine import run  # noqa: PLC0415 - loads numpy, which only a matching has to pay for

    asked = Terms.of(terms) if isinstance(terms, Program) else terms
    if seed is not None:
        asked = replace(asked, matching=asked.matching.model_copy(update={"seed": seed}))
    return run(mentees, mentors, asked, past=past, held=held or {}, on=on)
