"""The command for the action plan of a relationship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Connection

from flows.cli import console, ids, store
from flows.cli.surroundings import Json, Today
from programs.codes import code
from programs.errors import MentorflowError
from programs.survey import kept_back
from tasks import actions as plans
from tasks import story
from tasks.db import reading
from tasks.facts import asked_by
from tasks.people import participant_by_code_or_email
from tasks.turn import Turn

UNSAID = "(kept between the members)"


@dataclass(frozen=True)
class Change:
    """What is to become of the plan: one of these. Every field is an option of the command."""

    add: Annotated[str | None, Parameter(help="What is to be done.")] = None
    done: Annotated[int | None, Parameter(help="The number of an item that is done.")] = None
    drop: Annotated[int | None, Parameter(help="The number of an item that is given up.")] = None
    comment: Annotated[tuple[int, str] | None, Parameter(help="The number of an item, and a word on it.")] = None
    to: Annotated[str | None, Parameter(help="Who does what is added: P-…, or an e-mail address.")] = None
    by: Annotated[date | None, Parameter(help="By when, as YYYY-MM-DD.")] = None
    goal: Annotated[str | None, Parameter(help="The goal that it serves, by its key.")] = None

    def __bool__(self) -> bool:
        """Whether anything is to be changed. Raises MentorflowError for what does not go together."""
        changes = [one for one in (self.add, self.done, self.drop, self.comment) if one is not None]
        if len(changes) > 1:
            raise MentorflowError("one change at a time: --add, --done, --drop or --comment")
        if self.add is None and (self.to or self.by or self.goal):
            raise MentorflowError("--to, --by and --goal say more of what is added; say what it is with --add")
        return bool(changes)


NOTHING = Change()


def actions(
    relationship: str,
    /,
    *,
    change: Annotated[Change, Parameter(name="*")] = NOTHING,
    today: Today = None,
    json: Json = False,
) -> None:
    """Show the action plan of a relationship, or change it.

    An item that is done counts as contact. Words that the program keeps from coordinators are not shown.

    Parameters
    ----------
    relationship
        R-…
    """
    is_change = bool(change)
    engine = store.opened()
    wanted = ids.relationship(engine, relationship)
    with reading(engine) as conn:
        cohort = story.cohort_of_relationship(conn, wanted)
    if is_change:
        turn = store.turn_to_act(engine, cohort, today)
        with store.acting(engine, turn) as conn:
            said = _change(conn, turn, wanted, change)
        console.say(f"{code('R', wanted)}: {said}.")
        return
    turn = store.view_of(engine, cohort)
    with reading(engine) as conn:
        _tell(conn, turn, wanted, json)


def _change(conn: Connection, turn: Turn, wanted: int, change: Change) -> str:
    if change.done is not None:
        new = plans.finish(conn, turn, wanted, change.done)
        return f"item {change.done} {'is done' if new else 'was settled already'}"
    if change.drop is not None:
        new = plans.drop(conn, turn, wanted, change.drop)
        return f"item {change.drop} {'is dropped' if new else 'was settled already'}"
    if change.comment is not None:
        new = plans.comment(conn, turn, wanted, *change.comment, by=None)
        return f"comment on item {change.comment[0]} {'noted' if new else 'was noted already'}"
    return _added(conn, turn, wanted, change)


def _added(conn: Connection, turn: Turn, wanted: int, change: Change) -> str:
    words = " ".join((change.add or "").split())
    who = participant_by_code_or_email(conn, turn.cohort_id, change.to).id if change.to else None
    if not words:
        raise MentorflowError("--add says nothing that is to be done")
    new = plans.add(conn, turn, wanted, plans.Added(words, who, change.by, change.goal))
    return "added" if new else "was on the plan already"


def _tell(conn: Connection, turn: Turn, wanted: int, json: bool) -> None:
    items, said = plans.listed(conn, wanted), plans.comments(conn, wanted)
    hidden = kept_back(turn.plan.program, "coordinator")
    if json:
        console.as_json([_data(number, one, said, hidden) for number, one in enumerate(items, start=1)])
    elif not items:
        name = code("R", wanted)
        console.say(f'{name} has no action plan yet. Add an item: mentorflow actions {name} --add "…"')
    else:
        headings = ("no", "what", "who", "by", "goal", "status")
        console.table(headings, [_cells(number, one, hidden) for number, one in enumerate(items, start=1)])
        numbers = {one.id: number for number, one in enumerate(items, start=1)}
        console.say(*(f"  {numbers[one.action_id]}: {one.text} ({_by(one)}, {one.made_on})" for one in said))


def _cells(number: int, one: Any, hidden: frozenset[str]) -> tuple[str, ...]:
    who = code("P", one.participant_id) if one.participant_id else "together"
    settled = f"{one.status} {one.settled_on}" if one.settled_on else one.status
    return (str(number), _words(one, hidden), who, str(one.due_on or ""), one.goal or "", settled)


def _words(one: Any, hidden: frozenset[str]) -> str:
    return UNSAID if asked_by(one.source) in hidden else one.text


def _by(one: Any) -> str:
    return code("P", one.participant_id) if one.participant_id else one.by


def _data(number: int, one: Any, said: Sequence[Any], hidden: frozenset[str]) -> dict[str, Any]:
    comments = [
        {"text": word.text, "by": _by(word), "made_on": word.made_on} for word in said if word.action_id == one.id
    ]
    return {
        "number": number,
        "text": None if asked_by(one.source) in hidden else one.text,
        "participant": code("P", one.participant_id) if one.participant_id else None,
        "due_on": one.due_on,
        "goal": one.goal,
        "status": one.status,
        "set_on": one.set_on,
        "settled_on": one.settled_on,
        "comments": comments,
    }
