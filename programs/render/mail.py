"""Fills in a message. What people typed is only ever put in, never read as a template; a name cannot break a line or a header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from programs.errors import MentorflowError, NotFoundError
from programs.render.allow import environment, problems
from programs.render.names import GROUPS, LINES
from programs.spec import Message, Program

if TYPE_CHECKING:
    from jinja2 import Template

Context: TypeAlias = Mapping[str, Mapping[str, str]]
"""Group → name → text: `{"you": {"first_name": "Ana"}}`. What is left out is empty; what is not in NAMES is an error."""

LONGEST_SUBJECT = 200
"""Characters."""

_BREAKS = re.compile("(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])")
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, halves of characters, and the marks that turn the direction of the text after them."""

_ALONE = re.compile(r"^[ \t]*((?:\{%[^\n]*?%\}[ \t]*)+)\n", re.MULTILINE)
"""A line with nothing but conditions. It leaves no line in the mail; a condition at the end of a line leaves the line as it is."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EMPTY = {group: dict.fromkeys(parts, "") for group, parts in GROUPS.items()}
_LINES = {group: frozenset(part for part in parts if f"{group}.{part}" in LINES) for group, parts in GROUPS.items()}


class TemplateRefusedError(MentorflowError):
    """A message that says more than a message may."""


@dataclass(frozen=True)
class Rendered:
    """A mail in plain text: the subject is one line, the body ends with a line break."""

    subject: str
    body: str


class Templates:
    """The messages of one program, each compiled when it is first sent and kept as long as this object."""

    def __init__(self, program: Program | Mapping[str, Message]) -> None:
        self._messages = program.messages if isinstance(program, Program) else program
        self._environment = environment()
        self._compiled: dict[str, tuple[Template, Template]] = {}

    def render(self, message_id: str, context: Context) -> Rendered:
        """The mail for one person. Raises NotFoundError, TemplateRefusedError, and ValueError for a context of other names."""
        subject, body = self._compiled.get(message_id) or self._compile(message_id)
        values = _values(context)
        return Rendered(_one_line(subject.render(values)), _tidy(body.render(values)))

    def _compile(self, message_id: str) -> tuple[Template, Template]:
        if message_id not in self._messages:
            raise NotFoundError(f"there is no message '{message_id}'; there are {', '.join(sorted(self._messages))}")
        message = self._messages[message_id]
        compiled = (
            self._template(message_id, "subject", message.subject),
            self._template(message_id, "body", message.body),
        )
        self._compiled[message_id] = compiled
        return compiled

    def _template(self, message_id: str, part: str, text: str) -> Template:
        """Checked here too: a stored program may be older than the check."""
        tight = _ALONE.sub(r"\1", text)
        for line, wrong in problems(self._environment, text) or problems(self._environment, tight):
            raise TemplateRefusedError(
                f"message '{message_id}' cannot be sent: {part}, line {line}: {wrong}. Correct the program and check it"
            )
        return self._environment.from_string(tight)


def render(message: Message, context: Context) -> Rendered:
    """One mail; for many of the same message keep a Templates."""
    return Templates({"message": message}).render("message", context)


def bullets(lines: Iterable[str]) -> str:
    """A list as it stands in a mail."""
    return "\n".join(f"- {line}" for line in lines)


def day_in_words(day: date) -> str:
    """`Monday 3 May 2027`, whatever the language of the machine."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _values(context: Context) -> dict[str, dict[str, str]]:
    values = {group: empty.copy() for group, empty in _EMPTY.items()}
    for group, parts in context.items():
        for part, text in parts.items():
            if part not in values.get(group, ()):
                raise ValueError(f"'{group}.{part}' is not a name that messages know")
            values[group][part] = text if text.isprintable() else _harmless(text, part in _LINES[group])
    return values


def _harmless(text: str, lines: bool) -> str:
    return _HIDDEN.sub("", _BREAKS.sub("\n" if lines else " ", text))


def _one_line(text: str) -> str:
    line = " ".join(_HIDDEN.sub("", text).split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1].rstrip()}…"


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, and never more than one empty line: conditions leave such traces."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"
