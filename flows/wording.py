"""What flows are called and how they describe themselves: the program's lifecycle in words. Knows no Prefect."""

from __future__ import annotations

from flows.picture import length
from programs.spec import Milestone, Phase, Program
from programs.words import listing
from tasks.turn import Stage
from tasks.wording import STAGES

_BANNED = str.maketrans({"/": "-", "%": " per cent", "&": "and", ">": "", "<": ""})
"""Letters that the name of a flow may not have."""


def flow_name(program: Program, stage: Stage | None = None) -> str:
    """`Four-phase mentoring`, `Four-phase mentoring: milestones`."""
    title = program.title.translate(_BANNED)
    return f"{title}: {stage}" if stage else title


def attribute(program: Program, stage: Stage | None = None) -> str:
    """The name under which `flows.compiled` gives it: `four_phase`, `four_phase_close`."""
    name = program.program.replace("-", "_")
    return f"{name}_{stage}" if stage else name


def entrypoint(program: Program, stage: Stage | None = None) -> str:
    """`flows.compiled.four_phase`: what a deployment names."""
    return f"flows.compiled.{attribute(program, stage)}"


def lifecycle(program: Program) -> str:
    """The whole program, for whoever opens its page."""
    parts = [
        program.summary or "",
        "Run it as often as you like: it does everything that is due in the cohort today, once.",
        *(_phase(number, phase) for number, phase in enumerate(program.phases, 1)),
        _ending(program),
    ]
    return "\n\n".join(part.strip() for part in parts if part)


def stage_words(program: Program, stage: Stage) -> str:
    """What a stage does in this program."""
    return f"{STAGES[stage]} A stage of {program.title}; the cohort's run starts it when something is due."


def close_words(program: Program) -> str:
    return (
        f"{STAGES[Stage.CLOSE]} Without a reason it does what is due. With one it ends a relationship, the relationships of a "
        f"participant, or all of the cohort, now. The reasons of {program.title}: {listing(program.closure.reasons)}."
    )


def _phase(number: int, phase: Phase) -> str:
    points = [f"- {_milestone(milestone)}" for milestone in phase.milestones]
    if phase.reflect:
        points.append("- at the start: reflection, answered by everybody")
    return "\n".join([f"**{number}. {phase.label}** ({length(phase.lasts)})", "", *points])


def _milestone(milestone: Milestone) -> str:
    when = f"every {milestone.every}" if milestone.every else str(milestone.at).replace("_", " ")
    return f"{when}: {milestone.label}{' (required)' if milestone.required else ''}"


def _ending(program: Program) -> str:
    after = program.closure.follow_up
    follow = f" {after.after} later everybody is asked how it went on." if after else ""
    return f"Every relationship ends with a summary record.{follow}"
