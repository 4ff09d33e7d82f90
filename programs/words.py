"""How problems name things: near misses, numbers, and lists of what exists. Imports nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, whatever its case and whichever of `-`, `_` and blanks it was written with."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed once something is wrong

    names = {alike(name): name for name in known}
    found = get_close_matches(alike(word), names, n=1, cutoff=0.75)
    return names[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The hint for a word that is not known: the nearest one, or all of them if they are few."""
    names = sorted(known)
    near = closest(word, names)
    if near is not None:
        return f"did you mean '{near}'?"
    if not names:
        return None
    return f"there {'is' if len(names) == 1 else 'are'}: {listing(names)}" if len(names) <= 12 else None


def listing(names: Iterable[str]) -> str:
    return ", ".join(names)


def count(number: int, noun: str) -> str:
    """`1 form`, `2 forms`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def alike(word: str) -> str:
    """The form in which words are compared that differ only as people write them."""
    return word.lower().replace("-", "_").replace(" ", "_")


def reflowed(text: str) -> str:
    """A text as people read it: each paragraph on one line, however the file broke it; lists keep their lines."""
    return re.sub(r"(?<!\n)[ \t]*\n[ \t]*(?!\n|[-*] |\d+\. )", " ", text.strip())


def clock_time(time: str, zone: str) -> str:
    """`17:00 (Europe/London)`: people in a call may live anywhere."""
    return f"{time} ({'UTC' if zone == 'Etc/UTC' else zone.replace('_', ' ')})"
