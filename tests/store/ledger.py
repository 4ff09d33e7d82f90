"""All that is written about a cohort at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from programs.lifecycle import ENDED
from tasks.db import reading
from tasks.models import Base, History, Member, Relationship
from tests.store.scenes import Scene

Rows = Mapping[str, Sequence[Any]]
OVER = (*ENDED, "prepared", "left")


def written(scene: Scene) -> Rows:
    """All rows of all tables, in the order in which they came."""
    with reading(scene.engine) as conn:
        tables = Base.metadata.tables
        return {name: conn.execute(select(table).order_by(table.c.id)).all() for name, table in tables.items()}


@dataclass(frozen=True)
class Books:
    """Everything that is written at one moment."""

    rows: Rows
    scene: Scene

    def of(self, table: Any) -> Sequence[Any]:
        return self.rows[table.__tablename__]

    def by(self, table: Any, name: str) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for row in self.of(table):
            found.setdefault(getattr(row, name), []).append(row)
        return found

    @cached_property
    def relationships(self) -> dict[int, Any]:
        return {row.id: row for row in self.of(Relationship)}

    @cached_property
    def members(self) -> dict[int, list[Any]]:
        return self.by(Member, "relationship_id")

    @cached_property
    def over(self) -> dict[int, int]:
        """Relationship → the row of history with which it was over."""
        moves = [row for row in self.of(History) if row.noun == "relationship" and row.after in OVER]
        return {row.noun_id: row.id for row in moves if row.before != row.after}

    def present(self, relationship: int) -> set[int]:
        return {row.participant_id for row in self.members[relationship] if row.left_on is None}
