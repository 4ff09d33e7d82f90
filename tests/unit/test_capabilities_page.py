"""What docs/capabilities.md says is shown by a test is shown by one, and what it gives as an example can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from programs import source

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "capabilities.md").read_text(encoding="utf-8")
PARTS = PAGE.split("\n## ")[1:]


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    written = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named - written == set()


def test_every_capability_of_the_field_has_a_part() -> None:
    assert len(PARTS) == 16


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition("\n")[0])
def test_every_part_says_how_it_is_said_and_which_tests_show_it(part: str) -> None:
    (said,) = re.findall(r"```yaml\n(.*?)```", part, re.DOTALL)
    assert source.read(said).data
    assert re.search(r"Shown by `test_", part)
