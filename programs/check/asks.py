"""What is asked can be answered: in time, by everybody who is asked, and with the answers that something follows from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from programs.check import uses
from programs.check.finding import Finding, Findings, unknown
from programs.check.phases import STARTS, timeline
from programs.dates import Anchor, Span, halfway
from programs.dating import LATE
from programs.document import Trail
from programs.spec import Consequence, Form, Milestone, Phase, Program, Question, QuestionType, Share, Then
from programs.words import did_you_mean, listing

_NUMBERS = (QuestionType.SCALE, QuestionType.NUMBER, QuestionType.PROGRESS)
_COMPARISON = re.compile(r"(?:<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)")


def everybody_asked_gets_a_question(program: Program) -> Findings:
    for use in uses.forms(program):
        form = program.forms.get(use.form)
        for role in use.roles:
            if form and role in program.roles and not any(question.asked_of(role) for question in form.questions):
                message = f"the form '{use.form}' has no question for a {role}"
                hint = f"ask only those it is for, or add a question for the {role}"
                yield Finding(use.trail, message, hint, about=use.form)


def due_before_the_close(program: Program) -> Findings:
    days = [[list(timeline(program, at, start)) for start in STARTS] for at, _ in enumerate(program.phases)]
    beginnings = {phase.id: found for phase, found in zip(program.phases, days, strict=True)}
    for trail, phase, milestone in uses.milestones(program):
        if milestone.ask and any(_due_late(milestone, begun) for begun in beginnings[phase.id]):
            message = f"due in {milestone.ask.due}, which is after the relationship has closed"
            yield Finding((*trail, "ask", "due"), message, "shorten it, or ask earlier")


def _due_late(milestone: Milestone, days: list[date]) -> bool:
    """Whether it is due after the last of the days, of which the first two are those of its phase."""
    assert milestone.ask is not None
    asked = _asked_on(milestone, days[0], days[1])
    return asked <= days[1] and milestone.ask.due.after(asked) > days[-1]


def _asked_on(milestone: Milestone, start: date, end: date) -> date:
    """The first day on which it can be asked."""
    if milestone.every is not None or milestone.at is None:
        return milestone.every.after(start) if milestone.every else start
    anchors = {Anchor.END: end, Anchor.HALFWAY: halfway(start, end)}
    return milestone.at.on(anchors.get(milestone.at.anchor, start))


def reminders_fall_between_asking_and_closing(program: Program) -> Findings:
    for trail, _, milestone in uses.milestones(program):
        ask = milestone.ask
        if ask is None:
            continue
        taken = None if milestone.required else _fewest_days(ask.expires or LATE)
        for at, nudge in enumerate(ask.remind):
            place = (*trail, "ask", "remind", at)
            if -nudge.days >= _fewest_days(ask.due):
                yield Finding(place, f"'{nudge}' is not after the day on which it is asked: it is due in {ask.due}")
            elif taken is not None and nudge.days > taken:
                message = f"'{nudge}' is too late: an answer is taken until {ask.expires or LATE} after the due day"
                yield Finding(place, message)


def _fewest_days(span: Span) -> int:
    return span.days if span.days is not None else min((span.after(start) - start).days for start in STARTS)


def consequences_follow_from_an_answer(program: Program) -> Findings:
    for trail, _, milestone in uses.milestones(program):
        form = program.forms.get(milestone.ask.form) if milestone.ask else None
        if form is None:
            continue
        for at, consequence in enumerate(milestone.when):
            yield from follows((*trail, "when", at), consequence, form)


def passing_answers_can_be_given(program: Program) -> Findings:
    """What passes is an answer to a question that is asked."""
    for trail, _, milestone in uses.milestones(program):
        form = program.forms.get(milestone.ask.form) if milestone.ask else None
        if form is None or milestone.passes is None:
            continue
        wanted, names = milestone.passes, [question.id for question in form.questions]
        yield from unknown((*trail, "passes", "question"), "question", wanted.question, names)
        asked = form.question(wanted.question)
        if asked is not None:
            yield from _kept_back((*trail, "passes", "question"), asked)
            if not _fits(asked, wanted.answer):
                message = f"'{asked.id}' cannot be answered with '{_said(wanted.answer)}'"
                yield Finding((*trail, "passes", "answer"), message, _how(asked))


def follows(trail: Trail, consequence: Consequence, form: Form) -> Findings:
    """The answer can be given, by one question of the form, to which something may follow."""
    if consequence.question is not None:
        names = [question.id for question in form.questions]
        yield from unknown((*trail, "question"), "question", consequence.question, names)
        asked = form.question(consequence.question)
        if asked is not None:
            yield from _kept_back((*trail, "question"), asked)
            yield from _can_be_answered((*trail, "answer"), consequence, asked)
        return
    fitting = [question for question in form.questions if _fits(question, consequence.answer)]
    if not fitting:
        message = f"no question of the form can be answered with '{_said(consequence.answer)}'"
        yield Finding((*trail, "answer"), message, did_you_mean(_said(consequence.answer), _options(form)))
    elif len(fitting) > 1:
        names = [question.id for question in fitting]
        message = f"'{_said(consequence.answer)}' can be the answer to: {listing(names)}"
        yield Finding((*trail, "answer"), message, f"say which, like 'question: {names[0]}'")
    else:
        yield from _kept_back((*trail, "answer"), fitting[0])


def _kept_back(trail: Trail, question: Question) -> Findings:
    if question.share in (Share.PRIVATE, Share.AGGREGATE):
        message = f"nothing can follow from an answer to '{question.id}', which is {question.share}"
        yield Finding(trail, message, "what follows would tell it")


def _can_be_answered(trail: Trail, consequence: Consequence, question: Question) -> Findings:
    if not _fits(question, consequence.answer):
        message = f"'{question.id}' cannot be answered with '{_said(consequence.answer)}'"
        yield Finding(trail, message, _how(question))


def _how(question: Question) -> str | None:
    if question.options:
        return f"one of: {listing(question.options)}"
    if question.type is QuestionType.YES_NO:
        return "yes or no"
    if question.type in _NUMBERS:
        return f"a comparison like '<= {question.from_ + 1 if question.type is QuestionType.SCALE else 2}'"
    return "only choices, yes or no, and numbers can have consequences"


def _fits(question: Question, answer: str | int | bool) -> bool:
    if question.type is QuestionType.YES_NO:
        return isinstance(answer, bool) or str(answer).lower() in ("yes", "no")
    if question.type in _NUMBERS:
        return _is_comparison(question, answer)
    return str(answer) in question.options


def _is_comparison(question: Question, answer: str | int | bool) -> bool:
    match = _COMPARISON.fullmatch(answer.strip()) if isinstance(answer, str) else None
    if isinstance(answer, bool) or (isinstance(answer, str) and match is None):
        return False
    number = float(match[1]) if match else float(answer)
    bounds = {QuestionType.SCALE: (question.from_, question.to), QuestionType.PROGRESS: (0, 100)}
    least, most = bounds.get(question.type, (number, number))
    return least <= number <= most


def _options(form: Form) -> Iterator[str]:
    for question in form.questions:
        yield from question.options


def _said(answer: str | int | bool) -> str:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def rematches_are_allowed(program: Program) -> Findings:
    """Who is matched again because of an answer has a reason with which the program matches again."""
    rematch = program.closure.rematch
    allowed = rematch.reasons if rematch else ()
    for trail, _, milestone in uses.milestones(program):
        for at, consequence in enumerate(milestone.when):
            again = consequence.rematch or consequence.then is Then.REMATCH
            if again and consequence.reason in program.closure.reasons and consequence.reason not in allowed:
                message = f"nobody is matched again after '{consequence.reason}'"
                yield Finding((*trail, "when", at, "reason"), message, "add it to closure.rematch.reasons")


def reflections_fit_their_phase(program: Program) -> Findings:
    for trail, phase in uses.phases(program):
        if phase.reflect and phase.reflect.due and _too_long(phase.reflect.due, phase):
            message = f"due in {phase.reflect.due}, but the phase lasts {phase.lasts.at_most} at most"
            yield Finding((*trail, "reflect", "due"), message, "leave 'due' out: it is due at the end of the phase")


def _too_long(due: Span, phase: Phase) -> bool:
    return any(due.after(start) > phase.lasts.at_most.after(start) for start in STARTS)
