from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.errors import AnswerRefusedError
from programs.spec import Form, Role
from programs.survey import FormRefusedError, in_words, validate

FORM = Form.model_validate(
    {
        "questions": [
            {"id": "name_it", "ask": "?", "type": "text"},
            {"id": "story", "ask": "?", "type": "long_text"},
            {"id": "well", "ask": "?", "type": "yes_no"},
            {
                "id": "fit",
                "ask": "?",
                "type": "choice",
                "options": {"good": "Good, we go on", "not_a_fit": "Not a fit"},
            },
            {"id": "topics", "ask": "?", "type": "choices", "options": {"a": "Python", "b": "Law; tax", "c": "Python"}},
            {"id": "far", "ask": "?", "type": "scale", "labels": {1: "Not at all", 5: "Fully"}},
            {"id": "count", "ask": "?", "type": "number"},
            {"id": "on", "ask": "?", "type": "date"},
            {"id": "goal", "ask": "?", "type": "goal"},
            {"id": "so_far", "ask": "?", "type": "progress", "goal": "goal"},
            {"id": "mentors_only", "ask": "?", "type": "text", "roles": ["mentor"]},
        ]
    }
)
NEEDED = Form.model_validate(
    {
        "questions": [
            {"id": "must", "ask": "?", "type": "yes_no", "required": True},
            {"id": "must_too", "ask": "?", "type": "scale", "required": True},
            {"id": "mentors_must", "ask": "?", "type": "text", "required": True, "roles": ["mentor"]},
            {"id": "may", "ask": "?", "type": "text"},
        ]
    }
)


def taken(question: str, raw: object) -> Any:
    return validate(FORM, Role.MENTEE, {question: raw})[question]


def refused(raw: dict[str, object], form: Form = FORM, role: Role = Role.MENTEE) -> list[str]:
    with pytest.raises(FormRefusedError) as caught:
        validate(form, role, raw)
    assert str(caught.value) == "\n".join(map(str, caught.value.refusals))
    return [str(refusal) for refusal in caught.value.refusals]


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        ("name_it", "  Ana\n  Silva ", "Ana Silva"),
        ("name_it", 12, "12"),
        ("name_it", "Zoe\u0308", "Zo\u00eb"),
        ("name_it", "A\x00n\x1ba\ud800", "Ana"),
        ("name_it", "x" * 300, "x" * 300),
        ("story", " One\r\n\r\nTwo\u2028Three\t\x07 ", "One\n\nTwo\nThree"),
        ("story", "x" * 10_000, "x" * 10_000),
        ("well", True, True),
        ("well", "yes", True),
        ("well", "YES ", True),
        ("well", "No", False),
        ("well", "TRUE", True),
        ("well", "false", False),
        ("well", "y", True),
        ("well", " N ", False),
        ("well", "1", True),
        ("well", "0", False),
        ("fit", "good", "good"),
        ("fit", "Good", "good"),
        ("fit", "good, WE go on", "good"),
        ("fit", " not a fit ", "not_a_fit"),
        ("topics", "b;a", ["a", "b"]),
        ("topics", "a; a ;", ["a"]),
        ("topics", ["b"], ["b"]),
        ("topics", ("c", "a"), ["a", "c"]),
        ("topics", "law; tax", ["b"]),
        ("far", 4, 4),
        ("far", "4", 4),
        ("far", 4.0, 4),
        ("far", "4.0", 4),
        ("far", "fully", 5),
        ("count", "12", 12),
        ("count", "-1.50", -1.5),
        ("count", 2.5, 2.5),
        ("on", "2027-02-28", "2027-02-28"),
        ("on", date(2027, 2, 28), "2027-02-28"),
        ("on", datetime(2027, 2, 28, 12, 0, tzinfo=UTC), "2027-02-28"),
        ("goal", "Run a\nmeeting", "Run a meeting"),
        ("so_far", "60 %", 60),
        ("so_far", "60", 60),
        ("so_far", 100, 100),
    ],
)
def test_answers_are_taken_as_they_come_from_pages_and_sheets(question: str, raw: object, value: object):
    answer = taken(question, raw)
    assert answer == value
    assert type(answer) is type(value)


@pytest.mark.parametrize(
    ("question", "raw", "told"),
    [
        ("name_it", "x" * 301, "name_it: this is 301 characters long; answer with text of at most 300 characters"),
        ("name_it", True, "name_it: this is not text; "),
        ("story", "x" * 10_001, "story: this is 10,001 characters long; answer with text of at most 10,000 characters"),
        ("goal", ["x"], "goal: this is not text; answer with text of at most 500 characters"),
        ("well", "ja", "well: this is neither yes nor no; answer with yes or no"),
        ("well", "2", "well: this is neither yes nor no; "),
        ("well", 1, "well: this is neither yes nor no; "),
        ("fit", "bad", "fit: this is not one of the options; answer with one of good, not_a_fit"),
        ("topics", "a;z", "topics: 1 of the 2 entries is not an option; answer with one or more of a, b, c, with ';'"),
        ("topics", "python", "topics: 1 of the 1 entries is not an option; "),
        ("topics", {"a": 1}, "topics: this is not a list of options; "),
        ("far", "6", "far: this is outside the range; answer with a whole number from 1 to 5"),
        ("far", 0, "far: this is outside the range; "),
        ("far", "4,5", "far: this is not a number; "),
        ("far", "4.5", "far: this is not a whole number; "),
        ("far", True, "far: this is not a number; "),
        ("count", "a dozen", "count: this is not a number; answer with a number such as 12 or 1.5"),
        ("count", "1e9", "count: this is not a number; "),
        ("count", "４", "count: this is not a number; "),
        ("count", "1_000", "count: this is not a number; "),
        ("count", float("nan"), "count: this is not a number of a useful size; "),
        ("count", float("inf"), "count: this is not a number of a useful size; "),
        ("count", 10**400, "count: this is not a number of a useful size; "),
        ("on", "2027-02-29", "on: the calendar has no such day; answer with a date such as 2027-03-31"),
        ("on", "31.3.2027", "on: this is not a date written year-month-day; "),
        ("on", "20270331", "on: this is not a date written year-month-day; "),
        ("on", "2027-W13-3", "on: this is not a date written year-month-day; "),
        ("so_far", "101", "so_far: this is outside the range; answer with a percentage from 0 to 100"),
        ("mentors_only", "x", "mentors_only: this is not asked of a mentee; leave it empty"),
    ],
)
def test_what_is_not_an_answer_is_refused_with_what_would_be_one(question: str, raw: object, told: str):
    assert [problem.startswith(told) for problem in refused({question: raw})] == [True]


def test_all_problems_are_told_at_once():
    problems = refused({"far": "9", "wel": "yes", "on": "soon", "may": "x"}, FORM)
    assert [problem.split(":")[0] for problem in problems] == ["far", "on", "wel", "may"]
    assert problems[2] == "wel: the form has no such question; did you mean well?"
    assert "the questions are name_it, story, well" in problems[3]
    assert "mentors_only" not in problems[3]


def test_a_refusal_never_repeats_what_somebody_wrote():
    secret = "my manager bullies me"
    for question in FORM.questions:
        if question.type not in ("text", "long_text", "goal"):
            assert secret not in "\n".join(refused({question.id: secret}))
    assert secret not in "\n".join(refused({"story": f"{secret} " * 1_000}))


def test_required_answers_are_needed_only_of_those_who_are_asked():
    assert refused({"may": "x"}, NEEDED) == [
        "must: an answer is needed; answer with yes or no",
        "must_too: an answer is needed; answer with a whole number from 1 to 5",
    ]
    assert "mentors_must: an answer is needed; answer with text of at most 300 characters" in refused(
        {"must": "yes", "must_too": "2", "mentors_must": "  "}, NEEDED, Role.MENTOR
    )
    assert validate(NEEDED, Role.MENTEE, {"must": "no", "must_too": 2}) == {"must": False, "must_too": 2}


def test_a_part_of_the_answers_may_be_checked_before_the_rest_is_there():
    assert validate(NEEDED, Role.MENTEE, {"may": "x"}, partial=True) == {"may": "x"}
    assert validate(NEEDED, Role.MENTEE, {}, partial=True) == {}
    with pytest.raises(AnswerRefusedError):
        validate(NEEDED, Role.MENTEE, {"must_too": 9}, partial=True)


def test_empty_cells_are_no_answers_even_to_questions_of_the_other_role():
    raw = {"well": "yes", "story": "", "far": "  ", "mentors_only": "", "on": None, "topics": " ; "}
    assert validate(FORM, Role.MENTEE, raw) == {"well": True}


def test_an_empty_form_is_not_a_response():
    assert refused({}) == ["response: nothing was answered; answer at least one question"]
    assert refused({"well": "", "story": " \n"}) == ["response: nothing was answered; answer at least one question"]


def test_answers_cannot_be_changed_afterwards():
    answers = validate(FORM, Role.MENTEE, {"well": "yes"})
    with pytest.raises(TypeError):
        answers["well"] = False  # type: ignore[index]


def test_answers_stand_in_the_order_of_the_form():
    raw = {"so_far": 1, "well": True, "name_it": "x"}
    assert list(validate(FORM, Role.MENTEE, raw)) == ["name_it", "well", "so_far"]


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 101),
    st.floats(),
    st.text(),
    st.text(alphabet="12345.;%-+ abcyesno", max_size=8),
    st.sampled_from(["good", "Not a fit", "yes", "a;b", "law; tax", "fully", "60 %", "2027-12-31", "c; a"]),
    st.dates(),
    st.datetimes(),
    st.lists(st.sampled_from(["a", "b", "c", "z", ""]), max_size=4),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)


@given(
    raw=st.dictionaries(st.sampled_from([question.id for question in FORM.questions]), anything),
    role=st.sampled_from(Role),
)
def test_whatever_is_answered_is_refused_or_taken_and_what_was_taken_is_taken_again_unchanged(
    raw: dict[str, object], role: Role
):
    try:
        answers = validate(FORM, role, raw)
    except FormRefusedError:
        return
    assert answers
    assert validate(FORM, role, answers) == answers
    stored = json.loads(json.dumps(dict(answers), allow_nan=False))
    assert validate(FORM, role, stored) == answers
    assert json.dumps(stored).encode()


@given(st.text(min_size=1))
def test_an_unknown_question_is_always_refused(name: str):
    if FORM.question(name) is None:
        assert len(refused({"well": "yes", name: ""})) == 1


@pytest.mark.parametrize(
    ("question", "raw", "words"),
    [
        ("name_it", "Ana", "Ana"),
        ("well", "0", "no"),
        ("well", "y", "yes"),
        ("fit", "not_a_fit", "Not a fit"),
        ("topics", "b;a", "Python; Law; tax"),
        ("far", 1, "1 (Not at all)"),
        ("far", 2, "2"),
        ("count", "1", "1"),
        ("so_far", "70", "70 %"),
    ],
)
def test_an_answer_is_read_in_the_words_of_its_question(question: str, raw: object, words: str) -> None:
    asked = FORM.question(question)
    assert asked is not None
    assert in_words(asked, taken(question, raw)) == words
