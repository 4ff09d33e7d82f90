"""The command for what remains: summary records, as data, sheet, or text."""

from __future__ import annotations

import sys
from json import loads
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli import console, store
from flows.cli.surroundings import Json
from tasks import exports, story
from tasks.db import reading

Format = Literal["md", "json", "csv"]


def records(cohort: str, /, *, form: Annotated[Format, Parameter(name="--format")] = "md", json: Json = False) -> None:
    """Print the summary records of a cohort.

    Its own record comes first, once it is closed; the sheet has only the relationships.

    Parameters
    ----------
    cohort
        The name of the cohort.
    form
        `md` for people (the default), `json` for other programs, `csv` with a line for each ending.
    """
    engine = store.opened()
    turn = store.view_of(engine, cohort)
    with reading(engine) as conn:
        own, text = story.cohort_record(conn, cohort)
        if json or form == "json":
            console.as_json({"cohort": own, "relationships": loads(exports.as_json(conn, turn))})
        elif form == "csv":
            sys.stdout.write(exports.as_csv(conn, turn))
        else:
            found = "\n---\n\n".join(part for part in (text, exports.as_markdown(conn, turn)) if part)
            console.say(found or f"Nothing has ended in {cohort} yet.")
