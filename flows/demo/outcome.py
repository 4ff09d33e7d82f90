"""What a rehearsal came to: the cohort record's lines as a table that adds up, and the files one can open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tasks import exports, particulars, scene
from tasks.db import reading
from tasks.turn import Done, Turn, Work

LINES = {
    "completed": "completed",
    "closed_early": "closed early",
    "active": "still active",
    "paused": "paused",
    "waiting": "waiting for an answer or the start",
    "withdrawn": "withdrawn",
    "not_matched": "not matched",
}


@dataclass(frozen=True)
class Outcome:
    """The end of a rehearsal."""

    people: list[tuple[str, ...]]
    """Rows of what became of everybody: line, reason, mentors, mentees, all. The last row is the sum."""
    relationships: list[tuple[str, str]]
    """How many relationships went which way; only ways that some went."""
    worth_opening: list[tuple[str, str]]
    """The records to begin with, and why."""
    enrolled: int


def outcome(engine: Engine, turn: Turn) -> Outcome:
    """What the cohort record says, and what the relationships went through."""
    with reading(engine) as conn:
        record = scene.stored_record(conn, turn.cohort_id)
        ways = particulars.ways(conn, turn)
        particular = particulars.worth_opening(conn, turn)
    return Outcome(
        _people(record),
        [(way, f"{count:,}") for way, count in ways],
        [(one.id, one.why) for one in particular],
        record["enrolled"],
    )


def _people(record: dict[str, Any]) -> list[tuple[str, ...]]:
    roles = sorted({role for line in record["people"] for role in line["by_roles"]}, reverse=True)
    rows = [
        (
            LINES.get(line["line"], line["line"]),
            str(line["reason"] or "").replace("_", " "),
            *(f"{line['by_roles'].get(role, 0):,}" for role in roles),
            f"{line['total']:,}",
        )
        for line in record["people"]
        if line["total"]
    ]
    sums = [sum(line["by_roles"].get(role, 0) for line in record["people"]) for role in roles]
    total = sum(line["total"] for line in record["people"])
    if total != record["enrolled"]:
        raise RuntimeError(f"{record['enrolled']} people were enrolled, and the lines add up to {total}")
    return [
        ("", "", *(f"{role}s" for role in roles), "all"),
        *rows,
        ("all", "", *(f"{one:,}" for one in sums), f"{total:,}"),
    ]


def write_files(engine: Engine, turn: Turn, folder: Path) -> list[tuple[str, str]]:
    """Records of every relationship and of the cohort, as people read them and as programs do. Returns what lies where."""
    records = folder / "records"
    records.mkdir(exist_ok=True)
    with reading(engine) as conn:
        for name, text in scene.closure_texts(conn, turn.cohort_id):
            (records / f"{name}.md").write_text(text, encoding="utf-8")
        (folder / "records.json").write_text(exports.as_json(conn, turn), encoding="utf-8")
        (folder / "records.csv").write_text(exports.as_csv(conn, turn), encoding="utf-8")
        (folder / "cohort.md").write_text(scene.stored_text(conn, turn.cohort_id), encoding="utf-8")
    count = sum(1 for _ in records.glob("*.md"))
    mails = sum(1 for _ in (folder / "mail").glob("*.eml"))
    return [
        (f"{count:,} summary records", str(records)),
        ("the same as data", f"{folder / 'records.json'}, {folder / 'records.csv'}"),
        ("the cohort's record", str(folder / "cohort.md")),
        (f"{mails:,} mails", str(folder / "mail")),
        ("the sheet of people", str(folder / "people.csv")),
        ("the database", str(folder / "mentorflow.db")),
    ]


STORY = ("propose", "start", "leave", "exchange", "lapse", "overrun", "silence", "close", "follow up", "conclude")
"""What is worth telling of a run; the rest is routine."""


def told(done: Sequence[Done]) -> list[tuple[Work, int]]:
    """What a run did that is worth telling, with how many it concerned in all its rounds."""
    sums: dict[tuple[str, str], tuple[Work, int]] = {}
    for one in done:
        if one.work.verb in STORY and one.count:
            name = (one.work.verb, one.work.key)
            sums[name] = (one.work, sums[name][1] + one.count if name in sums else one.count)
    return list(sums.values())
