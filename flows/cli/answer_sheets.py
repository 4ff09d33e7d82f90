"""Sheets of responses that were collected elsewhere, read into submissions. Knows no database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from programs.codes import number
from programs.errors import MentorflowError, NotFoundError, Problem, RosterError
from tasks.answer import Submission
from tasks.roster.addresses import read_address
from tasks.roster.decoding import decode
from tasks.roster.values import Refused

ADDRESSING = ("ask", "email", "form")
"""Columns that say what a row answers; all others are questions."""


@dataclass(frozen=True)
class Sent:
    """A row of the sheet, and the ask it answers."""

    line: int
    submission: Submission


def read(
    latest: Mapping[tuple[str, str], int], file: Path, form: str | None, encoding: str | None
) -> tuple[list[Sent], list[Problem]]:
    """The responses, and the rows that answer nothing. Raises MentorflowError for a sheet that cannot be read at all.

    `latest` is the newest ask by the key of an address and a form; `form` counts where no column says which.
    """
    text = decode(_bytes(file), str(file), encoding)
    if isinstance(text, Problem):
        raise RosterError([text])
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
