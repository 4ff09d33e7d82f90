"""The typed declaration: frozen models of everything a program file can say."""

from __future__ import annotations

from programs.spec.base import Role
from programs.spec.enrollment import BUILT_IN_COLUMNS, Enrollment, EnrollmentField, FieldType, Gate
from programs.spec.forms import Form, Message, Question, QuestionType, Share
from programs.spec.matching import Approval, Criterion, CriterionKind, Fields, Matching, Objective, Rule, RuleKind
from programs.spec.milestones import Ask, Consequence, Cycles, Expect, Milestone, Passes, Then
from programs.spec.news import Call, Tell
from programs.spec.phases import Lasts, Overrun, Path, Phase, Reflect
from programs.spec.program import (
    Attention,
    Closure,
    Extensions,
    FollowUp,
    NewCycle,
    Program,
    ProgramGoal,
    Relationships,
    Rung,
    Shape,
    Target,
    Turns,
)

__all__ = [
    "BUILT_IN_COLUMNS",
    "Approval",
    "Ask",
    "Attention",
    "Call",
    "Closure",
    "Consequence",
    "Criterion",
    "CriterionKind",
    "Cycles",
    "Enrollment",
    "EnrollmentField",
    "Expect",
    "Extensions",
    "FieldType",
    "Fields",
    "FollowUp",
    "Form",
    "Gate",
    "Lasts",
    "Matching",
    "Message",
    "Milestone",
    "NewCycle",
    "Objective",
    "Overrun",
    "Passes",
    "Path",
    "Phase",
    "Program",
    "ProgramGoal",
    "Question",
    "QuestionType",
    "Reflect",
    "Relationships",
    "Role",
    "Rule",
    "RuleKind",
    "Rung",
    "Shape",
    "Share",
    "Target",
    "Tell",
    "Then",
    "Turns",
]
