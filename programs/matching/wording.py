"""Criterion `text`: how much the words of a wish and an offer have in common.

It counts words and parts of words, the rare ones of this roster more than common ones, so "negotiating" meets
"negotiation". Filler words count for nothing, nor does a text that the program itself put in as the default of a field;
what most people write counts little, and no reason names it. It understands nothing: no synonyms, no "not", no second language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from math import sqrt

import numpy as np
import numpy.typing as npt

from programs.matching.columns import EVERY, Floats, Index, Shares
from programs.matching.filler import tells
from programs.matching.people import Person
from programs.matching.terms import Sides
from programs.matching.values import entries, listed
from programs.spec.enrollment import EnrollmentField

SIZE = 512
"""Numbers per text. Products of two texts stay below 2^24, so that single precision adds them exactly in any order."""
MOST = 127
PART = 3
"""Letters of a part of a word."""
FEW = 8
"""Texts of which nobody can say yet what most people write."""
NAMED = 5
"""Words that a reason names."""

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Lexicon:
    """In how many of the roster's texts a word, or a part of one, occurs."""

    texts: int
    occurs: Mapping[str, int] = field(repr=False)

    @classmethod
    def of(cls, sides: Sides, mentees: Sequence[Person], mentors: Sequence[Person]) -> Lexicon:
        wishes, offers = (wish_of(who, sides) for who in mentees), (offer_of(who, sides) for who in mentors)
        every = [features for features in map(_features, (*wishes, *offers)) if features]
        return cls(len(every), Counter(name for features in every for name in features))

    def rarity(self, name: str) -> int:
        """1 for what half of the texts say or more, one more for each halving."""
        return ((self.texts + 1) // (self.occurs.get(name, 0) + 1)).bit_length()

    def tells(self, word: str) -> bool:
        """Whether it says something that most people do not."""
        return self.texts < FEW or self.rarity(word) > 1

    def vector(self, text: str) -> dict[int, int]:
        """Place → whole number from -127 to 127: every word and part adds its rarity, with a sign and a place of its own."""
        numbers: dict[int, int] = {}
        for name, times in _features(text).items():
            place, sign = _place(name)
            numbers[place] = numbers.get(place, 0) + sign * times.bit_length() * self.rarity(name)
        return {place: max(-MOST, min(MOST, number)) for place, number in numbers.items()}


@dataclass(frozen=True)
class Wording:
    """The cosine of the two texts' vectors: 1 for the same words, 0 for nothing in common."""

    sides: Sides
    lexicon: Lexicon

    @property
    def title(self) -> str:
        return f"words of {self.sides.title}"

    def fraction(self, mentee: Person, mentor: Person) -> float:
        one = self.lexicon.vector(wish_of(mentee, self.sides))
        other = self.lexicon.vector(offer_of(mentor, self.sides))
        lengths = sum(number * number for number in one.values()) * sum(number * number for number in other.values())
        product = sum(number * other.get(place, 0) for place, number in one.items())
        return max(0, product) / sqrt(lengths) if lengths else 0.0

    def words(self, mentee: Person, mentor: Person) -> str:
        wish, offer = wish_of(mentee, self.sides), offer_of(mentor, self.sides)
        if not wish or not offer:
            return f"{self.sides.title} not known"
        below, above = set(_split(wish)), set(_split(offer))
        telling = self._most_telling(below & above)
        if telling:
            return f"both write in {self.sides.title}: {', '.join(telling)}"
        if below & above:
            return f"both write in {self.sides.title} only what most people write"
        if not self.fraction(mentee, mentor):
            return f"no words in common in {self.sides.title}"
        forms = [
            f"{one} and {other}" for one in self._most_telling(below) for other in sorted(above) if alike(one, other)
        ]
        return (
            f"similar words in {self.sides.title}: {', '.join(forms)}"
            if forms
            else f"some words are alike in {self.sides.title}"
        )

    def _most_telling(self, words: Iterable[str]) -> list[str]:
        """The rare ones before the common, the long before the short."""
        told = sorted(words, key=lambda word: (-self.lexicon.rarity(word), -len(word), word))
        return [word for word in told if self.lexicon.tells(word)][:NAMED]

    def over(self, mentees: Sequence[Person], mentors: Sequence[Person]) -> Shares:
        wishes = self._vectors(wish_of(who, self.sides) for who in mentees)
        offers = self._vectors(offer_of(who, self.sides) for who in mentors)
        of_wish, of_offer = _squares(wishes), _squares(offers)

        def shares(rows: Index, cols: Index = EVERY) -> Floats:
            product = np.maximum(wishes[rows] @ offers[cols].T, 0).astype(np.float64)
            lengths = of_wish[rows][:, None] * of_offer[cols]
            cosine: Floats = np.divide(product, np.sqrt(lengths), out=np.zeros_like(product), where=lengths > 0)
            return cosine

        return shares

    def _vectors(self, texts: Iterable[str]) -> Vectors:
        found = [self.lexicon.vector(text) for text in texts]
        table = np.zeros((len(found), SIZE), dtype=np.float32)
        for row, vector in enumerate(found):
            table[row, list(vector)] = list(vector.values())
        return table


def _squares(vectors: Vectors) -> Floats:
    squares: Floats = np.einsum("ij,ij->i", vectors, vectors).astype(np.float64)
    return squares


def wish_of(mentee: Person, sides: Sides) -> str:
    return _said(mentee.get(sides.mentee), sides.of_mentee)


def offer_of(mentor: Person, sides: Sides) -> str:
    return _said(mentor.get(sides.mentor), sides.of_mentor)


def _said(value: object, field: EnrollmentField) -> str:
    """What somebody wrote; nothing where it is what the program puts in for those who wrote nothing."""
    return "" if field.default is not None and entries(value) == entries(field.default) else " ".join(listed(value))


def _split(text: str) -> list[str]:
    """The words that tell something; where all is in capitals, those mean nothing."""
    words = re.findall(r"[^\W_]+", text.casefold() if text.isupper() else text)
    return [word.casefold() for word in words if tells(word)]


def alike(one: str, other: str) -> bool:
    """Whether two words look like forms of one: they begin alike and have half of their parts in common."""
    below, above = set(_parts(one)), set(_parts(other))
    return one[: PART - 1] == other[: PART - 1] and 4 * len(below & above) >= len(below) + len(above)


def _features(text: str) -> Counter[str]:
    return Counter(name for word in _split(text) for name in (word, *_parts(word)))


def _parts(word: str) -> Iterator[str]:
    """Every three letters in a row, with `^` and `$` at the ends of the word."""
    marked = f"^{word}$"
    return (marked[at : at + PART] for at in range(len(marked) - PART + 1))


@lru_cache(maxsize=1 << 18)
def _place(name: str) -> tuple[int, int]:
    """Where a word adds, and whether up or down: then words that meet by chance cancel out rather than add up."""
    drawn = int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big")
    return drawn % SIZE, 1 if drawn >> 31 else -1
