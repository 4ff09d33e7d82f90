"""A program as a mermaid flow chart: its phases, and the ways that lead from one to another."""

from __future__ import annotations

from programs.describe.as_mermaid import text
from programs.describe.timeline import PhaseView, Timeline
from programs.describe.turnings import early_ends, occasion
from programs.describe.wording import length, short_day
from programs.plan import Plan
from programs.ways import COMPLETED, END, By, Way

_MAIN, _ASIDE = "-->", "-.->"


def flow(line: Timeline) -> str:
    """The chart's text: with solid arrows what happens by itself, with dotted ones what an event or the operator brings about."""
    plan = line.plan
    names = {view.phase.id: f"phase{number}" for number, view in enumerate(line.phases, 1)}
    first = plan.program.phases[0].id
    lines = [
        "flowchart TD",
        f'    start(["{_quoted(plan.program.title)}"])',
        *(f'    {names[view.phase.id]}["{_label(view)}"]' for view in line.phases),
        *(f'    {name}(["{_quoted(words)}"])' for name, words in _ends(plan).items()),
        f"    start --> {names[first]}",
        *(_arrow(way, names, plan) for view in line.phases for way in plan.ways(view.phase.id)),
        *(
            f'    {names[early.phase]} {_ASIDE}|"{_quoted(early.when)}"| {_named(early.reason)}'
            for early in early_ends(plan)
        ),
        *_again(names, plan),
    ]
    return "\n".join(lines) + "\n"


def _arrow(way: Way, names: dict[str, str], plan: Plan) -> str:
    origin, shared = plan.program.phase(way.origin), plan.program.shared_phases
    to = names[way.to] if way.to != END else names[shared[0].id] if origin.alone else _named(way.reason)
    words = "matched" if origin.alone and way.to == END else occasion(way, plan)
    return f'    {names[way.origin]} {_MAIN if way.by is By.OVER else _ASIDE}|"{_quoted(words)}"| {to}'


def _again(names: dict[str, str], plan: Plan) -> list[str]:
    """From the end into another cycle."""
    declared = plan.program.closure.new_cycle
    if declared is None:
        return []
    times = "once" if declared.at_most == 1 else f"up to {declared.at_most} times"
    return [f'    finish {_ASIDE}|"another cycle, {times}"| {names[declared.begins]}']


def _ends(plan: Plan) -> dict[str, str]:
    """The node of each ending that a way leads to."""
    ways = (way for phase in plan.program.shared_phases for way in plan.ways(phase.id) if way.to == END)
    reasons = dict.fromkeys([*(way.reason for way in ways), *(early.reason for early in early_ends(plan))])
    return {_named(one): "End" if one == COMPLETED else f"End: {one.replace('_', ' ')}" for one in reasons}


def _named(reason: str) -> str:
    return "finish" if reason == COMPLETED else f"finish_{reason.replace('-', '_')}"


def _label(view: PhaseView) -> str:
    is_certain = view.begins and view.begins.is_exact and not view.phase.alone
    since = f"<br/>from {short_day(view.begins.latest_on)}" if view.begins and is_certain else ""
    return f"{_quoted(view.phase.label)}<br/>{length(view.phase)}{since}"


def _quoted(words: str) -> str:
    """Words between quotation marks."""
    return text(words).replace('"', "”")


def has_ways(plan: Plan) -> bool:
    """Whether there is more to show than one phase after the other."""
    return any(way.trail for phase in plan.program.phases for way in plan.ways(phase.id))
