"""Phases can be lived through: they take time, their milestones fall inside them, and what is required can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from programs.check import uses
from programs.check.awaited import circle, followed_in
from programs.check.finding import Finding, Findings
from programs.dates import Anchor, Span, halfway
from programs.spec import Ask, Milestone, Phase, Program, QuestionType, Then
from programs.ways import END, By, route, ways

STARTS = tuple(date(2027, month, 1) for month in range(1, 13))
"""Days on which a phase may begin: months differ in length, so what is compared is compared on each."""


def longer(one: Span, other: Span) -> bool:
    """Whether a span is longer than another in any month of the year."""
    return any(one.after(start) > other.after(start) for start in STARTS)


def phases_take_time(program: Program) -> Findings:
    for trail, phase in uses.phases(program):
        if phase.lasts.at_most.count == 0:
            yield Finding(
                (*trail, "lasts", "at_most"), "the phase takes no time", "leave the phase out, or give it a day"
            )
        elif longer(phase.lasts.at_least, phase.lasts.at_most):
            message = f"'at_least' ({phase.lasts.at_least}) is longer than 'at_most' ({phase.lasts.at_most})"
            yield Finding((*trail, "lasts", "at_least"), message)


def milestones_fall_inside(program: Program) -> Findings:
    """No milestone lies after the end of its phase, or before its start."""
    for trail, phase, milestone in uses.milestones(program):
        longest = phase.lasts.at_most
        if milestone.every and milestone.every.count == 0:
            yield Finding((*trail, "every"), "'every 0' would never end", "write a length, like '2 weeks'")
        elif milestone.every and longer(milestone.every, longest):
            message = f"every {milestone.every} never comes: the phase lasts {longest} at most"
            yield Finding((*trail, "every"), message)
        elif _outside(milestone, phase):
            assert milestone.at is not None
            side = "before the start" if milestone.at.before else "after the end"
            message = f"'{milestone.at}' lies {side} of the phase, which lasts {longest} at most"
            yield Finding((*trail, "at"), message)


def _outside(milestone: Milestone, phase: Phase) -> bool:
    """A day that is named, or counted from another phase, can be any day."""
    at, longest = milestone.at, phase.lasts.at_most
    if at is None or at.offset is None or at.question:
        return False
    if at.milestone and all(one.id != at.milestone for one in phase.milestones):
        return False
    if at.anchor is Anchor.HALFWAY:
        return any(at.offset.after(halfway(one, end := longest.after(one))) > end for one in STARTS)
    return _before(at.offset, longest) if at.before else at.anchor is not Anchor.END and longer(at.offset, longest)


def _before(offset: Span, longest: Span) -> bool:
    return any(offset.before(longest.after(start)) < start for start in STARTS)


def nothing_follows_the_end(program: Program) -> Findings:
    for trail, _, milestone in uses.milestones(program):
        at = milestone.at
        if at and at.anchor is Anchor.END and at.offset and not at.before and at.offset.count:
            message = f"'{at}' lies after the end of the phase"
            yield Finding((*trail, "at"), message, "move it into the next phase, or write 'before end'")


def waits_for_something(program: Program) -> Findings:
    """A phase that ends with its required milestones has some."""
    for trail, phase in uses.phases(program):
        if phase.until == "required milestones reached" and not any(
            milestone.required for milestone in phase.milestones
        ):
            message = "the phase waits for its required milestones but has none"
            yield Finding((*trail, "until"), message, "write 'required: true' at what it waits for", about=phase.id)
        if phase.overrun and not phase.until:
            message = "'overrun' says what becomes of a phase that waits, and this one does not"
            yield Finding((*trail, "overrun"), message, "add 'until: required milestones reached'", key=True)


def expectations_can_be_met(program: Program) -> Findings:
    asks_goals = any(
        question.type is QuestionType.GOAL for form in program.forms.values() for question in form.questions
    )
    for trail, phase, milestone in uses.milestones(program):
        if milestone.expect is None:
            continue
        if milestone.expect.checklist and not any(phase.checklist.values()):
            message = f"a checklist is expected, but phase '{phase.id}' has none"
            yield Finding((*trail, "expect", "checklist"), message, "add 'checklist' to the phase", about=phase.id)
        if milestone.expect.goals and not asks_goals:
            message = "goals are expected, but no form asks for any"
            yield Finding((*trail, "expect", "goals"), message, "add a question of type goal", about="goal")


def phases_can_be_reached(program: Program) -> Findings:
    """No phase lies behind one that waits for what nobody can reach."""
    numbers = {phase.id: at for at, phase in enumerate(program.phases)}
    for phase in program.phases:
        blocked = [one for one in phase.milestones if one.required and not _reachable(program, phase, one)]
        if not blocked:
            continue
        waits = f"waits for '{blocked[0].id}', which nobody reaches"
        for to in dict.fromkeys(way.to for way in ways(program, phase) if way.by is By.OVER):
            if to == END and not _goes_on(phase):
                place = ("phases", numbers[phase.id], "id")
                yield Finding(place, f"the phase is never over: it {waits}", about=blocked[0].id)
            elif to in numbers and not _leads_elsewhere(program, phase, to):
                message = f"the phase is never reached: '{phase.id}' before it {waits}"
                yield Finding(("phases", numbers[to], "id"), message, about=blocked[0].id)


def _goes_on(phase: Phase) -> bool:
    return phase.overrun is not None and phase.overrun.then in (Then.MOVE_ON, Then.GO, Then.CLOSE)


def _leads_elsewhere(program: Program, blocked: Phase, to: str) -> bool:
    """Whether another way leads there than from the phase once it is over."""
    others = (way for phase in program.phases for way in ways(program, phase) if way.to == to != way.origin)
    return any(way.origin != blocked.id or way.by is not By.OVER for way in others)


def _reachable(program: Program, phase: Phase, milestone: Milestone) -> bool:
    if milestone.ask and not _askable(program, milestone.ask):
        return False
    if _outside(milestone, phase):
        return False
    return not circle(milestone.id, followed_in(phase))


def _askable(program: Program, ask: Ask) -> bool:
    """Whether anybody is asked anything; an unknown form is a finding of its own."""
    form = program.forms.get(ask.form)
    roles = [role for role in ask.roles if role in program.roles]
    return bool(roles) and (form is None or any(one.asked_of(role) for one in form.questions for role in roles))


def timeline(program: Program, number: int, start: date) -> Iterator[date]:
    """The days on which the phases from a number on begin by default, the last one the day of the close; later ones at their shortest."""
    day = start
    begun = program.phases[number]
    rest = route(program, begun)
    if begun.alone and program.shared_phases:
        rest += route(program, program.shared_phases[0])
    for at, phase in enumerate(rest):
        yield day
        day = (phase.lasts.at_most if at == 0 else phase.lasts.at_least).after(day)
    yield day
