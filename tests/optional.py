"""Parts that come with an extra: a test that needs one is skipped where it is not installed, and fails where CI is set."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from types import ModuleType

import pytest


def needed(name: str, extra: str) -> ModuleType:
    """The module, which the extra brings."""
    if find_spec(name) is None:
        why = f"no {name}: pip install 'mentorflow[{extra}]' brings it"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why, allow_module_level=True)
    return importlib.import_module(name)
