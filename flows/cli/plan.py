"""The command that shows a program with its dates. Needs no database."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Literal

from cyclopts import Parameter

from flows import clock
from flows.cli import console
from flows.cli.surroundings import Json, folders
from programs import describe, library
from programs.plan import make

Format = Literal["table", "text", "mermaid", "gantt", "flow", "ics", "json"]


def plan(
    file: str,
    /,
    *,
    start: date,
    form: Annotated[Format, Parameter(name="--format")] = "table",
    timezone: str | None = None,
    json: Json = False,
) -> None:
    """Show a program with its dates, before anything exists.

    The dates are those of a relationship that begins when the cohort does. After a phase that varies in length, the first
    and the last possible day are shown.

    Parameters
    ----------
    file
        A program file, or the name of a program.
    start
        The first day of the cohort, as YYYY-MM-DD.
    form
        `table` for a screen (the default), `text` to send to participants, `ics` for a calendar, `json` for other programs.
        `mermaid` is two charts in markdown: its days, and the ways between its phases and out of them. `gantt` and `flow`
        ask for one of the two, without the markdown.
    timezone
        The cohort's time zone, like Europe/London. Default: the program's.
    """
    line = describe.timeline(make(library.load(file, folders()), start, timezone))
    if json or form == "json":
        console.as_json(describe.data(line))
    elif form == "table":
        console.table(describe.HEADINGS, [row.cells for row in describe.rows(line)])
    else:
        sys.stdout.write(_text(line, form))


def _text(line: describe.Timeline, form: Format) -> str:
    if form == "text":
        return describe.text(line)
    if form == "ics":
        return describe.ics(line, clock.now())
    if form == "gantt":
        return describe.mermaid(line)
    if form == "flow":
        return describe.flow(line)
    return "\n".join(f"```mermaid\n{chart}```\n" for chart in (describe.mermaid(line), describe.flow(line)))
