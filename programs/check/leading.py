"""Who leads: circles whose members take turns, mentees who ask, and the answers with which they say whom they look for."""

from __future__ import annotations

from programs.check import uses
from programs.check.finding import Finding, Findings
from programs.spec import EnrollmentField, FieldType, Objective, Program, Question, QuestionType, Role, Shape
from programs.words import listing

MERGED = "merged"

_TEXTS = (QuestionType.TEXT, QuestionType.LONG_TEXT)
_FILLS: dict[FieldType, tuple[QuestionType, ...]] = {
    FieldType.TEXT: (*_TEXTS, QuestionType.CHOICE),
    FieldType.EMAIL: (QuestionType.TEXT,),
    FieldType.TIMEZONE: (QuestionType.TEXT,),
    FieldType.NUMBER: (QuestionType.NUMBER, QuestionType.SCALE),
    FieldType.DATE: (QuestionType.DATE,),
    FieldType.YES_NO: (QuestionType.YES_NO,),
    FieldType.CHOICE: (QuestionType.CHOICE,),
    FieldType.LEVEL: (QuestionType.CHOICE,),
    FieldType.TAGS: (QuestionType.CHOICES, *_TEXTS),
    FieldType.RANKING: _TEXTS,
}
"""Type of field → the types of question that can fill it."""


def only_circles_take_turns(program: Program) -> Findings:
    relationships = program.relationships
    if relationships.shape is not Shape.CIRCLE:
        if relationships.turns:
            message = f"in a {relationships.shape} it is settled who the mentor is, so nobody takes turns"
            yield Finding(("relationships", "turns"), message, "delete it, or write 'shape: circle'", key=True)
        if relationships.merge:
            message = f"a {relationships.shape} joins no other"
            yield Finding(("relationships", "merge"), message, "delete it, or write 'shape: circle'", key=True)
        return
    if relationships.merge and MERGED not in program.closure.reasons:
        message = f"a circle that joins another ends with the reason '{MERGED}', which is missing"
        yield Finding(("closure", "reasons"), message, f"add {MERGED}")


def missed_turns_are_noticed(program: Program) -> Findings:
    """Turns can only pass where meetings are expected again and again."""
    turns = program.relationships.turns
    if turns is None or turns.missed != "passes" or program.relationships.shape is not Shape.CIRCLE:
        return
    if not any(one.every and one.expect and one.expect.meeting for _, _, one in uses.milestones(program)):
        message = "no turn can be missed: no meeting is expected again and again"
        hint = "add a milestone with 'every' and 'expect: {meeting: …}', or write 'missed: stays'"
        yield Finding(("relationships", "turns", "missed"), message, hint)


def mentees_ask_mentors(program: Program) -> Findings:
    matching, relationships = program.matching, program.relationships
    if matching.objective is not Objective.MENTEE_LED:
        for name in ("open_asks", "asks"):
            if (
                name in matching.model_fields_set
                and getattr(matching, name) != type(matching).model_fields[name].default
            ):
                message = f"'{name}' is about asking one after the other, which '{matching.objective}' does not do"
                hint = f"delete it, or write 'objective: {Objective.MENTEE_LED}'"
                yield Finding(("matching", name), message, hint, key=True)
        return
    if relationships.shape is not Shape.PAIR or relationships.mentors > 1:
        message = f"'{Objective.MENTEE_LED}' brings one mentee and one mentor together"
        yield Finding(("matching", "objective"), message, "write 'shape: pair', with one mentor for each mentee")
    if Role.MENTOR not in matching.consent:
        message = "the mentees ask, but the mentors are not asked"
        yield Finding(("matching", "objective"), message, "write 'consent: [mentee, mentor]'")


def answers_fill_fields(program: Program) -> Findings:
    """Where a question of a phase before the match has the name of a field, its answer becomes the field's value."""
    for _, phase, milestone in uses.milestones(program):
        form = program.forms.get(milestone.ask.form) if milestone.ask and phase.alone else None
        for at, question in enumerate(form.questions if form and milestone.ask else ()):
            field = program.enrollment.fields.get(question.id)
            if field is None or milestone.ask is None:
                continue
            trail = ("forms", milestone.ask.form, "questions", at)
            if question.type not in _FILLS[field.type]:
                message = f"'{question.id}' is also a field, of type {field.type}, which an answer of type {question.type} cannot fill"
                hint = f"ask for {listing(_FILLS[field.type])}, or give the question another id"
                yield Finding((*trail, "type"), message, hint)
            elif strange := _strange(question, field):
                message = (
                    f"{listing(strange)} {'is' if len(strange) == 1 else 'are'} no value of the field '{question.id}'"
                )
                yield Finding((*trail, "options"), message, f"the field has: {listing(field.options or field.levels)}")


def _strange(question: Question, field: EnrollmentField) -> list[str]:
    known = field.options or field.levels
    return [option for option in question.options if known and option not in known]
