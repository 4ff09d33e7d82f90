"""The sentence about what coordinators are shown by themselves; people should know of it before they answer."""

from __future__ import annotations

from programs.describe.wording import enumerate_words
from programs.spec import Objective, Program
from programs.words import count


def attention(program: Program) -> str:
    """When somebody looks into a relationship, as far as the program says."""
    listed = [f"something waits for somebody longer than {program.attention.waiting}"]
    if program.attention.expired:
        listed.append("a form that is needed stays unanswered")
    if program.attention.scores_apart is not None:
        listed.append("members answer the same question very differently")
    often = program.attention.unanswered
    if program.matching.objective is Objective.MENTEE_LED and often is not None:
        listed.append(f"a mentor leaves {count(often, 'ask')}{' in a row' if often > 1 else ''} without an answer")
    if any(question.concern for form in program.forms.values() for question in form.questions):
        listed.append("somebody has a concern for them")
    return f"The coordinators are shown where they are needed: when {enumerate_words(listed, 'or')}."
