"""Averages over many people's answers, shown only where they give nobody away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from programs.plan import Plan, Step, StepKind
from programs.spec import Form, Question, Share
from programs.summary.answers import bounds
from programs.summary.cohort_shape import Figure
from programs.survey import form_of, may_be_counted, reflection_form, scores


@dataclass(frozen=True)
class ResponseFacts:
    """The version of a response that counts."""

    participant: int
    role: str
    key: str
    form: str
    answers: Mapping[str, Any]


def figures(plan: Plan, responses: Iterable[ResponseFacts]) -> list[Figure]:
    """One figure for each question with a number for an answer, at each step that asks it."""
    by_step: dict[str, list[ResponseFacts]] = defaultdict(list)
    for response in responses:
        by_step[response.key].append(response)
    return [
        figure
        for step in plan.steps
        if step.form and by_step[step.key]
        for figure in _of(plan, step, by_step[step.key])
    ]


def _of(plan: Plan, step: Step, responses: Sequence[ResponseFacts]) -> list[Figure]:
    form = _form(plan, step)
    given: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
    for response in responses:
        for question_id, score in scores(form, response.answers).items():
            given[question_id].append((response.participant, response.role, score.raw))
    found = (_figure(step, question, given[question.id]) for question in form.questions if given[question.id])
    return [figure for figure in found if figure is not None]


def _form(plan: Plan, step: Step) -> Form:
    if step.kind is StepKind.REFLECT:
        return reflection_form(plan.program, step.phase)
    return form_of(plan.program, step.form or "")


def _figure(step: Step, question: Question, given: Sequence[tuple[int, str, float]]) -> Figure | None:
    people = len({participant for participant, _, _ in given})
    if not may_be_counted(question, people):
        return None
    roles = [] if question.share is Share.AGGREGATE else sorted({role for _, role, _ in given}, reverse=True)
    least, most = bounds(question)
    return {
        "key": step.key,
        "title": step.label,
        "question": question.id,
        "ask": question.ask,
        "type": str(question.type),
        "least": least,
        "most": most,
        "mean": round(fmean(raw for _, _, raw in given), 2),
        "people": people,
        "by_role": {
            role: {
                "mean": round(fmean(raw for _, as_role, raw in given if as_role == role), 2),
                "people": len({who for who, as_role, _ in given if as_role == role}),
            }
            for role in roles
        },
    }
