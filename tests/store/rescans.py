"""Which statements look at a whole table again for every row of another, by the plans that SQLite makes for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_HARMLESS = re.compile(r"SCAN (cohort|CONSTANT ROW)\b")
"""A few rows, however many people there are."""


@dataclass
class Statements:
    """What was asked of a database, each once, with the values of the first time."""

    engine: Engine
    asked: dict[str, Any] = field(default_factory=dict)

    def rescans(self) -> dict[str, list[str]]:
        """Statement to the tables that it looks through again and again; those for which nothing of the kind is planned are left out."""
        with self.engine.connect() as conn:
            raw = conn.connection.driver_connection
            assert raw is not None
            plans = {
                text: raw.execute(f"EXPLAIN QUERY PLAN {text}", given).fetchall() for text, given in self.asked.items()
            }
        return {text: found for text, plan in plans.items() if (found := _rescans(plan))}


@contextmanager
def listened_to(engine: Engine) -> Iterator[Statements]:
    """Everything that reads, while it lasts."""
    heard = Statements(engine)

    def hear(_conn: Any, _cursor: Any, text: str, given: Any, _context: Any, many: bool) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT\b.*?\bSELECT)\b", text, re.DOTALL):
            heard.asked.setdefault(text, given[0] if many else given)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def _rescans(plan: Sequence[tuple[int, int, int, str]]) -> list[str]:
    """The scans of a plan that are done within another loop, and indexes that have to be made for one statement."""
    below: dict[int, list[tuple[int, str]]] = {}
    for node, parent, _, words in plan:
        below.setdefault(parent, []).append((node, words))
    return list(_within(below, 0, repeated=False))


def _within(below: dict[int, list[tuple[int, str]]], node: int, *, repeated: bool) -> Iterator[str]:
    loops = repeated
    for child, words in below.get(node, ()):
        if "AUTOMATIC" in words or (loops and words.startswith("SCAN") and not _HARMLESS.match(words)):
            yield words
        loops = loops or words.startswith(("SCAN", "SEARCH"))
        yield from _within(below, child, repeated=repeated or words.startswith("CORRELATED"))
