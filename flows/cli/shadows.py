"""Finds somebody else's package under one of our names. Imports nothing of ours, since that is what may be broken."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

OURS = Path(__file__).resolve().parents[2]


def shadow(names: tuple[str, ...] = ("programs", "tasks")) -> str | None:
    """What to say when a name that is ours means something else here; None when all is well."""
    for name in names:
        spec = find_spec(name)
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != OURS / name / "__init__.py":
            return (
                f"'{name}' is {found or 'nowhere'}, and not the part of mentorflow in {OURS / name}. Something in the current "
                "folder or in PYTHONPATH has the same name: run mentorflow from another folder, or rename it"
            )
    return None
