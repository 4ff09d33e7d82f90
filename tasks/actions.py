"""The action plan of a relationship: items that people wrote down or the operator added, done, dropped, commented. Done counts as contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from programs.codes import code
from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import LIVE, ActionStatus
from programs.spec import Question, QuestionType
from programs.survey import TOGETHER, Item, item
from tasks.contact import touch
from tasks.history import move_all
from tasks.models import Action, Base, Comment, Goal, Member, Relationship
from tasks.sql import BATCH, insert_all
from tasks.turn import Turn

if TYPE_CHECKING:
    from tasks.answer import Accepted

ADDED = "added"
"""The source of items that no answer wrote down."""

Members = Mapping[int, Sequence[tuple[int, str]]]
"""Relationship → (participant, role) of those who are there."""


@dataclass(frozen=True)
class Added:
    """An item that is added by hand, to somebody or to nobody in particular."""

    text: str
    to: int | None = None
    due_on: date | None = None
    goal: str | None = None


def keep(conn: Connection, turn: Turn, group: Sequence[Accepted]) -> None:
    """Answers that write down items. Who changes the answer keeps what is still in it; what is not any more is dropped."""
    planned = [(one, question) for one in group for question in one.form.questions if _plans(question)]
    if not planned:
        return
    relationships = {one.ask.relationship_id for one, _ in planned}
    members, goals = _members(conn, relationships), _goals(conn, relationships)
    rows = [row for one, question in planned for row in _rows(turn, one, question, members, goals)]
    insert_all(conn, Action, rows)
    _date_anew(conn, rows)
    prefixes = tuple(_prefix(one.ask.id, question.id) for one, question in planned)
    wanted = {(row["relationship_id"], row["source"]) for row in rows}
    known = select(Action.id, Action.relationship_id, Action.source).where(Action.relationship_id.in_(relationships))
    mine = [row for row in conn.execute(known) if row.source.startswith(prefixes)]
    there = [row.id for row in mine if (row.relationship_id, row.source) in wanted]
    gone = [row.id for row in mine if (row.relationship_id, row.source) not in wanted]
    move_all(conn, turn, Action, "take up", Action.id.in_(there), settled_on=None)
    move_all(conn, turn, Action, "drop", Action.id.in_(gone), why="left out of the answer", settled_on=turn.today)


def _plans(question: Question) -> bool:
    return question.type is QuestionType.ACTIONS


def _rows(
    turn: Turn, one: Accepted, question: Question, members: Members, goals: Mapping[tuple[int, str], list[Row[Any]]]
) -> list[dict[str, Any]]:
    said: Any = one.answers.get(question.id) or ()
    relationship, author = one.ask.relationship_id, one.ask.participant_id
    rows = []
    for found in map(item, said):
        to = _assigned(found, author, one.ask.role, members.get(relationship, ()))
        serves = goals.get((relationship, question.goal or ""), [])
        source = f"{_prefix(one.ask.id, question.id)}{_digest(found.text)}"
        rows.append(_row(turn, relationship, source, Added(found.text, to, found.due_on), _goal(serves, to, author)))
    return list({row["source"]: row for row in rows}.values())


def _row(turn: Turn, relationship: int, source: str, what: Added, goal_id: int | None) -> dict[str, Any]:
    return {
        "relationship_id": relationship,
        "goal_id": goal_id,
        "participant_id": what.to,
        "source": source,
        "text": what.text,
        "status": ActionStatus.OPEN,
        "due_on": what.due_on,
        "set_on": turn.today,
    }


def _assigned(found: Item, author: int, role: str, members: Sequence[tuple[int, str]]) -> int | None:
    """Whoever wrote it, unless it names a role: then the one who has it; several of them do it together."""
    if found.whose in TOGETHER:
        return None
    if found.whose in ("me", role):
        return author
    meant = [participant for participant, theirs in members if theirs == found.whose]
    return meant[0] if len(meant) == 1 else None


def _goal(serves: Sequence[Row[Any]], to: int | None, author: int) -> int | None:
    """Of goals with that name: of whoever it is assigned to, else of whoever wrote it, else any."""
    by_owner = {goal.participant_id: goal.id for goal in reversed(serves)}
    return by_owner.get(to) or by_owner.get(author) or next(iter(by_owner.values()), None)


def _members(conn: Connection, relationships: Iterable[int]) -> Members:
    query = select(Member.relationship_id, Member.participant_id, Member.role).where(Member.left_on.is_(None))
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for relationship, participant, role in conn.execute(query.where(Member.relationship_id.in_(relationships))):
        found[relationship].append((participant, role))
    return found


def _goals(conn: Connection, relationships: Iterable[int]) -> Mapping[tuple[int, str], list[Row[Any]]]:
    query = select(Goal.relationship_id, Goal.key, Goal.participant_id, Goal.id).order_by(Goal.id)
    found: defaultdict[tuple[int, str], list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(query.where(Goal.relationship_id.in_(relationships))):
        found[row.relationship_id, row.key].append(row)
    return found


def _prefix(ask: int, question: str) -> str:
    return f"ask {ask} {question} "


def _digest(text: str) -> str:
    return sha256(text.casefold().encode()).hexdigest()[:16]


def _date_anew(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same item may get another day, or another to do it."""
    if not rows:
        return
    table = Base.metadata.tables["action"]
    statement = update(table).where(
        table.c.relationship_id == bindparam("in_relationship"), table.c.source == bindparam("from_source")
    )
    values: dict[str, Any] = {"due_on": bindparam("new_due_on"), "participant_id": bindparam("new_participant")}
    new = [
        {
            "in_relationship": row["relationship_id"],
            "from_source": row["source"],
            "new_due_on": row["due_on"],
            "new_participant": row["participant_id"],
        }
        for row in rows
    ]
    conn.execute(statement.values(values), new)


def listed(conn: Connection, relationship_id: int) -> Sequence[Row[Any]]:
    """The items in the order in which they came: their number is their place, from 1."""
    comments = select(func.count(Comment.id)).where(Comment.action_id == Action.id).scalar_subquery()
    columns = (*Action.__table__.c, Goal.key.label("goal"), comments.label("comments"))
    query = select(*columns).outerjoin(Goal, Goal.id == Action.goal_id)
    return conn.execute(query.where(Action.relationship_id == relationship_id).order_by(Action.id)).all()


def comments(conn: Connection, relationship_id: int) -> Sequence[Row[Any]]:
    """What was said on its items, oldest first."""
    query = select(Comment.action_id, Comment.participant_id, Comment.text, Comment.made_on, Comment.by)
    mine = query.join(Action, Action.id == Comment.action_id).where(Action.relationship_id == relationship_id)
    return conn.execute(mine.order_by(Comment.id)).all()


def add(conn: Connection, turn: Turn, relationship_id: int, what: Added) -> bool:
    """Add an item; the same text twice is one item. Raises MentorflowError where it cannot be added."""
    _must_run(conn, turn, relationship_id)
    goals = _goals(conn, [relationship_id])
    serves = goals.get((relationship_id, what.goal or ""), [])
    if what.goal and not serves:
        known = ", ".join(sorted(key for _, key in goals)) or "none has been set"
        raise NotFoundError(f"{code('R', relationship_id)} has no goal '{what.goal}'; there is: {known}")
    if what.to is not None and what.to not in {one for one, _ in _members(conn, [relationship_id])[relationship_id]}:
        raise MentorflowError(f"{code('P', what.to)} is not a member of {code('R', relationship_id)}")
    before = len(listed(conn, relationship_id))
    source = f"{ADDED} {_digest(what.text)}"
    insert_all(conn, Action, [_row(turn, relationship_id, source, what, _goal(serves, what.to, 0))])
    return len(listed(conn, relationship_id)) > before


def finish(conn: Connection, turn: Turn, relationship_id: int, number: int) -> bool:
    """An item is done, which is a sign of life; False where it was done already."""
    done = _move(conn, turn, relationship_id, number, "finish")
    if done:
        touch(conn, turn, [relationship_id], turn.today)
    return done


def finish_all(conn: Connection, turn: Turn, ids: Sequence[int]) -> int:
    """The same for many items by id, of relationships that run."""
    count = 0
    for start in range(0, len(ids), BATCH):
        mine = Action.id.in_(ids[start : start + BATCH])
        relationships = conn.execute(select(Action.relationship_id.distinct()).where(mine)).scalars().all()
        count += move_all(conn, turn, Action, "finish", mine, settled_on=turn.today)
        touch(conn, turn, sorted(relationships), turn.today)
    return count


def drop(conn: Connection, turn: Turn, relationship_id: int, number: int) -> bool:
    """An item is given up; False where it was already."""
    return _move(conn, turn, relationship_id, number, "drop")


def comment(conn: Connection, turn: Turn, relationship_id: int, number: int, text: str, by: int | None) -> bool:
    """A word on an item, from a member or the operator; the same twice on one day is said once."""
    action = _numbered(conn, turn, relationship_id, number)
    said = (Comment.action_id == action.id) & (Comment.text == text) & (Comment.made_on == turn.today)
    if conn.execute(select(Comment.id).where(said)).first() is not None:
        return False
    row = {"action_id": action.id, "participant_id": by, "text": text, "made_on": turn.today, "made_at": turn.now}
    insert_all(conn, Comment, [{**row, "by": turn.by}])
    return True


def _move(conn: Connection, turn: Turn, relationship_id: int, number: int, event: str) -> bool:
    action = _numbered(conn, turn, relationship_id, number)
    return move_all(conn, turn, Action, event, Action.id == action.id, settled_on=turn.today) > 0


def _numbered(conn: Connection, turn: Turn, relationship_id: int, number: int) -> Row[Any]:
    _must_run(conn, turn, relationship_id)
    items = listed(conn, relationship_id)
    if not 1 <= number <= len(items):
        name = code("R", relationship_id)
        there = f"it has {len(items)}" if items else "it has none yet"
        raise NotFoundError(f"{name} has no item {number} in its action plan; {there}; see: mentorflow actions {name}")
    return items[number - 1]


def _must_run(conn: Connection, turn: Turn, relationship_id: int) -> None:
    running = (Relationship.id == relationship_id) & (Relationship.cohort_id == turn.cohort_id)
    if conn.execute(select(Relationship.id).where(running, Relationship.status.in_(LIVE))).first() is None:
        raise MentorflowError(f"{code('R', relationship_id)} is not running, so its action plan stays as it is")
