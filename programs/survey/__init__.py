"""Forms and answers: what is asked of whom, what is taken as an answer, what it is worth, and who may read it."""

from __future__ import annotations

from programs.survey.actions import TOGETHER, Item, item
from programs.survey.answers import Answers, FormRefusedError, Refusal, validate
from programs.survey.forms import NEXT_STEP, ON_TOGETHER, described, form_of, next_step_words, reflection_form
from programs.survey.reading import Value, accepted, in_words
from programs.survey.scoring import Measured, Score, matches, measure, reached, scores
from programs.survey.sharing import FEWEST, Viewer, kept_back, may_be_counted, may_read, visible

__all__ = [
    "FEWEST",
    "NEXT_STEP",
    "ON_TOGETHER",
    "TOGETHER",
    "Answers",
    "FormRefusedError",
    "Item",
    "Measured",
    "Refusal",
    "Score",
    "Value",
    "Viewer",
    "accepted",
    "described",
    "form_of",
    "in_words",
    "item",
    "kept_back",
    "matches",
    "may_be_counted",
    "may_read",
    "measure",
    "next_step_words",
    "reached",
    "reflection_form",
    "scores",
    "validate",
    "visible",
]
