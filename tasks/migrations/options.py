"""What Alembic is told, the same when it migrates, compares and writes revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import types

from tasks.models import Instant

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

VERSION_TABLE = "mentorflow_version"
"""Not Alembic's default name: Prefect, which may live in the same PostgreSQL database, uses that one."""


def _render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """A revision must not change when our own types do, so it names the type of the column."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, types.String) and item.length and not isinstance(item, types.Text):
        return f"sa.String({item.length})"
    return False


OPTIONS: dict[str, Any] = {
    "version_table": VERSION_TABLE,
    "compare_type": True,
    "render_item": _render,
    "render_as_batch": True,  # SQLite changes a table by rebuilding it
}
