from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from programs.library import load
from programs.render import Context, Rendered, Templates, bullets
from programs.spec import Form, Milestone, Phase, Program, QuestionType, Role, Share, Then
from programs.survey import described, form_of, reflection_form

GOLDEN = Path(__file__).parents[1] / "golden"
PEOPLE = {Role.MENTEE: ("Ana", "Ana Silva"), Role.MENTOR: ("Bo", "Bo Lind")}
ROLES = (Role.MENTEE, Role.MENTOR)


@pytest.fixture(scope="module")
def program() -> Program:
    return load("four-phase")


def mails(program: Program, role: Role) -> Iterator[tuple[str, Phase, Milestone | None, Form | None]]:
    """What somebody gets who answers in time, in order: the message, its phase, what it is about, and what it asks."""
    first, last = program.phases[0], program.phases[-1]
    yield "proposal", first, None, form_of(program, "consent")
    yield "introduction", first, None, None
    for phase in program.phases:
        if phase is not first and (phase.guide or phase.checklist):
            yield "phase", phase, None, None
        for milestone in phase.milestones:
            if milestone.tell and role in milestone.tell.roles:
                yield milestone.tell.message, phase, milestone, None
            if milestone.ask and role in milestone.ask.roles:
                yield milestone.ask.message, phase, milestone, form_of(program, milestone.ask.form)
                if milestone.ask.exchange:
                    yield "feedback_shared", phase, milestone, None
        if phase is program.phases[-2]:
            yield "closing_notice", phase, None, None
        if phase.reflect:
            yield phase.reflect.message, phase, None, reflection_form(program, phase)
    yield "feedback_shared", last, None, None
    yield "closed", last, None, None
    if program.closure.follow_up:
        follow_up = program.closure.follow_up
        yield follow_up.message, last, None, form_of(program, follow_up.form)


def context(program: Program, role: Role, phase: Phase, about: Milestone | None, form: Form | None) -> Context:
    other = Role.MENTOR if role is Role.MENTEE else Role.MENTEE
    label = about.label if about else ""
    waited_for = about is not None and about.required
    ask = {"due_on": "Friday 9 July 2027", "ends_on" if waited_for else "closes_on": "Friday 23 July 2027"}
    if form:
        ask |= {"title": form.title or label, "intro": form.intro or "", "questions": described(form, role)}
    return {
        "program": {"title": program.title},
        "you": {"first_name": PEOPLE[role][0], "name": PEOPLE[role][1], "role": role},
        "partner": {"first_name": PEOPLE[other][0], "name": PEOPLE[other][1], "email": "partner@example.org"},
        "relationship": {"ends_on": "Friday 29 October 2027"},
        "phase": {
            "title": phase.label,
            "guide": phase.guide or "",
            "checklist": bullets(phase.checklist.get(role, ())),
            "ends_on": "Monday 24 May 2027",
        },
        "milestone": {"title": label},
        "ask": ask if form else {},
        "proposal": {"reasons": "- wants and offers meet in: Python", "answer_by": "Thursday 13 May 2027"},
        "closure": {"reason": "completed", "planned": "yes", "next_step": "Go on as peers, outside the program"},
        "coordinator": {"name": "Chris Wolf", "email": "chris@example.org"},
    }


def sent(program: Program, role: Role) -> list[Rendered]:
    templates = Templates(program)
    return [
        templates.render(message, context(program, role, phase, about, form))
        for message, phase, about, form in mails(program, role)
    ]


@pytest.mark.parametrize("role", ROLES)
def test_all_that_somebody_gets_to_read_is_what_was_agreed_to_be_sent(program: Program, role: Role, tmp_path: Path):
    text = "\n".join(f"{'=' * 100}\nSubject: {mail.subject}\n\n{mail.body}" for mail in sent(program, role))
    golden = GOLDEN / f"four_phase_{role}.txt"
    (tmp_path / golden.name).write_text(text, encoding="utf-8")
    expected = golden.read_text(encoding="utf-8") if golden.exists() else ""
    assert text == expected, f"if the new text reads well, put {tmp_path / golden.name} in the place of {golden}"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_who_answers_in_time_gets_more_than_fifteen_mails_from_beginning_to_end(program: Program, role: Role):
    names = [message for message, *_ in mails(program, role)]
    together = names[names.index("introduction") : names.index("closed") + 1]
    assert len(together) <= 15
    assert len(names) == len(together) + 2, "beside the proposal before, and the follow-up long after"


@pytest.mark.parametrize("role", ROLES)
def test_every_mail_can_be_read_in_one_go(program: Program, role: Role):
    for mail in sent(program, role):
        assert len(mail.subject) <= 80
        assert not re.search(r"[{}]|\(\)| [.,:;?!]|None", mail.body)
        assert "\n\n\n" not in mail.body
    assert max(len(mail.body.split()) for mail in sent(program, role)) <= 450


def test_the_four_phases_come_in_order_and_have_a_guide_and_a_checklist_for_each_role(program: Program):
    assert [phase.id for phase in program.phases] == ["preparation", "negotiating", "enabling-growth", "closure"]
    for phase in program.phases:
        assert phase.guide
        assert set(phase.checklist) == {Role.MENTOR, Role.MENTEE}
        assert all(3 <= len(items) <= 5 for items in phase.checklist.values())


def test_everything_a_coordinator_sees_has_a_title_of_its_own(program: Program):
    assert all(phase.title for phase in program.phases)
    assert all(milestone.title for phase in program.phases for milestone in phase.milestones)
    assert all(form.title for form in program.forms.values())
    assert all(field.title for field in program.enrollment.fields.values())


def test_it_takes_about_six_months_and_its_length_varies(program: Program):
    weeks = [
        sum(span.days or 0 for span in spans) / 7
        for spans in zip(*((p.lasts.at_least, p.lasts.at_most) for p in program.phases), strict=True)
    ]
    assert weeks == [24, 29]


def test_nobody_is_stuck_for_ever(program: Program):
    for phase in program.phases:
        assert phase.until is None or (phase.overrun is not None and phase.overrun.then is Then.CLOSE)
    assert [rung.then for rung in program.silence] == [Then.REMIND, Then.AT_RISK, Then.CLOSE]


def test_the_agreement_covers_what_a_first_session_has_to_settle(program: Program):
    asked = {question.id: question for question in form_of(program, "agreement").questions}
    settled = {
        "near_goal",
        "far_goal",
        "meetings",
        "schedule",
        "checkpoint_on",
        "boundaries",
        "confidentiality",
        "expectations",
        "responsibilities",
    }
    assert {name for name, question in asked.items() if question.required} == settled
    assert (asked["near_goal"].term, asked["far_goal"].term) == ("short", "long")
    assert all(question.share is Share.PARTNER for question in asked.values())


def test_goals_set_in_the_agreement_are_followed_to_the_end(program: Program):
    mentees, everybodys = {"near_goal", "far_goal"}, {"near_goal", "far_goal", "mentor_goal"}
    for form_id, goals in (("checkpoint", mentees), ("reflection", everybodys)):
        followed = {q.goal for q in form_of(program, form_id).questions if q.type is QuestionType.PROGRESS}
        assert followed == goals


def test_a_concern_and_a_misfit_never_reach_the_partner(program: Program):
    for form_id, question_id in (("reflection", "concern"), ("fit", "fit"), ("fit", "note"), ("check_in", "going")):
        question = form_of(program, form_id).question(question_id)
        assert question is not None
        assert question.share is Share.COORDINATOR
        assert not question.record


def test_whether_somebody_wants_to_stay_is_only_counted(program: Program):
    question = form_of(program, "reflection").question("would_stay")
    assert question is not None
    assert question.share is Share.AGGREGATE
    assert not question.required
