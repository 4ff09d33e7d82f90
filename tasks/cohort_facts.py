"""Gathers the sums of a cohort: few queries, whatever its size. What the sums mean is the declaration's matter."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select, union_all

from programs.lifecycle import ALONE, AskStatus, RelationshipStatus
from programs.summary import (
    AimFacts,
    BondFacts,
    CohortFacts,
    MilestoneFacts,
    ParticipantFacts,
    PassageFacts,
    ResponseFacts,
    goals_kept_back,
)
from programs.survey.sharing import SCORED
from tasks.models import (
    Action,
    Ask,
    Base,
    Closure,
    Flag,
    Goal,
    Meeting,
    Member,
    Participant,
    Passage,
    Relationship,
    Response,
    Step,
)
from tasks.sql import number, text
from tasks.turn import Turn

_NOTHING = text("")
"""Where there is no name, or no status, to count by."""


def gather_cohort(conn: Connection, turn: Turn) -> CohortFacts:
    """The cohort as it stands on the day of the turn."""
    meetings, minutes, relationships_met = _meetings(conn, turn)
    counts = _counts(conn, turn)
    return CohortFacts(
        plan=turn.plan,
        cohort=turn.cohort,
        as_of=turn.today,
        participants=_participants(conn, turn),
        bonds=_bonds(conn, turn),
        passages=_passages(conn, turn),
        milestones=tuple(MilestoneFacts(row.name, row.status, row.total) for row in counts["step"]),
        responses=_responses(conn, turn),
        meetings=meetings,
        minutes=minutes,
        relationships_met=relationships_met,
        goals=tuple(AimFacts(row.name, row.status, row.total, row.total - row.marked) for row in counts["goal"]),
        actions={row.status: row.total for row in counts["action"]},
        attention={row.name: (row.total, row.marked) for row in counts["flag"]},
    )


def _participants(conn: Connection, turn: Turn) -> tuple[ParticipantFacts, ...]:
    p = Participant
    query = select(p.id, p.roles, p.status, p.capacity, p.seeking_on, p.unmatched, p.withdrawn_why)
    return tuple(
        ParticipantFacts(
            id=row.id,
            roles=row.roles,
            status=row.status,
            capacity=row.capacity,
            seeking=row.seeking_on is not None,
            possible=None if row.unmatched is None else int(json.loads(row.unmatched).get("possible", 0)),
            withdrawn_why=row.withdrawn_why,
        )
        for row in conn.execute(query.where(p.cohort_id == turn.cohort_id))
    )


def _bonds(conn: Connection, turn: Turn) -> tuple[BondFacts, ...]:
    r, c, planned = Relationship, Closure, turn.plan.program.closure.planned_reasons
    members: dict[int, list[tuple[int, str]]] = defaultdict(list)
    left: dict[int, set[int]] = defaultdict(set)
    m = Member
    theirs = select(m.relationship_id, m.participant_id, m.role, m.left_on).join(r, r.id == m.relationship_id)
    for row in conn.execute(theirs.where(_counted(turn))):
        members[row.relationship_id].append((row.participant_id, row.role))
        if row.left_on is not None:
            left[row.relationship_id].add(row.participant_id)
    query = (
        select(
            *(r.id, r.status, r.started_on, r.closed_on, r.ending_reason, r.ending_rematch),
            *(r.previous_id, r.decided_next),
            *(c.reason, c.planned, c.rematch),
        )
        .outerjoin(c, c.relationship_id == r.id)
        .where(_counted(turn))
    )
    return tuple(
        BondFacts(
            id=row.id,
            status=row.status,
            members=tuple(members[row.id]),
            started_on=turn.plan.working_day(row.started_on) if row.started_on else None,
            closed_on=row.closed_on,
            reason=row.reason or row.ending_reason,
            planned=row.ending_reason in planned if row.planned is None else row.planned,
            rematch=bool(row.ending_rematch if row.rematch is None else row.rematch),
            left=frozenset(left[row.id]),
            previous_id=row.previous_id,
            decided_next=row.decided_next,
        )
        for row in conn.execute(query)
    )


def _counted(turn: Turn) -> ColumnElement[bool]:
    """Relationships; what people go through alone is none."""
    return (Relationship.cohort_id == turn.cohort_id) & Relationship.status.not_in(ALONE)


def _passages(conn: Connection, turn: Turn) -> tuple[PassageFacts, ...]:
    """Grouped by days: there are few different ones, however many relationships there are. An early end is no leaving."""
    p, r, planned = Passage, Relationship, turn.plan.program.closure.planned_reasons
    early = (r.status == RelationshipStatus.CLOSED) & r.ending_reason.not_in(planned)
    ended_in_it = early & (p.visit == r.visit)
    left_on = case((ended_in_it, None), else_=p.left_on)
    query = (
        select(p.phase, p.entered_on, left_on, func.count())
        .join(r, r.id == p.relationship_id)
        .where(_counted(turn))
        .group_by(p.phase, p.entered_on, left_on)
    )
    return tuple(PassageFacts(*row) for row in conn.execute(query))


def _counts(conn: Connection, turn: Turn) -> dict[str, list[Row[Any]]]:
    """How many steps, goals, items of action plans and flags there are of each kind, in one query; by the name of their table."""
    parts = (_steps(turn), _goals(turn), _actions(turn), _flags(turn))
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(union_all(*parts)):
        found[row.table_name].append(row)
    return found


def _count(table: type[Base], name: Any, status: Any, marked: Any = None) -> Select[Any]:
    """One part of the sums, all of the same columns, grouped by the name and the status; `marked`: a day that not all have."""
    columns = {"table_name": text(table.__tablename__), "name": name, "status": status, "total": func.count()}
    columns["marked"] = number(0) if marked is None else func.count(marked)
    grouped = [column for column in (name, status) if column is not _NOTHING]
    return select(*(column.label(label) for label, column in columns.items())).select_from(table).group_by(*grouped)


def _steps(turn: Turn) -> Select[Any]:
    return _count(Step, Step.key, Step.status).where(Step.cohort_id == turn.cohort_id)


def _goals(turn: Turn) -> Select[Any]:
    """Without those that are nobody else's business; what was set before the match counts where it was taken along."""
    kept = goals_kept_back(turn.plan)
    query = _count(Goal, Goal.of, Goal.status, Goal.said_on).join(Relationship, Relationship.id == Goal.relationship_id)
    return query.where(_counted(turn), Goal.key.not_in(kept))


def _actions(turn: Turn) -> Select[Any]:
    query = _count(Action, _NOTHING, Action.status).join(Relationship, Relationship.id == Action.relationship_id)
    return query.where(_counted(turn))


def _flags(turn: Turn) -> Select[Any]:
    return _count(Flag, Flag.kind, _NOTHING, Flag.cleared_on).where(Flag.cohort_id == turn.cohort_id)


def _meetings(conn: Connection, turn: Turn) -> tuple[int, int, int]:
    m = Meeting
    query = (
        select(func.count(), func.coalesce(func.sum(m.minutes), 0), func.count(m.relationship_id.distinct()))
        .select_from(m)
        .join(Relationship, Relationship.id == m.relationship_id)
        .where(Relationship.cohort_id == turn.cohort_id)
    )
    count, minutes, relationships = conn.execute(query).one()
    return count, minutes, relationships


def _responses(conn: Connection, turn: Turn) -> tuple[ResponseFacts, ...]:
    """Only to forms that ask for numbers; of each ask the last version."""
    forms = turn.plan.program.forms
    counted = [name for name, form in forms.items() if any(question.type in SCORED for question in form.questions)]
    query: Any = (
        select(Ask.id, Ask.participant_id, Ask.role, Ask.key, Ask.form, Response.answers)
        .join(Response, Response.ask_id == Ask.id)
        .where(Ask.cohort_id == turn.cohort_id, Ask.status == AskStatus.ANSWERED, Ask.form.in_(counted))
        .order_by(Ask.id, Response.version)
    )
    newest = {row.id: row for row in conn.execute(query)}
    return tuple(ResponseFacts(*row[1:]) for row in newest.values())
