"""Text in cells that spreadsheets leave alone, and how it is read back. Knows no sheet."""

from __future__ import annotations

import unicodedata

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate it; full-width signs count, since they are folded on import."""
    first = unicodedata.normalize("NFKC", text.lstrip(" \n\u00a0\u3000")[:1])
    return first.startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))


def safe_text(text: str) -> str:
    """The text behind an apostrophe where it needs one, such that `read_back` finds every text as it was."""
    return f"'{text}" if looks_like_formula(text.lstrip("'")) else text


def read_back(text: str) -> str:
    """What `safe_text` was given."""
    return text[1:] if text.startswith("'") and looks_like_formula(text.lstrip("'")) else text
