"""A program as a mermaid flow chart: its phases, the ways that lead from one to another, and all that ends them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from programs.describe.as_mermaid import text
from programs.describe.endings import EarlyEnd, early_ends, rematched
from programs.describe.timeline import PhaseView, Timeline
from programs.describe.turnings import occasion
from programs.describe.wording import enumerate_words, length, short_day, spaced
from programs.plan import Plan
from programs.spec import Then
from programs.ways import COMPLETED, END, By, Way, by_default

_MAIN, _ASIDE = "-->", "-.->"
_START, _ANY, _AGAIN = "start", "anytime", "rematch"


@dataclass(frozen=True)
class _Arrow:
    """From one node to another; solid for what happens by itself, dotted for what an event or the operator brings about."""

    origin: str
    to: str
    words: str = ""
    line: str = _ASIDE


def flow(line: Timeline) -> str:
    """The chart's text."""
    plan = line.plan
    names = {view.phase.id: f"phase{number}" for number, view in enumerate(line.phases, 1)}
    early = early_ends(plan)
    ends = _ends(plan, early)
    arrows = [*_onwards(plan, names), *_early(early, names), *_afterwards(plan, names, ends)]
    used = {name for arrow in arrows for name in (arrow.origin, arrow.to)}
    lines = [
        "flowchart TD",
        f'    {_START}(["{_quoted(plan.program.title)}"])',
        *(f'    {names[view.phase.id]}["{_label(view)}"]' for view in line.phases),
        *([f'    {_ANY}{{{{"{_whenever(plan)}"}}}}'] if _ANY in used else []),
        *(f'    {name}(["{_quoted(_ending(reasons))}"])' for name, reasons in ends.items()),
        *([f'    {_AGAIN}(["A new match{_pause(plan)}"])'] if _AGAIN in used else []),
        *(_drawn(arrow) for arrow in _together(arrows)),
    ]
    return "\n".join(lines) + "\n"


def _onwards(plan: Plan, names: dict[str, str]) -> Iterator[_Arrow]:
    """The ways out of the phases, the declared ones and those to the next phase of the file."""
    yield _Arrow(_START, names[plan.program.phases[0].id], line=_MAIN)
    for phase in plan.program.phases:
        for way in plan.ways(phase.id):
            matched = phase.alone and way.to == END
            kind = _MAIN if way.by is By.OVER else _ASIDE
            yield _Arrow(names[phase.id], _goal(way, plan, names), "matched" if matched else occasion(way, plan), kind)
        if phase.overrun and phase.overrun.then is Then.MOVE_ON:
            to = _goal(by_default(plan.program, phase), plan, names)
            yield _Arrow(names[phase.id], to, "when it takes too long, without what is missing")


def _goal(way: Way, plan: Plan, names: dict[str, str]) -> str:
    """The node to which a way leads: whoever is through with what is done alone comes to the first phase together."""
    if way.to != END:
        return names[way.to]
    is_alone = plan.program.phase(way.origin).alone
    return names[plan.program.shared_phases[0].id] if is_alone else _named((way.reason,))


def _early(early: Iterable[EarlyEnd], names: dict[str, str]) -> Iterator[_Arrow]:
    for one in early:
        yield _Arrow(names[one.phase] if one.phase else _ANY, _named(one.reasons), one.when)


def _afterwards(plan: Plan, names: dict[str, str], ends: dict[str, tuple[str, ...]]) -> Iterator[_Arrow]:
    """From an end into another cycle, or to somebody new."""
    program, again = plan.program, rematched(plan.program)
    cycle = program.closure.new_cycle
    for name, reasons in ends.items():
        if cycle and set(reasons) <= set(program.closure.planned_reasons):
            times = "once" if cycle.at_most == 1 else f"up to {cycle.at_most} times"
            yield _Arrow(name, names[cycle.begins], f"another cycle, {times}")
        if set(reasons) <= again:
            yield _Arrow(name, _AGAIN)
    if any(set(reasons) <= again for reasons in ends.values()):
        yield _Arrow(_AGAIN, names[program.shared_phases[0].id])


def _ends(plan: Plan, early: Iterable[EarlyEnd]) -> dict[str, tuple[str, ...]]:
    """The node of each ending to which something leads, with its reasons."""
    ways = (way for phase in plan.program.shared_phases for way in plan.ways(phase.id) if way.to == END)
    found = dict.fromkeys([*((way.reason,) for way in ways), *(one.reasons for one in early)])
    return {_named(reasons): reasons for reasons in found}


def _named(reasons: tuple[str, ...]) -> str:
    if reasons == (COMPLETED,):
        return "finish"
    return "_".join(("finish", *(reason.replace("-", "_") for reason in reasons)))


def _ending(reasons: tuple[str, ...]) -> str:
    return "End" if reasons == (COMPLETED,) else f"End: {enumerate_words(map(spaced, reasons), 'or')}"


def _whenever(plan: Plan) -> str:
    return f"In any phase{' after the match' if plan.program.alone_phases else ''}"


def _pause(plan: Plan) -> str:
    declared = plan.program.closure.rematch
    return f"<br/>after {declared.after}" if declared else ""


def _together(arrows: Iterable[_Arrow]) -> Iterator[_Arrow]:
    """Arrows of one kind between the same two nodes as one, for their words would lie upon each other."""
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for arrow in arrows:
        grouped.setdefault((arrow.origin, arrow.to, arrow.line), []).append(_quoted(arrow.words) if arrow.words else "")
    for (origin, to, line), words in grouped.items():
        yield _Arrow(origin, to, ",<br/>or ".join(dict.fromkeys(words)), line)


def _drawn(arrow: _Arrow) -> str:
    words = f'|"{arrow.words}"|' if arrow.words else ""
    return f"    {arrow.origin} {arrow.line}{words} {arrow.to}"


def _label(view: PhaseView) -> str:
    is_certain = view.begins and view.begins.is_exact and not view.phase.alone
    since = f"<br/>from {short_day(view.begins.latest_on)}" if view.begins and is_certain else ""
    return f"{_quoted(view.phase.label)}<br/>{length(view.phase)}{since}"


def _quoted(words: str) -> str:
    """Words between quotation marks."""
    return text(words).replace('"', "”")
