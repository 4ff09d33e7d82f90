"""Under which circumstances a relationship or a participant needs somebody: sets of rows that hold by themselves. Changes nothing.

Each says what is new in it since the last run, so that a day on which nothing crosses a line looks at nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from programs import before
from programs.attention import Kind
from programs.lifecycle import LIVE, RUNNING, AskStatus, ParticipantStatus, RelationshipStatus, StepStatus
from programs.plan import CONSENT, StepKind
from programs.spec import Gate as DeclaredGate
from programs.spec import Objective, Role, Shape
from tasks.engaged import is_engaged
from tasks.late import Late, Passed
from tasks.models import Ask, Flag, Gate, History, Member, Participant, Relationship, Step
from tasks.sql import Column, joined, text
from tasks.turn import Turn

ALIVE = tuple(dict.fromkeys((*LIVE, *RUNNING)))
NEVER: ColumnElement[bool] = false()


@dataclass(frozen=True)
class Circumstance:
    """Rows for which something holds. The source differs when the same thing happens anew."""

    kind: Kind
    of: Literal["R", "P"]
    number: Column
    rows: Select[Any]
    source: Column
    note: Column
    new: ColumnElement[bool] = NEVER
    """What the daily look raises; never, for what is raised where it happens."""


def lasting(turn: Turn, lately: Late) -> Iterator[Circumstance]:
    """Everything that holds until it is done."""
    late = lately.waiting
    for gate in turn.plan.program.enrollment.gates:
        if gate.by == "operator":
            yield _recorded(turn, gate, late)
            yield _taken_back(turn, gate, late)
        else:
            yield _answered(turn, gate, late)
    if turn.plan.program.attention.expired and _required(turn):
        yield _expired(turn, late)
    yield _proposed(turn, late)
    if turn.plan.program.matching.consent:
        yield _offered(turn, late)
    yield unmatched(turn, lately.unmatched)
    yield misfit(turn)
    yield _overrun(turn)
    yield _asked_in_vain(turn)
    if (often := asks_let_go_by(turn)) is not None:
        yield unanswered(turn, often)


def _recorded(turn: Turn, gate: DeclaredGate, late: Passed) -> Circumstance:
    """The operator has to record it, for whoever has been enrolled long enough."""
    theirs = or_(*(Participant.roles.contains(str(role)) for role in gate.roles)) if gate.roles else None
    rows = select(Participant.id).where(_present(turn), ~_passed(gate))
    return Circumstance(
        kind=Kind.GATE,
        of="P",
        number=Participant.id,
        rows=rows if theirs is None else rows.where(theirs),
        source=joined(f"gate {gate.id} since ", Participant.enrolled_on),
        note=joined(f"{gate.label}, since ", Participant.enrolled_on),
        new=late(Participant.enrolled_on),
    )


def _taken_back(turn: Turn, gate: DeclaredGate, late: Passed) -> Circumstance:
    """They stand before it again since the operator took it back."""
    back = (History.cohort_id == turn.cohort_id) & (History.noun == "participant") & (History.event == "take back")
    return Circumstance(
        kind=Kind.GATE,
        of="P",
        number=Participant.id,
        rows=select(Participant.id)
        .join(History, (History.noun_id == Participant.id) & back & (History.why == f"gate {gate.id}"))
        .where(_present(turn), ~_passed(gate)),
        source=joined(f"gate {gate.id} again since ", History.happened_on),
        note=joined(f"{gate.label}, again since ", History.happened_on),
        new=late(History.happened_on),
    )


def _answered(turn: Turn, gate: DeclaredGate, late: Passed) -> Circumstance:
    """They have to fill in the form, and it was due long enough ago."""
    keys = [step.key for step in turn.plan.steps if step.milestone is not None and step.milestone.id == gate.id]
    return Circumstance(
        kind=Kind.GATE_FORM,
        of="P",
        number=Participant.id,
        rows=_late_steps(turn, Participant.id, keys)
        .join(Ask, (Ask.step_id == Step.id) & (Ask.status == AskStatus.OPEN))
        .join(Participant, Participant.id == Ask.participant_id)
        .where(_present(turn), ~_passed(gate)),
        source=joined(f"gate {gate.id} due ", Step.due_on),
        note=joined(f"{gate.label}, due ", Step.due_on),
        new=late(Step.due_on) & _goes_on(),
    )


def _expired(turn: Turn, late: Passed) -> Circumstance:
    """What is required was due long enough ago; what a gate waits for is the matter of those who stand before it."""
    labels = _required(turn)
    unanswered = exists().where(Ask.step_id == Step.id, Ask.status == AskStatus.OPEN).correlate(Step)
    return Circumstance(
        kind=Kind.EXPIRED,
        of="R",
        number=Relationship.id,
        rows=_late_steps(turn, Relationship.id, list(labels)).where(unanswered),
        source=joined("step ", Step.id, " due ", Step.due_on),
        note=joined(case(labels, value=Step.key, else_=Step.key), ", due ", Step.due_on),
        new=late(Step.due_on) & _goes_on(),
    )


def _required(turn: Turn) -> dict[str, str]:
    gates = turn.plan.program.enrollment.gate_ids
    return {
        step.key: step.label
        for step in turn.plan.steps
        if step.required and step.kind is StepKind.ASK and step.milestone and step.milestone.id not in gates
    }


def _late_steps(turn: Turn, column: Any, keys: list[str]) -> Select[Any]:
    mine = (Step.cohort_id == turn.cohort_id) & (Step.status == StepStatus.OPEN) & (Step.kind == StepKind.ASK)
    alive = (Relationship.id == Step.relationship_id) & Relationship.status.in_(ALIVE)
    past = Step.due_on < turn.today  # a due day that was moved on takes it back
    return select(column).select_from(Step).join(Relationship, alive).where(mine, past, Step.key.in_(keys))


def _goes_on() -> ColumnElement[bool]:
    return Relationship.status.in_(RUNNING) & Relationship.ending_on.is_(None)


def _proposed(turn: Turn, late: Passed) -> Circumstance:
    mine = (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)
    since = joined("proposed on ", Relationship.proposed_on)
    rows = select(Relationship.id).where(mine)
    return Circumstance(Kind.PROPOSAL, "R", Relationship.id, rows, since, since, late(Relationship.proposed_on))


def _offered(turn: Turn, late: Passed) -> Circumstance:
    """Each member who is asked, from the day on which they were."""
    mine = (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.OFFERED)
    asked = (Ask.relationship_id == Relationship.id) & (Ask.status == AskStatus.OPEN) & Ask.key.like(f"{CONSENT}.%")
    return Circumstance(
        kind=Kind.CONSENT,
        of="R",
        number=Relationship.id,
        rows=select(Relationship.id).join(Ask, asked).where(mine),
        source=joined(Ask.role, " asked on ", Ask.opened_on),
        note=joined("the ", Ask.role, " was asked on ", Ask.opened_on),
        new=late(Ask.opened_on),
    )


def unmatched(turn: Turn, late: Passed) -> Circumstance:
    """Those for whom matching found nobody; anew after each relationship that they had, or were proposed.

    While others are on their way to the match it is too early to say, unless it has gone on for long.
    """
    had = select(func.count(Member.id)).where(Member.participant_id == Participant.id).correlate(Participant)
    return Circumstance(
        kind=Kind.UNMATCHED,
        of="P",
        number=Participant.id,
        rows=select(Participant.id).where(_present(turn), Participant.unmatched.is_not(None), ~is_engaged()),
        source=joined("left over after ", had.scalar_subquery()),
        note=text("matching found nobody for them"),
        new=late(Participant.available_on) if before.has_any(turn.plan.program) else NEVER,
    )


def nobody_else_comes(turn: Turn) -> ColumnElement[bool]:
    """Participants for whom there is nobody who is not ready for the match yet: before a gate, or with something to do alone."""
    if not before.has_any(turn.plan.program):
        return true()
    other = aliased(Participant)
    is_peer = turn.plan.program.relationships.shape is Shape.CIRCLE
    fits = other.id != Participant.id if is_peer else other.roles.contains(str(Role.MENTOR)) & (other.capacity > 0)
    coming = exists().where(
        other.cohort_id == turn.cohort_id,
        other.status != ParticipantStatus.WITHDRAWN,
        other.available_on.is_(None),
        fits,
    )
    return ~coming.correlate(Participant)


def misfit(turn: Turn) -> Circumstance:
    """Those who look for somebody new after a relationship that did not fit."""
    ended = (Relationship.status == RelationshipStatus.CLOSED) & Relationship.ending_rematch.is_(True)
    looking = _present(turn) & Participant.seeking_on.is_not(None)
    return Circumstance(
        kind=Kind.MISFIT,
        of="P",
        number=Participant.id,
        rows=select(Participant.id)
        .join(Member, (Member.participant_id == Participant.id) & (Member.role != "mentor"))
        .join(Relationship, (Relationship.id == Member.relationship_id) & ended)
        .where(looking),
        source=joined("after R", Relationship.id),
        note=joined(
            "ended (",
            func.replace(Relationship.ending_reason, "_", " "),
            "); looks again from ",
            Participant.seeking_on,
        ),
    )


def _asked_in_vain(turn: Turn) -> Circumstance:
    """Raised when the last ask was refused; over as soon as there is somebody."""
    rows = select(Participant.id).where(_present(turn), Participant.unmatched.is_not(None))
    return Circumstance(Kind.ASKED_IN_VAIN, "P", Participant.id, rows, Flag.source, text(""))


def asks_let_go_by(turn: Turn) -> int | None:
    """How many of them in a row are too many; None where that counts for nothing."""
    program = turn.plan.program
    return program.attention.unanswered if program.matching.objective is Objective.MENTEE_LED else None


def unanswered(turn: Turn, often: int) -> Circumstance:
    """Raised when a mentor has let one more ask go by, of several in a row; over as soon as they answer one."""
    mine = (Ask.participant_id == Participant.id) & (Ask.key == f"{CONSENT}.{Role.MENTOR}")
    answered = select(func.max(Ask.id)).where(mine, Ask.status == AskStatus.ANSWERED).correlate(Participant)
    since = mine & (Ask.id > func.coalesce(answered.scalar_subquery(), 0)) & (Ask.status == AskStatus.EXPIRED)
    ignored = select(func.count(Ask.id)).where(since).correlate(Participant).scalar_subquery()
    first = select(func.min(Ask.id)).where(since).correlate(Participant).scalar_subquery()
    return Circumstance(
        kind=Kind.UNANSWERED,
        of="P",
        number=Participant.id,
        rows=select(Participant.id).where(_present(turn), ignored >= often),
        source=joined("asks unanswered since ", first),
        note=text(
            f"let {often} asks in a row go by without an answer" if often > 1 else "let an ask go by without an answer"
        ),
    )


def _overrun(turn: Turn) -> Circumstance:
    """Raised by the phase; over as soon as it is left, or nothing required is outstanding."""
    outstanding = exists().where(
        Step.relationship_id == Relationship.id,
        Step.visit == Relationship.visit,
        Step.required,
        Step.status.not_in((StepStatus.REACHED, StepStatus.WAIVED)),
    )
    mine = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(ALIVE)
    rows = select(Relationship.id).where(mine, outstanding.correlate(Relationship))
    return Circumstance(Kind.OVERRUN, "R", Relationship.id, rows, overrun_of(), text(""))


def overrun_of() -> Column:
    """The source of an overrun: the phase, and which visit it is, since a relationship may come back to it."""
    return joined("overrun ", Relationship.phase, " ", Relationship.visit)


def _present(turn: Turn) -> ColumnElement[bool]:
    return (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)


def _passed(gate: DeclaredGate) -> ColumnElement[bool]:
    return exists().where(Gate.participant_id == Participant.id, Gate.gate == gate.id).correlate(Participant)
