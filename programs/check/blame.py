"""Whose fault a contradiction is: a parent that holds by itself is broken by what its child removes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from programs.document import Removed
from programs.errors import Problem


def blamed(problem: Problem, about: str | None, removed: Sequence[Removed]) -> Problem:
    """The problem where it was made: at the removal of what it is about, or with a word on what was removed around it."""
    elsewhere = [one for one in removed if one.place.file != problem.file]
    gone = [one for one in elsewhere if one.name == about]
    if gone:
        of_kind = (one for one in gone if one.kind in problem.message)  # a form and a milestone may share a name
        return _moved(problem, next(of_kind, gone[0]))
    for one in elsewhere:
        if one.around and f"{problem.path}.".startswith(f"{one.around}."):
            word = f"{one.place.file}:{one.place.line} removes '{one.name}' from here"
            return replace(problem, hint=f"{problem.hint}; {word}" if problem.hint else word)
    return problem


def _moved(problem: Problem, gone: Removed) -> Problem:
    message = f"is removed, but {problem.path} still uses it ({problem.file}:{problem.line})"
    place = gone.place
    return Problem(place.file, place.line, place.column, gone.path, message, "remove or change that too")
