"""What calls for somebody's attention can be said, and can happen."""

from __future__ import annotations

from programs import before
from programs.check import uses
from programs.check.finding import Finding, Findings
from programs.check.forms import questions
from programs.spec import Objective, Program, QuestionType, Share

_SAID = (QuestionType.TEXT, QuestionType.LONG_TEXT, QuestionType.YES_NO)
"""Types with an answer that says nothing: none at all, or no."""


def concerns_can_be_said(program: Program) -> Findings:
    """Freely, or not; and to nobody but the coordinators."""
    for trail, question in questions(program):
        if not question.concern:
            continue
        if question.type not in _SAID:
            message = f"every answer of type {question.type} would be a concern"
            yield Finding((*trail, "concern"), message, "ask with text, long_text or yes_no")
        elif question.required and question.type is not QuestionType.YES_NO:
            message = "whoever has no concern must answer it too, and would have one"
            yield Finding((*trail, "required"), message, "leave 'required' out")
        if question.share is not Share.COORDINATOR:
            message = f"a concern is for the coordinators, and this is shared as {question.share}"
            yield Finding((*trail, "share"), message, "leave 'share' out")


def waits_can_happen(program: Program) -> Findings:
    """Nobody is on the way to the match where nothing comes before it, and mentors are asked in a row only by mentees."""
    declared = program.attention
    if "unmatched" in declared.model_fields_set and not before.has_any(program) and _differs(program, "unmatched"):
        message = "nothing comes before the match, so whoever is left over is listed at once"
        hint = "delete it, or declare a gate with 'before: matching', or a phase with 'alone: true'"
        yield Finding(("attention", "unmatched"), message, hint, key=True)
    is_led = program.matching.objective is Objective.MENTEE_LED
    if "unanswered" in declared.model_fields_set and not is_led and _differs(program, "unanswered"):
        message = f"'unanswered' is about asking one after the other, which '{program.matching.objective}' does not do"
        hint = f"delete it, or write 'objective: {Objective.MENTEE_LED}'"
        yield Finding(("attention", "unanswered"), message, hint, key=True)


def _differs(program: Program, name: str) -> bool:
    """A program that was written out by a machine says every default."""
    return bool(getattr(program.attention, name) != type(program.attention).model_fields[name].default)


def scores_can_be_apart(program: Program) -> Findings:
    """As far as the widest scale reaches, if it is declared; the default suits what it finds."""
    apart = program.attention.scores_apart
    if apart is None or "scores_apart" not in program.attention.model_fields_set:
        return
    asked = {use.form for use in uses.forms(program)}
    scales = [
        question for trail, question in questions(program) if question.type is QuestionType.SCALE and trail[1] in asked
    ]
    widest = max(scales, key=lambda question: question.to - question.from_, default=None)
    if widest is not None and apart > widest.to - widest.from_:
        ends = f"the widest scale, '{widest.id}', runs from {widest.from_} to {widest.to}"
        hint = f"write {widest.to - widest.from_} or less"
        yield Finding(("attention", "scores_apart"), f"no two answers are {apart} apart: {ends}", hint)
