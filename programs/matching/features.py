"""People as points, so that a circle can be mixed: one axis or more for each criterion, as long as its weight says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np

from programs.matching.columns import Floats, amounts
from programs.matching.criteria import Criterion, compiled
from programs.matching.distances import Near
from programs.matching.people import Person
from programs.matching.terms import Terms
from programs.matching.texts import Overlap, SameValue
from programs.matching.values import entries, plain
from programs.matching.wording import SIZE, Wording, wish_of

FINE = 256
"""Steps of one typical distance: coordinates are whole numbers, whose sums are exact."""


@dataclass(frozen=True)
class Features:
    """What is mixed."""

    named: tuple[tuple[str, str], ...]
    """Field and its title, one for each criterion."""
    points: Floats
    """Whole numbers, one row per person."""


def features(people: Sequence[Person], terms: Terms, on: date) -> Features:
    """The points of people in which criteria count alike but for their weights; what is not known is in the middle."""
    found = compiled(terms, on, people, ())
    kept = [each for each in found if isinstance(each.measure, Overlap | SameValue | Near | Wording)]
    axes = [np.rint(FINE * _scaled(_axes(each, people), each.weight)) for each in kept]
    points = np.hstack([np.zeros((len(people), 1)), *axes])
    named = tuple((each.measure.sides.mentee, each.measure.sides.title) for each in kept)  # type: ignore[attr-defined]
    return Features(named, points)


def _axes(each: Criterion, people: Sequence[Person]) -> Floats:
    match each.measure:
        case Overlap(sides=sides):
            return _marks([entries(who.get(sides.mentee)) for who in people])
        case SameValue(sides=sides):
            values = [plain(who.get(sides.mentee)) for who in people]
            return _marks([frozenset() if value is None else frozenset((str(value),)) for value in values])
        case Near() as near:
            numbers, known = amounts(near.place(who.get(near.sides.mentee)) for who in people)
            middle = numbers[known].mean() if known.any() else 0.0
            return np.where(known, numbers, middle)[:, None]
        case Wording() as wording:
            table = np.zeros((len(people), SIZE))
            for row, who in enumerate(people):
                vector = wording.lexicon.vector(wish_of(who, wording.sides))
                table[row, list(vector)] = list(vector.values())
            return table
        case _:
            return np.zeros((len(people), 0))


def _marks(lists: Sequence[frozenset[str]]) -> Floats:
    """A zero-one table of who has which entry."""
    place = {entry: at for at, entry in enumerate(sorted(set(chain.from_iterable(lists))))}
    table = np.zeros((len(lists), len(place)))
    for row, found in enumerate(lists):
        table[row, [place[entry] for entry in found]] = 1
    return table


def _scaled(axes: Floats, weight: float) -> Floats:
    """Around the middle, with the weight as the mean square of the distances from it."""
    centred = axes - axes.mean(axis=0) if len(axes) else axes
    spread = float((centred**2).sum()) / max(1, len(axes))
    scaled: Floats = centred * np.sqrt(weight / spread) if spread else centred
    return scaled
