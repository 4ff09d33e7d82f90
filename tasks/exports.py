"""Stored summary records in the forms in which they leave: JSON, CSV and Markdown. Makes none and changes none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from tasks.cells import looks_like_formula
from tasks.models import Closure, Relationship
from tasks.turn import Turn

_COLUMNS = (
    *("relationship", "cohort", "program", "members", "started_on", "planned_end_on", "closed_on", "days"),
    *("reason", "planned", "closed_by", "rematch", "next_step", "phases", "meetings", "minutes", "mean_gap"),
    *("longest_gap", "reached", "missed", "skipped", "waived", "cancelled", "goals", "goals_reached"),
    *("checklist_done", "checklist_of", "outcome", "note"),
)


def as_json(conn: Connection, turn: Turn) -> str:
    """A list of the records, oldest closure first."""
    records = [row.record for row in _closures(conn, turn)]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def as_markdown(conn: Connection, turn: Turn) -> str:
    """The records as they were written, one after the other."""
    return "\n---\n\n".join(row.text for row in _closures(conn, turn))


def as_csv(conn: Connection, turn: Turn) -> str:
    """One line per record with what can be counted. No cell can be taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in _closures(conn, turn):
        line = _line(row.record)
        writer.writerow([safe_cell(line[column]) for column in _COLUMNS])
    return written.getvalue()


def safe_cell(value: Any) -> str:
    """Text that spreadsheets leave alone. Numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = str(value).replace("\x00", "")
    return f"'{text}" if looks_like_formula(text) else text


def _closures(conn: Connection, turn: Turn) -> Iterator[Row[Any]]:
    query = (
        select(Closure.record, Closure.text)
        .join(Relationship, Relationship.id == Closure.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id)
        .order_by(Closure.closed_on, Closure.relationship_id)
    )
    yield from conn.execute(query)


def _line(record: Mapping[str, Any]) -> dict[str, Any]:
    dates, closure, meetings = record["dates"], record["closure"], record["meetings"]
    lists = record["checklist"]
    return {
        "relationship": record["relationship"],
        "cohort": record["cohort"],
        "program": record["program"]["id"],
        "members": " ".join(f"{member['id']}:{member['role']}" for member in record["members"]),
        **{name: dates[name] for name in ("started_on", "planned_end_on", "closed_on", "days")},
        **{name: closure[name] for name in ("reason", "planned", "closed_by", "rematch", "note")},
        "next_step": closure["next_step"]["decided"],
        "phases": " ".join(phase["id"] for phase in record["phases"] if phase["passed"]),
        "meetings": meetings["count"],
        **{name: meetings[name] for name in ("minutes", "mean_gap", "longest_gap")},
        **{
            name: record["milestones"]["counts"][name]
            for name in ("reached", "missed", "skipped", "waived", "cancelled")
        },
        "goals": len(record["goals"]),
        "goals_reached": sum(goal["status"] == "reached" for goal in record["goals"]),
        "checklist_done": sum(line["done"] for line in lists),
        "checklist_of": sum(line["of"] for line in lists),
        "outcome": " ".join(
            f"{one['question']}={one['mean']:g}" for one in record["outcome"] if one["mean"] is not None
        ),
    }
