"""YAML text → Document. Reads the core of YAML 1.2 (`no` is text, and so is `12:30`) and refuses what a program never needs."""

from __future__ import annotations

import re
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml import events

from programs.document import Document, Node, Place, Scalar, Trail
from programs.errors import DeclarationError, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_EVENTS = 20_000
"""Far more than the longest program; nesting and repetition cost the parser quadratic time long before memory."""

MAX_PROBLEMS = 100
"""More than anybody reads at once."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")

_WORDS = (
    (
        "mapping values are not allowed",
        "a colon stands where none is expected",
        "quote text with ': ', or indent like the line above",
    ),
    ("could not find expected ':'", "a key is not followed by a colon", "write 'key: value'"),
    (
        "did not find expected key",
        "this does not continue what is above",
        "indent the keys of one thing alike; close quotes",
    ),
    (
        "did not find expected '-'",
        "this does not continue the list above",
        "start every item with '- ', indented alike",
    ),
    ("did not find expected ',' or ']'", "a list in [ ] is not closed or lacks a comma", None),
    ("did not find expected ',' or '}'", "keys in { } are not closed or lack a comma", None),
    ("did not find the expected ',' or", "a bracket is not closed or a comma is missing", None),
    ("found unexpected end of stream", "a quote is not closed", None),
    ("unknown escape character", "a backslash in double quotes has a meaning of its own", "use single quotes"),
    (
        "sequence entries are not allowed",
        "a list item stands where none is expected",
        "put the list on lines of its own",
    ),
    ("cannot start any token", "text cannot begin with this character", "put it in quotes"),
    ("undefined tag handle", "tags (!name) are not used in program files", None),
    ("did not find expected <document start>", "something stands after the end of the program", None),
)
"""What the parser says → what a coordinator is told, and the way out."""


def read(text: str, file: str = "program.yaml") -> Document:
    """The document of a text. Raises DeclarationError with everything that is wrong as YAML."""
    return Reader(text, file).document()


def read_file(path: Path) -> Document:
    """The document of a file, whose problems name the path as it was given. Raises DeclarationError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            _refuse(str(path), _too_large())
        return read(decode(path.read_bytes(), str(path)), str(path))
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        _refuse(str(path), why)


def read_resource(resource: Traversable, file: str) -> Document:
    """The document of a file that is shipped with the package."""
    return read(decode(resource.read_bytes(), file), file)


def decode(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises DeclarationError at the first other byte."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(file, "the file is UTF-16, not UTF-8", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = content[: error.start].decode("utf-8-sig")
        at = Place(file, good.count("\n") + 1, len(good) - (good.rfind("\n") + 1) + 1)
        _refuse(file, f"the file is not UTF-8 text (byte 0x{content[error.start]:02X})", "save it as UTF-8", at)


def _too_large() -> str:
    return f"the file is larger than {MAX_BYTES // 1_000_000} MB; a program is a few pages"


def _refuse(file: str, message: str, hint: str | None = None, at: Place | None = None) -> NoReturn:
    at = at or Place(file, 1, 1)
    raise DeclarationError([Problem(at.file, at.line, at.column, "", message, hint)])


class Reader:
    """One reading of one text, in one pass over the parser's events."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.file = file
        self.events = 0
        """How many events were taken from the parser."""
        self._problems: list[Problem] = []

    def document(self) -> Document:
        self._check_characters()
        self._parser = _Loader(self.text)
        try:
            root = self._only_document()
        except yaml.MarkedYAMLError as error:
            raise DeclarationError([*self._problems, self._in_words(error)]) from None
        finally:
            self._parser.dispose()
        if self._problems:
            raise DeclarationError(self._problems)
        return Document(root, self.file)

    def _check_characters(self) -> None:
        if len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            _refuse(self.file, _too_large())
        found = _UNREADABLE.search(self.text)
        if found:
            before = self.text[: found.start()]
            at = Place(self.file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            _refuse(self.file, f"a character that no text contains (U+{ord(found[0]):04X})", "delete it", at)

    def _only_document(self) -> Node:
        self._next()
        if isinstance(self._next(), events.StreamEndEvent):
            _refuse(self.file, "the file is empty", "start with 'program:' and a name")
        root = self._node(self._next(), ())
        self._next()
        more = self._next()
        if not isinstance(more, events.StreamEndEvent):
            self._stop(more, "a second document begins here; a file holds one program", "delete the line '---'")
        return root

    def _next(self) -> Any:
        event = self._parser.get_event()
        self.events += 1
        if self.events > MAX_EVENTS:
            self._stop(event, f"the file holds more than {MAX_EVENTS:,} values; a program is a few pages")
        return event

    def _node(self, event: Any, trail: Trail, key: Place | None = None) -> Node:
        at = self._place(event)
        if isinstance(event, events.AliasEvent):
            self._note(at, trail, f"an alias (*{event.anchor}) is not used in program files", "write the value again")
            return Node(None, at, key)
        if event.anchor is not None:
            self._note(at, trail, f"an anchor (&{event.anchor}) is not used in program files", "delete it")
        if event.tag is not None:
            self._note(at, trail, "a tag (!name) is not used in program files", "delete it, or put the text in quotes")
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event, at, key)
        if len(trail) >= MAX_DEPTH:
            self._stop(event, f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, events.SequenceStartEvent):
            return Node(self._items(trail), at, key)
        return Node(self._entries(trail), at, key)

    def _items(self, trail: Trail) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), events.SequenceEndEvent):
            items.append(self._node(event, (*trail, len(items))))
        return items

    def _entries(self, trail: Trail) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while not isinstance(event := self._next(), events.MappingEndEvent):
            at = self._place(event)
            if not isinstance(event, events.ScalarEvent):
                self._note(at, trail, "a key must be a word", "text that begins with { or [ needs quotes")
                self._node(event, (*trail, "?"))
                self._node(self._next(), (*trail, "?"))
                continue
            self._node(event, (*trail, event.value))
            value = self._node(self._next(), (*trail, event.value), at)
            first = entries.setdefault(event.value, value)
            if first is not value and first.key is not None:
                self._note(
                    at, (*trail, event.value), f"written twice; first on line {first.key.line}", "keep one of them"
                )
        return entries

    def _scalar(self, event: Any, at: Place, key: Place | None) -> Node:
        value: Scalar = resolve(event.value) if event.style is None or event.style == "" else event.value
        margin = self._margin(at.line) if event.style in ("|", ">") else 0
        return Node(value, at, key, event.value, margin)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")

    def _margin(self, line: int) -> int:
        """The column at which the text below a line begins."""
        text = next((text for text in self._lines[line:] if text.strip()), "")
        return len(text) - len(text.lstrip(" ")) + 1

    def _character(self, mark: yaml.Mark) -> str:
        return self._lines[mark.line][mark.column : mark.column + 1] if mark.line < len(self._lines) else ""

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, at: Place, trail: Trail, message: str, hint: str | None = None) -> None:
        if len(self._problems) >= MAX_PROBLEMS:
            raise DeclarationError(self._problems, more=True)
        self._problems.append(Problem(at.file, at.line, at.column, _dotted(trail), message, hint))

    def _stop(self, event: Any, message: str, hint: str | None = None) -> NoReturn:
        self._note(self._place(event), (), message, hint)
        raise DeclarationError(self._problems)

    def _in_words(self, error: yaml.MarkedYAMLError) -> Problem:
        said = error.problem or error.context or "unreadable"
        unclosed = "unexpected end of stream" in said or "',' or" in said
        mark = (error.context_mark if unclosed else None) or error.problem_mark or error.context_mark
        at = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)
        if error.problem_mark and self._character(error.problem_mark) == "\t":
            return Problem(at.file, at.line, at.column, "", "a tab stands where spaces belong", "indent with spaces")
        for part, message, hint in _WORDS:
            if part in said:
                return Problem(at.file, at.line, at.column, "", message, hint)
        return Problem(at.file, at.line, at.column, "", f"cannot be read as YAML: {said}")


def resolve(text: str) -> Scalar:
    """What a bare word means in the core schema of YAML 1.2. A number too long to count with stays text."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) and len(text) < 40 else text


def _dotted(trail: Trail) -> str:
    text = ""
    for step in trail:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text
