"""The command for responses that were collected elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from sqlalchemy import Engine

from flows.cli import console, store
from flows.cli.surroundings import Json, Today
from programs.codes import code, number
from programs.errors import MentorflowError, NotFoundError, Problem, RosterError
from tasks import inbox
from tasks.answer import Outcome, Submission, take
from tasks.db import reading, transaction
from tasks.people import full_name
from tasks.roster.addresses import read_address
from tasks.roster.decoding import decode
from tasks.roster.values import Refused
from tasks.turn import Turn

BATCH = 1000
ADDRESSING = ("ask", "email", "form")


@dataclass(frozen=True)
class Sent:
    """A row of the sheet, and the ask it answers."""

    line: int
    submission: Submission


def answer(
    cohort: str,
    /,
    *,
    file: Annotated[Path | None, Parameter(help="The sheet (CSV).")] = None,
    form: Annotated[str | None, Parameter(help="The form that every row answers, where no column says so.")] = None,
    encoding: str | None = None,
    today: Today = None,
    json: Json = False,
) -> int:
    """Take responses that were collected elsewhere.

    Without a sheet, lists what waits for an answer. A sheet has one row for each response. A column `ask` says which one it answers (A-…, as listed), or `email` and `form` do;
    every other column is a question of the form. Empty cells are not answered. The same row twice is taken once; a changed
    row becomes a new version. A row that is refused does not stop the others.

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
    turn = store.turn_of(engine, cohort, today)
    sent, problems = _read(engine, turn, file, form, encoding)
    counts = dict.fromkeys(Outcome, 0)
    with console.progress("answers", len(sent)) as advance:
        for start in range(0, len(sent), BATCH):
            batch = sent[start : start + BATCH]
            with transaction(engine, turn.cohort_id) as conn:
                received = take(conn, turn, [one.submission for one in batch])
            for one, result in zip(batch, received, strict=True):
                counts[result.outcome] += 1
                if result.outcome is Outcome.REFUSED:
                    problems.append(Problem(str(file), one.line, 1, code("A", one.submission.ask_id), result.why))
            advance(len(batch))
    _tell(counts, problems, json)
    return 1 if problems else 0


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


def _read(
    engine: Engine, turn: Turn, file: Path, form: str | None, encoding: str | None
) -> tuple[list[Sent], list[Problem]]:
    text = decode(_bytes(file), str(file), encoding)
    if isinstance(text, Problem):
        raise RosterError([text])
    with reading(engine) as conn:
        latest = inbox.latest_asks(conn, turn.cohort_id)
    sent: list[Sent] = []
    problems: list[Problem] = []
    for line, row in _rows(text, file, form):
        try:
            answers = {heading: cell for heading, cell in row.items() if heading not in ADDRESSING and cell}
            sent.append(Sent(line, Submission(_ask_of(row, form, latest), answers, by="operator")))
        except NotFoundError as error:
            problems.append(Problem(str(file), line, 1, "", str(error)))
    return sent, problems


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise MentorflowError(f"there is no file {file}") from None


def _rows(text: str, file: Path, form: str | None) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and cells by heading. Raises MentorflowError for a sheet as a whole."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        headings = [" ".join(heading.split()) for heading in next(reader, [])]
        _check_headings(headings, file, form)
        for cells in reader:
            if len(cells) > len(headings):
                raise MentorflowError(f"{file}:{reader.line_num}: more cells than headings")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(headings, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise MentorflowError(f"{file}:{reader.line_num}: {error}; was the file cut off?") from None


def _check_headings(headings: list[str], file: Path, form: str | None) -> None:
    twice = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if twice:
        raise MentorflowError(f"{file}:1: the heading '{twice[0]}' stands there twice")
    if "ask" not in headings and not ("email" in headings and (form or "form" in headings)):
        raise MentorflowError(f"{file}:1: no column says what is answered: 'ask', or 'email' and 'form' (or --form)")


def _ask_of(row: Mapping[str, str], form: str | None, latest: Mapping[tuple[str, str], int]) -> int:
    if row.get("ask"):
        return number(row["ask"], "A")
    wanted = row.get("form") or form or ""
    try:
        key = read_address(row.get("email", ""), test=True).key
    except Refused as error:
        raise NotFoundError(error.message) from None
    if (key, wanted) not in latest:
        raise NotFoundError(f"{row['email']} has not been asked for '{wanted}'")
    return latest[key, wanted]


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
