"""The attention list on a screen, and the command that takes something off it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter

from flows.cli import console, ids, store
from flows.cli.surroundings import Today
from programs.attention import Kind
from programs.codes import code
from programs.errors import MentorflowError
from programs.words import closest
from tasks import attention, story
from tasks.db import reading
from tasks.needs import Need

Why = Annotated[str | None, Parameter(help="A note for the history. Name nobody in it.")]


def clear(what: str, kind: str | None = None, /, *, why: Why = None, today: Today = None) -> None:
    """Take something off the attention list, once it has been seen to.

    It comes back only if the same thing happens anew.

    Parameters
    ----------
    what
        Whom it is about: R-…, or P-… or an e-mail address.
    kind
        Only this kind, as `show` names it. Default: everything that is listed.
    """
    if kind is not None and kind not in list(Kind):
        near = closest(kind, list(Kind))
        raise MentorflowError(
            f"nothing of kind '{kind}' is ever listed; "
            + (f"did you mean '{near}'?" if near else f"the kinds are {', '.join(Kind)}")
        )
    engine = store.opened()
    of = "R" if what.strip().upper().startswith("R-") else "P"
    with reading(engine) as conn:
        if of == "P":
            wanted = ids.participant(conn, what, ids.LOOK).id
            cohort = story.cohort_of_participant(conn, wanted)
        else:
            wanted = ids.relationship(engine, what)
            cohort = story.cohort_of_relationship(conn, wanted)
    turn = store.turn_to_act(engine, cohort, today)
    with store.acting(engine, turn) as conn:
        cleared = attention.clear(conn, turn, of, wanted, kind, why)
    whom = code(of, wanted)
    console.say(f"{whom}: {', '.join(cleared)} cleared." if cleared else f"{whom}: nothing of the kind is listed.")


def tell_list(rows: Sequence[tuple[str, Need]], json: bool, cohort: str | None) -> None:
    """What needs somebody: who has to act first, the rest in the order of time."""
    if json:
        console.as_json([{"cohort": name, **as_data(need)} for name, need in rows])
        return
    if not rows:
        console.say("Nothing needs anybody.")
        return
    headings: tuple[str, ...] = ("since", "whom", "what", "who acts", "what to do", "why")
    cells: list[tuple[str, ...]] = [
        (f"{one.since}", one.whom, one.title, one.who, one.what, one.why or "") for _, one in rows
    ]
    if cohort is None:
        headings = ("cohort", *headings)
        cells = [(name, *cell) for (name, _), cell in zip(rows, cells, strict=True)]
    console.table(headings, cells)
    console.say("", f"{len(rows):,} in all. What has been seen to: mentorflow clear {rows[0][1].whom} --why …")


def tell_needs(found: Sequence[Need]) -> None:
    """Under one relationship or person, what was listed and what still is."""
    for one in found:
        cleared = f", cleared {one.cleared_on}" if one.cleared_on else f"; {one.who}: {one.what}"
        why = f" ({one.why})" if one.why else ""
        console.say(f"  needs a look since {one.since}: {one.kind}, {one.title}{why}{cleared}")


def as_data(need: Need) -> dict[str, Any]:
    return asdict(need)


def list_of(cohort: str) -> str:
    """The command that shows the list."""
    return f"mentorflow status {shlex.quote(cohort)} --attention"
