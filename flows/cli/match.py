"""The command for proposals: find, show, decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Engine

from flows.cli import console, decisions, proposed, store
from flows.cli.surroundings import Json, Today
from programs.codes import code, number
from programs.errors import MentorflowError
from programs.spec import Shape
from tasks import day, offers, proposals
from tasks.db import reading
from tasks.people import names
from tasks.turn import Stage, Turn


def match(
    cohort: str,
    /,
    *ids: str,
    approve: Annotated[bool, Parameter(help="Approve them.")] = False,
    reject: Annotated[bool, Parameter(help="Reject them.")] = False,
    everything: Annotated[bool, Parameter(name="--all", help="With --reject: all that wait.")] = False,
    decide: decisions.Options = decisions.NONE,
    today: Today = None,
    json: Json = False,
) -> None:
    """Propose relationships, show the proposals, and decide.

    Looks for relationships for everybody who needs one, and shows what waits. Approved proposals go to the people concerned,
    who are asked; rejected ones are never proposed again, and where members are being asked already, they are asked no more and
    not told why. With --force, --forbid, --swap or --again: says what these decisions cost, and proposes again around them.

    Parameters
    ----------
    cohort
        The name of the cohort.
    ids
        With --approve or --reject: only these proposals, like R-7F3K2. Default for --approve: all that wait.
    """
    _require_sense(ids, approve, reject, decide)
    _require_meant(ids, approve, reject, everything)
    engine = store.opened()
    turn = store.turn_to_act(engine, cohort, today)
    if decide.any:
        decisions.carry_out(engine, turn, decide, json)
        if decide.dry_run:
            return
    elif approve or reject:
        _decide(engine, turn, [number(text, "R") for text in ids] or None, approve)
    else:
        _propose(engine, turn)
    _show(engine, turn, json)


def _require_sense(ids: Sequence[str], approve: bool, reject: bool, decide: decisions.Decisions) -> None:
    if approve and reject:
        raise MentorflowError("--approve and --reject at once: decide for one, and name the R-… for which it holds")
    if ids and not (approve or reject):
        raise MentorflowError(f"what about {', '.join(ids)}? Add --approve or --reject")
    if decide.dry_run and not decide.any:
        raise MentorflowError("--dry-run says what decisions would cost; add --force, --forbid or --swap, or --again")
    if decide.any and (approve or reject):
        raise MentorflowError("decide about single people first, look at the proposals, then --approve or --reject")


def _require_meant(ids: Sequence[str], approve: bool, reject: bool, everything: bool) -> None:
    """Rejecting is for good, so that it is said of what."""
    if everything and (ids or not (approve or reject)):
        raise MentorflowError("--all goes with --approve or --reject, and without any R-…")
    if reject and not (ids or everything):
        raise MentorflowError("reject what? Rejected proposals are never made again: name them, R-…, or add --all")


def _decide(engine: Engine, turn: Turn, ids: Sequence[int] | None, approve: bool) -> None:
    with store.acting(engine, turn) as conn:
        decided = (offers.approve if approve else offers.reject)(conn, turn, ids)
    how = "approved" if approve else "rejected"
    if ids and (before := len(set(ids)) - decided):
        console.tell(f"{before} {'was' if before == 1 else 'were'} {how} already")
    if decided:  # that none waits is said where they would be shown
        console.tell(f"{decided} {how}{'; those concerned are asked in the next run' if approve else ''}")


def _propose(engine: Engine, turn: Turn) -> None:
    with reading(engine) as conn:
        store.require_ahead(conn, turn.cohort, turn.today)
    for work in day.due(engine, turn, Stage.MATCH):
        if work.verb in ("lapse", "propose"):
            with console.working(f"{work.name} ({work.count:,})"):
                done = day.perform(engine, turn, work)
            console.tell(f"{work.name}: {done.count}")


def _show(engine: Engine, turn: Turn, json: bool) -> None:
    with reading(engine) as conn:
        waiting, left = proposals.proposals(conn, turn.cohort_id), proposals.left_over(conn, turn.cohort_id)
        told = {} if json else names(conn, proposed.concerned(waiting, left))
    if json:
        more = proposals.one_more(left, (one.reasons for one in waiting))
        what = "group" if turn.plan.program.relationships.shape is Shape.GROUP else "place"
        told_more = {f"one_more_{what}": [asdict(one) for one in more.each], f"one_more_{what}_unstated": more.unstated}
        found = {"proposals": [_data(one) for one in waiting], "left": [_left(one) for one in left]}
        console.as_json(found | told_more | {"circles": proposals.mixed(waiting) or None})
        return
    proposed.tell(turn.cohort, turn.plan.program, waiting, left, told)


def _data(one: proposals.Proposal) -> dict[str, Any]:
    members = [{"role": role, "participant": code("P", who), "name": name} for role, who, name in one.members]
    return {
        "relationship": code("R", one.relationship_id),
        "round": one.round,
        "points": one.points,
        "members": members,
        "reasons": one.reasons,
    }


def _left(one: proposals.LeftOver) -> dict[str, Any]:
    named = {"participant": code("P", one.participant_id), "name": one.name}
    return {**named, "why": one.why, "possible": one.possible, "obstacles": list(one.obstacles), "mentors": one.has}
