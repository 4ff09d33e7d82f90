"""What tests of every kind share."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("tests.databases",)

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
"""How long an example takes says something about the machine, not about the claim."""

gc.set_threshold(50_000, 20, 100)
"""Statements are made of many small objects; to look through all of Prefect for garbage every few hundred of them costs a fifth."""

LONGEST_FIRST = ("faults", "flow", "store", "cli")
"""The folders of tests that start servers, processes and databases, in this order; the rest is quick."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what lasts, in any order within a folder, so that no core is left with a long file when the others are done."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that nobody on this project wrote; it lies beside the checkout, and CI always has it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("civil-service-small is not beside the checkout")
    return folder
