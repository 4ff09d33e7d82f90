"""Short ids that people can read out and paste, such as R-7F3K2, made from numbers and back without a table."""

from __future__ import annotations

from programs.errors import NotFoundError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing is misread."""

_MISREAD = str.maketrans("ILO", "110")
_BITS = 25
_MIX = {"R": 22_695_477, "P": 11_035_153, "A": 17_364_029}
"""An odd multiplier per kind spreads neighbours apart; odd numbers are invertible modulo a power of two."""


def code(kind: str, number: int) -> str:
    """The id shown for row `number` (from 1) of a kind: R relationship, P participant, A ask."""
    block, low = divmod(number, 1 << _BITS)
    mixed = (low * _MIX[kind]) % (1 << _BITS) ^ 0x15A5A5A & ((1 << _BITS) - 1)
    value = (block << _BITS) | mixed
    digits = ""
    while value or len(digits) < 5:
        value, digit = divmod(value, 32)
        digits = ALPHABET[digit] + digits
    return f"{kind}-{digits}"


def number(text: str, kind: str) -> int:
    """The number behind an id of that kind, however it is spelled. Raises NotFoundError for anything else."""
    head, _, tail = text.strip().upper().partition("-")
    tail = tail.translate(_MISREAD)
    if head != kind or len(tail) < 5 or any(letter not in ALPHABET for letter in tail):
        raise NotFoundError(f"'{text}' is not an id of the form {code(kind, 1)}")
    value = 0
    for letter in tail:
        value = value * 32 + ALPHABET.index(letter)
    block, mixed = value >> _BITS, value & ((1 << _BITS) - 1)
    unmixed = mixed ^ 0x15A5A5A & ((1 << _BITS) - 1)
    return (block << _BITS) | unmixed * pow(_MIX[kind], -1, 1 << _BITS) % (1 << _BITS)
