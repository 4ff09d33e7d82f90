"""The operator's decisions about two people, as they are named on the command line, and what they would cost."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Connection, Engine

from flows.cli import console, store
from programs.codes import code, number
from programs.errors import MentorflowError
from programs.matching import Cost, Decided, Priced, Will
from programs.spec import Program, Shape
from programs.words import count
from tasks.db import reading
from tasks.overrule import Wish, Wishes, kept_apart, overrule, preview
from tasks.people import names, participant_by_code_or_email
from tasks.turn import Turn
from tasks.undecided import Waiting, waiting

Many = Parameter(consume_multiple=True)


@dataclass(frozen=True)
class Decisions:
    """Every field is an option of `match`."""

    force: Annotated[
        tuple[str, ...],
        Many,
        Parameter(help="Bring two together in any case: MENTEE:MENTOR, in groups and circles also two of a kind."),
    ] = ()
    forbid: Annotated[
        tuple[str, ...],
        Many,
        Parameter(help="Never bring two together: MENTEE:MENTOR, in groups and circles also two of a kind."),
    ] = ()
    swap: Annotated[
        tuple[str, ...],
        Many,
        Parameter(help="Let two proposals exchange their mentors (R-…:R-…), or two people their places (P-…:P-…)."),
    ] = ()
    again: Annotated[bool, Parameter(help="Propose again for all whose proposals wait, with those who came since.")] = (
        False
    )
    dry_run: Annotated[bool, Parameter(help="Only say what the decisions would cost, and who would have to move.")] = (
        False
    )

    @property
    def any(self) -> bool:
        return bool(self.force or self.forbid or self.swap or self.again)


Options = Annotated[Decisions, Parameter(name="*")]
NONE = Decisions()


def carry_out(engine: Engine, turn: Turn, decisions: Decisions, json: bool) -> None:
    """Say what the decisions cost, and unless that is all that was asked for, propose again around them."""
    with reading(engine) as conn:
        wishes = _wishes(conn, turn, decisions)
        already = sorted(kept_apart(conn, turn, wishes.forbid) - set(wishes.force))
        wishes = replace(wishes, forbid=[pair for pair in wishes.forbid if pair not in already])
        found = preview(conn, turn, wishes)
        told = names(conn, [number(key, "P") for key in _concerned(found, already)])
    if json and decisions.dry_run:
        console.as_json({**_data(found), "already": [{"mentee": one, "mentor": other} for one, other in already]})
    elif not json:
        _tell(found, already, told, turn.plan.program)
    if decisions.dry_run or not (wishes.force or wishes.forbid or wishes.swap or decisions.again):
        return
    with store.acting(engine, turn) as conn:
        done = overrule(conn, turn, wishes)
    stay = f"{count(done.kept, 'proposal')} {'stays' if done.kept == 1 else 'stay'}"
    console.tell(f"{stay}, {done.replaced} gave way, {done.proposed} {'is' if done.proposed == 1 else 'are'} new")


def _wishes(conn: Connection, turn: Turn, decisions: Decisions) -> Wishes:
    force = [_two(conn, turn, text) for text in decisions.force]
    swap: list[Wish] = []
    for text in decisions.swap:
        exchanged, places = _swapped(conn, turn, text)
        force, swap = force + exchanged, swap + places
    return Wishes(force, [_two(conn, turn, text) for text in decisions.forbid], swap)


def _two(conn: Connection, turn: Turn, text: str) -> Wish:
    mentee, mentor = _parts(text, "MENTEE:MENTOR, like P-7F3K2:P-MF3V4")
    one, other = (participant_by_code_or_email(conn, turn.cohort_id, who) for who in (mentee, mentor))
    return one.code, other.code


def _swapped(conn: Connection, turn: Turn, text: str) -> tuple[list[Wish], list[Wish]]:
    """The pairs that come out when two proposals exchange their mentors, or two people their places; in circles, these two."""
    parts, there = _parts(text, "R-…:R-… or P-…:P-…"), waiting(conn, turn)
    if all(part.upper().startswith("R-") for part in parts):
        one, other = (_proposal(turn, there, number(part, "R")) for part in parts)
        return _exchanged(turn, one, other, one.of("mentee"), other.of("mentee")), []
    a, b = (participant_by_code_or_email(conn, turn.cohort_id, part).code for part in parts)
    if turn.plan.program.relationships.shape is Shape.CIRCLE:
        return [], [(a, b)]
    one, other = (_place_of(turn, there, who) for who in (a, b))
    return _exchanged(turn, one, other, [a], [b]), []


def _proposal(turn: Turn, there: Sequence[Waiting], relationship: int) -> Waiting:
    for one in there:
        if one.relationship == relationship:
            return one
    raise MentorflowError(
        f"{code('R', relationship)} waits for no decision; see: mentorflow match {shlex.quote(turn.cohort)}"
    )


def _place_of(turn: Turn, there: Sequence[Waiting], who: str) -> Waiting:
    mine = [one for one in there if who in one.of("mentee")]
    if len(mine) != 1:
        why = f"is a mentee in {len(mine)} of them" if mine else "is a mentee in none of them"
        raise MentorflowError(f"{who} {why}; name two proposals that wait, as R-…:R-…, or force pairs")
    return mine[0]


def _exchanged(turn: Turn, one: Waiting, other: Waiting, here: list[str], there: list[str]) -> list[Wish]:
    if one == other:
        raise MentorflowError("they are in one proposal already; name two proposals, or people of two")
    mentors = one.of("mentor"), other.of("mentor")
    if any(len(each) != 1 for each in mentors):
        raise MentorflowError(
            f"'{turn.cohort}' has {turn.plan.program.relationships.shape}s without exactly one mentor each, so nothing can be "
            "exchanged; force and forbid a mentee and a mentor"
        )
    return [*((who, mentors[1][0]) for who in here), *((who, mentors[0][0]) for who in there)]


def _parts(text: str, like: str) -> tuple[str, str]:
    first, _, second = text.partition(":")
    if not first.strip() or not second.strip():
        raise MentorflowError(f"'{text}' does not name two; write {like}")
    return first.strip(), second.strip()


def _concerned(found: Decided[Any], already: Sequence[Wish]) -> set[str]:
    costs = [found.together, *(one.cost for one in found.each)]
    moved = {key for cost in costs for move in cost.moves for key in (move.mentee, move.was, move.becomes) if key}
    decided = {key for one in found.each for key in (one.mentee, one.mentor)}
    return moved | decided | {key for pair in already for key in pair}


WHAT = {Will.FORCE: "together", Will.FORBID: "apart", Will.SWAP: "in each other's place"}


def _tell(found: Decided[Any], already: Sequence[Wish], told: dict[int, str], program: Program) -> None:
    def name(key: str | None) -> str:
        return "nobody" if key is None else told.get(number(key, "P")) or key

    for mentee, mentor in already:
        console.say(f"{name(mentee)} and {name(mentor)} are kept apart already; nothing changes.")
    for one in found.each:
        console.say(f"{name(one.mentee)} and {name(one.mentor)} {WHAT[one.will]}: {one.cost}")
        for rule in one.breaks:
            console.say(f"  although it breaks '{rule}'")
    if len(found.each) > 1:
        console.say(f"All decisions together: {found.together}")
    if found.caveat and found.each:
        console.say(f"Note: {found.caveat}.")
    if found.together.moves:
        is_circle = program.relationships.shape is Shape.CIRCLE
        headings = ("who", "from the circle of", "to the circle of") if is_circle else ("mentee", "from", "to")
        console.say("", "Who moves:")
        moves = [(name(move.mentee), name(move.was), name(move.becomes)) for move in found.together.moves]
        console.table(headings, moves)
    console.say("")


def _data(found: Decided[Any]) -> dict[str, Any]:
    caveat = {"caveat": found.caveat} if found.caveat else {}
    return {"each": [_one(one) for one in found.each], "together": _cost(found.together), **caveat}


def _one(one: Priced) -> dict[str, Any]:
    who = {"members": [one.mentee, one.mentor]} if one.peers else {"mentee": one.mentee, "mentor": one.mentor}
    return {"decision": str(one.will), **who, **_cost(one.cost), "breaks": list(one.breaks)}


def _cost(cost: Cost) -> dict[str, Any]:
    moves: Sequence[Any] = [{"mentee": one.mentee, "from": one.was, "to": one.becomes} for one in cost.moves]
    mixing = {"rules": cost.clashes, "mixing": cost.mixing} if cost.clashes or cost.mixing else {}
    return {"people": cost.people, "points": cost.points, **mixing, "words": str(cost), "moves": moves}
