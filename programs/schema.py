"""The JSON Schema with which an editor completes and checks a program file. `python -m programs.schema` writes it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Set
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from programs.spec import CriterionKind, Program, RuleKind

FILE = Path(__file__).with_name("program.schema.json")

Schema: TypeAlias = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PART = "Part"
_SLUG: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", "maxLength": 40}
_ANOTHER: Schema = {"type": "string", "not": {"const": "standard"}}
_NAMES = {"from": "from_"}
"""Keys that are not names in Python → the attribute that holds them."""


def schema() -> Schema:
    """The whole schema. A program that extends another says only what differs, so nothing in it is required.

    What extends only the standard, which lies under every program, is a whole program.
    """
    whole = Program.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = whole.pop("$defs")
    definitions["Program"] = whole
    for name, definition in definitions.items():
        definitions[name] = _written(name, _described(name, _tidied(definition)))
    enums = {f"#/$defs/{name}" for name, definition in definitions.items() if "enum" in definition}
    parts = {name + _PART: _part(one, enums) for name, one in definitions.items() if "enum" not in one}
    return {
        "$schema": _DIALECT,
        "$id": "program.schema.json",
        "title": "A mentoring program",
        "if": {"required": ["extends"], "properties": {"extends": _ANOTHER}},
        "then": {"$ref": f"#/$defs/Program{_PART}"},
        "else": {"$ref": "#/$defs/Program"},
        "$defs": dict(sorted((definitions | parts).items())),
    }


def text() -> str:
    """The schema as it is shipped."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _tidied(node: Any) -> Any:
    """Without the titles that are only the key again, and without defaults that are only 'nothing'."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    noise = {"title"} if isinstance(node.get("title"), str) else set()
    if "default" in node and node["default"] in (None, [], {}):
        noise.add("default")
    return {key: _tidied(value) for key, value in node.items() if key not in noise}


def _described(name: str, definition: Schema) -> Schema:
    """With what the spec's own sources say about each attribute and each word."""
    docs = _docs().get(name, {})
    for key, described in definition.get("properties", {}).items():
        doc = docs.get(_NAMES.get(key, key))
        if doc:
            described["description"] = doc
    if "enum" in definition and docs:
        definition["enumDescriptions"] = [docs.get(value, "") for value in definition["enum"]]
    return definition


def _docs() -> dict[str, dict[str, str]]:
    """Class → attribute, or value of an enumeration → its docstring."""
    found: dict[str, dict[str, str]] = {}
    for file in (files("programs") / "spec").iterdir():
        if file.name.endswith(".py"):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    found[node.name] = dict(_attributes(node))
    return found


def _attributes(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for before, after in zip(node.body, node.body[1:], strict=False):
        if not isinstance(after, ast.Expr) or not isinstance(after.value, ast.Constant):
            continue
        doc = " ".join(str(after.value.value).split())
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            yield before.target.id, doc
        elif isinstance(before, ast.Assign) and isinstance(before.value, ast.Constant):
            yield str(before.value.value), doc


def _written(name: str, definition: Schema) -> Schema:
    """With the short forms in which a thing may be written."""
    shorten = _SHORT.get(name)
    return shorten(definition) if shorten else definition


def _or_text(pattern: Schema) -> Callable[[Schema], Schema]:
    def shorten(definition: Schema) -> Schema:
        doc = definition.pop("description", None)
        return {**({"description": doc} if doc else {}), "anyOf": [pattern, definition]}

    return shorten


def _single_or_list(*keys: str) -> Callable[[Schema], Schema]:
    def shorten(definition: Schema) -> Schema:
        for key in keys:
            many = definition["properties"][key]
            doc = many.pop("description", None)
            definition["properties"][key] = {"anyOf": [many["items"], many], **({"description": doc} if doc else {})}
        return definition

    return shorten


def _list_of_options(definition: Schema) -> Schema:
    options = definition["properties"]["options"]
    doc = options.pop("description", None)
    definition["properties"]["options"] = {"description": doc, "anyOf": [{"type": "array", "items": _SLUG}, options]}
    return definition


def _rule(definition: Schema) -> Schema:
    kinds = [str(kind) for kind in RuleKind if kind is not RuleKind.NOT_BEFORE]
    return {
        "description": definition["description"],
        "anyOf": [{"const": str(RuleKind.NOT_BEFORE)}, _one_key(definition, kinds)],
    }


def _criterion(definition: Schema) -> Schema:
    return {"description": definition["description"], **_one_key(definition, [str(kind) for kind in CriterionKind])}


def _one_key(definition: Schema, kinds: list[str]) -> Schema:
    """A mapping with exactly one of the kinds, and what the kind needs inside it or beside it."""
    needs = {key: value for key, value in definition["properties"].items() if key not in ("kind", "fields")}
    sides = dict.fromkeys(("field", "mentee", "mentor"), _SLUG)
    inner = {"type": "object", "properties": sides | needs, "additionalProperties": False}
    return {
        "type": "object",
        "properties": {kind: {"anyOf": [_SLUG, inner]} for kind in kinds} | needs,
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in kinds],
    }


_SHORT: dict[str, Callable[[Schema], Schema]] = {
    "Criterion": _criterion,
    "Lasts": _or_text({"type": "string", "pattern": r"^\d{1,4} (day|week|month|year)s?$", "examples": ["2 weeks"]}),
    "Milestone": _single_or_list("when", "instead_of"),
    "Question": _list_of_options,
    "Gate": _or_text(_SLUG),
    "Reflect": _or_text(_SLUG),
    "Rule": _rule,
    "Target": _or_text(
        {
            "type": "string",
            "pattern": r"^(average (>=|<=) \d+(\.\d+)?|share (>=|<=) \d+(\.\d+)?%)$",
            "examples": ["average >= 4", "share >= 70%"],
        }
    ),
}
"""Definition → how its short forms are added to it."""


def _part(node: Any, enums: Set[str]) -> Any:
    """The same of a program that extends another: nothing is required, an item may be removed, a value taken away."""
    if isinstance(node, list):
        return [_part(item, enums) for item in node]
    if not isinstance(node, dict):
        return node
    demands = {key for key in ("required", "minItems") if isinstance(node.get(key), list | int)}
    part = {key: _part(value, enums) for key, value in node.items() if key not in demands}
    if "$ref" in node and node["$ref"] not in enums:
        part["$ref"] = node["$ref"] + _PART
    if "properties" in node and isinstance(node["properties"], dict):
        nullable = {key: {"anyOf": [value, {"type": "null"}]} for key, value in part["properties"].items()}
        part["properties"] = nullable | {"remove": {"const": True, "description": "Drops what is inherited."}}
    if "oneOf" in node:
        part["oneOf"] = node["oneOf"]
    return part


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
