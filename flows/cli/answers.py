"""The command for responses that were collected elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Engine

from flows.cli import console, questions, store
from flows.cli.addressed import Sent, address
from flows.cli.answer_sheets import read
from flows.cli.sheets import ONE_OF_SEVERAL
from flows.cli.surroundings import Json, Today
from programs.codes import code
from programs.errors import MentorflowError, Problem
from programs.spec import Question
from programs.survey import form_of
from programs.words import count, listing
from tasks import inbox
from tasks.answer import Outcome, take
from tasks.db import reading
from tasks.people import full_name
from tasks.turn import Turn

BATCH = 1000
Names = Mapping[int, Mapping[int, str]]


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a sheet."""

    counts: Mapping[Outcome, int]
    without_answers: int
    problems: Sequence[Problem]
    notes: Sequence[Problem]


def answer(
    cohort: str,
    /,
    *,
    file: Annotated[Path | None, Parameter(help=f"The sheet (CSV or XLSX). {ONE_OF_SEVERAL}")] = None,
    form: Annotated[
        str | None,
        Parameter(help="The form that every row answers, where no column says so; or whose questions to list."),
    ] = None,
    sheet: Annotated[
        Path | None, Parameter(help="Write a sheet there, to be filled in, for what is open of the form.")
    ] = None,
    encoding: str | None = None,
    today: Today = None,
    json: Json = False,
) -> int:
    """Take responses that were collected elsewhere.

    Without a sheet, lists what waits for an answer; with a form, also its questions. A sheet has one row for each response: a
    column `ask` says which one it answers (A-…, as listed), or `email` and `form` do, where only one of theirs is open;
    `relationship` (R-…) says which of several. Every other column is a question of the form, by its id or its words. Empty
    cells are not answered, and rows without an answer are left out. The same sheet twice is taken once; a changed row becomes
    a new version. A refused row does not stop the others; of rows that answer the same, all are refused.

    Parameters
    ----------
    cohort
        The name of the cohort.
    encoding
        Of a sheet that is not UTF-8, like cp1252.
    """
    engine = store.opened()
    if file is not None and sheet is not None:
        raise MentorflowError("--file takes a sheet, and --sheet writes an empty one; name only one of them")
    if file is None:
        _show(engine, store.view_of(engine, cohort, today), form, sheet, json)
        return 0
    taken = _take_sheet(engine, store.turn_to_act(engine, cohort, today), str(file), form, encoding)
    _tell(taken, json)
    return 1 if taken.problems else 0


def _take_sheet(engine: Engine, turn: Turn, file: str, form: str | None, encoding: str | None) -> Taken:
    if form is not None:
        form_of(turn.plan.program, form)
    responses = read(turn.plan.program, file, form, encoding)
    with reading(engine) as conn:
        found = address(conn, turn, responses.rows, form)
    problems = [*responses.problems, *found.problems]
    counts = _take(engine, turn, found.sent, problems)
    return Taken(counts, responses.without_answers, sorted(problems), sorted(found.notes))


def _take(engine: Engine, turn: Turn, sent: Sequence[Sent], problems: list[Problem]) -> dict[Outcome, int]:
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


def _show(engine: Engine, turn: Turn, form: str | None, sheet: Path | None, json: bool) -> None:
    """What waits for an answer; of one form, also its questions, or a sheet for them."""
    with reading(engine) as conn:
        waiting = [one for one in inbox.open_asks(conn, turn.cohort_id) if form in (None, one.form)]
        names = inbox.members(conn, turn.cohort_id) if sheet else {}
    if form is None:
        if sheet is not None:
            there = listing(sorted({one.form for one in waiting})) or "nothing"
            raise MentorflowError(f"say with --form for which form the sheet is; open in {turn.cohort}: {there}")
        _list(turn.cohort, waiting, json)
        return
    asked = questions.asked(turn, form, waiting)
    if sheet is not None and waiting:
        _write(turn, waiting, asked, names, sheet)
    elif json and sheet is None:
        console.as_json({"form": form, "questions": questions.data(asked), "open": [_data(one) for one in waiting]})
    else:
        if sheet is None:
            questions.tell(asked)
            console.say("")
        _list(turn.cohort, waiting, json, f" to '{form}'")


def _write(turn: Turn, waiting: Sequence[inbox.AskRow], asked: Sequence[Question], names: Names, sheet: Path) -> None:
    questions.write_sheet(sheet, waiting, asked, names)
    then = f"mentorflow answer {shlex.quote(turn.cohort)} --file {shlex.quote(str(sheet))}"
    console.say(f"{sheet}: written, with {count(len(waiting), 'row')} to fill in; then: {then}")


def _list(cohort: str, waiting: Sequence[inbox.AskRow], json: bool, to: str = "") -> None:
    if json:
        console.as_json([_data(one) for one in waiting])
        return
    if not waiting:
        console.say(f"Nothing waits for an answer{to} in {cohort}.")
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


def _tell(taken: Taken, json: bool) -> None:
    if json:
        console.as_json(
            {
                **{str(one): many for one, many in taken.counts.items()},
                "refused": len(taken.problems),
                "without_answers": taken.without_answers,
                "problems": [one.__dict__ for one in taken.problems],
                "notes": [one.__dict__ for one in taken.notes],
            }
        )
        return
    console.tell(*(f"note: {note}" for note in taken.notes), *(str(problem) for problem in taken.problems))
    left_out = f", {taken.without_answers:,} without an answer" if taken.without_answers else ""
    console.say(
        f"{taken.counts[Outcome.TAKEN]:,} taken, {taken.counts[Outcome.UNCHANGED]:,} known already, "
        f"{len(taken.problems):,} refused{left_out}."
    )
