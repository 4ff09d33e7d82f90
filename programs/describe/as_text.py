"""A plan as a reading in sentences, such as a coordinator could send to participants."""

from __future__ import annotations

import textwrap

from programs import before
from programs.describe.attention import attention
from programs.describe.sentences import closing, opening, silence, step_sentence
from programs.describe.timeline import PhaseView, StepView, Timeline, Window
from programs.describe.turnings import overrun, ways_on
from programs.describe.wording import between, day, enumerate_words, length, paragraphs, where_named, who
from programs.spec import Phase

WIDTH = 88


def text(line: Timeline) -> str:
    """Title, how it begins, every phase with what happens in it, and how it ends."""
    program = line.plan.program
    parts = [f"{program.title}\n{'=' * len(program.title)}"]
    if program.summary:
        parts.append(_wrap(program.summary))
    parts.append(_wrap(opening(line)))
    parts.extend(_phase(number, view, line) for number, view in enumerate(line.phases, 1))
    parts.append("The end\n-------\n" + _wrap(closing(line)))
    if program.silence:
        parts.append(_wrap(silence(program)))
    parts.append(_wrap(attention(program)))
    return "\n\n".join(parts) + "\n"


def _phase(number: int, view: PhaseView, line: Timeline) -> str:
    heading = f"{number}. {view.phase.label}"
    parts = [heading, "-" * len(heading), _wrap(_length(view, line))]
    if view.phase.guide:
        parts += ["", "\n\n".join(_wrap(part) for part in paragraphs(view.phase.guide))]
    points = [_point(step_sentence(group, line)) for group in _together(view.steps)]
    points += [
        _point(f"Checklist for {who([role], line.plan)}: {'; '.join(items)}.")
        for role, items in view.phase.checklist.items()
    ]
    return "\n".join([*parts, "", *points] if points else parts)


def _length(view: PhaseView, line: Timeline) -> str:
    phase, lasts = view.phase, view.phase.lasts
    if phase.alone and view.begins and view.last:
        return _length_alone(view, view.begins, view.last, line)
    if view.begins is None or view.last is None:
        sentence = f"{_occasionally(phase, line)} It lasts {_varying(phase)}."
    elif lasts.is_fixed and view.begins.is_exact:
        sentence = f"From {day(view.begins.latest_on)} to {day(view.last.latest_on)} ({lasts.at_least})."
    elif lasts.is_fixed:
        sentence = f"Begins {between(view.begins)} and lasts {lasts.at_least}."
    else:
        sentence = (
            f"Begins {between(view.begins)} and lasts {_varying(phase)}, "
            f"until {day(view.last.latest_on)} at the latest."
        )
    if source := line.plan.ends_named.get(phase.id):
        sentence += f" Its last day is the one named in {where_named(source, line.plan)}."
    needed = _needed(view)
    if needed and phase.until:
        if lasts.is_fixed:
            when = "Before it can be over, this has to be done"
        else:
            least = f"it has lasted {lasts.at_least} and " if lasts.at_least.count else ""
            when = f"It is over as soon as {least}this is done"
        sentence += f" {when}: {enumerate_words(needed)}."
    if phase.goes_on:
        sentence += " Whoever comes back here goes on with the time that was left."
    return " ".join([sentence, *overrun(phase, line.plan), *ways_on(phase, line.plan)])


def _needed(view: PhaseView) -> list[str]:
    """What the phase waits for, the first time."""
    required = (step for step in view.steps if step.step.required and not step.is_of_later_cycles)
    return [f"“{step.step.label}”" for step in required]


def _occasionally(phase: Phase, line: Timeline) -> str:
    if not phase.alone:
        return "Only some come here."
    return f"Before anybody is matched: {who(phase.roles or line.plan.program.roles, line.plan)}, each alone."


def _varying(phase: Phase) -> str:
    lasts = phase.lasts
    return length(phase) if lasts.is_fixed or not lasts.at_least.count else f"from {length(phase)}"


def _length_alone(view: PhaseView, begins: Window, last: Window, line: Timeline) -> str:
    phase, people = view.phase, who(view.phase.roles or line.plan.program.roles, line.plan)
    verb = "goes" if people == "everybody" else "go"
    sentence = f"{people.capitalize()} {verb} through this alone, before they are matched"
    if before.looks(phase):
        end = "their relationship begins" if phase.until == "matched" else "somebody is proposed to them"
        return " ".join([f"{sentence}. It lasts until {end}.", *overrun(phase, line.plan)])
    needed = _needed(view)
    done = f" It is over when this is done: {enumerate_words(needed)}." if needed and phase.until else ""
    days = between(Window(begins.earliest_on, last.latest_on))
    told = f"{sentence}. It takes {_varying(phase)}; whoever is enrolled last does it {days}.{done}"
    return " ".join([told, *overrun(phase, line.plan), *ways_on(phase, line.plan)])


def _together(steps: tuple[StepView, ...]) -> list[tuple[StepView, ...]]:
    """Occurrences of the same step are told as one."""
    groups: dict[str, list[StepView]] = {}
    for view in steps:
        groups.setdefault(view.step.key, []).append(view)
    return [tuple(group) for group in groups.values()]


def _wrap(words: str) -> str:
    return textwrap.fill(" ".join(words.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def _point(words: str) -> str:
    return textwrap.fill(
        " ".join(words.split()), WIDTH, initial_indent="- ", subsequent_indent="  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
