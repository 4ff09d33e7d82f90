"""What people set out to reach, and what they meant to do for it, as a record has it. Words go in as far as their questions allow."""

from __future__ import annotations

from programs.codes import code
from programs.lifecycle import StepStatus
from programs.plan import Plan
from programs.spec import QuestionType, Share
from programs.summary.facts import GoalFacts, RelationshipFacts
from programs.summary.shape import ActionRecord, GoalRecord
from programs.survey import kept_back

_ASKED = (StepStatus.OPEN, StepStatus.REACHED, StepStatus.MISSED)

_KEPT_BACK = (Share.PRIVATE, Share.AGGREGATE)


def goals(facts: RelationshipFacts) -> list[GoalRecord]:
    """Goals of members and of the relationship, in the order in which they were set."""
    roles = {member.id: member.role for member in facts.members}
    return [
        {
            "key": goal.key.rpartition(".")[2],
            "of": goal.of,
            "set_by": code("P", goal.set_by),
            "role": roles.get(goal.set_by, ""),
            "term": goal.term,
            "text": goal.text,
            "status": goal.status,
            "progress": goal.progress,
            "said_on": goal.said_on.isoformat() if goal.said_on else None,
            "asked_again": goal.said_on is not None
            or goal.progress > 0
            or _was_asked(facts, goal.key.rpartition(".")[2]),
            "set_on": goal.set_on.isoformat(),
            "settled_on": goal.settled_on.isoformat() if goal.settled_on else None,
        }
        for goal in _told(facts)
    ]


def _was_asked(facts: RelationshipFacts, goal: str) -> bool:
    """Whether some form that asks how far the goal is was asked of anybody."""
    forms = {
        name
        for name, form in facts.plan.program.forms.items()
        if any(one.type is QuestionType.PROGRESS and one.goal == goal for one in form.questions)
    }
    keys = {step.key for step in facts.plan.steps if step.form in forms}
    return any(step.key in keys and step.status in _ASKED for step in facts.steps)


def _told(facts: RelationshipFacts) -> list[GoalFacts]:
    kept = goals_kept_back(facts.plan)
    ordered = sorted(facts.goals, key=lambda goal: (goal.set_on, goal.set_by, goal.key))
    return [goal for goal in ordered if goal.key.rpartition(".")[2] not in kept]


def goals_kept_back(plan: Plan) -> frozenset[str]:
    """Questions for goals that are nobody else's business, by id."""
    return frozenset(
        question.id
        for form in plan.program.forms.values()
        for question in form.questions
        if question.type is QuestionType.GOAL and question.share in _KEPT_BACK
    )


def actions(facts: RelationshipFacts) -> list[ActionRecord]:
    """The items of the action plan, in the order in which they were written down; some without their words."""
    roles = {member.id: member.role for member in facts.members}
    unsaid = kept_back(facts.plan.program, "record")
    ordered = sorted(facts.actions, key=lambda one: (one.set_on, one.goal or "", one.text))
    return [
        {
            "text": None if one.question in unsaid else one.text,
            "goal": one.goal,
            "assigned_to": code("P", one.to) if one.to else None,
            "role": roles.get(one.to or 0),
            "status": one.status,
            "set_on": one.set_on.isoformat(),
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "settled_on": one.settled_on.isoformat() if one.settled_on else None,
            "comments": one.comments,
        }
        for one in ordered
    ]
