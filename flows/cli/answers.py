"""The command for responses that were collected elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Engine

from flows.cli import console, store
from flows.cli.answer_sheets import Sent, read
from flows.cli.sheets import ONE_OF_SEVERAL
from flows.cli.surroundings import Json, Today
from programs.codes import code
from programs.errors import Problem
from tasks import inbox
from tasks.answer import Outcome, take
from tasks.db import reading
from tasks.people import full_name
from tasks.turn import Turn

BATCH = 1000


def answer(
    cohort: str,
    /,
    *,
    file: Annotated[Path | None, Parameter(help=f"The sheet (CSV or XLSX). {ONE_OF_SEVERAL}")] = None,
    form: Annotated[str | None, Parameter(help="The form that every row answers, where no column says so.")] = None,
    encoding: str | None = None,
    today: Today = None,
    json: Json = False,
) -> int:
    """Take responses that were collected elsewhere.

    Without a sheet, lists what waits for an answer. A sheet has one row for each response: a column `ask` says which one it
    answers (A-…, as listed), or `email` and `form` do; every other column is a question of the form, by its id or its words,
    and empty cells are not answered. The same row twice is taken once; a changed row becomes a new version. A refused row does not stop the others.

    Parameters
    ----------
    cohort
        The name of the cohort.
    encoding
        Of a sheet that is not UTF-8, like cp1252.
    """
    engine = store.opened()
    if file is None:
        _list(engine, store.view_of(engine, cohort, today), json)
        return 0
    turn = store.turn_to_act(engine, cohort, today)
    with reading(engine) as conn:
        latest = inbox.latest_asks(conn, turn.cohort_id)
    sent, problems = read(latest, turn.plan.program, str(file), form, encoding)
    counts = _take(engine, turn, sent, problems)
    _tell(counts, problems, json)
    return 1 if problems else 0


def _take(engine: Engine, turn: Turn, sent: list[Sent], problems: list[Problem]) -> dict[Outcome, int]:
    """How many were taken, known and refused; why they were refused is added to the problems."""
    counts = dict.fromkeys(Outcome, 0)
    with console.progress("answers", len(sent)) as advance:
        for start in range(0, len(sent), BATCH):
            batch = sent[start : start + BATCH]
            with store.acting(engine, turn) as conn:
                received = take(conn, turn, [one.submission for one in batch])
            for one, result in zip(batch, received, strict=True):
                counts[result.outcome] += 1
                if result.outcome is Outcome.REFUSED:
                    ask = code("A", one.submission.ask_id)
                    problems.append(Problem(one.place.file, one.place.line, 1, ask, result.why))
            advance(len(batch))
    return counts


def _list(engine: Engine, turn: Turn, json: bool) -> None:
    with reading(engine) as conn:
        waiting = inbox.open_asks(conn, turn.cohort_id)
    if json:
        console.as_json([_data(one) for one in waiting])
        return
    headings = ("ask", "form", "who", "email", "relationship", "due")
    rows = [
        (
            one.code,
            one.form,
            full_name(one.first_name, one.last_name),
            one.email,
            code("R", one.relationship_id),
            _day(one.due_on),
        )
        for one in waiting
    ]
    console.table(headings, rows)


def _data(one: inbox.AskRow) -> dict[str, Any]:
    return {
        "ask": one.code, "form": one.form, "key": one.key, "role": one.role, "email": one.email,
        "participant": code("P", one.participant_id), "relationship": code("R", one.relationship_id),
        "opened_on": one.opened_on, "due_on": one.due_on,
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _tell(counts: Mapping[Outcome, int], problems: list[Problem], json: bool) -> None:
    if json:
        console.as_json(
            {**{str(one): many for one, many in counts.items()}, "problems": [one.__dict__ for one in problems]}
        )
        return
    console.tell(*(str(problem) for problem in sorted(problems)))
    console.say(
        f"{counts[Outcome.TAKEN]:,} taken, {counts[Outcome.UNCHANGED]:,} known already, {len(problems):,} refused."
    )
