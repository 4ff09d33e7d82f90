"""The tables: the domain's nouns, in singular. Knows no verbs; every status is a word of `programs.lifecycle`."""

from __future__ import annotations

from tasks.models.base import Base, Instant
from tasks.models.books import History, Message
from tasks.models.people import Cohort, Gate, Participant, Person
from tasks.models.relationships import Closure, Flag, Member, Passage, Relationship
from tasks.models.steps import Action, Ask, Comment, Goal, Meeting, Response, Step, Tick

__all__ = [
    "Action",
    "Ask",
    "Base",
    "Closure",
    "Cohort",
    "Comment",
    "Flag",
    "Gate",
    "Goal",
    "History",
    "Instant",
    "Meeting",
    "Member",
    "Message",
    "Participant",
    "Passage",
    "Person",
    "Relationship",
    "Response",
    "Step",
    "Tick",
]
