"""Participants pass gates: by an answer, or because the operator says so, also by waiving the form.

Nobody passes otherwise, and what followed is not undone.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from programs.codes import code
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import ENDED, LIVE, PENDING, ParticipantStatus
from programs.spec import Gate as DeclaredGate
from tasks.history import move_all, note
from tasks.hurdles import has_passed, has_passed_all, is_concerned
from tasks.models import Gate, Member, Participant, Relationship
from tasks.readiness import make_available
from tasks.sql import BATCH, insert_all
from tasks.turn import Turn

BY_ANSWER = "answer"
"""By what somebody passed who answered."""


def let_through(conn: Connection, turn: Turn, gate: str, participants: Sequence[int], by: str) -> None:
    """Note that they have passed it; who has nothing left before them is active, and may be matched."""
    rows = [{"participant_id": one, "gate": gate, "passed_on": turn.today, "by": by} for one in participants]
    insert_all(conn, Gate, rows)
    for start in range(0, len(participants), BATCH):
        theirs = Participant.id.in_(participants[start : start + BATCH])
        waiting = theirs & (Participant.status == ParticipantStatus.ENROLLED)
        move_all(conn, turn, Participant, "activate", waiting & has_passed_all(turn.plan.program))
    make_available(conn, turn)


def pass_by_hand(
    conn: Connection, turn: Turn, gate: str, participants: Sequence[int] | None, why: str | None = None
) -> int:
    """The operator lets these through, or everybody who stands before it. Returns for how many that was new.

    Raises NotFoundError for a gate or a participant that is not there, MentorflowError where it is not the operator's to say
    without a reason and names.
    """
    declared = _declared(turn, gate)
    if declared.by != "operator":
        _must_be_reasoned(turn, gate, participants, why)
    here = _here(turn) & is_concerned(turn.plan.program, declared)
    if participants is not None:
        _must_be_concerned(conn, turn, declared, participants, here)
        here &= Participant.id.in_(participants)
    return _pass(conn, turn, gate, here, f"gate {gate}" + (f": {why}" if why else ""))


def pass_waived(conn: Connection, turn: Turn, relationship_id: int, keys: Collection[str], why: str | None) -> None:
    """Members who are let off the form of a gate are let through it by that: nobody will ask them again."""
    answered = [one for one in turn.plan.program.enrollment.gates if one.by != "operator"]
    waived = {key.split(".", 1)[1] for key in keys}
    for gate in answered:
        if gate.id in waived:
            mine = (Member.relationship_id == relationship_id) & Member.left_on.is_(None)
            theirs = Participant.id.in_(select(Member.participant_id).where(mine)) & is_concerned(
                turn.plan.program, gate
            )
            _pass(conn, turn, gate.id, _here(turn) & theirs, f"gate {gate.id}, waived" + (f": {why}" if why else ""))


def _pass(conn: Connection, turn: Turn, gate: str, whom: ColumnElement[bool], why: str) -> int:
    new = list(conn.execute(select(Participant.id).where(whom & ~has_passed(gate)).order_by(Participant.id)).scalars())
    note(conn, turn, Participant, "pass", Participant.id.in_(new), why)
    let_through(conn, turn, gate, new, turn.by)
    return len(new)


def take_back(conn: Connection, turn: Turn, gate: str, participants: Sequence[int] | None) -> int:
    """The operator was mistaken: these stand before the gate again. Returns for how many that was so.

    Raises MentorflowError where somebody has been proposed, or has started, since: such people are withdrawn instead.
    """
    declared = _declared(turn, gate)
    here = _here(turn) & has_passed(gate)
    if declared.by != "operator":
        here &= Participant.id.in_(select(Gate.participant_id).where(Gate.gate == gate, Gate.by != BY_ANSWER))
    if participants is not None:
        here &= Participant.id.in_(participants)
    _must_not_have_gone_on(conn, turn, declared, here)
    ids = list(conn.execute(select(Participant.id).where(here).order_by(Participant.id)).scalars())
    theirs = Participant.id.in_(ids)
    note(conn, turn, Participant, "take back", theirs, f"gate {gate}")
    conn.execute(delete(Gate).where(Gate.participant_id.in_(ids), Gate.gate == gate))
    move_all(conn, turn, Participant, "hold back", theirs)
    if declared.before == "matching":
        conn.execute(update(Participant).where(theirs).values(available_on=None, seeking_on=None))
    return len(ids)


def _declared(turn: Turn, gate: str) -> DeclaredGate:
    gates = {one.id: one for one in turn.plan.program.enrollment.gates}
    if gate not in gates:
        known = ", ".join(one.id for one in gates.values() if one.by == "operator") or "none that the operator opens"
        raise NotFoundError(f"there is no gate '{gate}' in '{turn.plan.program.program}'; its gates: {known}")
    return gates[gate]


def _must_be_reasoned(turn: Turn, gate: str, participants: Sequence[int] | None, why: str | None) -> None:
    if not (why or "").strip():
        raise MentorflowError(
            f"'{gate}' is passed by answering its form, not by hand; an answer that was given elsewhere is taken by: "
            f'mentorflow answer {shlex.quote(turn.cohort)}. Who is not to answer is let through with --why "…"'
        )
    if participants is None:
        raise MentorflowError(f"'{gate}' is passed by answering its form; name those who pass it without: P-… P-…")


def _here(turn: Turn) -> ColumnElement[bool]:
    return (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)


def _must_be_concerned(
    conn: Connection, turn: Turn, gate: DeclaredGate, participants: Sequence[int], concerned: ColumnElement[bool]
) -> None:
    found = set(conn.execute(select(Participant.id).where(concerned, Participant.id.in_(participants))).scalars())
    if missing := [code("P", one) for one in participants if one not in found]:
        raise NotFoundError(f"'{gate.id}' is no gate of {', '.join(missing)} in cohort '{turn.cohort}'")


def _must_not_have_gone_on(conn: Connection, turn: Turn, gate: DeclaredGate, where: ColumnElement[bool]) -> None:
    followed = (*PENDING, *LIVE) if gate.before == "matching" else LIVE
    since = (
        select(func.max(Gate.passed_on))
        .where(Gate.participant_id == Participant.id, Gate.gate == gate.id)
        .correlate(Participant)
        .scalar_subquery()
    )
    ended = Relationship.status.in_(ENDED) & (Relationship.proposed_on >= since)
    gone_on = exists().where(
        Member.participant_id == Participant.id,
        Relationship.id == Member.relationship_id,
        Relationship.status.in_(followed) | ended,
    )
    rows = conn.execute(select(Participant.id).where(where, gone_on.correlate(Participant)).order_by(Participant.id))
    if people := [code("P", one) for one in rows.scalars()]:
        raise MentorflowError(
            f"{', '.join(people)} went on after passing '{gate.id}', so it cannot be taken back; whoever must not take part "
            f"is taken out by: mentorflow close --participant P-… --reason …"
        )
