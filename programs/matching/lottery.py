"""Draws that depend on a seed and on people alone, by their addresses, never on who stands in which row or store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from programs.matching.columns import Ints

Draws = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Lottery:
    """A draw for every pair, from 1 to 2 to the power of `bits`."""

    mentee: Draws
    mentor: Draws
    bits: int

    @classmethod
    def of(cls, seed: int, turn: int, mentees: Sequence[str], mentors: Sequence[str], bits: int = 32) -> Lottery:
        """`turn` 1, 2 … for further draws where the first decide nothing."""
        salt = f"{seed}" if not turn else f"{seed}\0{turn}"
        return cls(drawn(salt, "mentee", mentees), drawn(salt, "mentor", mentors), bits)

    @property
    def top(self) -> int:
        return 1 << self.bits

    def of_pairs(self, mentee: Ints, mentor: Ints) -> Ints:
        mixed = _mixed(self.mentee[mentee] ^ self.mentor[mentor])
        draws: Ints = (mixed >> np.uint64(64 - self.bits)).astype(np.int64) + 1
        return draws


def drawn(salt: str, side: str, keys: Sequence[str]) -> Draws:
    digests = b"".join(blake2b(f"{salt}\0{side}\0{key}".encode(), digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def _mixed(value: Draws) -> Draws:
    """The finalizer of SplitMix64 (Steele, Lea, Flood 2014): neighbouring inputs, unrelated outputs."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
