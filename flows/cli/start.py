"""Writes the file with which a program of one's own begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from programs import library
from programs.errors import MentorflowError
from programs.spec import Phase, Program
from tasks import whole

SCHEMA = "program.schema.json"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def written(name: str, source: str, folder: Path, folders: Sequence[Path]) -> Path:
    """Write NAME.yaml into the folder, with the schema beside it for editors. Raises MentorflowError rather than overwrite."""
    if _NAME.fullmatch(name) is None or len(name) > 40:
        raise MentorflowError(
            f"'{name}' cannot be the name of a program: write at most 40 small letters, digits and dashes, like 'spring-circle'"
        )
    parent = library.load(source, folders)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    _write_new(file, content(name, source, parent))
    try:
        whole.write(folder / SCHEMA, (files("programs") / SCHEMA).read_bytes())
    except MentorflowError:
        file.unlink()
        raise
    return file


def content(name: str, source: str, parent: Program) -> str:
    """The text of the file. The time zone and the phases in its comments are the parent's, ready to be changed."""
    title = name.replace("-", " ").capitalize()
    return "\n".join(
        [
            f"# yaml-language-server: $schema=./{SCHEMA}",
            f"# Everything that {source} says ({parent.title}), but for what is written here.",
            f"#   mentorflow check {name}.yaml                      finds what is wrong",
            f"#   mentorflow plan {name}.yaml --start 2027-01-11    shows it with dates",
            "",
            f"program: {name}",
            "version: 1",
            f"title: {title}",
            f"extends: {source}",
            "",
            "# Take the sign # away from what you want to change. What has an id replaces the part with the same id in",
            f"# {source}, key by key; `remove: true` drops it; a new id adds something.",
            "",
            f"# timezone: {parent.timezone}",
            *_phases(parent.phases),
            "",
            "# The same goes for enrollment, matching, silence, closure, forms and messages.",
            f"# To read all that {source} says: mentorflow plan {source} --start 2027-01-11 --format text",
            "",
        ]
    )


def _phases(phases: Sequence[Phase]) -> list[str]:
    lines = ["", "# phases:"]
    for phase in phases:
        lasts = phase.lasts
        length = str(lasts.at_least) if lasts.is_fixed else f"{{at_least: {lasts.at_least}, at_most: {lasts.at_most}}}"
        lines += [f"#   - id: {phase.id}", f"#     lasts: {length}"]
    return lines


def _write_new(file: Path, text: str) -> None:
    try:
        whole.create(file, text.encode())
    except FileExistsError:
        raise MentorflowError(f"{file} exists already and is left as it is; choose another name or --folder") from None
