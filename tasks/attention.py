"""The attention list: what needs somebody is raised once, and cleared when it holds no longer or the operator says so.

What holds by itself is looked for once a day; what happens at a moment is raised there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, false, func, or_, select, update

from programs.attention import Kind
from programs.lifecycle import ALONE, ENDED, CohortStatus, RelationshipStatus
from tasks.asking import ask_again
from tasks.circumstances import NEVER, Circumstance, lasting, misfit, unmatched
from tasks.history import note
from tasks.models import Cohort, Flag, Participant, Relationship
from tasks.needs import about_person
from tasks.sql import changed, day, insert_from, joined, text
from tasks.turn import Turn

OVER = (*ENDED, *(status for status in ALONE if status is not RelationshipStatus.PREPARING))
STAYS = (Kind.CONCERN,)
"""What is not settled by the end of a relationship."""


def outstanding(conn: Connection, turn: Turn) -> int:
    """How much the daily look would raise or clear."""
    found = _holding(conn, turn)
    if found is None:
        return 0
    counts = [
        it.rows.where(it.new, ~_is_raised(turn, it)).with_only_columns(func.count()).scalar_subquery()
        for it in found
        if it.new is not NEVER
    ]
    if kinds := _listed(conn, turn):
        counts.append(select(func.count(Flag.id)).where(_is_over(turn, found, kinds)).scalar_subquery())
    return sum(conn.execute(select(*counts)).one())


def look(conn: Connection, turn: Turn) -> int:
    """Clear what holds no longer, and raise what is new."""
    found = _holding(conn, turn)
    if found is None:
        return 0
    kinds = _listed(conn, turn)
    cleared = _clear(conn, turn, _is_over(turn, found, kinds)) if kinds else 0
    return cleared + sum(raise_for(conn, turn, it, it.new) for it in found if it.new is not NEVER)


def left_over(conn: Connection, turn: Turn) -> int:
    """After a matching: those for whom nobody was found."""
    it = unmatched(turn)
    open_ = exists().where(Flag.participant_id == Participant.id, Flag.kind == it.kind, Flag.cleared_on.is_(None))
    return raise_for(conn, turn, it, ~open_.correlate(Participant))


def look_again(conn: Connection, turn: Turn, ended: ColumnElement[bool]) -> int:
    """After relationships have ended because they did not fit."""
    return raise_for(conn, turn, misfit(turn), ended)


def raise_for(conn: Connection, turn: Turn, it: Circumstance, new: ColumnElement[bool]) -> int:
    """Put on the list what is not on it yet, set-based. Returns how much that was."""
    columns = {
        "cohort_id": it.number.table.c.cohort_id,  # type: ignore[attr-defined]
        ("relationship_id" if it.of == "R" else "participant_id"): it.number,
        "subject": joined(it.of, it.number),
        "kind": text(it.kind),
        "source": it.source,
        "note": it.note,
        "raised_on": day(turn.today),
    }
    return insert_from(conn, Flag, columns, it.rows.where(new))


def clear(
    conn: Connection, turn: Turn, of: str, number: int, kind: str | None = None, why: str | None = None
) -> list[str]:
    """The operator has looked after it: the kinds that were cleared, of R or P and its number; a second time, none."""
    mine = Flag.relationship_id == number if of == "R" else about_person(number)
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None) & mine
    open_ = open_ if kind is None else open_ & (Flag.kind == kind)
    kinds = sorted(set(conn.execute(select(Flag.kind).where(open_)).scalars()))
    if kinds:
        _clear(conn, turn, open_, turn.by)
        table: Any = Relationship if of == "R" else Participant
        said = f"{', '.join(kinds)}: {why}" if why else ", ".join(kinds)
        note(conn, turn, table, "clear", table.id == number, said)
    if Kind.ASKED_IN_VAIN in kinds:
        ask_again(conn, turn)
    return kinds


def end(conn: Connection, turn: Turn) -> int:
    """The cohort is over: nothing is left to do but to hear concerns."""
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None) & Flag.kind.not_in(STAYS)
    return _clear(conn, turn, open_)


def ended(conn: Connection, turn: Turn, relationships: list[int]) -> int:
    """The relationships end, and with them what was to be done about them."""
    open_ = Flag.relationship_id.in_(relationships) & Flag.cleared_on.is_(None) & Flag.kind.not_in(STAYS)
    return _clear(conn, turn, open_)


def _clear(conn: Connection, turn: Turn, where: ColumnElement[bool], by: str | None = None) -> int:
    return changed(conn, update(Flag).where(where).values(cleared_on=turn.today, cleared_by=by))


def _holding(conn: Connection, turn: Turn) -> list[Circumstance] | None:
    """None for a cohort that is closed."""
    open_ = (Cohort.id == turn.cohort_id) & (Cohort.status == CohortStatus.OPEN)
    row = conn.execute(select(Cohort.last_run_on).where(open_)).first()
    if row is None:
        return None
    last: date | None = row.last_run_on
    return list(lasting(turn, last))


def _is_raised(turn: Turn, it: Circumstance) -> ColumnElement[bool]:
    mine = (Flag.cohort_id == turn.cohort_id) & (Flag.subject == joined(it.of, it.number))
    return exists().where(mine, Flag.kind == it.kind, Flag.source == it.source)


def _listed(conn: Connection, turn: Turn) -> set[str]:
    """The kinds of what is on the list now; about the others there is nothing to ask."""
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None)
    return set(conn.execute(select(Flag.kind).distinct().where(open_)).scalars())


def _is_over(turn: Turn, holding: list[Circumstance], kinds: set[str]) -> ColumnElement[bool]:
    """Open items of these kinds whose circumstance holds no longer, or whose relationship has ended."""
    gone = exists().where(Relationship.id == Flag.relationship_id, Relationship.status.in_(OVER)).correlate(Flag)
    settled = [gone & Flag.kind.not_in(STAYS)]
    for kind in sorted({it.kind for it in holding} & kinds):
        holds = [_holds(it) for it in holding if it.kind == kind]
        settled.append((Flag.kind == kind) & ~or_(false(), *holds))
    return (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None) & or_(*settled)


def _holds(it: Circumstance) -> ColumnElement[bool]:
    mine = it.number == (Flag.relationship_id if it.of == "R" else Flag.participant_id)
    return it.rows.where(mine, it.source == Flag.source).correlate(Flag).exists()
