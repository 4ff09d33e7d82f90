"""How commands speak: tables and progress bars on a terminal, plain lines elsewhere, JSON where it was asked for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Protocol

PLAIN_EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal."""


class Advance(Protocol):
    """Told how much more is done, and what it was."""

    def __call__(self, count: int = 1, note: str = "") -> None: ...


def say(*lines: str) -> None:
    """Lines for whoever asked."""
    for line in lines:
        print(line)


def tell(*lines: str) -> None:
    """Lines that are not part of the result, so that the result can go to a file or another program."""
    for line in lines:
        print(line, file=sys.stderr)


def as_json(data: Any) -> None:
    """Data for other programs. Dates and ids are written as text."""
    import json

    print(json.dumps(data, indent=2, ensure_ascii=False, default=str))


def is_terminal(stream: IO[str] | None) -> bool:
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Rows under headings; columns named in `right` are set to the right. Cells wrap only on a terminal."""
    if is_terminal(sys.stdout):
        _rich_table(headings, rows, right)
    else:
        say(*plain_table(headings, rows, right))


def plain_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> list[str]:
    """The lines of a table without drawing: two blanks between columns, nothing cut off."""
    lines = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(headings))]
    aligned = [
        "  ".join(
            cell.rjust(width) if heading in right else cell.ljust(width)
            for cell, width, heading in zip(line, widths, headings, strict=True)
        )
        for line in lines
    ]
    return [line.rstrip() for line in aligned]


@contextmanager
def progress(label: str, total: int) -> Iterator[Advance]:
    """A bar on a terminal; elsewhere a line at the beginning, one every ten seconds, and one at the end.

    The total may be a guess: what takes longer is then all there is.
    """
    with _bar(label, total) if is_terminal(sys.stderr) else _lines(label, total) as advance:
        yield advance


@contextmanager
def working(label: str) -> Iterator[Callable[[str], None]]:
    """For work of unknown length: what is being done just now, on a terminal; elsewhere nothing, since the result follows."""
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(label) as status:
        yield lambda what: status.update(f"{label}: {what}")


def _rich_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="" if os.environ.get("NO_COLOR") else "bold")
    for heading in headings:
        drawn.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)


@contextmanager
def _bar(label: str, total: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        bar = drawn.add_task(label, total=total)

        def advance(count: int = 1, note: str = "") -> None:
            done = drawn.tasks[0].completed + count
            drawn.update(bar, completed=done, total=max(total, done), description=f"{label} {note}".strip())

        yield advance


@contextmanager
def _lines(label: str, total: int) -> Iterator[Advance]:
    done, told = 0, time.monotonic()
    tell(f"{label}: {total:,} to do")

    def advance(count: int = 1, note: str = "") -> None:
        nonlocal done, told
        done += count
        if time.monotonic() - told >= PLAIN_EVERY:
            told = time.monotonic()
            tell(f"{label}: {done:,} of {max(total, done):,} {note}".rstrip())

    yield advance
    tell(f"{label}: {done:,} of {max(total, done):,} done")
