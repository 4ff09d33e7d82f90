"""What a message may say besides plain text: names of the fixed list, if, and a few filters. Everything else is refused.

A list of what is allowed, over the parsed text, rather than a list of what is dangerous: what nobody thought of is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from programs.render.names import GROUPS, NAMES
from programs.render.plain import is_plainly_fine
from programs.words import closest, listing

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateSyntaxError, nodes

DEEPEST = 25
"""Levels of conditions within conditions; the compiled text could not nest without end."""


def _title(text: str) -> str:
    """The first letter of every word; the others stay, for McDonald and O'Neil."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def _default(text: str, instead: str) -> str:
    return text or instead


FILTERS: Mapping[str, Callable[..., str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": _title,
    "capitalize": lambda text: text[:1].upper() + text[1:],
    "default": _default,
}

_NOT_HERE = {
    "For": "loops are not available in messages",
    "Call": "nothing can be called in a message; write the name without brackets",
    "Getitem": "square brackets are not available; write the name with a dot, like you.first_name",
    "Test": "'is' is not available; what is not known is empty, so {% if ask.link %} is enough",
    "CondExpr": "write {% if … %} … {% else %} … {% endif %} around the text instead",
    "Concat": "texts cannot be joined with ~; write them one after the other",
    **dict.fromkeys(("Include", "Import", "FromImport", "Extends", "Block"), "a message cannot bring in other texts"),
    **dict.fromkeys(("Macro", "CallBlock", "Assign", "AssignBlock", "With"), "a message cannot define anything"),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"), "messages do not calculate"),
    **dict.fromkeys(("List", "Tuple", "Dict"), "lists are not available in messages"),
}
_HOW = "names are written like {{ you.first_name }}, conditions like {% if ask.link %} … {% endif %}"
_NO_TAG = "{% TAG %} is not available; there are only if, elif, else and endif"
_SYNTAX = (
    ("unknown tag '(elif|else|endif)'", "{% TAG %} stands here without an {% if … %} before it"),
    (r"unknown tag '(\w+)'", _NO_TAG),
    ("to be closed is 'if'", "{% if … %} is not closed; write {% endif %} after it"),
    (r"to be closed is '(\w+)'", _NO_TAG),
    ("end of comment", "a comment that begins with {# is not closed with #}"),
    ("end of print statement|unexpected '}'", "a name in braces is not finished; write it like {{ you.first_name }}"),
)
"""What the parser says → what a coordinator is told."""
_SINGLE_BRACES = re.compile(r"(?<!\{)\{\s*([a-z]+\.[a-z_]+)\s*\}(?!\})")


def environment() -> Environment:
    """A sandbox that knows our filters and nothing else.

    Nothing is escaped, since mails are plain text. Jinja is imported here, since most commands write no mail.
    """
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    env.globals.clear()
    env.tests.clear()
    env.filters = dict(FILTERS)
    return env


def check_template(text: str) -> list[tuple[int, str]]:
    """Everything in the text that a message cannot say: the line within the text, from 1, and what is wrong in words."""
    return [] if is_plainly_fine(text) else problems(environment(), text)


def problems(env: Environment, text: str) -> list[tuple[int, str]]:
    """As check_template, with an environment at hand."""
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415

    try:
        found = list(_walk(env.parse(text), 0, 1))
    except TemplateSyntaxError as error:
        found = [(error.lineno, _syntax(error))]
    except RecursionError:
        found = [(1, "this is nested too deeply to be read")]
    return sorted({*found, *_single_braces(text)})


def _walk(node: nodes.Node, depth: int, line: int) -> Iterator[tuple[int, str]]:
    """Goes down only where the node itself is allowed, so that one mistake is told once."""
    line = node.lineno or line  # the two sides of a comparison carry no line of their own
    kind = type(node).__name__
    rule = _ALLOWED.get(kind)
    if depth > DEEPEST:
        yield line, f"this is nested too deeply; {DEEPEST} levels are enough for a mail"
    elif rule is None:
        yield line, _NOT_HERE.get(kind, f"this is not available in messages; {_HOW}")
    elif wrong := rule(node):
        yield line, wrong
    elif kind != "Getattr":
        for child in node.iter_child_nodes():
            yield from _walk(child, depth + 1, line)


def _fine(_: nodes.Node) -> str | None:
    return None


def _text_only(const: nodes.Const) -> str | None:
    if isinstance(const.value, str):
        return None
    return "every name stands for text; compare it with text in quotes, or write {% if ask.link %} to ask whether there is any"


def _operand(operand: nodes.Operand) -> str | None:
    return None if operand.op in ("eq", "ne") else "every name stands for text; it can be compared with == and != only"


def _alone(name: nodes.Name) -> str | None:
    """A name without a dot is never known."""
    owners = [full for full in NAMES if full.split(".")[1] == name.name]
    if name.name in GROUPS:
        owners = [f"{name.name}.{part}" for part in GROUPS[name.name]]
    near = closest(name.name, NAMES)
    return f"there is no name '{name.name}'{_did_you_mean(owners or ([near] if near else []))}"


def _dotted(node: nodes.Getattr) -> str | None:
    path = _path(node)
    if len(path) == 2 and ".".join(path) in NAMES:
        return None
    if len(path) > 2 and ".".join(path[:2]) in NAMES:
        return f"'{'.'.join(path[:2])}' is text and has no parts"
    full = ".".join(path)
    known = [f"{path[0]}.{part}" for part in GROUPS.get(path[0], ())]
    near = closest(full, known) or closest(full, NAMES)
    return f"there is no name '{full}'{_did_you_mean([near] if near else known)}"


def _path(node: nodes.Node) -> list[str]:
    attr, inner = getattr(node, "attr", None), getattr(node, "node", None)
    if attr is not None and inner is not None:
        return [*_path(inner), str(attr)]
    return [str(getattr(node, "name", "…"))]


def _filter(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS:
        near = closest(node.name, FILTERS)
        return f"there is no filter '{node.name}'; " + (
            f"did you mean {near}?" if near else f"there are {listing(FILTERS)}"
        )
    wanted = 1 if node.name == "default" else 0
    if len(node.args) != wanted or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return 'write default("some text")' if wanted else f"write {node.name} without brackets"
    return None


def _did_you_mean(names: list[str]) -> str:
    if not names:
        return ""
    return f"; did you mean {names[0]}?" if len(names) == 1 else f"; did you mean one of {listing(names)}?"


_ALLOWED: Mapping[str, Callable[..., str | None]] = {
    "Template": _fine,
    "Output": _fine,
    "TemplateData": _fine,
    "If": _fine,
    "Compare": _fine,
    "And": _fine,
    "Or": _fine,
    "Not": _fine,
    "Const": _text_only,
    "Operand": _operand,
    "Name": _alone,
    "Getattr": _dotted,
    "Filter": _filter,
}


def _syntax(error: TemplateSyntaxError) -> str:
    """The parser's words in a coordinator's."""
    for said, words in _SYNTAX:
        if found := re.search(said, error.message or ""):
            return words.replace("TAG", found[found.lastindex or 0])
    return f"this is not understood; {_HOW}"


def _single_braces(text: str) -> Iterator[tuple[int, str]]:
    """A name in single braces would go out as it stands."""
    for found in _SINGLE_BRACES.finditer(text):
        if found[1].split(".")[0] in GROUPS:
            line = text.count("\n", 0, found.start()) + 1
            yield line, f"write {{{{ {found[1]} }}}} with two braces; with one it is sent as it stands"
