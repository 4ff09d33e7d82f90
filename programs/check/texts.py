"""Messages fill in only what exists when they are sent."""

from __future__ import annotations

import re

from programs.check.finding import Finding, Findings
from programs.spec import Program

_PARTS = re.compile(r"\{%-?\s*(if|elif|else|endif)\b([^%]*)%\}|\{\{([^{}]*)\}\}")
_HAS_ONE = re.compile(r"\s*(partner|proposal)\.\w+\s*(and\b.*)?")
"""A condition that holds only for somebody who has a partner, or to whom one is proposed."""


def placeholders_exist(program: Program) -> Findings:
    from programs.render import check_template  # noqa: PLC0415 - the template engine is slow to load

    for name, message in program.messages.items():
        for part, text in (("subject", message.subject), ("body", message.body)):
            for line, wrong in check_template(text):
                said, _, hint = wrong.partition("; ")
                yield Finding(("messages", name, part), said, hint or None, line=line)


def speaks_of_a_partner(text: str) -> bool:
    """Whether a message names a partner to somebody who has none: anywhere but under a condition that asks for one."""
    conditions: list[bool] = []
    for word, condition, named in _PARTS.findall(text):
        if word == "if":
            conditions.append(_asks_for_one(condition))
        elif word == "endif":
            conditions = conditions[:-1]
        elif word:
            conditions[-1:] = [_asks_for_one(condition)]
        elif "partner." in named and not any(conditions):
            return True
    return False


def _asks_for_one(condition: str) -> bool:
    return _HAS_ONE.fullmatch(condition) is not None
