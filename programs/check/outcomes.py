"""What is set beside each other in the record, and how relationships go on, can be: the answer comes earlier, and the cycle begins somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from programs.check import uses
from programs.check.finding import Finding, Findings, unknown
from programs.check.forms import questions
from programs.spec import Milestone, Program, Question, QuestionType
from programs.survey import NEXT_STEP, ON_TOGETHER, may_read

Place = tuple[int, int]
"""A phase and a place in it, counted from 0; a reflection comes after every milestone of its phase."""


def new_cycles_can_begin(program: Program) -> Findings:
    """Somebody is asked for it, and it begins in a phase that relationships go through together."""
    declared = program.closure.new_cycle
    if declared is None:
        return
    shared = [phase.id for phase in program.shared_phases]
    place = ("closure", "new_cycle", "begins")
    if declared.begins in {phase.id for phase in program.alone_phases}:
        hint = "begin where people are together already"
        yield Finding(place, f"'{declared.begins}' is gone through alone, before the match", hint)
    else:
        yield from unknown(place, "phase", declared.begins, shared)
    offered = {step for phase in program.shared_phases for step in phase.next}
    if not offered & set(ON_TOGETHER):
        message = "nobody is asked whether they want a new cycle"
        yield Finding(("closure", "new_cycle"), message, f"offer '{ON_TOGETHER[0]}' under 'next' of the last phase")


def next_steps_can_be_chosen(program: Program) -> Findings:
    """A form that asks for the next step itself offers what the phase offers, and tells the answer to those who decide."""
    for trail, phase in uses.phases(program):
        form = program.forms.get(phase.reflect.form) if phase.reflect and phase.next else None
        asked = form.question(NEXT_STEP) if form else None
        if asked is None:
            continue
        place = (*trail, "next")
        for at, step in enumerate(phase.next):
            if step not in asked.options:
                message = f"'{step}' cannot be chosen: the form '{phase.reflect and phase.reflect.form}' asks otherwise"
                yield Finding(
                    (*place, at), message, f"leave its question '{NEXT_STEP}' out: then it is asked by itself"
                )
        if not may_read(asked, "record"):
            message = f"nothing can be decided: the answers to '{NEXT_STEP}' are kept from the record"
            yield Finding(place, message, "give that question 'record: true', shared with the partner")


def what_is_set_beside_was_said_before(program: Program) -> Findings:
    """The milestone exists, asks that question, comes before, and both answers may stand in the record."""
    milestones = {milestone.id: (place, milestone) for place, milestone in _placed(program)}
    for trail, question in questions(program):
        if question.beside is None:
            continue
        place = (*trail, "beside")
        name, _, wanted = question.beside.partition(".")
        yield from unknown(place, "milestone", name, milestones)
        if name not in milestones:
            continue
        at, milestone = milestones[name]
        earlier = _asked_at(program, milestone, wanted)
        if earlier is None:
            yield from _no_such_question(place, program, milestone, wanted)
            continue
        if not may_read(earlier, "record"):
            message = f"'{question.beside}' is not meant for the record"
            yield Finding(place, message, "give that question 'record: true', or leave 'beside' out")
        if not may_read(question, "record"):
            yield Finding(place, f"'{question.id}' is not meant for the record", "give it 'record: true'")
        form = str(trail[1])
        if all(used <= at for used in _used(program, form)):
            message = f"'{name}' is not before the form '{form}' is asked"
            yield Finding(place, message, "set a later answer beside an earlier one")


def _no_such_question(place: tuple[str | int, ...], program: Program, milestone: Milestone, wanted: str) -> Findings:
    form = program.forms.get(milestone.ask.form) if milestone.ask else None
    if milestone.ask is None:
        yield Finding(place, f"'{milestone.id}' asks nothing", "name a milestone with 'ask'")
    elif form is not None:
        yield from unknown(place, "question", wanted, [question.id for question in form.questions])


def _asked_at(program: Program, milestone: Milestone, wanted: str) -> Question | None:
    form = program.forms.get(milestone.ask.form) if milestone.ask else None
    return form.question(wanted) if form else None


def _placed(program: Program) -> Iterator[tuple[Place, Milestone]]:
    for number, phase in enumerate(program.phases):
        for at, milestone in enumerate(phase.milestones):
            yield (number, at), milestone


def _used(program: Program, form: str) -> Iterator[Place]:
    """Where the form is asked; what is asked after the close comes too late for the record."""
    for place, milestone in _placed(program):
        if milestone.ask and milestone.ask.form == form:
            yield place
    for number, phase in enumerate(program.phases):
        if phase.reflect and phase.reflect.form == form:
            yield number, len(phase.milestones)


def plans_serve_goals(program: Program) -> Findings:
    """Action plans name a goal that some question sets."""
    goals = {question.id for _, question in questions(program) if question.type is QuestionType.GOAL}
    for trail, question in questions(program):
        if question.type is QuestionType.ACTIONS and question.goal is not None:
            yield from unknown((*trail, "goal"), "goal", question.goal, goals)
