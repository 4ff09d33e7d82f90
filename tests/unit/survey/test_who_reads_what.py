from __future__ import annotations

from typing import Any

import pytest

from programs.spec import Form, Question
from programs.survey import FEWEST, Viewer, may_be_counted, may_read, visible

# Beside each way to share: the words of an answer, a score, and words that are meant for the record.
MATRIX: dict[str, dict[str, tuple[bool, bool, bool | None]]] = {
    "author": {
        "coordinator": (True, True, True),
        "partner": (True, True, True),
        "aggregate": (True, True, None),
        "private": (True, True, None),
    },
    "coordinator": {
        "coordinator": (True, True, True),
        "partner": (True, True, True),
        "aggregate": (False, False, None),
        "private": (False, False, None),
    },
    "partner": {
        "coordinator": (False, False, False),
        "partner": (True, True, True),
        "aggregate": (False, False, None),
        "private": (False, False, None),
    },
    "record": {
        "coordinator": (False, True, True),
        "partner": (False, True, True),
        "aggregate": (False, False, None),
        "private": (False, False, None),
    },
}
CASES = [(viewer, share, *row) for viewer, rows in MATRIX.items() for share, row in rows.items()]


def question(share: str, **more: Any) -> Question:
    return Question.model_validate({"id": "q", "ask": "?", "type": "long_text", "share": share, **more})


@pytest.mark.parametrize(("viewer", "share", "words", "score", "recorded"), CASES)
def test_who_may_read_an_answer(viewer: Viewer, share: str, words: bool, score: bool, recorded: bool | None):
    assert may_read(question(share), viewer) is words
    for kind in ("scale", "number", "progress", "yes_no"):
        assert may_read(question(share, type=kind, goal="g"), viewer) is score
    for kind in ("text", "goal", "date"):
        assert may_read(question(share, type=kind), viewer) is words
    for kind in ("choice", "choices"):
        assert may_read(question(share, type=kind, options=["a", "b"]), viewer) is words
    if recorded is not None:
        assert may_read(question(share, record=True), viewer) is recorded


@pytest.mark.parametrize("viewer", MATRIX)
def test_only_readable_answers_come_through(viewer: Viewer):
    form = Form(
        questions=tuple(
            question(share, id=f"{share}_{kind}", type=kind)
            for share in ("coordinator", "partner", "aggregate", "private")
            for kind in ("long_text", "scale")
        )
    )
    answers: dict[str, Any] = {each.id: 3 if each.type == "scale" else "words" for each in form.questions}
    expected = {
        f"{share}_{kind}"
        for share, row in MATRIX[viewer].items()
        for kind, yes in zip(("long_text", "scale"), row, strict=False)
        if yes
    }
    assert set(visible(form, answers, viewer)) == expected


@pytest.mark.parametrize("viewer", ["coordinator", "partner", "record"])
def test_an_answer_to_a_question_that_is_gone_is_seen_by_nobody_else(viewer: Viewer):
    form = Form(questions=(question("partner", record=True),))
    assert visible(form, {"q": "x", "gone": "secret"}, viewer) == {"q": "x"}
    assert visible(form, {"q": "x", "gone": "secret"}, "author") == {"q": "x", "gone": "secret"}


def test_the_partner_reads_nothing_unless_the_question_says_so():
    said_nothing = Question.model_validate({"id": "q", "ask": "?", "type": "long_text"})
    assert not may_read(said_nothing, "partner")


def test_a_figure_over_few_people_is_not_shown_where_each_answer_alone_may_not_be():
    assert [may_be_counted(question("aggregate"), people) for people in (0, FEWEST - 1, FEWEST)] == [False, False, True]
    assert [may_be_counted(question("coordinator"), people) for people in (0, 1)] == [False, True]
    assert not may_be_counted(question("private"), 1000)
