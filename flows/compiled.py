"""`flows.compiled.four_phase`: the flows of every program there is, compiled when they are asked for, addressable by deployments.

Programs are the shipped ones and those in MENTORFLOW_PROGRAMS. `four_phase_close` and the like are the flows of its stages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.compile import STAGES, Compiled, compile_program
from programs import library
from programs.errors import NotFoundError
from programs.spec import Program
from programs.words import did_you_mean, listing
from tasks.settings import Settings

_KEPT: dict[str, Compiled] = {}
"""By the content of the program after inheritance: whoever edits a file gets new flows, everybody else the same ones."""


def __getattr__(name: str) -> Any:
    """The flow of that name. Raises AttributeError that lists what there is; DeclarationError for a program with problems."""
    if name.startswith("_"):
        raise AttributeError(name)
    found = _program(name)
    if found is None:
        known = __dir__()
        hint = did_you_mean(name, known) or f"there are: {listing(known)}"
        raise AttributeError(f"{__name__} has no flow '{name}' ({hint})")
    return compiled(found).by_attribute[name]


def __dir__() -> list[str]:
    """Every flow that can be named."""
    programs = [name.replace("-", "_") for name in library.available(_folders())]
    return sorted([*programs, *(f"{program}_{stage}" for program in programs for stage in STAGES)])


def compiled(program: Program) -> Compiled:
    """All flows of a program, made once per process for the same content."""
    content = program.model_dump_json(by_alias=True)
    if content not in _KEPT:
        _KEPT[content] = compile_program(program)
    return _KEPT[content]


def _program(name: str) -> Program | None:
    """The program that a flow's name begins with; a program's own name wins over another program's stage."""
    for end in ("", *(f"_{stage}" for stage in STAGES)):
        if name.endswith(end):
            try:
                return library.load(name.removesuffix(end), _folders())
            except NotFoundError:
                continue
    return None


def _folders() -> list[Path]:
    own = Settings.from_environment().programs
    return [own] if own else []
