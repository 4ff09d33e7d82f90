"""Questions make sense by themselves and together, and the program's goals can be measured with them."""

from __future__ import annotations

from collections.abc import Iterator

from programs.check import uses
from programs.check.finding import Finding, Findings, unknown
from programs.document import Trail
from programs.spec import Program, ProgramGoal, Question, QuestionType, Share

_BELONGS = {
    "from": (QuestionType.SCALE,),
    "to": (QuestionType.SCALE,),
    "labels": (QuestionType.SCALE,),
    "term": (QuestionType.GOAL,),
    "goal": (QuestionType.PROGRESS, QuestionType.ACTIONS),
    "of": (QuestionType.GOAL,),
}
"""Key → the types of question that it says something about."""

_MEASURED = (QuestionType.SCALE, QuestionType.NUMBER, QuestionType.PROGRESS, QuestionType.YES_NO)


def questions(program: Program) -> Iterator[tuple[Trail, Question]]:
    for name, form in program.forms.items():
        for at, question in enumerate(form.questions):
            yield ("forms", name, "questions", at), question


def keys_belong_to_the_type(program: Program) -> Findings:
    for trail, question in questions(program):
        for key, types in _BELONGS.items():
            name = "from_" if key == "from" else key
            if name in question.model_fields_set and question.type not in types and getattr(question, name) is not None:
                message = f"'{key}' belongs to questions of type {types[0]}, not {question.type}"
                yield Finding((*trail, key), message, key=True)


def labels_are_on_the_scale(program: Program) -> Findings:
    for trail, question in questions(program):
        if question.type is not QuestionType.SCALE:
            continue
        for step in question.labels:
            if not question.from_ <= step <= question.to:
                message = f"{step} is not on the scale, which runs from {question.from_} to {question.to}"
                yield Finding((*trail, "labels", str(step)), message, key=True)


def progress_is_on_a_goal(program: Program) -> Findings:
    goals = {question.id for _, question in questions(program) if question.type is QuestionType.GOAL}
    every = {question.id for _, question in questions(program)}
    for trail, question in questions(program):
        if question.type is not QuestionType.PROGRESS or question.goal is None or question.goal in goals:
            continue
        if question.goal in every:
            yield Finding((*trail, "goal"), f"'{question.goal}' sets no goal", "it must be a question of type goal")
        else:
            yield from unknown((*trail, "goal"), "question", question.goal, goals)


def goals_are_asked_before_their_progress(program: Program) -> Findings:
    """Progress is asked only on a goal that some form in use sets."""
    asked = {use.form for use in uses.forms(program)}
    set_by = {
        question.id: name
        for name, form in program.forms.items()
        for question in form.questions
        if question.type is QuestionType.GOAL
    }
    for trail, question in questions(program):
        form = set_by.get(question.goal or "")
        if question.type is QuestionType.PROGRESS and trail[1] in asked and form is not None and form not in asked:
            message = f"the goal '{question.goal}' is never set: nobody is asked the form '{form}'"
            yield Finding((*trail, "goal"), message, f"add a milestone that asks '{form}'", about=form)


def exchanges_have_something_to_show(program: Program) -> Findings:
    """Whoever is told that there are answers to read finds one."""
    for trail, phase, milestone in uses.milestones(program):
        ask = milestone.ask
        form = program.forms.get(ask.form) if ask else None
        if ask is None or form is None or not ask.exchange or phase.alone:
            continue
        shared = [question for question in form.questions if question.share is Share.PARTNER]
        if any(question.asked_of(role) for question in shared for role in ask.roles):
            continue
        message = f"nothing is exchanged: the form '{ask.form}' has no question whose answer the partner may read"
        if shared:
            asked = " and ".join(f"a {role}" for role in ask.roles)
            message = (
                f"nothing is exchanged: what the form '{ask.form}' asks {asked} has no answer that the partner may read"
            )
        hint = "share one with 'share: partner', or leave 'exchange' out"
        yield Finding((*trail, "ask", "exchange"), message, hint, about=ask.form)


def goals_are_measured(program: Program) -> Findings:
    for at, goal in enumerate(program.goals):
        name, question_id = goal.measure.split(".", 1)
        trail: Trail = ("goals", at, "measure")
        yield from unknown(trail, "form", name, program.forms)
        form = program.forms.get(name)
        if form is None:
            continue
        ids = [question.id for question in form.questions]
        yield from (
            Finding(found.trail, f"{found.message} in the form '{name}'", found.hint, about=found.about)
            for found in unknown(trail, "question", question_id, ids)
        )
        question = form.question(question_id)
        if question is not None:
            yield from _measurable(trail, question)
            yield from _target_in_range(("goals", at, "target"), goal, question)
        if name not in {use.form for use in uses.forms(program)}:
            message = f"nobody is asked the form '{name}'"
            yield Finding(trail, message, "ask it at a milestone, or reflect with it", about=name)


def _measurable(trail: Trail, question: Question) -> Findings:
    if question.type not in _MEASURED:
        message = f"'{question.id}' is of type {question.type}, which has no figure"
        yield Finding(trail, message, "measure a scale, number, progress or yes_no")
    elif question.share is Share.PRIVATE:
        yield Finding(trail, f"'{question.id}' is private, so nobody may count its answers", "share it as aggregate")


def _target_in_range(trail: Trail, goal: ProgramGoal, question: Question) -> Findings:
    target = goal.target
    if target.statistic == "share":
        if question.type is QuestionType.NUMBER:
            yield Finding(trail, "a number without bounds has no share of good answers", "write 'average'")
        elif target.value > 100:
            yield Finding(trail, f"{target.value:g}% is more than everybody")
        return
    bounds = {
        QuestionType.SCALE: (question.from_, question.to),
        QuestionType.PROGRESS: (0, 100),
        QuestionType.YES_NO: (0, 1),
    }
    least, most = bounds.get(question.type, (target.value, target.value))
    if not least <= target.value <= most:
        message = f"{target.value:g} cannot be reached: answers to '{question.id}' run from {least} to {most}"
        yield Finding(trail, message)
