from __future__ import annotations

from typing import Any

import pytest

from programs.spec import Consequence, Form, ProgramGoal, Target
from programs.survey import Measured, Score, matches, measure, reached, scores

FORM = Form.model_validate(
    {
        "questions": [
            {"id": "far", "ask": "?", "type": "scale"},
            {"id": "ten", "ask": "?", "type": "scale", "from": 0, "to": 10},
            {"id": "well", "ask": "?", "type": "yes_no"},
            {"id": "so_far", "ask": "?", "type": "progress", "goal": "g"},
            {"id": "count", "ask": "?", "type": "number"},
            {"id": "fit", "ask": "?", "type": "choice", "options": ["good", "not_a_fit", "yes"]},
            {"id": "topics", "ask": "?", "type": "choices", "options": ["a", "b"]},
            {"id": "story", "ask": "?", "type": "text"},
            {"id": "quiet", "ask": "?", "type": "scale", "share": "aggregate"},
            {"id": "own", "ask": "?", "type": "scale", "share": "private"},
        ]
    }
)


def test_scores_keep_the_number_given_and_how_far_it_reaches():
    answers = {"far": 4, "ten": 5, "well": True, "so_far": 60, "count": 12, "fit": "good", "story": "x"}
    assert scores(FORM, answers) == {
        "far": Score(4, 0.75),
        "ten": Score(5, 0.5),
        "well": Score(1, 1),
        "so_far": Score(60, 0.6),
        "count": Score(12, None),
    }
    assert scores(FORM, {"well": False, "far": None}) == {"well": Score(0, 0)}


@pytest.mark.parametrize(
    ("answer", "question", "answers", "follows"),
    [
        ("not_a_fit", None, {"fit": "not_a_fit"}, True),
        ("not_a_fit", "fit", {"fit": "not_a_fit"}, True),
        ("not_a_fit", "topics", {"fit": "not_a_fit"}, False),
        ("not_a_fit", None, {"fit": "good"}, False),
        ("not_a_fit", None, {"story": "not_a_fit"}, False),
        ("not_a_fit", None, {}, False),
        ("b", None, {"topics": ["a", "b"]}, True),
        ("b", None, {"topics": ["a"]}, False),
        (True, "well", {"well": True}, True),
        (True, "well", {"well": False}, False),
        ("yes", "well", {"well": True}, True),
        ("yes", None, {"fit": "yes"}, True),
        ("no", "well", {"well": False}, True),
        (False, "well", {"well": False}, True),
        ("no", "well", {"well": True}, False),
        ("<= 2", "far", {"far": 2}, True),
        ("<= 2", "far", {"far": 3}, False),
        ("<= 2", "far", {"ten": 0}, False),
        ("<= 2", None, {"far": 3, "ten": 0}, True),
        (">= 4", "far", {"far": 4}, True),
        ("< 3", "far", {"far": 3}, False),
        ("> 3", "far", {"far": 4}, True),
        ("= 5", "far", {"far": 5}, True),
        ("=5", "far", {"far": 4}, False),
        ("< 50", "so_far", {"so_far": 40}, True),
        ("< 0.5", "count", {"count": 0.25}, True),
        (5, "far", {"far": 5}, True),
        (True, "far", {"far": 1}, False),
        (1, "well", {"well": True}, False),
        ("few", "far", {"far": 1}, False),
    ],
)
def test_what_follows_an_answer(answer: Any, question: str | None, answers: dict[str, Any], follows: bool):
    consequence = Consequence(answer=answer, question=question, then="flag")
    assert matches(consequence, FORM, answers) is follows


def given_scores(question: str, *values: Any) -> list[Score]:
    return [scores(FORM, {question: value})[question] for value in values]


@pytest.mark.parametrize(
    ("target", "values", "figure", "good"),
    [
        ("average >= 4", given_scores("far", 3, 5), 4, True),
        ("average >= 4", given_scores("far", 3, 4), 3.5, False),
        ("average <= 2", given_scores("far", 1, 2), 1.5, True),
        ("average >= 0.3", given_scores("count", 0.1, 0.2, 0.6), 0.3, True),
        ("share >= 50%", given_scores("well", True, False), 50, True),
        ("share >= 70%", given_scores("well", True, False), 50, False),
        ("share >= 66%", given_scores("far", 4, 5, 3), 200 / 3, True),
        ("share <= 10%", given_scores("ten", 7, 7), 0, True),
        ("share >= 100%", given_scores("ten", 8, 10), 100, True),
        ("share >= 50%", given_scores("so_far", 75, 74), 50, True),
    ],
)
def test_a_target_is_reached_or_not(target: str, values: list[Score], figure: float, good: bool):
    found = reached(Target.model_validate(target), values)
    assert found is not None
    assert found[0] == pytest.approx(figure)
    assert found[1] is good


def test_nothing_is_measured_when_nobody_answered():
    assert reached(Target.model_validate("average >= 4"), []) is None
    assert reached(Target.model_validate("share >= 4%"), given_scores("count", 5)) is None, (
        "a number is not good or bad"
    )


def goal(question: str) -> ProgramGoal:
    return ProgramGoal.model_validate(
        {"id": "g", "objective": "o", "measure": f"f.{question}", "target": "average >= 4"}
    )


def test_a_goal_is_measured_over_those_who_answered_its_question():
    responses: list[dict[str, Any]] = [{"far": 5}, {"far": 4}, {"well": True}]
    assert measure(goal("far"), FORM, responses) == Measured(4.5, True, 2)
    assert measure(goal("count"), FORM, responses) is None
    assert measure(goal("story"), FORM, [{"story": "x"}]) is None
    assert measure(goal("gone"), FORM, [{"gone": 5}]) is None


def test_a_goal_on_answers_that_are_only_counted_shows_no_figure_over_fewer_than_five_people():
    assert measure(goal("quiet"), FORM, [{"quiet": 5}] * 4) is None
    assert measure(goal("quiet"), FORM, [{"quiet": 5}] * 5) == Measured(5, True, 5)
    assert measure(goal("own"), FORM, [{"own": 5}] * 5) is None
