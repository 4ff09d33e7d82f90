"""Which way relationships go whose phase is over, where answers decide: read once for all who leave, in the order of the ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from programs.lifecycle import AskStatus
from programs.plan import REFLECTION, StepKind
from programs.plan import Step as PlanStep
from programs.spec import Form
from programs.survey import form_of, matches, reflection_form
from programs.ways import Way
from tasks.models import Ask, Passage, Relationship, Response
from tasks.passages import CURRENT, may_go
from tasks.sql import BATCH
from tasks.turn import Turn


def choose(conn: Connection, turn: Turn, way: Way, leaving: ColumnElement[bool]) -> None:
    """Note the way with those who leave, have not found one yet, and to whom it is open."""
    undecided = Passage.left_on.is_not(None) & Passage.way.is_(None)
    open_to = select(Relationship.id).join(Passage, CURRENT).where(leaving, undecided, may_go(way))
    this_way = update(Passage).where(undecided).values(way=way.key)
    if way.condition is None:
        conn.execute(this_way.where(Passage.relationship_id.in_(open_to)))
        return
    ids = _answered(conn, turn, way, open_to)
    for start in range(0, len(ids), BATCH):
        conn.execute(this_way.where(Passage.relationship_id.in_(ids[start : start + BATCH])))


def _answered(conn: Connection, turn: Turn, way: Way, among: Any) -> list[int]:
    """Those of whom the newest answers at the milestone are as the way wants them."""
    step = _asked_at(turn, way)
    query = (
        select(Ask.relationship_id, Ask.visit, Ask.occurrence, Ask.id, Response.answers)
        .join(Relationship, Relationship.id == Ask.relationship_id)
        .outerjoin(Response, Response.ask_id == Ask.id)
        .where(Ask.key == step.key, Ask.status != AskStatus.WITHDRAWN, Ask.relationship_id.in_(among))
        .order_by(Ask.relationship_id, Ask.id, Response.version)
    )
    if step.phase.id == way.origin:
        query = query.where(Ask.visit == Relationship.visit)
    said: defaultdict[int, dict[tuple[int, int], dict[int, Any]]] = defaultdict(lambda: defaultdict(dict))
    for row in conn.execute(query):
        said[row.relationship_id][row.visit, row.occurrence][row.id] = row.answers
    form = _form(turn, step)
    return [one for one, rounds in said.items() if _holds(way, form, _newest(rounds))]


def _asked_at(turn: Turn, way: Way) -> PlanStep:
    """The step of the milestone; `reflection` is that of the phase itself."""
    if way.milestone == REFLECTION:
        return turn.plan.by_key[f"{way.origin}.{REFLECTION}"]
    return next(step for step in turn.plan.steps if step.milestone and step.milestone.id == way.milestone)


def _form(turn: Turn, step: PlanStep) -> Form:
    program = turn.plan.program
    return reflection_form(program, step.phase) if step.kind is StepKind.REFLECT else form_of(program, step.form or "")


def _newest(rounds: Mapping[tuple[int, int], Mapping[int, Any]]) -> Sequence[Any]:
    """What was said the last time that anybody said anything."""
    given = [list(rounds[at].values()) for at in sorted(rounds) if any(rounds[at].values())]
    return given[-1] if given else ()


def _holds(way: Way, form: Form, answers: Sequence[Any]) -> bool:
    """Whether one, or everybody who was asked, has given such an answer."""
    assert way.condition
    hits = [bool(said) and matches(way.condition, form, said) for said in answers]
    return bool(hits) and (all(hits) if way.condition.by == "all" else any(hits))
