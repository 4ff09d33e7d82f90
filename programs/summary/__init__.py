"""What remains of a relationship and of a cohort: records made from facts, as data and as text. Knows no store and no names."""

from __future__ import annotations

from programs.summary.facts import (
    AnswerFacts,
    EndingFacts,
    GoalFacts,
    MeetingFacts,
    MemberFacts,
    PauseFacts,
    PhaseFacts,
    RelationshipFacts,
    StepFacts,
    TickFacts,
)
from programs.summary.relationship import SummaryRecord, summarise
from programs.summary.shape import KIND, VERSION, RecordData
from programs.summary.text import markdown

__all__ = [
    "KIND",
    "VERSION",
    "AnswerFacts",
    "EndingFacts",
    "GoalFacts",
    "MeetingFacts",
    "MemberFacts",
    "PauseFacts",
    "PhaseFacts",
    "RecordData",
    "RelationshipFacts",
    "StepFacts",
    "SummaryRecord",
    "TickFacts",
    "markdown",
    "summarise",
]
