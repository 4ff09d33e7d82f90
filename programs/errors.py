"""Everything that can go wrong in words for the reader. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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


class ProblemsError(MentorflowError):
    """All problems of one reading at once, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(
            sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.path, p.message))
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DeclarationError(ProblemsError):
    """A program file that cannot be run as it stands."""


class RosterError(ProblemsError):
    """A sheet of people of which nothing was taken."""


class NotFoundError(MentorflowError):
    """A name or an id that nothing answers to."""


class TransitionNotAllowedError(MentorflowError):
    """A move that the status of a thing does not allow."""

    def __init__(self, what: str, status: str, event: str, why: str = "") -> None:
        super().__init__(f"cannot {event} {what}: it is {status}" + (f"; {why}" if why else ""))
        self.what, self.status, self.event = what, status, event


class AnswerRefusedError(MentorflowError):
    """A response that was not taken, and why."""
