"""The schema that editors use: current, valid, as wide as the language and no wider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from programs import schema
from programs.source import read, read_file

ROOT = Path(__file__).parents[3]
PROGRAMS = sorted(
    [path for path in (ROOT / "programs").glob("**/*.yaml") if path.stem != "standard"]
    + [path for path in (ROOT / "tests" / "declarations" / "valid").glob("*.yaml") if path.stem != "bare_words"]
)
REFUSED = ("key_misspelled", "shape_unknown", "rule_unknown", "question_type", "criterion_weight", "many_at_once")


@pytest.fixture(scope="module")
def shipped() -> Any:
    return json.loads(schema.FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def editor(shipped: Any) -> Draft202012Validator:
    return Draft202012Validator(shipped)


def test_the_shipped_schema_is_current() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), "run python -m programs.schema"


def test_the_schema_is_a_schema_of_no_host(shipped: Any) -> None:
    Draft202012Validator.check_schema(shipped)
    assert "://" not in shipped["$id"]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_an_editor_accepts_what_the_language_accepts(path: Path, editor: Draft202012Validator) -> None:
    assert [error.message for error in editor.iter_errors(read_file(path).data)] == []


@pytest.mark.parametrize("stem", REFUSED)
def test_an_editor_refuses_what_is_misspelled(stem: str, editor: Draft202012Validator) -> None:
    document = read_file(ROOT / "tests" / "declarations" / "invalid" / f"{stem}.yaml")
    assert not editor.is_valid(document.data)


def test_a_program_that_extends_another_needs_to_say_little(editor: Draft202012Validator) -> None:
    assert editor.is_valid(
        read("program: a\nextends: b\nphases: [{id: x, milestones: [{id: y, required: true}]}]").data
    )
    assert editor.is_valid(read("program: a\nextends: b\nphases: [{id: x, remove: true}]").data)
    assert not editor.is_valid(read("program: a\nphases: [{id: x, remove: true}]").data)
    assert not editor.is_valid(read("program: a\nextends: b\nphases: [{id: x, lats: 2 weeks}]").data)


def test_a_program_that_extends_only_the_standard_says_everything_itself(editor: Draft202012Validator) -> None:
    whole = "program: a\ntitle: A\nextends: standard\n"
    assert editor.is_valid(read(f"{whole}phases: [{{id: x, lasts: 2 weeks}}]").data)
    assert not editor.is_valid(read(whole).data)
    assert not editor.is_valid(read(f"{whole}phases: [{{id: x, remove: true}}]").data)


def test_an_editor_explains_keys_and_words_in_the_words_of_the_spec(shipped: Any) -> None:
    definitions = shipped["$defs"]
    assert definitions["Matching"]["properties"]["consent"]["description"] == "Who must accept, in this order."
    assert "Nobody." in definitions["Share"]["enumDescriptions"]
