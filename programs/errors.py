"""Everything that can go wrong in words for the reader. Imports nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_VARIES = re.compile(r"'[^']*'|\S*[@\d]\S*")
"""What differs between two messages that say the same: what is quoted, addresses, numbers and places."""


class MentorflowError(Exception):
    """Something the operator can put right; the message says how."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place of a file a person wrote. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{where}: {what} ({self.hint})" if self.hint else f"{where}: {what}"


MOST_OF_A_KIND = 20
"""Lines about the same: more would hide the others."""


def few(problems: Iterable[Problem]) -> list[Problem]:
    """The first of each kind, sorted by place, and how many more there are."""
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        column = problem.path if problem.line > 1 else ""  # headings are all in the first line
        kinds.setdefault((problem.file, column, _VARIES.sub("", problem.message)), []).append(problem)
    listed: list[Problem] = []
    for same in kinds.values():
        listed += same[:MOST_OF_A_KIND]
        if more := same[MOST_OF_A_KIND:]:
            listed.append(replace(more[0], message=f"… and {len(more):,} more like this", hint=None))
    return sorted(listed, key=by_place)


def by_place(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.file, problem.line, problem.column, problem.path, problem.message


class ProblemsError(MentorflowError):
    """All problems of one reading at once, sorted by place."""

    def __init__(self, problems: Iterable[Problem], more: bool = False) -> None:
        self.more = more
        """Whether the reading was given up, so that there may be others behind them."""
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=by_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DeclarationError(ProblemsError):
    """A program file that cannot be run as it stands."""


class RosterError(ProblemsError):
    """A sheet of people of which nothing was taken. Its text has the first problems of each kind."""

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in few(self.problems))


class NotFoundError(MentorflowError):
    """A name or an id that nothing answers to."""


class TransitionNotAllowedError(MentorflowError):
    """A move that the status of a thing does not allow."""

    def __init__(self, what: str, status: str, event: str, why: str = "") -> None:
        super().__init__(f"cannot {event} {what}: it is {status}" + (f"; {why}" if why else ""))
        self.what, self.status, self.event = what, status, event


class AnswerRefusedError(MentorflowError):
    """A response that was not taken, and why."""
