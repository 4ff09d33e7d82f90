"""What follows from answers: consent, goals, gates, dependent steps, and the `when:` of milestones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, exists, func, select, update

from programs.lifecycle import GoalStatus, ParticipantStatus, StepStatus
from programs.plan import CONSENT
from programs.plan import Step as PlanStep
from programs.spec import Consequence, QuestionType, Then
from programs.survey import matches
from tasks.history import move_all
from tasks.models import Ask, Flag, Gate, Goal, Member, Participant, Relationship, Response, Step
from tasks.offers import accept, decline
from tasks.sql import insert_all, insert_new
from tasks.steps import anchor_waiting
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
        accept(conn, turn, [one.ask.relationship_id for one in accepting], role)
    if refusing:
        decline(conn, turn, refusing)


def keep_goals(conn: Connection, turn: Turn, group: Sequence[Accepted]) -> None:
    """Answers that set a goal, and answers that say how far it is."""
    for one in group:
        for question in one.form.questions:
            value = one.answers.get(question.id)
            if value is None:
                continue
            if question.type is QuestionType.GOAL:
                set_goal(
                    conn, turn, one.ask.relationship_id, one.ask.participant_id, question.id, str(value), question.term
                )
            elif question.type is QuestionType.PROGRESS and question.goal and isinstance(value, int):
                mine = (Goal.relationship_id == one.ask.relationship_id) & (Goal.key == question.goal)
                update_goals(conn, turn, mine & (Goal.participant_id == one.ask.participant_id), value)


def set_goal(
    conn: Connection, turn: Turn, relationship_id: int, participant_id: int, key: str, wording: str, term: str | None
) -> None:
    """Set a goal, or word it anew; its progress stays."""
    row = {
        "relationship_id": relationship_id,
        "participant_id": participant_id,
        "key": key,
        "term": term,
        "text": wording,
        "status": GoalStatus.OPEN,
        "progress": 0,
        "set_on": turn.today,
    }
    new = insert_new(conn, Goal).values(row).returning(Goal.id)
    if conn.execute(new).first() is None:
        mine = (Goal.relationship_id == relationship_id) & (Goal.participant_id == participant_id) & (Goal.key == key)
        conn.execute(update(Goal).where(mine).values(text=wording, term=term))


def update_goals(conn: Connection, turn: Turn, where: Any, progress: int) -> int:
    """Record progress in per cent; 100 means reached, and less opens a reached goal again."""
    if progress >= 100:
        move_all(conn, turn, Goal, "reach", where, settled_on=turn.today)
    else:
        move_all(conn, turn, Goal, "reopen", where, settled_on=None)
    return conn.execute(update(Goal).where(where).values(progress=progress)).rowcount


def pass_gate(conn: Connection, turn: Turn, step: PlanStep, participants: Sequence[int], by: str = "answer") -> None:
    """Participants who answered what a gate waits for pass it; after the last gate they are active."""
    gates = turn.plan.program.enrollment.gates
    if step.milestone is None or step.milestone.id not in gates:
        return
    rows = [
        {"participant_id": participant, "gate": step.milestone.id, "passed_on": turn.today, "by": by}
        for participant in participants
    ]
    insert_all(conn, Gate, rows)
    passed = (
        select(func.count(Gate.gate.distinct()))
        .where(Gate.participant_id == Participant.id, Gate.gate.in_(gates))
        .correlate(Participant)
        .scalar_subquery()
    )
    through = Participant.id.in_(participants) & (passed == len(gates))
    move_all(conn, turn, Participant, "activate", through & (Participant.status == ParticipantStatus.ENROLLED))


def anchor_after(conn: Connection, turn: Turn, key: str, steps: Sequence[int]) -> None:
    """Date the steps that waited for this one, where it has been reached."""
    for waiting in turn.plan.steps:
        if waiting.waits_for != key:
            continue
        other = Step.__table__.alias("reached")
        reached = exists().where(
            other.c.relationship_id == Step.relationship_id,
            other.c.visit == Step.visit,
            other.c.id.in_(steps),
            other.c.status == StepStatus.REACHED,
        )
        anchor_waiting(conn, turn, waiting, turn.today, reached)


def follow(conn: Connection, turn: Turn, step: PlanStep, group: Sequence[Accepted]) -> None:
    """Bring about what the milestone declares under `when`."""
    for position, consequence in enumerate(step.consequences):
        hit = [one for one in group if matches(consequence, one.form, one.answers)]
        if consequence.by == "all":
            hit = [one for one in hit if _everybody(conn, consequence, one)]
        for one in hit:
            if consequence.then is Then.FLAG:
                _flag(conn, turn, step, position, consequence, one)
            else:
                _end(conn, turn, consequence, one)


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
    row = {
        "cohort_id": turn.cohort_id,
        "relationship_id": one.ask.relationship_id,
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
        .where(running, Relationship.status.in_(("active", "paused")))
        .values(
            ending_on=turn.today,
            ending_reason=consequence.reason,
            ending_by=one.ask.role,
            ending_rematch=consequence.rematch or consequence.then is Then.REMATCH,
        )
    )
