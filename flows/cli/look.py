"""Commands that show where everything stands. They change nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import Connection, Engine

from flows.cli import console, ids, questions, store
from flows.cli.attention import tell_list
from flows.cli.overview import tell_cohort, tell_cohorts
from flows.cli.surroundings import Json, Today
from flows.cli.telling import tell_ask, tell_participant, tell_relationship
from flows.cli.why import mentioned
from programs.codes import code, number
from programs.errors import NotFoundError
from tasks import cohorts, hurdles, inbox, needs, reflect, story
from tasks.dashboard import dashboard
from tasks.db import reading
from tasks.people import names, participant_by_code_or_email
from tasks.wording import about


def status(
    cohort: str | None = None,
    /,
    *,
    attention: Annotated[
        bool, Parameter(help="Only the list of who needs whom to do what, since when and why.")
    ] = False,
    today: Today = None,
    json: Json = False,
) -> None:
    """Show where everything stands, and what needs somebody.

    Parameters
    ----------
    cohort
        The name of a cohort. Default: a line for each.
    """
    engine = store.opened()
    if attention:
        _attention(engine, cohort, today, json)
        return
    if cohort is None:
        _all(engine, json)
        return
    turn = store.view_of(engine, cohort, today)
    with reading(engine) as conn:
        found, row = dashboard(conn, turn), cohorts.find(conn, cohort)
    if json:
        console.as_json({"cohort": cohort, "status": row.status, **asdict(found)})
    else:
        tell_cohort(found, row, turn.plan)


def show(what: str, /, *, json: Json = False) -> None:
    """Show one relationship, one participant, or one thing asked.

    Where it stands, and how it came there; of one thing asked, its questions. What people answered is not shown.

    Parameters
    ----------
    what
        R-…, P-… or an e-mail address, or A-…
    """
    engine = store.opened()
    with reading(engine) as conn:
        kind = what.strip().upper()[:2]
        if kind == "A-":
            cohort, ask = inbox.asked(conn, number(what, "A"))
            view = store.view_of(engine, cohort)
            tell_ask(cohort, ask, about(ask.key, view.plan), questions.asked(view, ask.form, [ask]), json)
            return
        if kind == "R-":
            found = story.relationship(conn, number(what, "R"))
            plan = cohorts.plan_of(conn, cohorts.find(conn, found.cohort))
            tell_relationship(found, plan, json, _named(conn, found.row.reasons))
            return
        try:
            who = participant_by_code_or_email(conn, None, what)
        except NotFoundError as error:
            known = NotFoundError(f"{error}. What can be shown: R-…, P-… or an e-mail address, or A-…")
            raise ids.instead(conn, what, ids.LOOK, people=True) or known from None
        one = story.participant(conn, who.id)
        ahead = hurdles.stands_before(conn, store.view_of(engine, one.cohort), who.id)
        plan = cohorts.plan_of(conn, cohorts.find(conn, one.cohort))
        tell_participant(one, plan, json, ahead, _named(conn, one.row.unmatched))


def _named(conn: Connection, told: object) -> dict[str, str]:
    """Whom reasons mention, by P-…"""
    return {code("P", who): name for who, name in names(conn, mentioned(told)).items()}


def feedback(relationship: str, participant: str, /, *, json: Json = False) -> None:
    """Show what a member may read of the other side's answers.

    Only answers to questions that are shared with the partner: what was said before the match, forms that everybody has
    answered, and reflections after their exchange.

    Parameters
    ----------
    relationship
        R-…
    participant
        The reader: P-…, or an e-mail address.
    """
    engine = store.opened()
    wanted = ids.relationship(engine, relationship)
    with reading(engine) as conn:
        cohort = story.cohort_of_relationship(conn, wanted)
        turn = store.view_of(engine, cohort)
        who = participant_by_code_or_email(conn, turn.cohort_id, participant)
        if not reflect.takes_part(conn, wanted, who.id):
            raise NotFoundError(
                f"{participant} is not a member of {relationship}; see: mentorflow show {code('R', wanted)}"
            )
        shared = reflect.readable(conn, turn, wanted, who.id)
    if json:
        console.as_json([one.as_data() for one in shared])
        return
    if not shared:
        console.say("Nothing is shared with them, or not yet.")
    for one in shared:
        console.say(f"From the {one.role}, {one.about}:", *(f"  {line}" for line in questions.answered(one)))


def _attention(engine: Engine, cohort: str | None, today: date | None, json: bool) -> None:
    with reading(engine) as conn:
        named = [cohort] if cohort else [row.name for row in cohorts.listed(conn)]
    turns = [store.view_of(engine, name, today) for name in named]
    with reading(engine) as conn:
        rows = [(turn.cohort, need) for turn in turns for need in needs.needs(conn, turn)]
    tell_list(rows, json, cohort)


def _all(engine: Engine, json: bool) -> None:
    with reading(engine) as conn:
        rows = cohorts.listed(conn)
    turns = {row.id: store.view_of(engine, row.name) for row in rows}
    with reading(engine) as conn:
        found = {row.id: dashboard(conn, turns[row.id]) for row in rows}
    if json:
        console.as_json([{"cohort": row.name, "status": row.status, **asdict(found[row.id])} for row in rows])
    else:
        tell_cohorts([(row, found[row.id]) for row in rows])
