"""Who may read which answer: one table, and nothing else decides it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from programs.spec import Form, Program, Question, QuestionType, Share

Viewer: TypeAlias = Literal["author", "coordinator", "partner", "record"]
"""`partner` only once everybody has answered or the time is over: that is for the caller to know."""

FEWEST = 5
"""People whose answers a figure needs before it may be shown where each answer alone may not."""

SCORED = frozenset({QuestionType.SCALE, QuestionType.NUMBER, QuestionType.PROGRESS, QuestionType.YES_NO})

_READS: Mapping[Viewer, frozenset[Share]] = {
    "author": frozenset(Share),
    "coordinator": frozenset({Share.COORDINATOR, Share.PARTNER}),
    "partner": frozenset({Share.PARTNER}),
    "record": frozenset({Share.COORDINATOR, Share.PARTNER}),
}


def may_read(question: Question, viewer: Viewer) -> bool:
    """Words stand in the record only where the question says so; scores do unless they are aggregate or private."""
    if viewer == "record" and not (question.record or question.type in SCORED):
        return False
    return question.share in _READS[viewer]


def visible(form: Form, answers: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """The answers that this viewer may read. Answers to questions that the form no longer has are seen by their author only."""
    if viewer == "author":
        return dict(answers)
    readable = {question.id for question in form.questions if may_read(question, viewer)}
    return {question_id: value for question_id, value in answers.items() if question_id in readable}


def kept_back(program: Program, viewer: Viewer) -> frozenset[str]:
    """Questions for goals and actions, by id, whose words this viewer may not read wherever they are kept."""
    asked = (question for form in program.forms.values() for question in form.questions)
    kept = (question for question in asked if question.type in (QuestionType.GOAL, QuestionType.ACTIONS))
    return frozenset(question.id for question in kept if not may_read(question, viewer))


def may_be_counted(question: Question, people: int) -> bool:
    """Whether a figure over so many people's answers may be shown."""
    if question.share is Share.PRIVATE:
        return False
    return people >= FEWEST if question.share is Share.AGGREGATE else people > 0
