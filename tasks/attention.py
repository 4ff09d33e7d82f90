"""The attention list: what needs somebody is raised once, and cleared when it holds no longer or the operator says so.

What holds by itself is looked for once a day; what happens at a moment is raised there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    update,
)

from programs.attention import Kind
from programs.lifecycle import ALONE, ENDED, CohortStatus, RelationshipStatus
from tasks.asking import ask_again
from tasks.circumstances import NEVER, Circumstance, lasting, misfit, nobody_else_comes, unmatched
from tasks.daily import composed, said
from tasks.history import note
from tasks.late import Late, Passed, since
from tasks.models import Cohort, Flag, Participant, Relationship
from tasks.needs import about_person
from tasks.sql import changed, day, insert_from, joined, text
from tasks.turn import Turn

OVER = (*ENDED, *(status for status in ALONE if status is not RelationshipStatus.PREPARING))
STAYS = (Kind.CONCERN,)
"""What is not settled by the end of a relationship."""


def outstanding(conn: Connection, turn: Turn) -> int:
    """How much the daily look would raise or clear."""
    is_open, last_run_on = _calendar(conn, turn)
    if not is_open:
        return 0
    is_first, kinds = last_run_on is None, frozenset(_listed(conn, turn))
    question = composed(turn, ("attention", is_first, kinds), lambda any_: _question(any_, is_first, kinds))
    return sum(conn.execute(question, said(turn) | _days(since(turn, last_run_on))).one())


def _days(lately: Late) -> dict[str, Any]:
    """The days that the question is asked with."""
    spans = {"waiting": lately.waiting, "unmatched": lately.unmatched}
    ends = {f"{name}_until": span.until for name, span in spans.items()}
    return ends | {f"{name}_after": span.after for name, span in spans.items() if span.after is not None}


def _named(name: str, is_first: bool) -> Passed:
    after = None if is_first else bindparam(f"{name}_after", type_=Date)
    return Passed(after, bindparam(f"{name}_until", type_=Date))


def _question(any_: Turn, is_first: bool, kinds: frozenset[str]) -> Select[Any]:
    """The counts of what is new and of what is over, of whichever cohort and day."""
    lately = Late(_named("waiting", is_first), _named("unmatched", is_first))
    found = list(lasting(any_, lately))
    counts = [
        it.rows.where(it.new, ~_is_raised(any_, it)).with_only_columns(func.count()).scalar_subquery()
        for it in found
        if it.new is not NEVER
    ]
    if kinds:
        counts.append(select(func.count(Flag.id)).where(_is_over(any_, found, kinds)).scalar_subquery())
    return select(*counts)


def look(conn: Connection, turn: Turn) -> int:
    """Clear what holds no longer, and raise what is new."""
    is_open, last_run_on = _calendar(conn, turn)
    if not is_open:
        return 0
    found = list(lasting(turn, since(turn, last_run_on)))
    kinds = _listed(conn, turn)
    cleared = _clear(conn, turn, _is_over(turn, found, kinds)) if kinds else 0
    return cleared + sum(raise_for(conn, turn, it, it.new) for it in found if it.new is not NEVER)


def left_over(conn: Connection, turn: Turn) -> int:
    """After a matching: those for whom nobody was found, and nobody will come who could be, or has not for long."""
    late = since(turn, None).unmatched
    it = unmatched(turn, late)
    open_ = exists().where(Flag.participant_id == Participant.id, Flag.kind == it.kind, Flag.cleared_on.is_(None))
    due = nobody_else_comes(turn) | late(Participant.available_on)
    return raise_for(conn, turn, it, ~open_.correlate(Participant) & due)


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


def _calendar(conn: Connection, turn: Turn) -> tuple[bool, date | None]:
    """Whether the cohort is open, and when it was run last."""
    open_ = (Cohort.id == turn.cohort_id) & (Cohort.status == CohortStatus.OPEN)
    row = conn.execute(select(Cohort.last_run_on).where(open_)).first()
    return row is not None, row.last_run_on if row else None


def _is_raised(turn: Turn, it: Circumstance) -> ColumnElement[bool]:
    mine = (Flag.cohort_id == turn.cohort_id) & (Flag.subject == joined(it.of, it.number))
    return exists().where(mine, Flag.kind == it.kind, Flag.source == it.source)


def _listed(conn: Connection, turn: Turn) -> set[str]:
    """The kinds of what is on the list now; about the others there is nothing to ask."""
    open_ = (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None)
    return set(conn.execute(select(Flag.kind).distinct().where(open_)).scalars())


def _is_over(turn: Turn, holding: list[Circumstance], kinds: Collection[str]) -> ColumnElement[bool]:
    """Open items of these kinds whose circumstance holds no longer, or whose relationship has ended."""
    gone = exists().where(Relationship.id == Flag.relationship_id, Relationship.status.in_(OVER)).correlate(Flag)
    settled = [gone & Flag.kind.not_in(STAYS)]
    for kind in sorted({it.kind for it in holding} & set(kinds)):
        holds = [_holds(it) for it in holding if it.kind == kind]
        settled.append((Flag.kind == kind) & ~or_(false(), *holds))
    return (Flag.cohort_id == turn.cohort_id) & Flag.cleared_on.is_(None) & or_(*settled)


def _holds(it: Circumstance) -> ColumnElement[bool]:
    mine = it.number == (Flag.relationship_id if it.of == "R" else Flag.participant_id)
    return it.rows.where(mine, it.source == Flag.source).correlate(Flag).exists()
