"""The operator's decisions about single pairs, as they are named on the command line, and what they would cost."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Connection, Engine

from flows.cli import console, store
from programs.codes import code, number
from programs.errors import MentorflowError
from programs.matching import Cost, Decided, Priced
from tasks import proposals
from tasks.db import reading
from tasks.overrule import Wish, kept_apart, overrule, preview
from tasks.people import names, participant_by_code_or_email
from tasks.turn import Turn

Many = Parameter(consume_multiple=True)


@dataclass(frozen=True)
class Decisions:
    """Every field is an option of `match`."""

    force: Annotated[
        tuple[str, ...], Many, Parameter(help="Bring two together in any case: MENTEE:MENTOR, as P-… or addresses.")
    ] = ()
    forbid: Annotated[tuple[str, ...], Many, Parameter(help="Never bring two together: MENTEE:MENTOR.")] = ()
    swap: Annotated[tuple[str, ...], Many, Parameter(help="Let two proposals exchange their mentors: R-…:R-….")] = ()
    dry_run: Annotated[bool, Parameter(help="Only say what the decisions would cost, and who would have to move.")] = (
        False
    )

    @property
    def any(self) -> bool:
        return bool(self.force or self.forbid or self.swap)


Options = Annotated[Decisions, Parameter(name="*")]
NONE = Decisions()


def carry_out(engine: Engine, turn: Turn, decisions: Decisions, json: bool) -> None:
    """Say what the decisions cost, and unless that is all that was asked for, propose again around them."""
    with reading(engine) as conn:
        force, forbid = _wishes(conn, turn, decisions)
        already = sorted(kept_apart(conn, turn, forbid) - set(force))
        forbid = [pair for pair in forbid if pair not in already]
        found = preview(conn, turn, force, forbid)
        told = names(conn, [number(key, "P") for key in _concerned(found, already)])
    if json and decisions.dry_run:
        console.as_json({**_data(found), "already": [{"mentee": one, "mentor": other} for one, other in already]})
    elif not json:
        _tell(found, already, told)
    if decisions.dry_run or not (force or forbid):
        return
    with store.acting(engine, turn) as conn:
        done = overrule(conn, turn, force, forbid)
    console.tell(f"{done.kept} proposals stay, {done.replaced} gave way, {done.proposed} are new")


def _wishes(conn: Connection, turn: Turn, decisions: Decisions) -> tuple[list[Wish], list[Wish]]:
    force = [_two(conn, turn, text) for text in decisions.force]
    for text in decisions.swap:
        force += _swapped(conn, turn, text)
    return force, [_two(conn, turn, text) for text in decisions.forbid]


def _two(conn: Connection, turn: Turn, text: str) -> Wish:
    mentee, mentor = _parts(text, "MENTEE:MENTOR, like P-7F3K2:P-MF3V4")
    one, other = (participant_by_code_or_email(conn, turn.cohort_id, who) for who in (mentee, mentor))
    return one.code, other.code


def _swapped(conn: Connection, turn: Turn, text: str) -> list[Wish]:
    """The two pairs that come out when two proposals exchange their mentors."""
    one, other = (number(part, "R") for part in _parts(text, "R-…:R-…"))
    waiting = {
        each.relationship_id: {role: who for role, who, _ in each.members}
        for each in proposals.proposals(conn, turn.cohort_id)
    }
    missing = [code("R", each) for each in (one, other) if each not in waiting]
    if missing:
        raise MentorflowError(
            f"{', '.join(missing)} waits for no decision; see: mentorflow match {shlex.quote(turn.cohort)}"
        )
    a, b = waiting[one], waiting[other]
    return [(code("P", a["mentee"]), code("P", b["mentor"])), (code("P", b["mentee"]), code("P", a["mentor"]))]


def _parts(text: str, like: str) -> tuple[str, str]:
    first, _, second = text.partition(":")
    if not first.strip() or not second.strip():
        raise MentorflowError(f"'{text}' does not name two; write {like}")
    return first.strip(), second.strip()


def _concerned(found: Decided, already: Sequence[Wish]) -> set[str]:
    costs = [found.together, *(one.cost for one in found.each)]
    moved = {key for cost in costs for move in cost.moves for key in (move.mentee, move.was, move.becomes) if key}
    decided = {key for one in found.each for key in (one.mentee, one.mentor)}
    return moved | decided | {key for pair in already for key in pair}


def _tell(found: Decided, already: Sequence[Wish], told: dict[int, str]) -> None:
    def name(key: str | None) -> str:
        return "nobody" if key is None else told.get(number(key, "P")) or key

    for mentee, mentor in already:
        console.say(f"{name(mentee)} and {name(mentor)} are kept apart already; nothing changes.")
    for one in found.each:
        what = "together" if one.will == "force" else "apart"
        console.say(f"{name(one.mentee)} and {name(one.mentor)} {what}: {one.cost}")
        for rule in one.breaks:
            console.say(f"  although it breaks '{rule}'")
    if len(found.each) > 1:
        console.say(f"All decisions together: {found.together}")
    if found.together.moves:
        console.say("", "Who moves:")
        moves = [(name(move.mentee), name(move.was), name(move.becomes)) for move in found.together.moves]
        console.table(("mentee", "from", "to"), moves)
    console.say("")


def _data(found: Decided) -> dict[str, Any]:
    return {"each": [_one(one) for one in found.each], "together": _cost(found.together)}


def _one(one: Priced) -> dict[str, Any]:
    named = {"decision": str(one.will), "mentee": one.mentee, "mentor": one.mentor}
    return {**named, **_cost(one.cost), "breaks": list(one.breaks)}


def _cost(cost: Cost) -> dict[str, Any]:
    moves: Sequence[Any] = [{"mentee": one.mentee, "from": one.was, "to": one.becomes} for one in cost.moves]
    return {"people": cost.people, "points": cost.points, "words": str(cost), "moves": moves}
