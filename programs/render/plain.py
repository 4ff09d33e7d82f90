"""Recognises the plain kind of message, which nearly all are, without loading the template engine: checking takes a third less time.

It may miss a message that is fine, and then the engine's own parser decides; it must never pass one that is not.
"""

from __future__ import annotations

import re

from programs.render.names import NAMES

_NAME = r"[a-z]+\.[a-z_]+"
_QUOTED = r'"[^"\\{}%\n]*"'
_NAMED = rf"{_NAME}(?:\|(?:lower|upper|title|capitalize|default\((?:{_QUOTED}|{_NAME})\))){{0,3}}"
_CONDITION = rf"(?:not )?{_NAMED}(?: [=!]= (?:{_QUOTED}|{_NAME}))?"
_PART = re.compile(rf"\{{\{{ {_NAMED} \}}\}}|\{{% (?:(?:if|elif) {_CONDITION}|else|endif) %\}}")
_DEEPEST = 5


def is_plainly_fine(text: str) -> bool:
    """Whether the text has only known names, at most a few filters and comparisons on them, and closed conditions."""
    if re.search(r"[{}]", _PART.sub("", text)):
        return False
    parts = [re.sub(_QUOTED, "", part) for part in _PART.findall(text)]
    if any(name not in NAMES for part in parts for name in re.findall(_NAME, part)):
        return False
    return _are_closed([part.split()[1] for part in parts if part.startswith("{%")])


def _are_closed(tags: list[str]) -> bool:
    """Whether every if has its endif, with elif and at most one else, in this order, between them."""
    inside: list[str] = []
    for tag in tags:
        if tag == "if":
            inside.append(tag)
        elif not inside or (tag != "endif" and inside[-1] == "else"):
            return False
        elif tag == "endif":
            inside.pop()
        else:
            inside[-1] = tag
        if len(inside) > _DEEPEST:
            return False
    return not inside
