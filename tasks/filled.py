"""Answers that say what enrollment did not know: in the phases before the match, a question with the name of a field fills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from programs.spec import EnrollmentField
from tasks.history import note
from tasks.models import Participant
from tasks.roster.addresses import read_address
from tasks.roster.values import Refused, reader_of
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted


def fill(conn: Connection, turn: Turn, key: str, group: Sequence[Accepted]) -> int:
    """Keep what people have said as what is known of them. Returns of how many something has changed."""
    step = turn.plan.by_key.get(key)
    if step is None or not step.phase.alone:
        return 0
    fields = turn.plan.program.enrollment.fields
    said = {
        one.ask.participant_id: {
            name: value
            for name, answer in one.answers.items()
            if name in fields and (value := _value(turn, fields[name], name, answer)) is not None
        }
        for one in group
    }
    rows = conn.execute(select(Participant.id, Participant.fields).where(Participant.id.in_(said))).all()
    fresh = {row.id: row.fields | said[row.id] for row in rows if row.fields | said[row.id] != row.fields}
    for participant, known in fresh.items():
        this = Participant.id == participant
        conn.execute(update(Participant).where(this).values(fields=known))
        note(conn, turn, Participant, "fill", this, f"said more: {', '.join(sorted(said[participant]))}")
    return len(fresh)


def _value(turn: Turn, field: EnrollmentField, name: str, answer: Any) -> Any:
    """Read like the cell of a sheet; None for what the field cannot take, so that what was known stays."""
    meanings = turn.plan.program.enrollment.values.get(name, {})
    read = reader_of(field, meanings, lambda text: read_address(text).written)
    try:
        return read(_as_cell(field, answer))
    except Refused:
        return None


def _as_cell(field: EnrollmentField, answer: Any) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list | tuple):
        return field.separator.join(map(str, answer))
    lines = str(answer).splitlines() if field.type in ("tags", "ranking") else [str(answer)]
    return field.separator.join(line for line in lines if line.strip())
