"""The list of commands: their names, what each is for, and where it is. A command's module is loaded when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
    "Every listing has --json. Every command but extend, which adds again, can be repeated without harm. "
    "Exit codes: 0 done, 1 something you can fix, 2 usage, 3 our bug."
)

COMMANDS = (
    Command(TRY, "demo", "A whole program with made-up people, in about a minute.", "flows.cli.demo:demo"),
    Command(DECLARE, "programs", "List the programs there are.", "flows.cli.declare:programs"),
    Command(DECLARE, "new", "Start a program file of your own from one that exists.", "flows.cli.declare:new"),
    Command(DECLARE, "check", "Find everything that is wrong in program files.", "flows.cli.declare:check"),
    Command(DECLARE, "plan", "Show a program with its dates, before anything exists.", "flows.cli.plan:plan"),
    Command(DECLARE, "pair", "Propose relationships for sheets of people, without a database.", "flows.cli.pair:pair"),
    Command(RUN, "launch", "Open a cohort of a program, with its people.", "flows.cli.cohort:launch"),
    Command(RUN, "enroll", "Bring people into a cohort from sheets: all rows, or none.", "flows.cli.cohort:enroll"),
    Command(RUN, "pass", "Let people through a gate that the operator opens.", "flows.cli.gates:let_through"),
    Command(RUN, "match", "Propose relationships, show the proposals, and decide.", "flows.cli.match:match"),
    Command(RUN, "advance", "Do everything that is due in a cohort, once.", "flows.cli.cohort:advance"),
    Command(RUN, "answer", "Take responses that were collected elsewhere.", "flows.cli.answers:answer"),
    Command(
        RUN, "deployments", "Check a Prefect project file, before it is deployed.", "flows.cli.deployed:deployments"
    ),
    Command(RELATIONSHIPS, "log-meeting", "Log a meeting of a relationship.", "flows.cli.between:log_meeting"),
    Command(RELATIONSHIPS, "tick", "Tick an item of the present phase's checklist.", "flows.cli.between:tick"),
    Command(RELATIONSHIPS, "goal", "Set a goal, record how far it is, or give it up.", "flows.cli.between:goal"),
    Command(
        RELATIONSHIPS,
        "actions",
        "Show the action plan of a relationship, or change it.",
        "flows.cli.action_plan:actions",
    ),
    Command(RELATIONSHIPS, "waive", "Let a relationship off a milestone.", "flows.cli.changes:waive"),
    Command(RELATIONSHIPS, "pause", "Stop the calendar of a relationship.", "flows.cli.changes:pause"),
    Command(RELATIONSHIPS, "resume", "Let the calendar of a paused relationship run on.", "flows.cli.changes:resume"),
    Command(
        RELATIONSHIPS, "extend", "Let the present phase of a relationship last longer.", "flows.cli.changes:extend"
    ),
    Command(RELATIONSHIPS, "move", "Take a relationship into another phase.", "flows.cli.changes:move"),
    Command(
        RELATIONSHIPS,
        "clear",
        "Take something off the attention list, once it has been seen to.",
        "flows.cli.attention:clear",
    ),
    Command(RELATIONSHIPS, "postpone", "Move the due day of a milestone.", "flows.cli.changes:postpone"),
    Command(RELATIONSHIPS, "close", "End relationships now, each with its summary record.", "flows.cli.changes:close"),
    Command(LOOK, "status", "Show where everything stands, and what needs somebody.", "flows.cli.look:status"),
    Command(LOOK, "show", "Show one relationship, one participant, or one thing asked.", "flows.cli.look:show"),
    Command(LOOK, "records", "Print the summary records of a cohort.", "flows.cli.records:records"),
    Command(LOOK, "feedback", "Show what a member may read of the other side's answers.", "flows.cli.look:feedback"),
    Command(
        LOOK,
        "doctor",
        "Find what is wrong with this installation or its runs, and how to mend it.",
        "flows.cli.doctor:doctor",
    ),
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
    names = {command.name for command in COMMANDS}
    app = App(
        name="mentorflow",
        help="Mentoring programs as code: one YAML file becomes a lifecycle that enrolls, matches, guides, asks, reflects "
        "and closes.",
        help_epilogue=None if asked in names else EPILOGUE,
        version=_version,
        default_parameter=Parameter(negative=(), show_env_var=False, show_default=False),
        help_format="markdown" if asked in names else "plaintext",  # reading markdown takes longer than the list itself
        help_formatter=_formatter(words, listed=asked not in names),
    )
    groups = {name: Group.create_ordered(name) for name in dict.fromkeys(command.group for command in COMMANDS)}
    for position, command in enumerate(COMMANDS):
        about = None if command.name == asked else command.about
        app.command(command.place, name=command.name, help=about, group=groups[command.group], sort_key=position)
    also = Group.create_ordered(ALSO)
    for flag in ("--help", "--version"):
        app[flag].group = also
    return app


def _formatter(words: Sequence[str], listed: bool) -> Literal["default", "plain"] | None:
    """How help is laid out; loaded only for whoever wants to read it."""
    if not listed and not {"--help", "-h"} & set(words):
        return None
    return "default" if is_terminal(sys.stdout) else "plain"


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mentorflow")
    except PackageNotFoundError:
        return "not installed; run from a folder with its source"
