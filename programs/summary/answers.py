"""The part of a record that people said: scores side by side, words meant for the record, and the next step.

Nothing gets past `visible(…, "record")`; what a question keeps to itself is not even counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from programs.codes import code
from programs.plan import CONSENT, FOLLOW_UP, Plan, StepKind
from programs.spec import Form, Question, QuestionType
from programs.summary.facts import AnswerFacts, MemberFacts
from programs.summary.shape import NextStepRecord, ScoreRecord, SideRecord, WordsRecord
from programs.survey import NEXT_STEP, form_of, reflection_form, visible

SCORED = (QuestionType.SCALE, QuestionType.NUMBER, QuestionType.PROGRESS, QuestionType.YES_NO)


@dataclass(frozen=True)
class Told:
    """One answer that may stand in the record, with where it came from."""

    given: AnswerFacts
    title: str
    question: Question
    position: int
    """Of the question in its form."""
    is_reflection: bool
    value: Any
    asked: frozenset[str]
    """The roles that were asked this question."""


def told(plan: Plan, answers: Sequence[AnswerFacts]) -> list[Told]:
    """Every answer that may be shown, in the order of the program, then of its questions, then mentors before mentees."""
    order = {step.key: position for position, step in enumerate(plan.steps)}
    last = len(order)
    ordered = sorted(
        (given for given in answers if given.key.partition(".")[0] not in (CONSENT, FOLLOW_UP)),
        key=lambda given: (
            order.get(given.key, last),
            given.key,
            given.visit,
            given.occurrence,
            _rank(given),
            given.participant,
        ),
    )
    return [one for given in ordered for one in _readable(plan, given)]


def _rank(given: AnswerFacts) -> int:
    return {"mentor": 0, "mentee": 1}.get(given.role, 2)


def _readable(plan: Plan, given: AnswerFacts) -> Iterator[Told]:
    step = plan.by_key.get(given.key)
    is_reflection = step is not None and step.kind is StepKind.REFLECT
    form = _form(plan, given)
    shown = visible(form, given.answers, "record")
    title = step.label if step else plan.program.form_title(given.form)
    for position, question in enumerate(form.questions):
        if shown.get(question.id) is not None:
            roles = frozenset(str(role) for role in plan.program.roles if question.asked_of(role))
            asked = roles & {str(role) for role in step.roles} if step else roles
            yield Told(given, title, question, position, is_reflection, shown[question.id], asked)


def _form(plan: Plan, given: AnswerFacts) -> Form:
    step = plan.by_key.get(given.key)
    if step is not None and step.kind is StepKind.REFLECT:
        return reflection_form(plan.program, step.phase)
    return form_of(plan.program, given.form)


def scores(answers: Sequence[Told]) -> list[ScoreRecord]:
    """Each question with a number for an answer, both sides next to each other."""
    return [_score(list(group)) for group in by_question(answers) if group[0].question.type in SCORED]


def _score(group: Sequence[Told]) -> ScoreRecord:
    first = group[0]
    least, most = bounds(first.question)
    return {
        "key": first.given.key,
        "title": first.title,
        "occurrence": first.given.occurrence,
        "question": first.question.id,
        "ask": first.question.ask,
        "least": least,
        "most": most,
        "by": [side(one) for one in group],
        "gap": gap([one.value for one in group]),
    }


def words(answers: Sequence[Told]) -> list[WordsRecord]:
    """Each answer in words that was meant for the record; the wish for the next step stands with the closure, the items of a plan
    with what became of them."""
    return [
        {
            "key": one.given.key,
            "title": one.title,
            "occurrence": one.given.occurrence,
            "question": one.question.id,
            "ask": one.question.ask,
            "by": side(one, in_words(one.question, one.value)),
        }
        for group in by_question(answers)
        for one in group
        if one.question.type not in (*SCORED, QuestionType.ACTIONS)
        and not (one.is_reflection and one.question.id == NEXT_STEP)
    ]


def next_step(answers: Sequence[Told], members: Sequence[MemberFacts]) -> NextStepRecord:
    """What everybody who stayed wished for. One wish that differs, or is missing, leaves it undecided."""
    wishes = [one for one in answers if one.is_reflection and one.question.id == NEXT_STEP]
    by_member = {one.given.participant: one for one in wishes}
    staying = [member.id for member in members if member.left_on is None]
    chosen = {by_member[member].value if member in by_member else None for member in staying}
    decided = chosen.pop() if len(chosen) == 1 else None
    said = next((one for one in wishes if one.value == decided), None)
    return {
        "decided": decided,
        "words": in_words(said.question, said.value) if said else None,
        "wishes": [side(one) for one in by_member.values()],
    }


def side(one: Told, value: Any = None) -> SideRecord:
    given = one.given
    return {"id": code("P", given.participant), "role": given.role, "value": one.value if value is None else value}


def bounds(question: Question) -> tuple[int | None, int | None]:
    match question.type:
        case QuestionType.SCALE:
            return question.from_, question.to
        case QuestionType.PROGRESS:
            return 0, 100
        case _:
            return None, None


def gap(values: Sequence[float]) -> float | None:
    """Yes counts as 1 and no as 0."""
    return abs(max(values) - min(values)) if len(values) > 1 else None


def in_words(question: Question, value: Any) -> Any:
    """Options as they were read by whoever chose them; everything else as it was given."""
    match question.type:
        case QuestionType.CHOICE:
            return question.options.get(value, value)
        case QuestionType.ACTIONS:
            return "; ".join(value)
        case QuestionType.CHOICES:
            return "; ".join(question.options.get(one, one) for one in value)
        case _:
            return value


def by_question(answers: Sequence[Told]) -> list[list[Told]]:
    """Answers to the same question of the same occurrence, in the order of the program and of its forms."""
    first: dict[tuple[str, int, int], int] = {}
    for one in answers:
        first.setdefault(_occasion(one), len(first))

    def place(one: Told) -> tuple[int, int]:
        return first[_occasion(one)], one.position

    return [list(group) for _, group in groupby(sorted(answers, key=place), key=place)]


def _occasion(one: Told) -> tuple[str, int, int]:
    return one.given.key, one.given.visit, one.given.occurrence
