"""Goals of members and of whole relationships: set, worded anew, brought forward, dropped. What counts as reached is told elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, exists, select, update

from programs.codes import code
from programs.lifecycle import GoalStatus
from programs.spec import QuestionType
from tasks.history import move_all, note
from tasks.models import Base, Goal, Step
from tasks.sql import BATCH, insert_all
from tasks.steps import reach_goals
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted

RELATIONSHIP = "relationship"
MEMBER = "member"

_NAMED = ("relationship_id", "participant_id", "key")


def keep(conn: Connection, turn: Turn, group: Sequence[Accepted]) -> None:
    """Answers that set a goal, and answers that say how far it is."""
    wordings: list[dict[str, Any]] = []
    progress: list[dict[str, Any]] = []
    for one in group:
        whose = {"relationship_id": one.ask.relationship_id, "participant_id": one.ask.participant_id}
        for question in one.form.questions:
            value = one.answers.get(question.id)
            if value is not None and question.type is QuestionType.GOAL:
                said = {"key": question.id, "of": question.of, "term": question.term, "text": str(value)}
                wordings.append({**whose, **said})
            elif value is not None and question.type is QuestionType.PROGRESS:
                progress.append({**whose, "key": question.goal, "progress": value})
    set_goals(conn, turn, wordings)
    update_goals(conn, turn, progress)
    if wordings:
        reach_goals(conn, turn, Step.relationship_id.in_({goal["relationship_id"] for goal in wordings}))


def set_goals(conn: Connection, turn: Turn, goals: Sequence[Mapping[str, Any]]) -> None:
    """Set goals (relationship_id, participant_id, key, of, term, text), or word them anew; their progress stays.

    A goal of the relationship is one, whoever words it; one that was dropped and is set again is open again.
    """
    if not goals:
        return
    named = _by_owner(conn, goals)
    fresh = {"status": GoalStatus.OPEN, "progress": 0, "set_on": turn.today}
    insert_all(conn, Goal, [{**goal, **fresh} for goal in named])
    _update_each(conn, named, "text", "term")
    move_all(conn, turn, Goal, "take up", Goal.id.in_(_dropped(conn, named)), settled_on=None)


def update_goals(conn: Connection, turn: Turn, goals: Sequence[Mapping[str, Any]]) -> None:
    """Record progress in per cent (relationship_id, participant_id, key, progress); 100 means reached, less opens it again.

    Of a goal of the relationship any member may say how far it is; the last word counts.
    """
    if not goals:
        return
    said = [{**goal, "said_on": turn.today} for goal in _by_owner(conn, goals)]
    _update_each(conn, said, "progress", "said_on")
    for start in range(0, len(goals), BATCH):
        named = Goal.relationship_id.in_({goal["relationship_id"] for goal in goals[start : start + BATCH]})
        move_all(conn, turn, Goal, "reach", named & (Goal.progress >= 100), settled_on=turn.today)
        move_all(conn, turn, Goal, "reopen", named & (Goal.progress < 100), settled_on=None)


def drop(conn: Connection, turn: Turn, relationship_id: int, participant_id: int, key: str) -> int:
    """Give a goal up: one's own, or one of the relationship. 0 where it was dropped already."""
    (goal,) = _by_owner(conn, [{"relationship_id": relationship_id, "participant_id": participant_id, "key": key}])
    mine = (Goal.relationship_id == relationship_id) & (Goal.participant_id == goal["participant_id"])
    return move_all(conn, turn, Goal, "drop", mine & (Goal.key == key), settled_on=turn.today)


def owners(conn: Connection, relationships: Iterable[int]) -> dict[tuple[int, str], int]:
    """Of every goal of a relationship (relationship, key): who worded it first, under whom it is kept."""
    query = select(Goal.relationship_id, Goal.key, Goal.participant_id).where(Goal.of == RELATIONSHIP)
    rows = conn.execute(query.where(Goal.relationship_id.in_(set(relationships))))
    return {(row.relationship_id, row.key): row.participant_id for row in rows}


def go_along(conn: Connection, turn: Turn, origin: int, to: int, participants: Sequence[int]) -> None:
    """Members who go over to another relationship still want what they wanted; what the old one wanted as a whole is given up."""
    there = Base.metadata.tables["goal"].alias("there")
    taken = exists().where(
        there.c.relationship_id == to, there.c.participant_id == Goal.participant_id, there.c.key == Goal.key
    )
    own = (Goal.relationship_id == origin) & (Goal.of == MEMBER) & Goal.participant_id.in_(participants)
    going = own & (Goal.status == GoalStatus.OPEN) & ~taken.correlate(Goal)
    ids = list(conn.execute(select(Goal.id).where(going)).scalars())
    note(conn, turn, Goal, "go along", Goal.id.in_(ids), f"from {code('R', origin)} to {code('R', to)}")
    conn.execute(update(Goal).where(Goal.id.in_(ids)).values(relationship_id=to))
    whole = (Goal.relationship_id == origin) & (Goal.of == RELATIONSHIP)
    move_all(conn, turn, Goal, "drop", whole, why="the circle joined another", settled_on=turn.today)


def _by_owner(conn: Connection, goals: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The goals, those of the relationship under whoever worded them first, and each once: the last word counts."""
    if not goals:
        return []
    kept_under = owners(conn, [goal["relationship_id"] for goal in goals])
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for goal in goals:
        place = (goal["relationship_id"], goal["key"])
        if goal.get("of") == RELATIONSHIP:
            kept_under.setdefault(place, goal["participant_id"])
        named = {**goal, "participant_id": kept_under.get(place, goal["participant_id"])}
        found[tuple(named[name] for name in _NAMED)] = named
    return list(found.values())


def _dropped(conn: Connection, goals: Sequence[Mapping[str, Any]]) -> list[int]:
    """Which of these goals had been given up, by id."""
    columns = (Goal.id, Goal.relationship_id, Goal.participant_id, Goal.key)
    there = Goal.relationship_id.in_({goal["relationship_id"] for goal in goals}) & (Goal.status == GoalStatus.DROPPED)
    named = {tuple(goal[name] for name in _NAMED) for goal in goals}
    return [row.id for row in conn.execute(select(*columns).where(there)) if tuple(row[1:]) in named]


def _update_each(conn: Connection, goals: Sequence[Mapping[str, Any]], *columns: str) -> None:
    """One prepared statement for all: each goal is named by who set it, in which relationship, and its key."""
    if not goals:
        return
    table = Base.metadata.tables["goal"]
    statement = update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in _NAMED))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    rows = [
        {f"of_{name}": goal[name] for name in _NAMED} | {f"new_{name}": goal[name] for name in columns}
        for goal in goals
    ]
    conn.execute(statement.values(values), rows)
