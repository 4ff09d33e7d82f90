"""What answers are worth: scores, the consequences they bring about, and the program's goals measured over many of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from statistics import fmean
from typing import Any

from programs.spec import Consequence, Form, Passes, ProgramGoal, Question, QuestionType, Target
from programs.survey.sharing import SCORED, may_be_counted

GOOD = 0.75
"""The part of what is possible from which an answer counts towards a `share`: 4 of 1 to 5, 75 per cent of a goal, yes."""

_COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {"<=": le, ">=": ge, "<": lt, ">": gt, "=": eq}
_WORDS = {"yes": True, "true": True, "no": False, "false": False}
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Score:
    """A number that somebody gave, and how far it reaches from the least (0) to the most (1) that could be given.

    Numbers without bounds have no `part`.
    """

    raw: float
    part: float | None


@dataclass(frozen=True)
class Measured:
    """A program goal over the answers of `people`. `figure` is an average of raw scores, or per cent for a share."""

    figure: float
    reached: bool
    people: int


def scores(form: Form, answers: Mapping[str, Any]) -> dict[str, Score]:
    """Question id → score of every scale, number, progress and yes/no that was answered. Sees all answers: show with care."""
    return {
        question.id: _score(question, answers[question.id])
        for question in form.questions
        if question.type in SCORED and answers.get(question.id) is not None
    }


def _score(question: Question, value: float) -> Score:
    raw = float(value)
    match question.type:
        case QuestionType.SCALE:
            return Score(raw, (raw - question.from_) / (question.to - question.from_))
        case QuestionType.PROGRESS:
            return Score(raw, raw / 100)
        case QuestionType.YES_NO:
            return Score(raw, raw)
        case _:
            return Score(raw, None)


def matches(consequence: Consequence | Passes, form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether one person's answers bring the consequence about: by the question named, else by any that has that answer."""
    asked = [q for q in form.questions if consequence.question in (None, q.id)]
    return any(
        _is(question, answers[question.id], consequence.answer)
        for question in asked
        if answers.get(question.id) is not None
    )


def _is(question: Question, value: Any, wanted: str | int | bool) -> bool:
    match question.type:
        case QuestionType.CHOICE:
            return bool(value == wanted)
        case QuestionType.CHOICES:
            return wanted in value
        case QuestionType.YES_NO:
            words = wanted.casefold() if isinstance(wanted, str) else wanted
            return value is (_WORDS.get(words) if isinstance(words, str) else words)
        case QuestionType.SCALE | QuestionType.NUMBER | QuestionType.PROGRESS:
            return _compares(value, wanted)
        case _:
            return False


def _compares(value: float, wanted: str | int | bool) -> bool:
    if isinstance(wanted, bool):
        return False
    if isinstance(wanted, int):
        return value == wanted
    match = _COMPARISON.fullmatch(wanted.strip())
    return match is not None and _COMPARE[match[1]](value, float(match[2]))


def reached(target: Target, values: Sequence[Score]) -> tuple[float, bool] | None:
    """The figure and whether it is as the target wants; None when nobody answered.

    `average` is over raw scores; `share` is the per cent of answers that count as good, see GOOD.
    """
    if target.statistic == "share":
        values = [score for score in values if score.part is not None]
    if not values:
        return None
    if target.statistic == "average":
        figure = fmean(score.raw for score in values)
    else:
        figure = 100 * fmean(score.part is not None and score.part >= GOOD - _ROUNDING for score in values)
    return figure, _COMPARE[target.comparison](round(figure, 9), target.value)


def measure(goal: ProgramGoal, form: Form, responses: Iterable[Mapping[str, Any]]) -> Measured | None:
    """The goal over everybody's responses to its form; None when nobody answered, or too few to show the figure."""
    question = form.question(goal.measure.split(".", 1)[1])
    if question is None or question.type not in SCORED:
        return None
    given = [response[question.id] for response in responses if response.get(question.id) is not None]
    found = reached(goal.target, [_score(question, value) for value in given])
    if found is None or not may_be_counted(question, len(given)):
        return None
    return Measured(found[0], found[1], len(given))
