"""Results set beside what was expected: the scales of a reflection, what was asked before, and what the program sets `beside` it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from programs.codes import code
from programs.spec import QuestionType
from programs.summary.answers import SCORED, Told, bounds, by_question, gap, in_words
from programs.summary.shape import OutcomeRecord, OutcomeSide
from programs.survey import NEXT_STEP


def outcome(answers: Sequence[Told], stands_for: Mapping[str, str] | None = None) -> list[OutcomeRecord]:
    """Each scale of a reflection, and each question that was asked before or stands beside another, next to what was said then.

    `stands_for`: milestone → the one that is asked instead of it in later cycles.
    """
    first = _said_first(answers)
    groups = by_question([one for one in answers if _is_result(one)])
    return [
        _outcome(group, answers, first, stands_for or {})
        for group in groups
        if group[0].question.type is QuestionType.SCALE
        or group[0].question.beside
        or any((one.given.participant, one.question.id) in first for one in group)
    ]


def _is_result(one: Told) -> bool:
    return one.question.id != NEXT_STEP and (one.is_reflection or one.question.beside is not None)


def _said_first(answers: Sequence[Told]) -> dict[tuple[int, str], Any]:
    """What each said when they were asked the question for the first time, other than looking back."""
    return {
        (one.given.participant, one.question.id): in_words(one.question, one.value)
        for one in sorted(answers, key=lambda one: one.given.answered_on, reverse=True)
        if not one.is_reflection
    }


def _outcome(
    group: Sequence[Told], answers: Sequence[Told], first: dict[tuple[int, str], Any], stands_for: Mapping[str, str]
) -> OutcomeRecord:
    question = group[0].question
    earlier = _beside(question.beside, answers, stands_for) if question.beside else None
    least, most = bounds(question)
    numbers = [one.value for one in group] if question.type in SCORED else []
    sides: list[OutcomeSide] = [
        {
            "id": code("P", one.given.participant),
            "role": one.given.role,
            "outcome": in_words(question, one.value),
            "expected": first.get((one.given.participant, question.id)) if earlier is None else _expected(one, earlier),
        }
        for one in group
    ]
    return {
        "question": question.id,
        "ask": question.ask,
        "least": least,
        "most": most,
        "by": sides,
        "mean": round(fmean(numbers), 2) if numbers else None,
        "gap": gap(numbers),
        "beside": earlier[0].question.ask if earlier else None,
    }


def _beside(source: str, answers: Sequence[Told], stands_for: Mapping[str, str]) -> list[Told]:
    """The last answers that were given at that milestone; what is kept from the record is not among them."""
    milestone, _, question = source.partition(".")
    asked = (milestone, stands_for.get(milestone, milestone))
    found = [one for one in answers if one.given.key.partition(".")[2] in asked and one.question.id == question]
    last = {one.given.participant: one for one in sorted(found, key=lambda one: one.given.answered_on)}
    return [one for one in found if last[one.given.participant] is one]


def _expected(result: Told, earlier: Sequence[Told]) -> Any:
    """What the same member had said; where only others were asked, what they had said for both."""
    for_both = [one for one in earlier if result.given.role not in one.asked]
    own = [one for one in earlier if one.given.participant == result.given.participant]
    said = [in_words(one.question, one.value) for one in own or for_both]
    return said[0] if len(said) == 1 else "; ".join(str(one) for one in said) or None
