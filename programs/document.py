"""What a person wrote, as a tree in which every value knows where it stands. Knows neither YAML nor programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from programs.errors import Problem

Trail: TypeAlias = tuple[str | int, ...]
"""The way from the top to a value: keys, and the numbers of list items from 0."""

Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place, with the places of everything inside it."""

    value: dict[str, Node] | list[Node] | Scalar
    place: Place
    key: Place | None = None
    """Where the key stands under which the value is written."""
    spelling: str | None = None
    """A scalar's own letters: `1.10` is a number until a text is expected."""
    margin: int = 0
    """For a text that begins on the line below its key: the column of its lines."""

    @property
    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain for node in self.value]
        return self.value

    @property
    def id(self) -> str | None:
        """What the value calls itself, if it has an `id`."""
        own = self.value.get("id") if isinstance(self.value, dict) else None
        return own.value if own is not None and isinstance(own.value, str) else None

    def child(self, step: str | int) -> Node | None:
        """What stands under a key or at a number; None if nothing does."""
        if isinstance(self.value, dict):
            return self.value.get(str(step)) if not isinstance(step, int) else None
        if isinstance(self.value, list) and isinstance(step, int):
            return self.value[step] if step < len(self.value) else None
        return None

    def line(self, number: int) -> Place:
        """The place of one line of a text, counted from 1."""
        if not self.margin:
            return self.place
        return Place(self.place.file, self.place.line + number, self.margin)


@dataclass(frozen=True)
class Removed:
    """Something inherited that a file drops, and where it says so."""

    kind: str
    """`form` for what stands under `forms`."""
    name: str
    path: str
    around: str
    """The path of the thing that it was a part of, such as the phase of a milestone; empty for what stands at the top."""
    place: Place


@dataclass(frozen=True)
class Document:
    """One declaration. After inheritance its parts may come from several files."""

    root: Node
    file: str
    removed: tuple[Removed, ...] = ()
    meant: Mapping[Place, str] = field(default_factory=dict)
    """New item beside inherited ones → the hint which of those it may have been meant to be, should it be wrong."""
    parent: Document | None = None
    """What it was laid over."""

    @cached_property
    def data(self) -> Any:
        return self.root.plain

    def locate(self, trail: Trail) -> tuple[Trail, Node]:
        """The longest way that the document has towards a trail.

        A trail speaks of the full form of the language; where a short form was written (`reflect: survey` for
        `reflect: {form: survey}`, one item for a list of one), the steps that are not written are left out.
        """
        written: list[str | int] = []
        node = self.root
        for step in trail:
            for name, found in _towards(node, step):
                written.append(name)
                node = found
        return tuple(written), node

    def place(self, trail: Trail, key: bool = False) -> Place:
        """Where a value stands, or its key; where that is not written, the nearest thing around it."""
        _, node = self.locate(trail)
        return node.key if key and node.key is not None else node.place

    def name(self, trail: Trail) -> str:
        """The trail as a person would say it: `phases[closure].milestones[2].at`; items without an id count from 1."""
        text, node = "", self.root
        for step in trail:
            inner = node.child(step)
            if isinstance(step, int):
                text += f"[{(inner.id if inner else None) or step + 1}]"
            else:
                text += f".{step}" if text else step
            node = inner or node
        return text

    def problem(
        self, trail: Trail, message: str, hint: str | None = None, *, key: bool = False, line: int = 0
    ) -> Problem:
        """A problem at the place of a trail; `line` counts within a text of several lines."""
        written, node = self.locate(trail)
        place = node.line(line) if line else self.place(written, key)
        hint = hint or self._meant(written)
        return Problem(place.file, place.line, place.column, self.name(written), message, hint)

    def _meant(self, written: Trail) -> str | None:
        node: Node | None = self.root
        for step in written:
            node = node.child(step) if node else None
            if node and node.place in self.meant:
                return self.meant[node.place]
        return None


def _towards(node: Node, step: str | int) -> Iterator[tuple[str | int, Node]]:
    """One step down; through one unnamed level where a short form put the key deeper; nothing where it is not written."""
    found = node.child(step)
    if found is not None:
        yield step, found
    elif isinstance(node.value, dict) and isinstance(step, str):
        deeper = [(key, inner) for key, inner in node.value.items() if inner.child(step) is not None]
        if len(deeper) == 1:
            key, inner = deeper[0]
            yield key, inner
            yield from _towards(inner, step)
    elif isinstance(node.value, list) and isinstance(step, str):
        same = [(at, item) for at, item in enumerate(node.value) if item.spelling == step]
        yield from same[:1]


def of_data(data: Any, file: str) -> Document:
    """A document of data that was not read from text, such as a stored plan: every place is the beginning."""
    return Document(_node(data, Place(file, 1, 1)), file)


def _node(value: Any, place: Place) -> Node:
    if isinstance(value, dict):
        return Node({str(key): _node(inner, place) for key, inner in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node([_node(inner, place) for inner in value], place, place)
    return Node(value, place, place, str(value))
