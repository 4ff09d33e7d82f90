"""The whole content of a database, comparable with that of another: every row named by what it is about instead of by its id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select

from programs.codes import code
from tasks.db import reading
from tasks.models import Ask, Base, Goal, History, Member, Message, Relationship, Step

Dump = dict[str, list[str]]

_NAMED = {"relationship": Relationship, "step": Step, "ask": Ask}
"""What gets other ids where work was rolled back and done again."""


def dump(engine: Engine) -> Dump:
    """Table to its rows, as sorted text."""
    with reading(engine) as conn:
        tables = Base.metadata.tables
        rows = {name: [row._asdict() for row in conn.execute(select(table))] for name, table in tables.items()}
    names = _names(rows)
    return {name: sorted(_written(name, row, names) for row in found) for name, found in rows.items()}


def changed_tables(before: Dump, after: Dump) -> dict[str, tuple[list[str], list[str]]]:
    """Table to the rows that are gone and the rows that came."""
    return {
        name: (sorted(set(before[name]) - set(after[name])), sorted(set(after[name]) - set(before[name])))
        for name in before
        if before[name] != after[name]
    }


def _names(rows: Mapping[str, list[dict[str, Any]]]) -> dict[tuple[str, int], str]:
    """(table, id) to what the row is about."""
    members: dict[int, list[str]] = {}
    for row in rows[Member.__tablename__]:
        members.setdefault(row["relationship_id"], []).append(f"{row['role']} {row['participant_id']}")
    found: dict[tuple[str, int], str] = {}
    for row in rows[Relationship.__tablename__]:
        found["relationship", row["id"]] = f"<{row['round']}: {', '.join(sorted(members.get(row['id'], [])))}>"
    for table in (Step.__tablename__, Ask.__tablename__):
        for row in rows[table]:
            bond = found["relationship", row["relationship_id"]]
            who = f" of {row['participant_id']}" if table == Ask.__tablename__ else ""
            found[table, row["id"]] = f"<{bond} {row['visit']} {row['key']} {row['occurrence']}{who}>"
    for row in rows[Goal.__tablename__]:
        bond = found["relationship", row["relationship_id"]]
        found["goal", row["id"]] = f"<{bond} {row['key']} of {row['participant_id']}>"
    return found


def _written(table: str, row: dict[str, Any], names: Mapping[tuple[str, int], str]) -> str:
    said = {name: value for name, value in row.items() if name != "id" or table in ("cohort", "person", "participant")}
    for noun in _NAMED:
        if said.get(f"{noun}_id") is not None:
            said[f"{noun}_id"] = names[noun, row[f"{noun}_id"]]
    if said.get("previous_id") is not None:
        said["previous_id"] = names["relationship", row["previous_id"]]
    if table == History.__tablename__:
        said["noun_id"] = names.get(
            (row["noun"], row["noun_id"]), row["noun"] if row["noun"] == "message" else row["noun_id"]
        )
    if table == Message.__tablename__:
        said["idempotency_key"] = _without_ids(row["idempotency_key"], "/", names)
        said["message_id"] = _without_ids(row["message_id"].lstrip("<"), ".", names)
    text = repr(sorted(said.items()))
    for (noun, number), name in names.items():
        if noun == "relationship":
            text = text.replace(code("R", number), name)
    return re.sub(r"'ask \d+ ", lambda found: f"'ask {names['ask', int(found[0].split()[1])]} ", text)


def _without_ids(key: str, separator: str, names: Mapping[tuple[str, int], str]) -> str:
    noun, number, *rest = key.split(separator)
    named = names.get((noun, int(number)), number) if number.isdigit() else number
    return separator.join([noun, named, *rest])
