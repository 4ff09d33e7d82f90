"""Whatever is written instead of whatever else: a program loads, or is refused in words at a line of its own."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.errors import DeclarationError, Problem
from programs.library import load
from programs.source import read_file

EXAMPLES = [
    read_file(Path(__file__).parents[2] / "declarations" / "valid" / f"{stem}.yaml").data
    for stem in ("design_example", "circle", "every_comparison")
]
WORDS = [
    "start",
    "after training",
    "2 weeks",
    "0 days",
    "9999 years",
    "mentor",
    "member",
    "completed",
    "x",
    "",
    "no",
    "{{ x }}",
]
SCALARS = st.none() | st.booleans() | st.integers(-3, 10**19) | st.floats(allow_nan=False) | st.sampled_from(WORDS)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "form", "x"]), SCALARS)
)


def trails(data: Any, trail: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [trail] if trail else []
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        found += trails(value, (*trail, step))
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    data = copy.deepcopy(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(trails(data)))
        around = data
        for step in way:
            around = around[step]
        if draw(st.booleans()):
            around[last] = draw(VALUES)
        else:
            del around[last]
    return data


def problems(path: Path) -> tuple[Problem, ...]:
    try:
        load(path)
    except DeclarationError as refused:
        return refused.problems
    return ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=damaged())
def test_a_damaged_program_is_refused_in_words(data: Any, tmp_path: Path) -> None:
    path = tmp_path / "damaged.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    for problem in problems(path):
        assert problem.message
        assert "Input should" not in problem.message
        assert problem.column >= 1
