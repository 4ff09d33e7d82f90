"""A whole response: every answer read, every problem listed at once, nothing taken unless all of it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from programs.errors import AnswerRefusedError
from programs.spec import Form, Question, Role
from programs.survey.reading import NotAcceptedError, Value, accepted, cleaned, read
from programs.words import closest, listing

Answers: TypeAlias = Mapping[str, Value]
"""Question id → typed value, in the form's order. `dict(answers)` is JSON."""


@dataclass(frozen=True)
class Refusal:
    """One answer that was not taken. `question` is empty where the response as a whole is meant."""

    question: str
    problem: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.question or 'response'}: {self.problem}; {self.way_out}"


class FormRefusedError(AnswerRefusedError):
    """All refusals of one response; the text repeats no answer, since it may be logged."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(str(refusal) for refusal in self.refusals))


def validate(form: Form, role: Role, raw: Mapping[str, object], *, partial: bool = False) -> Answers:
    """The answers of one person in that role, typed. Empty text is no answer; `partial` lets required ones be missing.

    Raises FormRefusedError (an AnswerRefusedError) that lists every problem.
    """
    refusals: list[Refusal] = []
    answers: dict[str, Value] = {}
    for question in form.questions:
        try:
            value = read(question, raw.get(question.id))
        except NotAcceptedError as problem:
            refusals.append(_not_accepted(question, role, str(problem)))
            continue
        if value is not None and not question.asked_of(role):
            refusals.append(_not_asked(question, role))
        elif value is not None:
            answers[question.id] = value
        elif question.required and question.asked_of(role) and not partial:
            refusals.append(Refusal(question.id, "an answer is needed", f"answer with {accepted(question)}"))
    refusals.extend(_unknown(form, role, str(name)) for name in raw if form.question(str(name)) is None)
    if not answers and not refusals and not partial:
        refusals.append(Refusal("", "nothing was answered", "answer at least one question"))
    if refusals:
        raise FormRefusedError(refusals)
    return MappingProxyType(answers)


def _not_accepted(question: Question, role: Role, problem: str) -> Refusal:
    if not question.asked_of(role):
        return _not_asked(question, role)
    return Refusal(question.id, problem, f"answer with {accepted(question)}")


def _not_asked(question: Question, role: Role) -> Refusal:
    return Refusal(question.id, f"this is not asked of a {role}", "leave it empty")


def _unknown(form: Form, role: Role, name: str) -> Refusal:
    known = [question.id for question in form.questions if question.asked_of(role)]
    near = closest(cleaned(name), known)
    hint = f"did you mean {near}?" if near else f"the questions are {listing(known)}"
    return Refusal(cleaned(name)[:60], "the form has no such question", hint)
