"""What answers call attention to by themselves: a concern for the program, and members who see the same thing very differently.

Neither the words nor the scores leave the answers; the list only says at which step, and in which question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select, update

from programs.attention import Kind
from programs.lifecycle import AskStatus
from programs.spec import Form, Question, QuestionType, Share
from tasks.models import Ask, Flag, Response
from tasks.sql import insert_all
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted


@dataclass(frozen=True)
class Seen:
    """Something that an answer was looked through for, and whether it is there."""

    kind: Kind
    relationship_id: int
    source: str
    note: str
    holds: bool


def look_through(conn: Connection, turn: Turn, key: str, group: Sequence[Accepted]) -> None:
    """Raise what the answers to one step call for; take back what a changed answer calls for no longer."""
    step = turn.plan.by_key.get(key)
    label = step.label if step is not None else key.replace("_", " ")
    seen = [*_concerns(group, label), *_apart(conn, turn, group, label)]
    if seen:
        _settle(conn, turn, seen)


def _concerns(group: Sequence[Accepted], label: str) -> list[Seen]:
    return [
        Seen(
            kind=Kind.CONCERN,
            relationship_id=one.ask.relationship_id,
            source=f"ask {one.ask.id} {question.id}",
            note=f"{label}: “{question.ask}”",
            holds=bool(one.answers.get(question.id)),
        )
        for one in group
        for question in one.form.questions
        if question.concern
    ]


def _apart(conn: Connection, turn: Turn, group: Sequence[Accepted], label: str) -> list[Seen]:
    far = turn.plan.program.attention.scores_apart
    steps = {one.ask.step_id: one.ask.relationship_id for one in group if one.ask.step_id is not None}
    questions = _scales(group[0].form)
    if far is None or not steps or not questions:
        return []
    said = _said(conn, list(steps))
    found = []
    for step, relationship in steps.items():
        for question in questions:
            scores = [answers[question.id] for answers in said.get(step, ()) if answers.get(question.id) is not None]
            apart = len(scores) > 1 and max(scores) - min(scores) >= far
            note = f"{label}: “{question.ask}”"
            found.append(Seen(Kind.SCORES_APART, relationship, f"step {step} {question.id}", note, apart))
    return found


def _scales(form: Form) -> list[Question]:
    """Those of which an operator may know a score."""
    kept_back = (Share.PRIVATE, Share.AGGREGATE)
    return [one for one in form.questions if one.type is QuestionType.SCALE and one.share not in kept_back]


def _said(conn: Connection, steps: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """By step, the newest answers of each who was asked."""
    rows = conn.execute(
        select(Ask.step_id, Ask.id, Response.answers)
        .join(Response, Response.ask_id == Ask.id)
        .where(Ask.step_id.in_(steps), Ask.status == AskStatus.ANSWERED)
        .order_by(Ask.id, Response.version)
    )
    newest = {row.id: row for row in rows}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in newest.values():
        found.setdefault(row.step_id, []).append(row.answers)
    return found


def _settle(conn: Connection, turn: Turn, seen: Sequence[Seen]) -> None:
    """Once for each time that it comes about; what the operator has seen to is not raised again."""
    known = _known(conn, {one.relationship_id for one in seen})
    rows, over = [], []
    for one in seen:
        times = known.get((one.kind, one.source), [])
        last = times[-1] if times else None
        if one.holds and (last is None or (last.cleared_on is not None and last.cleared_by is None)):
            rows.append(_row(turn, one, len(times) + 1))
        elif not one.holds and last is not None and last.cleared_on is None:
            over.append(last.id)
    insert_all(conn, Flag, rows)
    if over:
        conn.execute(update(Flag).where(Flag.id.in_(over)).values(cleared_on=turn.today))


def _known(conn: Connection, relationships: set[int]) -> Mapping[tuple[str, str], list[Row[Any]]]:
    kinds = Flag.kind.in_((Kind.CONCERN, Kind.SCORES_APART))
    columns = (Flag.id, Flag.kind, Flag.source, Flag.cleared_on, Flag.cleared_by)
    rows = conn.execute(select(*columns).where(Flag.relationship_id.in_(relationships), kinds).order_by(Flag.id))
    known: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        known.setdefault((row.kind, row.source.partition(" time ")[0]), []).append(row)
    return known


def _row(turn: Turn, one: Seen, time: int) -> dict[str, Any]:
    return {
        "cohort_id": turn.cohort_id,
        "relationship_id": one.relationship_id,
        "subject": f"R{one.relationship_id}",
        "kind": one.kind,
        "source": one.source if time == 1 else f"{one.source} time {time}",
        "note": one.note,
        "raised_on": turn.today,
    }
