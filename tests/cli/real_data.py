"""What tests of `mentorflow pair` on real data share: sheets, the command, and the best by trying everything."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from flows import cli

Capture = pytest.CaptureFixture[str]


def write(file: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with Path(file).open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([headings, *rows])


def asked(words: Sequence[str], capsys: Capture) -> tuple[str, dict[str, Any]]:
    """What the command prints, and the same as data."""
    assert cli.run(["pair", *words]) == 0, capsys.readouterr().err
    shown = capsys.readouterr().out
    assert cli.run(["pair", *words, "--json"]) == 0
    return shown, json.loads(capsys.readouterr().out)


def refused(words: Sequence[str], capsys: Capture) -> str:
    """What is said against the sheets; nobody is paired."""
    assert cli.run(["pair", *words]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def best(
    mentees: Sequence[Any], places: Mapping[Any, int], points: Callable[[Any, Any], int | None]
) -> tuple[int, int]:
    """The most pairs and then the most points, by trying everything; `points` is None for two who are impossible."""
    if not mentees:
        return 0, 0
    found = [best(mentees[1:], places, points)]
    for mentor, free in places.items():
        if free and (worth := points(mentees[0], mentor)) is not None:
            pairs, total = best(mentees[1:], {**places, mentor: free - 1}, points)
            found.append((pairs + 1, total + worth))
    return max(found)


def address(side: str, name: object) -> str:
    return f"{side}-{str(name).lower().replace(' ', '-')}@example.org"
