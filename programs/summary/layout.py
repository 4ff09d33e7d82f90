"""Small pieces of Markdown, in which nothing that a person wrote can turn into markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_\[\]<|#~])")
"""What could open something in the middle of a line; nothing that a person wrote ever begins one."""


def escaped(text: str) -> str:
    """One line, no markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def block(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def bullet(text: str) -> str:
    return f"- {text}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The cells are expected to be escaped where people wrote them."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def words_of(name: str) -> str:
    """An id of the program language, as words."""
    return name.replace("_", " ").replace("-", " ")


def day(iso: str | None) -> str:
    return iso or ""


def days(count: int | None) -> str:
    return "" if count is None else f"{count} day{'' if count == 1 else 's'}"


def number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
