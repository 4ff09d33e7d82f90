"""What remains of a relationship and of a cohort: records made from facts, as data and as text. Knows no store and no names."""

from __future__ import annotations

from programs.summary.aims import goals_kept_back
from programs.summary.cohort import CohortFacts, CohortRecord, summarise_cohort
from programs.summary.cohort_shape import CohortData
from programs.summary.facts import (
    ActionFacts,
    AnswerFacts,
    AskedFacts,
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
from programs.summary.figures import ResponseFacts
from programs.summary.people import BondFacts, Line, NotMatched, ParticipantFacts, Standing, standing
from programs.summary.relationship import SummaryRecord, summarise
from programs.summary.shape import KIND, VERSION, RecordData
from programs.summary.tallies import AimFacts, MilestoneFacts, PassageFacts
from programs.summary.text import markdown

__all__ = [
    "KIND",
    "VERSION",
    "ActionFacts",
    "AimFacts",
    "AnswerFacts",
    "AskedFacts",
    "BondFacts",
    "CohortData",
    "CohortFacts",
    "CohortRecord",
    "EndingFacts",
    "GoalFacts",
    "Line",
    "MeetingFacts",
    "MemberFacts",
    "MilestoneFacts",
    "NotMatched",
    "ParticipantFacts",
    "PassageFacts",
    "PauseFacts",
    "PhaseFacts",
    "RecordData",
    "RelationshipFacts",
    "ResponseFacts",
    "Standing",
    "StepFacts",
    "SummaryRecord",
    "TickFacts",
    "goals_kept_back",
    "markdown",
    "standing",
    "summarise",
    "summarise_cohort",
]
