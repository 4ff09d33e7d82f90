"""The list of commands: their names, what each is for, and where it is. A command's module is loaded when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from cyclopts import App, Group, Parameter

from flows.cli.console import is_terminal
from programs.words import closest


@dataclass(frozen=True)
class Command:
    """One command. `about` is the first line of its function's docstring, kept here so that `--help` loads none of them."""

    group: str
    name: str
    about: str
    place: str


TRY = "See what it does"
DECLARE = "Write a program"
RUN = "Run a cohort"
RELATIONSHIPS = "Look after relationships"
LOOK = "See where things stand"

EPILOGUE = (
    "Every listing has --json. Every command can be repeated without harm. "
    "Exit codes: 0 done, 1 something you can fix, 2 usage, 3 our bug."
)

COMMANDS = (
    Command(TRY, "demo", "A whole program with made-up people, in under a minute.", "flows.cli.demo:demo"),
    Command(DECLARE, "programs", "List the programs there are.", "flows.cli.declare:programs"),
    Command(DECLARE, "new", "Start a program file of your own from one that exists.", "flows.cli.declare:new"),
    Command(DECLARE, "check", "Find everything that is wrong in program files.", "flows.cli.declare:check"),
    Command(DECLARE, "plan", "Show a program with its dates, before anything exists.", "flows.cli.plan:plan"),
    Command(DECLARE, "pair", "Propose relationships for sheets of people, without a database.", "flows.cli.pair:pair"),
)


ALSO = "Also"


def unknown(words: Sequence[str]) -> str | None:
    """What to say about a first word that is no command; said here so that none of them has to be loaded to compare."""
    names = [command.name for command in COMMANDS]
    if not words or words[0].startswith("-") or words[0] in names:
        return None
    near = closest(words[0], names)
    hint = f"did you mean '{near}'?" if near else "see: mentorflow --help"
    return f"there is no command '{words[0]}'; {hint}"


def application(words: Sequence[str] = ()) -> App:
    """The command line. Only the command that is asked for describes itself; the others are known by their line above."""
    asked = words[0] if words else ""
    app = App(
        name="mentorflow",
        help="Mentoring programs as code: one YAML file becomes a lifecycle that enrolls, matches, guides, asks, reflects "
        "and closes.",
        help_epilogue=None if asked in {command.name for command in COMMANDS} else EPILOGUE,
        version=_version,
        default_parameter=Parameter(negative=(), show_env_var=False, show_default=False),
        help_format="markdown",
        help_formatter="default" if is_terminal(sys.stdout) else "plain",
    )
    groups = {name: Group.create_ordered(name) for name in dict.fromkeys(command.group for command in COMMANDS)}
    for command in COMMANDS:
        about = None if command.name == asked else command.about
        app.command(command.place, name=command.name, help=about, group=groups[command.group])
    also = Group.create_ordered(ALSO)
    for flag in ("--help", "--version"):
        app[flag].group = also
    return app


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mentorflow")
    except PackageNotFoundError:
        return "not installed; run from a folder with its source"
