"""The operator's decisions about two people, as they are named on the command line, and what they would cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Engine

from flows.cli import console, store, wished
from flows.cli.wished import Understood
from programs.codes import number
from programs.matching import Cost, Decided, Priced, Will
from programs.spec import Program, Shape
from programs.words import count
from tasks.db import reading
from tasks.overrule import overrule, preview
from tasks.people import names
from tasks.turn import Turn

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
        asked = wished.understood(conn, turn, decisions.force, decisions.forbid, decisions.swap)
        idle = not (asked.new or decisions.again)
        found = None if idle else preview(conn, turn, asked.wishes)
        told = names(conn, [number(key, "P") for key in _concerned(found, asked)])
    if json and decisions.dry_run:
        console.as_json({**_data(found), **_already(asked)})
    elif not json:
        _tell(found, asked, told, turn.plan.program)
    if decisions.dry_run or idle:
        return
    with store.acting(engine, turn) as conn:
        done = overrule(conn, turn, asked.wishes)
    stay = f"{count(done.kept, 'proposal')} {'stays' if done.kept == 1 else 'stay'}"
    console.tell(f"{stay}, {done.replaced} gave way, {done.proposed} {'is' if done.proposed == 1 else 'are'} new")


def _concerned(found: Decided[Any] | None, asked: Understood) -> set[str]:
    costs = [found.together, *(one.cost for one in found.each)] if found else []
    moved = {key for cost in costs for move in cost.moves for key in (move.mentee, move.was, move.becomes) if key}
    decided = {key for one in (found.each if found else ()) for key in (one.mentee, one.mentor)}
    return moved | decided | {key for pair in (*asked.apart, *asked.together, *asked.exchanged) for key in pair}


WHAT = {Will.FORCE: "together", Will.FORBID: "apart", Will.SWAP: "in each other's place"}


def _tell(found: Decided[Any] | None, asked: Understood, told: dict[int, str], program: Program) -> None:
    def name(key: str | None) -> str:
        return "nobody" if key is None else told.get(number(key, "P")) or key

    for pairs, said in (
        (asked.apart, "are kept apart already"),
        (asked.together, "are together already by an earlier decision"),
        (asked.exchanged, "have exchanged their places already"),
    ):
        console.say(*(f"{name(one)} and {name(other)} {said}; nothing changes." for one, other in pairs))
    for both in asked.gone:
        console.say(f"{' and '.join(both)} gave way to an earlier decision; nothing changes.")
    if found is not None:
        _tell_costs(found, name, program)
    console.say("")


def _tell_costs(found: Decided[Any], name: Callable[[str | None], str], program: Program) -> None:
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


def _already(asked: Understood) -> dict[str, Any]:
    kinds = {"already": asked.apart, "together_already": asked.together, "exchanged_already": asked.exchanged}
    return {kind: [{"mentee": one, "mentor": other} for one, other in pairs] for kind, pairs in kinds.items()}


def _data(found: Decided[Any] | None) -> dict[str, Any]:
    if found is None:
        return {"each": [], "together": _cost(Cost(0, 0, ()))}
    caveat = {"caveat": found.caveat} if found.caveat else {}
    return {"each": [_one(one) for one in found.each], "together": _cost(found.together), **caveat}


def _one(one: Priced) -> dict[str, Any]:
    who = {"members": [one.mentee, one.mentor]} if one.peers else {"mentee": one.mentee, "mentor": one.mentor}
    return {"decision": str(one.will), **who, **_cost(one.cost), "breaks": list(one.breaks)}


def _cost(cost: Cost) -> dict[str, Any]:
    moves: Sequence[Any] = [{"mentee": one.mentee, "from": one.was, "to": one.becomes} for one in cost.moves]
    mixing = {"rules": cost.clashes, "mixing": cost.mixing} if cost.clashes or cost.mixing else {}
    return {"people": cost.people, "points": cost.points, **mixing, "words": str(cost), "moves": moves}
