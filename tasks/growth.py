"""Tells PostgreSQL that tables have grown, so that it plans for their size and not for the one it remembers."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.orm import DeclarativeBase

from tasks.sql import BATCH


def grown(conn: Connection, rows: int, *tables: type[DeclarativeBase]) -> None:
    """After that many new rows in the tables, in the same transaction.

    Its own refresh comes a minute late: until then one join over 50,000 new people took 500 seconds. SQLite does not plan by size.
    """
    if conn.dialect.name == "postgresql" and rows >= BATCH:
        conn.execute(text(f"ANALYZE {', '.join(table.__tablename__ for table in tables)}"))
