"""New cycles can be lived through: what belongs to them comes, and waits for nothing that only came before."""

from __future__ import annotations

from dataclasses import dataclass

from programs.awaited import Awaited, day_of, end_of
from programs.check import uses
from programs.check.finding import Finding, Findings, unknown
from programs.document import Trail
from programs.spec import Cycles, Milestone, Phase, Program, QuestionType
from programs.ways import cycles, of_later_cycles


def later_cycles_come_to_it(program: Program) -> Findings:
    """What belongs to later cycles lies in a phase that they come to."""
    again = of_later_cycles(program)
    for trail, phase, milestone in uses.milestones(program):
        if milestone.cycles is not Cycles.LATER or phase.id in again:
            continue
        place = (*trail, "instead_of" if milestone.instead_of else "cycles")
        if program.closure.new_cycle is None:
            hint = "say under 'closure' with which phase a 'new_cycle' begins"
            yield Finding(place, f"'{milestone.id}' never comes: no relationship goes on in a new cycle", hint)
        else:
            message = f"'{milestone.id}' never comes: a new cycle does not lead to '{phase.id}'"
            yield Finding(place, message, f"move it into '{program.closure.new_cycle.begins}', with which it begins")


def what_is_replaced_came_before(program: Program) -> Findings:
    """What a milestone stands for is asked in the first cycle, and only one stands for it."""
    known = {one.id: one for _, _, one in uses.milestones(program)}
    taken: dict[str, str] = {}
    for trail, _, milestone in uses.milestones(program):
        for at, name in enumerate(milestone.instead_of):
            place = (*trail, "instead_of", at) if len(milestone.instead_of) > 1 else (*trail, "instead_of")
            yield from unknown(place, "milestone", name, known)
            if name in known and (known[name].cycles is Cycles.LATER or known[name].ask is None):
                why = "belongs to later cycles itself" if known[name].cycles is Cycles.LATER else "asks nothing"
                yield Finding(place, f"'{name}' {why}", "name what is asked in the first cycle", about=name)
            elif name in taken:
                message = f"'{taken[name]}' stands for '{name}' already"
                yield Finding(place, message, "let one of the two stand for it", about=name)
            taken.setdefault(name, milestone.id)


def new_cycles_wait_for_what_comes(program: Program) -> Findings:
    """In each cycle there is what the days of that cycle are counted from."""
    come = _Coming(program, of_later_cycles(program))
    for trail, phase, milestone in uses.milestones(program):
        if source := day_of(program, phase, milestone):
            yield from _comes_too((*trail, "at"), come, come.to(phase, milestone), source)
    for trail, phase in uses.phases(program):
        if source := end_of(program, phase):
            yield from _comes_too((*trail, "lasts", "until"), come, come.to_phase(phase), source)


def new_cycles_set_their_goals(program: Program) -> Findings:
    """How far a goal is, is asked in new cycles only of goals that are set in them: each has its own."""
    come = _Coming(program, of_later_cycles(program))
    later = come.forms()
    questions = [(name, at, one) for name, form in program.forms.items() for at, one in enumerate(form.questions)]
    set_by: dict[str, list[str]] = {}
    for name, _, question in questions:
        if question.type is QuestionType.GOAL:
            set_by.setdefault(question.id, []).append(name)
    for name, at, question in questions:
        forms = set_by.get(question.goal or "", [])
        if question.type is QuestionType.PROGRESS and name in later and forms and not later.intersection(forms):
            message = f"in a new cycle the goal '{question.goal}' is not set: '{forms[0]}' is not asked again"
            hint = "ask for it in a phase of the new cycle, with 'cycles: later' or 'instead_of'"
            yield Finding(("forms", name, "questions", at, "goal"), message, hint, about=forms[0])


@dataclass(frozen=True)
class _Coming:
    """In which cycles a relationship can come to what; to which phases it comes in the first, other rules say."""

    program: Program
    again: frozenset[str]

    def to_phase(self, phase: Phase) -> frozenset[Cycles]:
        return frozenset({Cycles.FIRST, Cycles.LATER} if phase.id in self.again else {Cycles.FIRST})

    def to(self, phase: Phase, milestone: Milestone) -> frozenset[Cycles]:
        said = cycles(self.program, milestone)
        return self.to_phase(phase) if said is Cycles.ALL else self.to_phase(phase) & {said}

    def forms(self) -> frozenset[str]:
        """What is asked in later cycles, by the names of the forms."""
        asked = {
            one.ask.form
            for _, phase, one in uses.milestones(self.program)
            if one.ask and Cycles.LATER in self.to(phase, one)
        }
        return frozenset(
            asked | {phase.reflect.form for phase in self.program.phases if phase.reflect and phase.id in self.again}
        )


def _comes_too(trail: Trail, come: _Coming, needed: frozenset[Cycles], source: Awaited) -> Findings:
    there = come.to(source.phase, source.milestone)
    if source.anew:
        there |= come.to(source.anew.phase, source.anew.milestone)
    name, missing = source.milestone.id, needed - there
    if Cycles.FIRST in missing:
        message = f"'{name}' belongs to later cycles only, so nothing can wait for it in the first"
        yield Finding(trail, message, "write 'cycles: later' here too", about=name)
    if Cycles.LATER in missing:
        what = f"no day is named for it: '{name}' is not asked again"
        if not source.question:
            what = f"it would wait for ever: '{name}' does not come again"
        hint = f"ask anew in a phase of the new cycle, with 'instead_of: {name}'"
        hint += "; or write 'cycles: first' here" if trail[-1] == "at" else ""
        yield Finding(trail, f"in a new cycle {what}", hint, about=name)
