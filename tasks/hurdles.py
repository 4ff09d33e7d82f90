"""What stands between participants and a match, or a start: conditions over rows, and who waits for what. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, true

from programs import before
from programs.codes import code
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from programs.spec import Gate as DeclaredGate
from programs.spec import Program
from tasks.models import Ask, Gate, Member, Participant, Relationship
from tasks.turn import Turn

SHOWN = 20
"""People listed one by one."""


@dataclass(frozen=True)
class Waiting:
    """People who stand before a gate, the longest first."""

    gate: DeclaredGate
    count: int
    since: date | None
    """Of who stands there the longest."""
    people: tuple[tuple[str, date], ...]
    """The first of them: P-… and since when."""


def is_concerned(program: Program, gate: DeclaredGate) -> ColumnElement[bool]:
    """Participants who have to pass the gate."""
    theirs = [
        before.written(roles) for roles in before.combinations(program) if gate in before.gates_of(program, roles)
    ]
    return Participant.roles.in_(theirs)


def has_passed(gate: str) -> ColumnElement[bool]:
    return exists().where(Gate.participant_id == Participant.id, Gate.gate == gate).correlate(Participant)


def has_passed_all(program: Program) -> ColumnElement[bool]:
    """Participants before whom no gate is left."""
    return and_(true(), *(~is_concerned(program, gate) | has_passed(gate.id) for gate in program.enrollment.gates))


def is_let_through(program: Program, ahead: str) -> ColumnElement[bool]:
    """Participants with nothing left of what has to be passed before `matching`, or before the `start`."""
    found: list[ColumnElement[bool]] = []
    for roles in before.combinations(program):
        gates = before.gates_ahead(program, roles, ahead)
        if gates:
            found.append(
                or_(Participant.roles != before.written(roles), and_(*(has_passed(gate.id) for gate in gates)))
            )
    return and_(true(), *found)


def is_ready(turn: Turn) -> ColumnElement[bool]:
    """Participants who are not available yet and could be: through with what they do alone, or looking, and past the gates."""
    program = turn.plan.program
    looking = [phase.id for phase in program.alone_phases if before.looks(phase)]
    busy = select(Relationship.lead_id).where(
        Relationship.cohort_id == turn.cohort_id,
        Relationship.status == RelationshipStatus.PREPARING,
        Relationship.lead_id.is_not(None),
        Relationship.phase.not_in(looking),
    )
    return (
        (Participant.cohort_id == turn.cohort_id)
        & (Participant.status != ParticipantStatus.WITHDRAWN)
        & Participant.available_on.is_(None)
        & Participant.prepare_on.is_(None)
        & Participant.id.not_in(busy)
        & is_let_through(program, "matching")
    )


def gates_before_start(program: Program) -> list[str]:
    """The ids of the gates without which no relationship starts."""
    kinds = before.combinations(program)
    return sorted({gate.id for roles in kinds for gate in before.gates_ahead(program, roles, "start")})


def keeps_waiting(turn: Turn) -> ColumnElement[bool]:
    """Relationships with a member who has not passed what comes before the start."""
    stopped = exists().where(
        Member.relationship_id == Relationship.id,
        Member.left_on.is_(None),
        Participant.id == Member.participant_id,
        ~is_let_through(turn.plan.program, "start"),
    )
    return stopped.correlate(Relationship)


def could_start_on(turn: Turn) -> ColumnElement[date]:
    """The day on which an agreed relationship could start: once all agreed, and the last member had passed the last gate."""
    gates = gates_before_start(turn.plan.program)
    agreed = func.coalesce(Relationship.agreed_on, turn.plan.starts_on)
    if not gates:
        return agreed
    passed = (
        select(func.max(Gate.passed_on))
        .join(Member, Member.participant_id == Gate.participant_id)
        .where(Member.relationship_id == Relationship.id, Gate.gate.in_(gates))
        .correlate(Relationship)
        .scalar_subquery()
    )
    return case((passed > agreed, passed), else_=agreed)


def who_waits(conn: Connection, turn: Turn) -> Sequence[Waiting]:
    """Who stands before which gate since when, in the order of the program; gates with nobody before them are left out."""
    found = [_before(conn, turn, gate) for gate in turn.plan.program.enrollment.gates]
    return [one for one in found if one.count]


def stands_before(conn: Connection, turn: Turn, participant_id: int) -> list[tuple[str, date]]:
    """The gates that are before one participant, by title, and since when."""
    since = {gate.id: _since(gate) for gate in turn.plan.program.enrollment.gates}
    found = []
    for gate in turn.plan.program.enrollment.gates:
        here = _stands(turn, gate) & (Participant.id == participant_id)
        found += [(gate.label, row[0]) for row in conn.execute(select(since[gate.id]).where(here))]
    return found


def _before(conn: Connection, turn: Turn, gate: DeclaredGate) -> Waiting:
    here, since = _stands(turn, gate), _since(gate)
    count, oldest = conn.execute(select(func.count(Participant.id), func.min(since)).where(here)).one()
    first = select(Participant.id, since.label("since")).where(here).order_by(since, Participant.id).limit(SHOWN)
    people = tuple((code("P", row.id), row.since) for row in conn.execute(first)) if count else ()
    return Waiting(gate, count, oldest, people)


def _stands(turn: Turn, gate: DeclaredGate) -> ColumnElement[bool]:
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    return here & is_concerned(turn.plan.program, gate) & ~has_passed(gate.id)


def _since(gate: DeclaredGate) -> ColumnElement[date]:
    """The day on which they were asked, or else enrolled."""
    asked = select(func.min(Ask.opened_on)).where(Ask.participant_id == Participant.id, Ask.key.like(f"%.{gate.id}"))
    return func.coalesce(asked.correlate(Participant).scalar_subquery(), Participant.enrolled_on)
