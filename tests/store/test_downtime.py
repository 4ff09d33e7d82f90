"""Down for a week and then run once: everything due happens once, what is past its window is skipped and listed, nobody gets a burst.

From every few days of a life two copies go on: one is run daily, the other not for a week and then once. Nobody acts meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from programs.lifecycle import AskStatus, StepStatus
from tasks.asks import STALE
from tasks.models import Ask, History, Message, Relationship, Step
from tests.store.copies import a_copy
from tests.store.scenes import Scene, a_cohort, day, milestone, tandem

WEEK = timedelta(days=7)
GAPS = tuple(range(0, 60, 5))
REMINDERS = ("reminder",)


def lively(data: dict[str, Any]) -> None:
    """With a message and a short ask in mid-phase, so that some windows are over within a week."""
    brief = {"form": "wish", "roles": ["mentor"], "due": "in 1 day", "expires": "in 1 day", "remind": ["on the day"]}
    data["phases"][1]["milestones"] += [
        {"id": "brief", "at": "1 week after start", "ask": brief},
        {"id": "word", "at": "3 weeks after start", "tell": {"roles": ["mentee"], "message": "hello"}},
    ]
    milestone(data, "fit")["when"] = []


def a_life(engine: Engine) -> Iterator[Scene]:
    """A cohort that does well, stopped every few days."""
    scene = a_cohort(engine, pairs=2, program=tandem(lively)).agreed()
    for count in range(60):
        scene.on(day(count))
        if count % 3 == 0:
            scene.everybody_answers()
        if count % 7 == 1:
            scene.everybody_meets()
        if count in GAPS:
            scene.everybody_meets()  # so that nobody falls silent in the week to come
            scene.everybody_answers("begin.intro")
            yield scene


def went_on(scene: Scene, engine: Engine, daily: bool) -> Scene:
    other = replace(scene, engine=engine)
    if daily:
        other.through(scene.today + WEEK)
    else:
        other.on(scene.today + WEEK)
    return other


def compared(scene: Scene) -> list[str]:
    """What is wrong with having been down for a week from today."""
    with a_copy(scene.engine) as one, a_copy(scene.engine) as other:
        daily, once = went_on(scene, one, daily=True), went_on(scene, other, daily=False)
        checks = (phases_differ, steps_differ, asks_differ, mails_differ, bursts, goes_on)
        return [problem for check in checks for problem in check(daily, once, scene.today)]


def phases_differ(daily: Scene, once: Scene, _: date) -> list[str]:
    columns = ("id", "status", "phase", "visit", "entered_on", "ends_on", "latest_on", "expected_end_on", "closed_on")
    left, right = (
        [tuple(getattr(row, name) for name in columns) for row in one.rows(Relationship)] for one in (daily, once)
    )
    return [] if left == right else [f"phases: daily {left}, once {right}"]


def steps_differ(daily: Scene, once: Scene, began: date) -> list[str]:
    listed = {row.noun_id for row in once.rows(History, noun="step", event="skip")}
    problems = []
    there = {(row.relationship_id, row.visit, row.key, row.occurrence): row for row in once.rows(Step)}
    for row in daily.rows(Step):
        name = (row.relationship_id, row.visit, row.key, row.occurrence)
        other = there.pop(name, None)
        if other is None:
            problems.append(f"step {name} is missing")
        elif other.status == StepStatus.SKIPPED and row.status != StepStatus.SKIPPED:
            too_late = other.closes_on < once.today and row.opened_on > began
            if not (too_late and row.status in ("missed", "reached") and other.id in listed):
                problems.append(f"step {name} was skipped, but daily it is {row.status}")
        elif other.status != row.status:
            problems.append(f"step {name} is {other.status}, daily {row.status}")
        elif row.opened_on and row.opened_on > began and other.opened_on not in (once.today, row.opened_on):
            problems.append(f"step {name} opened on {other.opened_on}")
    return problems + [f"step {name} is there only once" for name in there]


def asks_differ(daily: Scene, once: Scene, began: date) -> list[str]:
    problems = []
    there = {(row.relationship_id, row.participant_id, row.key, row.occurrence): row for row in once.rows(Ask)}
    for row in daily.rows(Ask):
        other = there.pop((row.relationship_id, row.participant_id, row.key, row.occurrence), None)
        if other is None:
            if not (row.opened_on > began and row.closes_on and row.closes_on < once.today):
                problems.append(f"{row.key} was not asked")
        elif row.opened_on > began and other.status == AskStatus.OPEN and row.key in once.base.plan.by_key:
            asked = once.base.plan.by_key[row.key].ask
            if asked and other.due_on < min(asked.due.after(once.today), other.closes_on or date.max):
                problems.append(f"{row.key} gives too little time: until {other.due_on}")
    return problems + [f"{name} was asked only once" for name in there]


def mails_differ(daily: Scene, once: Scene, _: date) -> list[str]:
    def others(scene: Scene) -> Counter[tuple[Any, ...]]:
        names = ("template", "relationship_id", "participant_id", "subject_key")
        mails = [row for row in scene.mails() if row.template not in REMINDERS]
        return Counter(tuple(getattr(row, name) for name in names) for row in mails)

    left, right = others(daily), others(once)
    skipped = {row.key for row in once.rows(Step, status=StepStatus.SKIPPED)}
    missing = [mail for mail in (left - right) if mail[3] not in skipped]
    return [f"mail {mail} is missing" for mail in missing] + [f"mail {mail} is too many" for mail in right - left]


def bursts(_: Scene, once: Scene, began: date) -> list[str]:
    """At most one reminder for an ask, none that is stale, and none on the day on which it was asked."""
    problems = []
    for ask in once.rows(Ask):
        sent = once.rows(Message, template="reminder", ask_id=ask.id, not_before=once.today)
        nudges, _template = once.base.plan.reminders(ask.key)
        for mail in sent:
            nudge_on = ask.due_on + timedelta(days=nudges[int(mail.idempotency_key.rsplit("/", 2)[1])].days)
            if not once.today - timedelta(days=STALE) <= nudge_on <= once.today:
                problems.append(f"a stale reminder of {ask.key}, which belonged to {nudge_on}")
        if len(sent) > 1 or (sent and ask.opened_on == once.today):
            problems.append(f"{len(sent)} reminders of {ask.key}, asked on {ask.opened_on}")
    return problems + ([] if began < once.today else ["no time has passed"])


def goes_on(_: Scene, once: Scene, __: date) -> list[str]:
    """What was caught up with is not due again."""
    work = once.on(once.today)
    return [f"due again: {one.work.name}" for one in work]


def test_a_week_without_a_run_loses_nothing_doubles_nothing_and_makes_no_burst(engine: Engine) -> None:
    problems = {count: compared(scene) for count, scene in zip(GAPS, a_life(engine), strict=True)}
    assert {count: found for count, found in problems.items() if found} == {}


def test_a_downtime_over_several_phases_takes_them_all_on_their_days(engine: Engine) -> None:
    scene = a_cohort(engine, program=tandem(lambda data: data.update(silence=[]))).started()
    scene.through(day(3))
    scene.everybody_answers()
    scene.on(day(52))
    row = scene.relationship()
    assert (row.phase, row.entered_on) == ("close", day(49))
    assert scene.step("close.reflection").status == StepStatus.OPEN
    skipped = scene.rows(Step, status=StepStatus.SKIPPED)
    assert [(step.key, step.occurrence) for step in skipped] == [
        ("begin.wish", 0), ("work.meeting", 1), ("work.meeting", 2), ("work.meeting", 3), ("work.aims", 0),
        ("work.middle", 0),
    ]  # fmt: skip
    listed = {row.noun_id: row.why for row in scene.rows(History, noun="step", event="skip")}
    assert set(listed) == {step.id for step in skipped}
    assert set(listed.values()) == {"its window was over before it could be opened"}


def test_a_meeting_that_was_held_while_nothing_ran_counts_when_it_is_told(engine: Engine) -> None:
    scene = a_cohort(engine).at_work()
    scene.on(day(37))
    assert scene.step("work.meeting", occurrence=2).status == StepStatus.SKIPPED
    scene.everybody_meets(held_on=day(30))
    assert scene.step("work.meeting", occurrence=2).status == StepStatus.REACHED


def test_a_meeting_told_before_its_phase_was_entered_counts_in_it(engine: Engine) -> None:
    scene = a_cohort(engine).started()
    scene.through(day(3))
    scene.everybody_answers()
    scene.today = day(9)
    scene.meet(scene.relationship().id)
    scene.on(day(12))
    assert scene.relationship().entered_on == day(7)
    assert scene.step("work.meeting", occurrence=1).status == StepStatus.REACHED
    assert scene.step("work.fit").opens_on == day(11)


def test_a_proposal_that_was_answered_in_time_does_not_lapse_because_nothing_ran(engine: Engine) -> None:
    scene = a_cohort(engine)
    scene.propose()
    scene.approve()
    scene.propose()
    scene.today = scene.today + timedelta(days=6)
    scene.send(scene.ask("consent.mentee"), {"accept": True})
    scene.on(scene.today + timedelta(days=5))
    assert scene.relationship().status == "offered"
    assert scene.ask("consent.mentor", "mentor").closes_on == scene.today + timedelta(days=7)


@pytest.mark.parametrize("late", [0, 3, 14])
def test_a_downtime_over_the_first_day_starts_everybody_as_of_that_day(engine: Engine, late: int) -> None:
    scene = a_cohort(engine, pairs=2).agreed()
    scene.on(day(late))
    assert {(row.status, row.started_on) for row in scene.rows(Relationship)} == {("active", day(0))}
    assert len(scene.mails("introduction")) == 4
    assert {mail.template for mail in scene.mails(not_before=day(late))} <= {"introduction", "hello", "ask"}


def test_an_end_that_came_while_nothing_ran_is_dated_as_planned(engine: Engine) -> None:
    scene = a_cohort(engine).closing()
    scene.everybody_answers()
    scene.through(day(58))
    scene.on(day(69))
    assert (scene.relationship().status, scene.relationship().closed_on) == ("closed", day(63))
    assert len(scene.mails("feedback_shared")) == 2
