"""No rule of the check is forgotten, and none is idle."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from programs import check
from programs.errors import DeclarationError
from programs.source import read_file
from programs.spec import Program

INVALID = Path(__file__).parents[2] / "declarations" / "invalid"


def written_rules() -> set[str]:
    """Every public function of the check that takes a program and yields findings."""
    found = set()
    for module in pkgutil.iter_modules(check.__path__, "programs.check."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            signature = inspect.signature(function)
            if (
                not name.startswith("_")
                and signature.return_annotation == "Findings"
                and list(signature.parameters) == ["program"]
            ):
                found.add(name)
    return found


@pytest.fixture(scope="module")
def programs() -> list[Program]:
    """The invalid declarations whose shape is right, so that only the check can refuse them."""
    shaped = []
    for path in INVALID.glob("*.yaml"):
        try:
            shaped.append(Program.model_validate(read_file(path).data))
        except (DeclarationError, ValidationError):
            continue
    return shaped


def test_every_rule_that_is_written_is_applied() -> None:
    assert {rule.__name__ for rule in check.RULES} == written_rules()


@pytest.mark.parametrize("rule", check.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_refuses_some_declaration(rule: check.Rule, programs: list[Program]) -> None:
    assert any(list(rule(program)) for program in programs)
