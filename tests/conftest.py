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


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that nobody on this project wrote; it lies beside the checkout, and CI always has it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("civil-service-small is not beside the checkout")
    return folder
