"""A plan as rows for a table on a screen or a sheet."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from programs.describe.timeline import PhaseView, StepView, Timeline, Window
from programs.describe.turnings import destination, occasion, told
from programs.describe.wording import length, short_day, title, what, when, who
from programs.ways import Way

HEADINGS = ("phase", "when", "what", "who", "how", "due", "required")


@dataclass(frozen=True)
class Row:
    """One line; every cell is text."""

    phase: str
    when: str
    what: str
    who: str
    how: str
    due: str
    required: str

    @property
    def cells(self) -> tuple[str, ...]:
        return astuple(self)


def rows(line: Timeline) -> list[Row]:
    """Every phase, step and mark, in the order in which they come."""
    found = (
        [Row("Before", cell(line.matching), "First matching", "everybody", "proposals", "", "")]
        if line.matching
        else []
    )
    for view in line.phases:
        found.append(_phase(view, line))
        found.extend(_step(step, line) for step in view.steps)
        found.extend(_way(view, way, line) for way in told(line.plan, view.phase))
    return [*found, *_ending(line)]


def cell(window: Window | None, otherwise: str = "") -> str:
    """`Mon 12 Jan 2026`, or both ends of a window."""
    if window is None:
        return otherwise
    if window.is_exact:
        return short_day(window.latest_on)
    return f"{short_day(window.earliest_on)} – {short_day(window.latest_on)}"


def _phase(view: PhaseView, line: Timeline) -> Row:
    who_enters = who(view.phase.roles, line.plan) if view.phase.roles else "everybody"
    begins = "phase begins, each alone" if view.phase.alone else "phase begins"
    return Row(
        view.phase.label,
        cell(view.begins, "if it comes to that"),
        begins,
        who_enters,
        length(view.phase),
        cell(view.last),
        "",
    )


def _way(view: PhaseView, way: Way, line: Timeline) -> Row:
    return Row(view.phase.label, occasion(way, line.plan), f"on to: {destination(way, line.plan)}", "", "", "", "")


def _step(view: StepView, line: Timeline) -> Row:
    return Row(
        view.step.phase.label,
        _when(view, line),
        title(view),
        who(view.step.roles, line.plan),
        what(view, line.plan),
        "" if view.due == view.opens else cell(view.due),
        "yes" if view.step.required else "",
    )


def _when(view: StepView, line: Timeline) -> str:
    if view.is_of_later_cycles:
        return f"{when(view, line.plan)}, in a new cycle"
    return f"{_day(view, line)}, in the first cycle" if line.is_of_the_first_cycle(view) else _day(view, line)


def _day(view: StepView, line: Timeline) -> str:
    if view.step.named_in is None or view.opens is None:
        return cell(view.opens, when(view, line.plan))
    return f"{when(view, line.plan)}, {cell(view.opens)}"


def _ending(line: Timeline) -> list[Row]:
    marks: list[tuple[Window | None, str, str]] = [
        (line.notice, "Notice of the end", "message"),
        (line.closes, "Relationship closes", "summary record"),
        (line.follow_up, "Follow-up", _follow_up_form(line)),
    ]
    return [Row("Ending", cell(window), name, "everybody", how, "", "") for window, name, how in marks if window]


def _follow_up_form(line: Timeline) -> str:
    follow_up = line.plan.program.closure.follow_up
    return f"form: {line.plan.program.form_title(follow_up.form)}" if follow_up else ""
