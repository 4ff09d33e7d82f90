"""What follows from answers: consent, gates, dependent steps, and the `when:` of milestones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, exists, select, update

from programs.lifecycle import ALONE, LIVE, RUNNING
from programs.plan import CONSENT
from programs.plan import Step as PlanStep
from programs.spec import Consequence, Role, Then
from programs.survey import matches
from programs.ways import when_key
from tasks.asking import take_back
from tasks.gates import BY_ANSWER, let_through
from tasks.models import Ask, Flag, Member, Relationship, Response
from tasks.offers import accept, decline
from tasks.passages import go
from tasks.sql import insert_all
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted


def decide(conn: Connection, turn: Turn, group: Sequence[Accepted]) -> None:
    """Members accept or decline a proposal."""
    role = str(group[0].ask.key).removeprefix(f"{CONSENT}.")
    refusing = [one.ask.relationship_id for one in group if not one.answers.get("accept")]
    accepting = [one for one in group if one.answers.get("accept") and one.ask.relationship_id not in refusing]
    if accepting:
        theirs = exists().where(
            Ask.relationship_id == Member.relationship_id,
            Ask.participant_id == Member.participant_id,
            Ask.id.in_([one.ask.id for one in accepting]),
        )
        conn.execute(update(Member).where(theirs).values(accepted_on=turn.today))
        accepted = [one.ask.relationship_id for one in accepting]
        accept(conn, turn, accepted, role)
        if role == Role.MENTOR:
            take_back(conn, turn, accepted)
    if refusing:
        decline(conn, turn, refusing)


def pass_gate(conn: Connection, turn: Turn, step: PlanStep, participants: Sequence[int]) -> None:
    """Participants who answered what a gate waits for pass it; after the last gate they are active."""
    gates = turn.plan.program.enrollment.gate_ids
    if step.milestone is not None and step.milestone.id in gates:
        let_through(conn, turn, step.milestone.id, participants, BY_ANSWER)


def follow(conn: Connection, turn: Turn, step: PlanStep, group: Sequence[Accepted]) -> None:
    """Bring about what the milestone declares under `when`."""
    for position, consequence in enumerate(step.consequences):
        hit = [one for one in group if matches(consequence, one.form, one.answers)]
        if consequence.by == "all":
            hit = [one for one in hit if _everybody(conn, consequence, one)]
        for one in hit:
            if consequence.then is Then.GO:
                _go(conn, turn, step, position, one)
            elif consequence.then is Then.FLAG:
                _flag(conn, turn, step, position, consequence, one)
            else:
                _end(conn, turn, consequence, one)


def _go(conn: Connection, turn: Turn, step: PlanStep, position: int, one: Accepted) -> None:
    """The relationship goes on at once, if it is still where it was asked."""
    assert step.milestone
    key = when_key(step.milestone.id, position)
    (way,) = (way for way in turn.plan.ways(step.phase.id) if way.key == key)
    asked_there = exists().where(Ask.id == one.ask.id, Ask.visit == Relationship.visit).correlate(Relationship)
    go(conn, turn, way, (Relationship.id == one.ask.relationship_id) & asked_there)


def _everybody(conn: Connection, consequence: Consequence, one: Accepted) -> bool:
    """Whether everybody who was asked at this step has given such an answer."""
    rows = conn.execute(
        select(Ask.id, Response.version, Response.answers)
        .outerjoin(Response, Response.ask_id == Ask.id)
        .where(Ask.step_id == one.ask.step_id)
        .order_by(Ask.id, Response.version)
    ).all()
    newest = {row.id: row.answers for row in rows}
    return all(answers is not None and matches(consequence, one.form, answers) for answers in newest.values())


def _flag(conn: Connection, turn: Turn, step: PlanStep, position: int, consequence: Consequence, one: Accepted) -> None:
    is_alone = one.ask.relationship in ALONE
    row = {
        "cohort_id": turn.cohort_id,
        "relationship_id": one.ask.relationship_id,
        "participant_id": one.ask.participant_id if is_alone else None,
        "subject": f"P{one.ask.participant_id}" if is_alone else f"R{one.ask.relationship_id}",
        "kind": "answer",
        "source": f"ask {one.ask.id} {position}",
        "note": consequence.note or f"{step.label}: an answer asks for a look",
        "raised_on": turn.today,
    }
    insert_all(conn, Flag, [row])


def _end(conn: Connection, turn: Turn, consequence: Consequence, one: Accepted) -> None:
    """The relationship is to end today; the close stage closes it."""
    running = (Relationship.id == one.ask.relationship_id) & Relationship.ending_on.is_(None)
    conn.execute(
        update(Relationship)
        .where(running, Relationship.status.in_((*RUNNING, *LIVE)))
        .values(
            ending_on=turn.today,
            ending_reason=consequence.reason,
            ending_by=one.ask.role,
            ending_rematch=True if consequence.rematch or consequence.then is Then.REMATCH else None,
        )
    )
