"""Reads a Prefect project file with the place of every value. Unlike a program it may use anchors, as such files do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from programs.document import Document, Node, Place
from programs.errors import DeclarationError, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
"""Anchors repeat what they stand for; a file that repeats more than this was not written to be deployed."""


def read(path: Path) -> Document:
    """The document of a file. Raises DeclarationError for what is not YAML."""
    file = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DeclarationError([Problem(file, 1, 1, "", "the file is larger than a megabyte")])
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise DeclarationError([Problem(file, 1, 1, "", f"cannot be read: {reason}")]) from None
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise DeclarationError([Problem(file, 1, 1, "", "the file is empty")])
        return Document(_Nodes(loader, file).of(root), file)
    except yaml.YAMLError as error:
        raise DeclarationError([_broken(error, file)]) from None


class _Nodes:
    """Turns the parser's nodes into ours; merged keys (<<) keep the place where they are written."""

    def __init__(self, loader: yaml.SafeLoader, file: str) -> None:
        self.loader = loader
        self.file = file
        self.left = MAX_NODES

    def of(self, node: yaml.Node, key: yaml.Node | None = None, depth: int = 0) -> Node:
        self.left -= 1
        if self.left < 0 or depth > 40:
            raise yaml.MarkedYAMLError(problem="anchors make it too large", problem_mark=node.start_mark)
        return Node(self._value(node, depth), self._place(node), self._place(key) if key else None, _spelling(node))

    def _value(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            self.loader.flatten_mapping(node)
            return {str(key.value): self.of(value, key, depth + 1) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item, None, depth + 1) for item in node.value]
        return self.loader.construct_object(node)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _spelling(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _broken(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(file, line, column, "", f"this is not YAML: {getattr(error, 'problem', None) or error}")
