"""The typed declaration: frozen models of everything a program file can say."""

from __future__ import annotations

from programs.spec.base import Role
from programs.spec.enrollment import BUILT_IN_COLUMNS, Enrollment, EnrollmentField, FieldType
from programs.spec.forms import Form, Message, Question, QuestionType, Share
from programs.spec.matching import Approval, Criterion, CriterionKind, Fields, Matching, Objective, Rule, RuleKind
from programs.spec.phases import (
    Ask,
    Consequence,
    Expect,
    Lasts,
    Milestone,
    Overrun,
    Phase,
    Reflect,
    Tell,
    Then,
)
from programs.spec.program import Closure, FollowUp, Program, ProgramGoal, Relationships, Rung, Shape, Target

__all__ = [
    "BUILT_IN_COLUMNS",
    "Approval",
    "Ask",
    "Closure",
    "Consequence",
    "Criterion",
    "CriterionKind",
    "Enrollment",
    "EnrollmentField",
    "Expect",
    "FieldType",
    "Fields",
    "FollowUp",
    "Form",
    "Lasts",
    "Matching",
    "Message",
    "Milestone",
    "Objective",
    "Overrun",
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
]
