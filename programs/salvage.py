"""Reads on after what is wrong, so that the rest of a program is checked in the same go.

What cannot be read is left out or taken for what was probably meant; the result is only ever checked, never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from programs.document import Document, Node, Trail
from programs.problems import expected, known_keys, only_follows
from programs.spec import Program
from programs.words import alike, closest

_ROUNDS = 12
"""Each round leaves out a little more around what is still wrong; nothing in the language is nested deeper."""

_STAND_INS = {"program": "unnamed", "title": "Unnamed"}
_HARMLESS = {"at": "start", "lasts": "50 years", "at_most": "50 years", "at_least": "0 days"}
"""What no day can contradict, for days and lengths that cannot be read."""


@dataclass(frozen=True)
class Salvage:
    """What is left of a document, now a program, and every name that may have been lost with the rest."""

    document: Document
    unread: frozenset[str]


@dataclass
class _Mending:
    leave_out: set[Trail] = field(default_factory=set)
    take_for: dict[Trail, str] = field(default_factory=dict)
    call: dict[Trail, str] = field(default_factory=dict)


def salvage(document: Document) -> Salvage | None:
    """As much of a program as can be understood; None if nothing can."""
    unread: set[str] = set()
    for _ in range(_ROUNDS):
        try:
            Program.model_validate(document.data)
            return Salvage(document, frozenset(unread))
        except ValidationError as error:
            mending = _Mending()
            for details in error.errors(include_url=False):
                if not only_follows(details):
                    _mend(details, document, mending)
        if () in mending.leave_out:
            return None
        for trail in mending.leave_out:
            unread.update(alike(name) for name in _names(document, trail))
        document = replace(document, root=_mended(document.root, (), mending))
    return None


def _mend(details: ErrorDetails, document: Document, mending: _Mending) -> None:
    kind = details["type"]
    trail: Trail = tuple(step for step in details["loc"] if step != "[key]")
    written, node = document.locate(trail)
    if kind == "extra_forbidden":
        _mend_key(trail, written, document, mending)
    elif kind == "missing":
        name = str(trail[-1])
        mending.leave_out.add(document.locate(trail[:-1])[0] if len(trail) > 1 or name not in _STAND_INS else (name,))
    elif kind in ("enum", "literal_error") and isinstance(node.value, str):
        meant = closest(node.value, [str(choice) for choice in expected(trail)])
        if meant is None:
            mending.leave_out.add(written)
        else:
            mending.take_for[written] = meant
    elif kind == "value_error" and written and written[-1] in _HARMLESS and isinstance(node.value, str):
        mending.take_for[written] = _HARMLESS[str(written[-1])]
    elif len(written) == 1 and written[0] in _STAND_INS:
        mending.take_for[written] = _STAND_INS[str(written[0])]
    else:
        mending.leave_out.add(written)


def _mend_key(trail: Trail, written: Trail, document: Document, mending: _Mending) -> None:
    """A misspelled key is taken for the one that was meant, unless that one is there too."""
    _, around = document.locate(written[:-1])
    meant = closest(str(trail[-1]), known_keys(trail[:-1]))
    if meant is None or around.child(meant) is not None:
        mending.leave_out.add(written)
    else:
        mending.call[written] = meant


def _mended(node: Node, trail: Trail, mending: _Mending) -> Node:
    if trail in mending.take_for:
        return replace(node, value=mending.take_for[trail])
    if isinstance(node.value, dict):
        kept = {
            mending.call.get((*trail, key), key): _mended(inner, (*trail, key), mending)
            for key, inner in node.value.items()
            if (*trail, key) not in mending.leave_out
        }
        if not trail:
            kept = {name: replace(node, value=text) for name, text in _STAND_INS.items()} | kept
        return replace(node, value=kept)
    if isinstance(node.value, list):
        items = [
            _mended(item, (*trail, at), mending)
            for at, item in enumerate(node.value)
            if (*trail, at) not in mending.leave_out
        ]
        return replace(node, value=items)
    return node


def _names(document: Document, trail: Trail) -> Iterator[str]:
    """Everything that is named in what is left out, and what it was a part of."""
    node = document.root
    for step in trail:
        node = node.child(step) or node
        if node.id is not None:
            yield node.id
        if isinstance(step, str):
            yield step
    yield from _inside(node)


def _inside(node: Node) -> Iterator[str]:
    if isinstance(node.value, dict):
        for key, inner in node.value.items():
            yield key
            yield from _inside(inner)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _inside(item)
    elif isinstance(node.value, str):
        yield node.value
