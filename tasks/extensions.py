"""How much longer than planned relationships have been given, read from their history. Reads only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from programs.dates import Span
from tasks.models import History, Relationship

_SAID = re.compile(rf"by ({Span.PATTERN})\b")


def said(span: Span, why: str | None) -> str:
    """What the history says of an extension."""
    return f"by {span}" + (f": {why}" if why else "")


def days(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Relationship → days by which it has been extended in all; without those that never were."""
    h = History
    mine = (h.noun == Relationship.__tablename__) & h.noun_id.in_(ids) & (h.event == "extend")
    found: defaultdict[int, int] = defaultdict(int)
    for row in conn.execute(select(h.noun_id, h.why, h.happened_on).where(mine)):
        if told := _SAID.match(row.why or ""):
            found[row.noun_id] += (Span.parse(told[1]).after(row.happened_on) - row.happened_on).days
    return dict(found)
