"""Four real cohorts said in our language and lived through again: they end as they ended (data: Open Life Science (OLS), CC BY 4.0)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from programs import describe, library
from programs.lifecycle import AskStatus
from programs.plan import make
from programs.spec import Program
from tasks.models import Ask, Closure, Cohort, Member, Participant, Person, Relationship
from tests.store.enrolled import a_cohort_from
from tests.store.open_life_science import History, Project, address, program_text, read_history, write_sheets
from tests.store.scenes import Scene

COHORTS = ("ols-1", "ols-3", "ols-5", "ols-7")
KNOWN: Mapping[str, tuple[int, int, int]] = {
    "ols-1": (17, 3, 20), "ols-3": (34, 2, 37), "ols-5": (25, 7, 34), "ols-7": (28, 2, 32),
}  # fmt: skip
"""Graduated, not graduated, and all projects that somebody carries; of the others nobody wrote down how they ended."""
WEEK, OFTEN = timedelta(weeks=1), timedelta(days=3)
NOW = datetime(2027, 1, 4, tzinfo=UTC)
CALLS = {"ols-1": (16, 1), "ols-3": (22, 5), "ols-5": (26, 1), "ols-7": (38, 2)}
"""With a day, and without one: nobody wrote it down."""
SEVERAL = {"ols-1": (3, 5), "ols-3": (4, 14), "ols-5": (8, 12), "ols-7": (3, 10)}
"""Projects with several mentors, and with several people who carry them. ols-3-20 has a fifth in the data, but there two of
the three mentors are among those who carry it."""


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    found = shared_data / "open-life-science"
    if not found.is_dir():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("open-life-science is not beside the checkout")
    return found


def said(history: History, tmp_path: Path) -> Program:
    """The program file, as an operator would hand it in: read and checked."""
    path = tmp_path / f"{history.name}.yaml"
    path.write_text(program_text(history), encoding="utf-8")
    return library.load(path)


@pytest.fixture(params=COHORTS)
def history(request: pytest.FixtureRequest, folder: Path) -> History:
    return read_history(folder, request.param)


def test_every_dated_call_is_in_the_plan_on_its_day(history: History, tmp_path: Path) -> None:
    plan = make(said(history, tmp_path), history.starts_on)
    planned = Counter(
        (one.due_on, one.step.label, one.step.call.kind, one.step.call.time) for one in plan.calls if one.step.call
    )
    assert planned == Counter((one.on, one.title, one.kind, one.time) for one in history.dated)
    tasks = Counter(
        (one.due_on, side)
        for one in plan.calls
        if one.step.call
        for side in (*one.step.call.before, *one.step.call.after)
    )
    assert tasks == Counter((one.on, task) for one in history.dated for task in (*one.before, *one.after))
    assert (len(history.dated), len(history.undated)) == CALLS[history.name]


def test_every_call_is_told_in_words_and_in_calendars(history: History, tmp_path: Path) -> None:
    line = describe.timeline(make(said(history, tmp_path), history.starts_on))
    words = " ".join(describe.text(line).split())
    events = {(event.start, str(event["summary"])) for event in Calendar.from_ical(describe.ics(line, NOW)).events}
    for one in history.dated:
        assert f": {one.title}." in words
        begins = datetime.combine(one.on, time.fromisoformat(one.time), UTC) if one.time else one.on
        assert (begins, one.title) in events


def test_the_cohort_ends_as_it_ended(history: History, engine: Engine, tmp_path: Path) -> None:
    scene = _lived_through(history, engine, tmp_path)
    graduated, not_graduated, projects = KNOWN[history.name]
    (cohort,) = scene.rows(Cohort)
    record = cohort.record
    assert cohort.status == "closed"
    reasons = record["relationships"]["closed_by_reason"]
    unknown = projects - graduated - not_graduated
    assert reasons == {"graduated": graduated, "not_graduated": not_graduated} | (
        {"not_known": unknown} if unknown else {}
    )
    assert record["relationships"]["completed"] == record["relationships"]["total"] == projects
    _everybody_is_in_one_line(history, scene, record)
    _everybody_is_in_their_projects(history, scene)
    _everybody_was_invited_once_to_each_call(history, scene)
    assert all(row.planned and row.text for row in scene.rows(Closure))


def _lived_through(history: History, engine: Engine, tmp_path: Path) -> Scene:
    """Every three days, often enough to be invited to all; the outcome is told by whoever mentors, or else carries, a project."""
    before = history.starts_on - 2 * OFTEN
    scene = a_cohort_from(engine, said(history, tmp_path), write_sheets(history, tmp_path), history.starts_on, before)
    while scene.on(scene.today) or scene.today < history.ends_on + 5 * WEEK:
        if history.starts_on <= scene.today < history.ends_on and not (scene.today - before).days % 15:
            scene.everybody_meets(30)
        _tell_outcomes(history, scene)
        scene.today += OFTEN
    return scene


def _tell_outcomes(history: History, scene: Scene) -> None:
    outcomes = {project.name: project for project in history.running}
    named = {row.id: outcomes[row.reasons["given"]] for row in scene.rows(Relationship)}
    for ask in scene.rows(Ask, status=AskStatus.OPEN):
        project = named[ask.relationship_id]
        if project.outcome and (ask.role == "mentor" or not history.mentors(project)):
            scene.send(ask, {"graduated": project.outcome == "graduated"})


def _everybody_is_in_one_line(history: History, scene: Scene, record: Mapping[str, Any]) -> None:
    people = {row.email for row in scene.rows(Person)}
    assert people == {address(person) for person in history.enrolled()}
    assert record["enrolled"] == len(people) == sum(line["total"] for line in record["people"])
    in_teams = {who for one in history.running for who in (*history.mentors(one), *one.mentees)}
    lines = {(line["line"], line["reason"]): line["total"] for line in record["people"]}
    assert lines.pop(("completed", None)) == len(in_teams)
    assert sum(lines.values()) == len(people) - len(in_teams)
    assert set(lines) <= {("not_matched", "not_needed")}


def _everybody_is_in_their_projects(history: History, scene: Scene) -> None:
    """Several mentors and several mentees included, as the data have them."""
    people = {row.id: row.email for row in scene.rows(Person)}
    who = {row.id: people[row.person_id] for row in scene.rows(Participant)}
    found = {
        row.reasons["given"]: {
            (who[one.participant_id], one.role) for one in scene.rows(Member, relationship_id=row.id)
        }
        for row in scene.rows(Relationship)
    }
    assert found == {one.name: _members(history, one) for one in history.running}
    several = [[one for one, members in found.items() if _count(members, role) > 1] for role in ("mentor", "mentee")]
    assert tuple(map(len, several)) == SEVERAL[history.name]


def _count(members: set[tuple[str, str]], role: str) -> int:
    return sum(one == role for _, one in members)


def _everybody_was_invited_once_to_each_call(history: History, scene: Scene) -> None:
    """Also who is in several projects, or mentor here and mentee there."""
    mentors = {who for one in history.running for who in history.mentors(one)}
    mentees = {who for one in history.running for who in one.mentees}
    for_mentors = sum(one.kind == "mentor" for one in history.dated)
    for_all = len(history.dated) - for_mentors
    mails = scene.mails("call")
    assert len(mails) == for_mentors * len(mentors) + for_all * len(mentors | mentees)
    assert len({(mail.participant_id, mail.subject_key) for mail in mails}) == len(mails)


def _members(history: History, project: Project) -> set[tuple[str, str]]:
    mentors = {(address(person), "mentor") for person in history.mentors(project)}
    return mentors | {(address(person), "mentee") for person in project.mentees}
