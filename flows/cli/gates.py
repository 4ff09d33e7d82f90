"""The command by which the operator lets people through a gate."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from sqlalchemy import Connection

from flows.cli import console, store
from flows.cli.surroundings import Today
from programs.errors import MentorflowError, RosterError
from programs.words import count
from tasks import gates
from tasks.opening import sheet_of
from tasks.people import participant_by_code_or_email
from tasks.roster.entries import Findings
from tasks.roster.headings import plain
from tasks.roster.sheets import read_sheets
from tasks.turn import Turn

_HEADINGS = ("participant", "id", "email")
"""Over the column that says who it is, the surest first."""


def let_through(
    cohort: str,
    gate: str,
    /,
    *people: str,
    file: str | None = None,
    everybody: Annotated[bool, Parameter(help="All who stand before it now.")] = False,
    undo: Annotated[bool, Parameter(help="Take it back, as long as nothing has followed.")] = False,
    why: Annotated[
        str | None, Parameter(help="For the history. Needed for a gate that is passed by an answer. Name nobody in it.")
    ] = None,
    encoding: str | None = None,
    today: Today = None,
) -> None:
    """Let people through a gate that the operator opens.

    `mentorflow status` tells who stands before which. One that is passed by an answer is opened for those named only, with --why.

    Parameters
    ----------
    cohort
        The name of the cohort.
    gate
        The id of the gate.
    people
        P-…, or e-mail addresses.
    file
        A sheet with a column `participant` (P-…) or `email`.
    encoding
        The sheet's encoding, where it is not UTF-8.
    """
    if sum((bool(people), file is not None, everybody)) != 1:
        raise MentorflowError("say who: P-… P-…, or --file SHEET.csv, or --everybody")
    engine = store.opened()
    turn = store.turn_to_act(engine, cohort, today)
    named = _column(file, encoding) if file is not None else people
    with store.acting(engine, turn) as conn:
        ids = None if everybody else _found(conn, turn, named)
        done = gates.take_back(conn, turn, gate, ids) if undo else gates.pass_by_hand(conn, turn, gate, ids, why)
    console.say(_told(gate, done, undo, None if ids is None else len(ids)))


def _found(conn: Connection, turn: Turn, people: tuple[str, ...]) -> list[int]:
    return sorted({participant_by_code_or_email(conn, turn.cohort_id, one).id for one in people})


def _told(gate: str, done: int, undo: bool, named: int | None) -> str:
    what = f"stand before '{gate}' again" if undo else f"have passed '{gate}'"
    before = f"; {named - done} did before" if named is not None and named > done and not undo else ""
    return f"{'nobody' if not done else count(done, 'participant')}: {what}{before}."


def _column(file: str, encoding: str | None) -> tuple[str, ...]:
    """Everybody on the sheet, by the first heading that says who."""
    findings = Findings()
    people: list[str] = []
    for sheet in read_sheets(sheet_of(file), findings, encoding):
        headings = [plain(heading) for heading in sheet.headings]
        position = next((headings.index(name) for name in _HEADINGS if name in headings), None)
        if position is None:
            raise MentorflowError(f"{sheet.file} has no column that says who; name one 'participant' (P-…) or 'email'")
        people += [row.cells[position].strip() for row in sheet.rows if row.cells[position].strip()]
    if findings.broken:
        raise RosterError(findings.broken)
    if not people:
        raise MentorflowError(f"nobody is on {file}")
    return tuple(people)
