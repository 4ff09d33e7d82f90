"""What is asked of people, and what is written to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from programs.spec.base import Declared, Line, Role, Slug, Source, Text


class QuestionType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    NUMBER = "number"
    DATE = "date"
    GOAL = "goal"
    """The answer becomes a goal of the relationship, set by whoever answers."""
    ACTIONS = "actions"
    """A line for each: the items of an action plan, which can then be assigned, commented and done."""
    PROGRESS = "progress"
    """0 to 100 per cent on a goal asked for earlier; 100 means reached."""


class Share(StrEnum):
    """Who may read an answer besides its author."""

    COORDINATOR = "coordinator"
    PARTNER = "partner"
    """The other members too, once everybody has answered or the time is over."""
    AGGREGATE = "aggregate"
    """Only as part of a figure over at least five people."""
    PRIVATE = "private"
    """Nobody."""


class Question(Declared):
    """One question of a form."""

    id: Slug
    ask: Line
    type: QuestionType
    help: Text | None = None
    required: bool = False
    roles: tuple[Role, ...] = ()
    """Whom it is asked of; nobody named means everybody who gets the form."""
    options: dict[Slug, Line] = Field(default_factory=dict)
    """For `choice` and `choices`: value → words. A plain list stands for values that are their own words."""
    from_: int = Field(default=1, alias="from")
    to: int = 5
    labels: dict[int, Line] = Field(default_factory=dict)
    """For `scale`: what the ends (or any step) mean."""
    term: str | None = Field(default=None, pattern="^(short|long)$")
    """For `goal`."""
    of: Literal["member", "relationship"] = "member"
    """For `goal`: whose goal it becomes."""
    goal: Slug | None = None
    """For `progress`: the id of the question that set the goal; for `actions`: of the goal that they serve."""
    beside: Source | None = None
    """MILESTONE.QUESTION: the earlier answer that the record sets beside this one, such as an expectation."""
    concern: bool = False
    """Whether any answer, or a yes, calls for somebody's attention. Its words stay where `share` puts them."""
    share: Share = Share.COORDINATOR
    record: bool = False
    """Whether the words go into the summary record. Scores go there unless they are aggregate or private."""

    @model_validator(mode="before")
    @classmethod
    def _list_of_options(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("options"), list):
            return {**value, "options": {str(option): str(option).replace("_", " ") for option in value["options"]}}
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Question:
        chosen = self.type in (QuestionType.CHOICE, QuestionType.CHOICES)
        if chosen and len(self.options) < 2:
            raise ValueError(f"a question of type {self.type} needs at least two 'options'")
        if self.options and not chosen:
            raise ValueError(f"'options' belongs to questions of type choice or choices, not {self.type}")
        if self.type is QuestionType.SCALE and self.from_ >= self.to:
            raise ValueError(f"the scale runs from {self.from_} to {self.to}; 'from' must be less than 'to'")
        if self.type is QuestionType.PROGRESS and self.goal is None:
            raise ValueError("a question of type progress needs 'goal': the id of the question that set it")
        if self.record and self.share in (Share.PRIVATE, Share.AGGREGATE):
            raise ValueError(f"an answer that is {self.share} cannot stand in the record")
        return self

    def asked_of(self, role: Role) -> bool:
        return not self.roles or role in self.roles


class Form(Declared):
    """Questions that are answered together."""

    title: Line | None = None
    intro: Text | None = None
    questions: tuple[Question, ...] = Field(min_length=1)

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


class Message(Declared):
    """A mail. Names in braces are filled in when it is sent."""

    subject: Line
    body: Text
