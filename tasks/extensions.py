"""How much longer than planned relationships have been given, read from their history. Reads only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from programs.dates import Span
from tasks.models import History, Relationship

EVENT = "extend"
"""What the history calls it."""

_SAID = re.compile(rf"by ({Span.PATTERN})\b")


def said(span: Span, why: str | None) -> str:
    """What the history says of an extension."""
    return f"by {span}" + (f": {why}" if why else "")


def days(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Relationship → days by which it has been extended in all; without those that never were."""
    h = History
    mine = (h.noun == Relationship.__tablename__) & h.noun_id.in_(ids) & (h.event == EVENT)
    return added_up(conn.execute(select(h.noun_id, h.why, h.happened_on).where(mine)))


def added_up(extended: Iterable[Row[Any]]) -> dict[int, int]:
    """The days of these rows of history, by relationship."""
    found: defaultdict[int, int] = defaultdict(int)
    for row in extended:
        if told := _SAID.match(row.why or ""):
            found[row.noun_id] += (Span.parse(told[1]).after(row.happened_on) - row.happened_on).days
    return dict(found)
