from __future__ import annotations

from typing import Any

import pytest

from programs.errors import NotFoundError
from programs.spec import Program, Role, Share
from programs.survey import NEXT_STEP, described, form_of, next_step_words, reflection_form, validate


def program(**last: Any) -> Program:
    return Program.model_validate(
        {
            "program": "p",
            "title": "P",
            "phases": [
                {"id": "run", "lasts": "1 week"},
                {"id": "end", "lasts": "1 week", "reflect": "reflection", **last},
            ],
            "forms": {
                "reflection": {
                    "questions": [
                        {
                            "id": "far",
                            "ask": "How far?",
                            "type": "scale",
                            "labels": {1: "no", 5: "fully"},
                            "required": True,
                        },
                        {
                            "id": "skills",
                            "ask": "Which skills?",
                            "type": "long_text",
                            "share": "partner",
                            "record": True,
                        },
                        {"id": "only", "ask": "Mentors?", "type": "yes_no", "roles": ["mentor"], "share": "private"},
                        {
                            "id": "pick",
                            "ask": "Pick",
                            "type": "choices",
                            "options": {"a": "One", "b": "Two"},
                            "help": "Take\nyour time.",
                        },
                        {"id": "stay", "ask": "Stay?", "type": "number", "share": "aggregate"},
                    ]
                },
                "own": {"questions": [{"id": "next_step", "ask": "And now?", "type": "text"}]},
            },
        }
    )


def test_the_next_step_is_asked_with_the_reflection_where_the_phase_offers_any():
    declared = program(next=["new_cycle", "as_peers", "nothing"])
    form = reflection_form(declared, declared.phases[1])
    asked = form.question(NEXT_STEP)
    assert asked is not None
    assert list(asked.options) == ["new_cycle", "as_peers", "nothing"]
    assert (asked.share, asked.record, asked.required) == (Share.PARTNER, True, False)
    assert [question.id for question in form.questions[:-1]] == [q.id for q in declared.forms["reflection"].questions]
    assert (
        validate(form, Role.MENTEE, {"far": 5, "next_step": "Go on as peers, outside the program"})["next_step"]
        == "as_peers"
    )


def test_a_single_offer_can_be_turned_down():
    declared = program(next=["as_coffee_friends"])
    asked = reflection_form(declared, declared.phases[1]).question(NEXT_STEP)
    assert asked is not None
    assert asked.options == {"as_coffee_friends": "as coffee friends", "nothing": "End here"}


def test_without_an_offer_or_with_a_question_of_its_own_the_form_stays_as_it_is():
    plain = program()
    assert reflection_form(plain, plain.phases[1]) == plain.forms["reflection"]
    own = program(next=["new_cycle", "nothing"], reflect="own")
    assert reflection_form(own, own.phases[1]) == own.forms["own"]


def test_where_nothing_is_offered_but_the_end_there_is_nothing_to_ask():
    declared = program(next=["nothing"])
    assert reflection_form(declared, declared.phases[1]).question(NEXT_STEP) is None


def test_what_does_not_exist_is_named_with_the_nearest_that_does():
    with pytest.raises(NotFoundError, match="p has no form 'reflecton'; did you mean 'reflection'"):
        form_of(program(), "reflecton")
    with pytest.raises(NotFoundError, match="phase 'run' of p has no reflection; give it 'reflect: FORM'"):
        reflection_form(program(), program().phases[0])


def test_next_steps_have_words():
    assert next_step_words("nothing") == "End here"
    assert next_step_words("as_pen-friends") == "as pen friends"


def test_questions_are_written_out_with_how_to_answer_and_who_reads_it():
    assert described(program().forms["reflection"], Role.MENTEE) == (
        "1. How far?\n"
        "   1 to 5 (1 = no, 5 = fully). Only the coordinator reads this.\n"
        "2. Which skills?\n"
        "   Optional. Shared with your partner. Kept in the summary record.\n"
        "3. Pick\n"
        "   Take your time.\n"
        "   Any of: One; Two. Optional. Only the coordinator reads this.\n"
        "4. Stay?\n"
        "   A number. Optional. The coordinator sees it in your reply; after that it is only counted."
    )
    assert "Which skills?\n   Optional. Shared with your circle." in described(
        program().forms["reflection"], Role.MEMBER
    )
    assert "Mentors?\n   Yes or no. Optional. This one is for yourself: do not send it." in described(
        program().forms["reflection"], Role.MENTOR
    )
