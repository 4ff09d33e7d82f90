"""The internship program lived through: feedback from both at fixed points, extensions up to a limit, and early ends with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from programs import describe, library
from programs.dates import Span
from programs.errors import MentorflowError
from programs.lifecycle import AskStatus
from programs.plan import make
from programs.spec import Program
from tasks import endings, gates, hurdles, timing
from tasks.models import Closure, Cohort, Relationship
from tests.store.scenes import ENROLLED, Scene, a_cohort

FILE = Path(library.__file__).parent / "examples" / "internship.yaml"
POINTS = ("working.early_feedback", "working.midterm", "working.late_feedback")


@pytest.fixture(scope="module")
def internship() -> Program:
    return library.load(FILE)


@pytest.fixture
def scene(engine: Engine, internship: Program) -> Scene:
    """Three interns at work, each with a supervisor, since they have said what they plan."""
    scene = a_cohort(engine, pairs=3, program=internship)
    scene.on(ENROLLED)
    scene.approve()
    with scene.writing() as conn:
        assert [one.gate.id for one in hurdles.who_waits(conn, scene.turn())] == ["papers"]
        gates.pass_by_hand(conn, scene.turn(), "papers", None)
    scene.through(scene.base.plan.starts_on)
    answer(scene)
    return scene


def extend(scene: Scene, number: int, by: str) -> date:
    with scene.writing() as conn:
        return timing.extend(conn, scene.turn(), scene.relationship(number).id, Span.parse(by), "the work takes longer")


def end(scene: Scene, number: int, reason: str) -> None:
    with scene.writing() as conn:
        endings.request(conn, scene.turn(), [scene.relationship(number).id], endings.Ending(reason))


def weeks(scene: Scene, count: int) -> Iterator[date]:
    for _ in range(count):
        scene.through(scene.today + timedelta(days=7))
        scene.everybody_meets(30)
        yield scene.today


def answer(scene: Scene, *, stop: int = 0) -> None:
    """Everybody answers what they are asked; only intern number `stop` and the supervisor would rather end it."""
    parted = scene.relationship(stop).id if stop else 0
    for ask in scene.asks(status=AskStatus.OPEN):
        scene.send(ask, **({"stop": ask.relationship_id == parted} if ask.form == "feedback" else {}))


def live(scene: Scene, count: int) -> None:
    """So many weeks in which everybody meets and answers all they are asked."""
    for _ in weeks(scene, count):
        answer(scene)


def test_a_cohort_lives_through_to_its_end_with_an_extension_and_an_early_end(scene: Scene) -> None:
    planned = scene.relationship(1).expected_end_on
    live(scene, 3)
    assert extend(scene, 1, "2 weeks") == scene.relationship(1).expected_end_on
    end(scene, 2, "found_a_job")
    live(scene, 17)
    first, second, third = (scene.rows(Closure, relationship_id=scene.relationship(n).id)[0] for n in (1, 2, 3))
    assert [(one.reason, one.planned) for one in (first, second, third)] == [
        ("completed", True), ("found_a_job", False), ("completed", True),
    ]  # fmt: skip
    assert first.closed_on - third.closed_on == timedelta(weeks=2)
    assert first.closed_on <= planned + timedelta(weeks=2)
    assert first.record["dates"]["days_extended"] == 14
    assert "| Of these by extension |  | 14 days |" in first.text
    assert "by extension" not in third.text
    asked = {ask.key for ask in scene.asks(relationship_id=scene.relationship(2).id)}
    assert not asked & set(POINTS[1:]), "whoever has gone is not asked any more"


def test_both_sides_are_asked_at_the_fixed_points(scene: Scene) -> None:
    live(scene, 11)
    mine = scene.relationship(1).id
    assert [sorted(ask.role for ask in scene.asks(key, relationship_id=mine)) for key in POINTS] == [
        ["mentee", "mentor"]
    ] * 3
    begun = scene.base.plan.starts_on
    opened = [scene.asks(key, relationship_id=mine)[0].opened_on for key in POINTS]
    assert all(day.weekday() < 5 for day in opened)
    assert [round((day - begun).days / 7) for day in opened] == [2, 6, 10]


def test_extensions_are_limited_in_all(scene: Scene) -> None:
    live(scene, 2)
    with pytest.raises(MentorflowError, match=r"by 3 days: Internship extends by 1 week or more"):
        extend(scene, 1, "3 days")
    extend(scene, 1, "2 weeks")
    extend(scene, 1, "2 weeks")
    with pytest.raises(MentorflowError, match=r"allows 5 weeks in all, and after 28 days so far 7 days are left"):
        extend(scene, 1, "2 weeks")
    extend(scene, 1, "1 week")
    with pytest.raises(MentorflowError, match=r"nothing is left"):
        extend(scene, 1, "1 week")
    extend(scene, 2, "5 weeks")
    assert scene.relationship(1).expected_end_on == scene.relationship(2).expected_end_on


def test_an_extension_that_is_refused_changes_nothing(scene: Scene) -> None:
    live(scene, 2)
    before = scene.rows(Relationship)
    with pytest.raises(MentorflowError):
        extend(scene, 1, "6 weeks")
    assert scene.rows(Relationship) == before


def test_it_ends_early_where_both_would_rather_end_it(scene: Scene) -> None:
    live(scene, 4)
    for _ in weeks(scene, 3):
        answer(scene, stop=1)
    (closure,) = scene.rows(Closure)
    assert (closure.relationship_id, closure.reason) == (scene.relationship(1).id, "no_fit")


def test_the_plan_says_how_far_it_can_be_extended(internship: Program) -> None:
    text = " ".join(describe.text(describe.timeline(make(internship, date(2027, 3, 1)))).split())
    assert "can extend it, by 5 weeks at most in all" in text


def test_the_cohort_counts_everybody_once(scene: Scene) -> None:
    end(scene, 3, "illness")
    live(scene, 45)
    (cohort,) = scene.rows(Cohort)
    assert cohort.status == "closed"
    lines = {(one["line"], one["reason"]): one["total"] for one in cohort.record["people"]}
    assert lines == {("completed", None): 4, ("closed_early", "illness"): 2}
