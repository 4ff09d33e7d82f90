"""Cross-references: what a program says in one place must hold in every other. One small function per rule."""

from __future__ import annotations

from programs.document import Document
from programs.errors import Problem
from programs.spec import Program


def check(program: Program, document: Document) -> list[Problem]:
    """Everything in a program that contradicts itself."""
    return []
