"""What SQLite and PostgreSQL say differently, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Executable, Integer, Select, String, cast, insert, literal, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, SQLColumnExpression
from sqlalchemy.sql.functions import FunctionElement

from tasks.models import Instant

Column = SQLColumnExpression[Any]

BATCH = 1000
"""Rows per statement where a set has to pass through Python."""


class add_days(FunctionElement[date]):  # noqa: N801 - reads as the SQL function it is
    """`add_days(day, n)`: the day n days later (earlier for negative n); NULL if either is NULL."""

    type = Date()
    inherit_cache = True
    name = "add_days"


@compiles(add_days, "sqlite")
def _add_days_sqlite(element: add_days, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = element.clauses
    return f"date({compiler.process(day, **kw)}, ({compiler.process(count, **kw)}) || ' days')"


@compiles(add_days, "postgresql")
def _add_days_postgresql(element: add_days, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = element.clauses
    return f"(CAST({compiler.process(day, **kw)} AS DATE) + CAST({compiler.process(count, **kw)} AS INTEGER))"


class literal_day(FunctionElement[date]):  # noqa: N801 - reads as the SQL it is
    """A date in a SELECT list. A plain CAST would be a number on SQLite, and a bare parameter text on PostgreSQL."""

    type = Date()
    inherit_cache = True
    name = "literal_day"


@compiles(literal_day, "sqlite")
def _literal_day_sqlite(element: literal_day, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(literal_day, "postgresql")
def _literal_day_postgresql(element: literal_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"


def day(value: date | None) -> ColumnElement[date]:
    """A date as a literal of a SELECT list."""
    return literal_day(literal(value, Date))


def number(value: int) -> ColumnElement[int]:
    """A whole number as a literal of a SELECT list."""
    return cast(literal(value), Integer)


def moment(value: datetime) -> ColumnElement[datetime]:
    """An instant as a literal of a SELECT list."""
    return type_coerce(literal(value, Instant), Instant)


def text(value: str | None) -> ColumnElement[str]:
    """A text as a literal of a SELECT list."""
    return literal(value, String)


def joined(*parts: Column | str) -> ColumnElement[str]:
    """The parts as one text."""
    whole: ColumnElement[str] | None = None
    for part in parts:
        piece = literal(part, String) if isinstance(part, str) else cast(part, String)
        whole = piece if whole is None else whole.concat(piece)
    assert whole is not None
    return whole


def insert_new(conn: Connection, table: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that leaves rows alone that are already there under the same unique key."""
    if conn.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_from(
    conn: Connection, table: type[DeclarativeBase], columns: Mapping[str, Column], rows: Select[Any]
) -> int:
    """INSERT … SELECT: the columns over the FROM and WHERE of `rows`, leaving existing rows alone. Returns how many came.

    The clause is a suffix of the SELECT, because statements with a dialect's own are compiled anew each time they are run.
    """
    selected = rows.with_only_columns(*columns.values()).suffix_with("ON CONFLICT DO NOTHING")
    return changed(conn, insert(table).from_select(list(columns), selected, include_defaults=False))


def insert_each(
    conn: Connection,
    table: type[DeclarativeBase],
    columns: Mapping[str, Column],
    rows: Select[Any],
    each: Sequence[Mapping[str, Any]],
) -> int:
    """`insert_from` once for every mapping, which gives the named parameters in `columns` and `rows` their values.

    One statement is composed for all of them, which takes longer than to run it.
    """
    selected = rows.with_only_columns(*columns.values()).suffix_with("ON CONFLICT DO NOTHING")
    statement = insert(table).from_select(list(columns), selected, include_defaults=False)
    return sum(changed(conn, statement, values) for values in each)


def changed(conn: Connection, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Run a statement that writes, and say how many rows it wrote: for an INSERT, only who asks beforehand is told."""
    return max(conn.execute(statement, values, execution_options={"preserve_rowcount": True}).rowcount, 0)


def insert_all(conn: Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Many rows in batches; nothing for no rows."""
    for start in range(0, len(rows), BATCH):
        conn.execute(insert_new(conn, table), rows[start : start + BATCH])
