"""Signs of life: meetings, answers and ticks, and what their absence leads to, rung by rung."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, case, exists, or_, select, update

from programs.lifecycle import RelationshipStatus
from programs.spec import Rung, Then
from tasks.models import Flag, Member, Relationship
from tasks.outbox import queue
from tasks.sql import changed, day, insert_from, joined, text
from tasks.turn import Turn

AT_RISK = "at_risk"


def touch(conn: Connection, turn: Turn, relationships: Sequence[int], contact_on: date) -> None:
    """Note a contact: the ladder begins anew, and a relationship that was at risk is so no more."""
    if not relationships:
        return
    ladder = turn.plan.program.silence
    mine = Relationship.id.in_(relationships)
    fresher = mine & or_(Relationship.last_contact_on.is_(None), Relationship.last_contact_on <= contact_on)
    first_on = ladder[0].after.after(contact_on) if ladder else None
    conn.execute(
        update(Relationship).where(fresher).values(last_contact_on=contact_on, silence_on=first_on, silence_rung=0)
    )
    raised = Flag.relationship_id.in_(relationships) & (Flag.kind == AT_RISK) & Flag.cleared_on.is_(None)
    conn.execute(update(Flag).where(raised, Flag.raised_on <= contact_on).values(cleared_on=turn.today))


def silent(turn: Turn, rung: int | None = None) -> ColumnElement[bool]:
    """Running relationships that have been silent long enough for the next rung."""
    return (
        (Relationship.cohort_id == turn.cohort_id)
        & (Relationship.status == RelationshipStatus.ACTIVE)
        & (Relationship.silence_on <= turn.today)
        & Relationship.ending_on.is_(None)
        & (Relationship.silence_rung >= 0 if rung is None else Relationship.silence_rung == rung)
    )


def climb(conn: Connection, turn: Turn, rung: int) -> int:
    """Do what the rung says, and set the day of the next: never sooner than the declared time after this one."""
    ladder = turn.plan.program.silence
    step, reached = ladder[rung], silent(turn, rung)
    if step.then is Then.CLOSE:
        ending = {
            "ending_on": turn.today,
            "ending_reason": step.reason,
            "ending_by": "program",
        }
        return changed(conn, update(Relationship).where(reached).values(**ending, silence_on=None))
    if step.then is Then.REMIND:
        _remind(conn, turn, step, rung, reached)
    else:
        _raise_flag(conn, turn, step, reached)
    return changed(conn, update(Relationship).where(reached).values(**_next(turn, ladder, rung)))


def _next(turn: Turn, ladder: tuple[Rung, ...], rung: int) -> dict[str, object]:
    if rung + 1 >= len(ladder):
        return {"silence_on": None, "silence_rung": rung + 1}
    wait = (ladder[rung + 1].after.days or 0) - (ladder[rung].after.days or 0)
    return {"silence_on": turn.today + timedelta(days=wait), "silence_rung": rung + 1}


def _remind(conn: Connection, turn: Turn, step: Rung, rung: int, reached: ColumnElement[bool]) -> None:
    assert step.message
    rows = select(Relationship.id).join(Member, Member.relationship_id == Relationship.id)
    key = ("relationship", Relationship.id, "silence", str(rung), Relationship.last_contact_on, Member.participant_id)
    queue(
        conn, turn, rows.where(reached, Member.left_on.is_(None)), step.message, key,
        participant=Member.participant_id, relationship=Relationship.id,
    )  # fmt: skip


def _raise_flag(conn: Connection, turn: Turn, step: Rung, reached: ColumnElement[bool]) -> None:
    columns = {
        "cohort_id": Relationship.cohort_id,
        "relationship_id": Relationship.id,
        "subject": joined("R", Relationship.id),
        "kind": text(AT_RISK),
        "source": joined("silence since ", Relationship.last_contact_on),
        "note": text(f"no meeting, answer or tick for {step.after}"),
        "raised_on": day(turn.today),
    }
    insert_from(conn, Flag, columns, select(Relationship.id).where(reached))


def is_flagged(kind: str) -> ColumnElement[bool]:
    """Relationships with an open flag of that kind."""
    raised = exists().where(Flag.relationship_id == Relationship.id, Flag.kind == kind, Flag.cleared_on.is_(None))
    return case((raised, True), else_=False)
