"""Whose fault a contradiction is: a parent that holds by itself is broken by what its child removes from it or changes in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from programs.document import Document, Node, Removed, Trail
from programs.errors import Problem

_WORD = re.compile(r"[a-z_]+")
_QUOTED = re.compile(r"'([^']+)'")


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


def at_fault(problem: Problem, trail: Trail, about: str | None, document: Document) -> Problem:
    """A problem of a parent that was fine before: at the line of the child that takes part in it, or with the child's name."""
    theirs = f"{problem.file}:{problem.line}:{problem.column}"
    found = _taking_part(problem, document.locate(trail)[0], about, document)
    if found is None:
        word = f"{theirs.partition(':')[0]} is fine without what {document.file} changes"
        return replace(problem, hint=f"{problem.hint}; {word}" if problem.hint else word)
    place = document.place(found, key=isinstance(_node(document, found).value, dict | list))
    message = f"does not go with {problem.path}: {problem.message}"
    word = f"that is inherited, from {theirs}"
    hint = f"{problem.hint}; {word}" if problem.hint else word
    return Problem(place.file, place.line, place.column, document.name(found), message, hint)


def _taking_part(problem: Problem, written: Trail, about: str | None, document: Document) -> Trail | None:
    """What the child says nearest by under a key that the message names; else what the message is about; else the list of such
    things, which the child writes anew; else the nearest.
    """
    around = [list(_own(document, written[:end])) for end in range(len(written), 0, -1)]
    words = set(_WORD.findall(_QUOTED.sub("", problem.message)))
    named = (trail for near in around for trail in near if trail[-1] in words)
    names = {name for text in _QUOTED.findall(problem.message) for name in (text, *text.split("."))} | {about or ""}
    meant = (trail for trail in _own(document, ()) if _is_called(document, trail, names))
    listed = (trail for trail in _own(document, ()) if len(trail) > 1 and _lists(document, trail, words))
    nearest = (trail for near in around for trail in near if not isinstance(_node(document, trail).value, dict | list))
    return next(named, None) or next(meant, None) or next(listed, None) or next(nearest, None)


def _own(document: Document, trail: Trail) -> Iterator[Trail]:
    """The ways to everything below a place that the child says itself, what is outside first; ids only tell what is meant."""
    inner = _node(document, trail).value
    steps: Collection[str | int] = inner.keys() if isinstance(inner, dict) else ()
    steps = range(len(inner)) if isinstance(inner, list) else steps
    for step in steps:
        below = (*trail, step)
        if step != "id":
            if _node(document, below).place.file == document.file:
                yield below
            yield from _own(document, below)


def _is_called(document: Document, trail: Trail, names: set[str]) -> bool:
    return len(trail) > 1 and (trail[-1] in names or (_node(document, trail).id or "") in names - {""})


def _lists(document: Document, trail: Trail, words: set[str]) -> bool:
    key = trail[-1]
    return (
        isinstance(key, str)
        and key.removesuffix("s") in words - {key}
        and isinstance(_node(document, trail).value, list)
    )


def _node(document: Document, trail: Trail) -> Node:
    return document.locate(trail)[1]


def _moved(problem: Problem, gone: Removed) -> Problem:
    message = f"is removed, but {problem.path} still uses it ({problem.file}:{problem.line})"
    place = gone.place
    return Problem(place.file, place.line, place.column, gone.path, message, "remove or change that too")
