"""Teams that were given and calls for all: from two sheets to relationships, invitations and records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.cli.wished import understood
from programs.codes import code, number
from programs.dates import Span
from programs.lifecycle import StepStatus
from programs.spec import Program, Role
from tasks import timing
from tasks.models import Closure, Member, Participant, Person, Relationship, Step
from tasks.overrule import overrule
from tests.store.enrolled import a_cohort_from, hand_in
from tests.store.scenes import Scene, declared

START = date(2027, 3, 1)
BEFORE = START - timedelta(days=7)
MENTEES = """\
email,first name,last name,project
ada@example.org,Ada,Moss,Moss
ben@example.org,Ben,Moss,moss
cyd@example.org,Cyd,Fern,Fern
dan@example.org,Dan,Alone,Lichen
"""
MENTORS = """\
email,first name,last name,mentors
kim@example.org,Kim,Many,"moss, fern"
lou@example.org,Lou,Once,moss
cyd@example.org,Cyd,Fern,Moss
max@example.org,Max,Idle,Algae
"""
"""Cyd mentors one project and is mentored in another."""
CALL = "work.opening"


def day(count: int) -> date:
    return START + timedelta(days=count)


def in_teams(**matching: Any) -> Program:
    data = declared("team").model_dump(mode="json", by_alias=True)
    data["matching"].update(matching)
    return Program.model_validate(data)


@pytest.fixture
def sheets(tmp_path: Path) -> Mapping[Role, Path]:
    paths = {Role.MENTEE: tmp_path / "mentees.csv", Role.MENTOR: tmp_path / "mentors.csv"}
    for path, text in zip(paths.values(), (MENTEES, MENTORS), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def begun(engine: Engine, sheets: Mapping[Role, Path], **matching: Any) -> Scene:
    scene = a_cohort_from(engine, in_teams(**matching), sheets, START, BEFORE)
    scene.on(BEFORE)
    return scene


def names(scene: Scene) -> dict[int, str]:
    people = {row.id: row.first_name for row in scene.rows(Person)}
    return {row.id: people[row.person_id] for row in scene.rows(Participant)}


def teams(scene: Scene) -> dict[str, tuple[list[str], list[str]]]:
    """Project → mentors and mentees, as stored."""
    called, found = names(scene), {}
    for row in scene.rows(Relationship):
        members = scene.rows(Member, relationship_id=row.id)
        sides = ([called[one.participant_id] for one in members if one.role == role] for role in ("mentor", "mentee"))
        mentors, mentees = map(sorted, sides)
        found[row.reasons["given"]] = (mentors, mentees)
    return found


def team(scene: Scene, project: str) -> int:
    (found,) = [row.id for row in scene.rows(Relationship) if row.reasons["given"] == project]
    return int(found)


def invited(scene: Scene) -> list[tuple[int, str]]:
    called = names(scene)
    return sorted((mail.relationship_id, called[mail.participant_id]) for mail in scene.mails("call"))


def test_whoever_names_the_same_project_is_one_relationship(engine: Engine, sheets: Mapping[Role, Path]) -> None:
    scene = begun(engine, sheets)
    assert teams(scene) == {"Fern": (["Kim"], ["Cyd"]), "Moss": (["Cyd", "Kim", "Lou"], ["Ada", "Ben"])}
    unmatched = {names(scene)[row.id]: row.unmatched for row in scene.rows(Participant) if row.unmatched}
    assert list(unmatched) == ["Dan"]
    assert "no mentor names Lichen in mentors" in unmatched["Dan"]


def test_a_project_without_a_mentor_starts_where_the_program_says_so(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets, without_mentor="starts")
    scene.through(day(8))
    assert teams(scene)["Lichen"] == ([], ["Dan"])
    assert scene.statuses(Relationship) == ["active"] * 3
    assert "Dan" in [name for _, name in invited(scene)]


def test_a_mentor_who_comes_later_makes_a_waiting_project_start(engine: Engine, sheets: Mapping[Role, Path]) -> None:
    scene = begun(engine, sheets)
    late = MENTORS.splitlines()[0] + "\nned@example.org,Ned,Late,lichen\n"
    sheets[Role.MENTOR].write_text(late, encoding="utf-8")
    scene.today = BEFORE + timedelta(days=1)
    assert hand_in(scene, {Role.MENTOR: sheets[Role.MENTOR]}).added == 1
    scene.on(scene.today)
    assert teams(scene)["Lichen"] == (["Ned"], ["Dan"])


def test_everybody_is_invited_once_to_a_call_with_what_there_is_to_do(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets)
    scene.through(day(1))
    assert invited(scene) == []
    scene.through(day(2))
    assert [name for _, name in invited(scene)].count("Cyd") == 1, "who is in two teams is invited to one call"
    assert sorted(name for _, name in invited(scene)) == ["Ada", "Ben", "Cyd", "Kim", "Lou"]
    scene.through(day(20))
    assert len(invited(scene)) == 5
    assert scene.statuses(Step, key=CALL) == [StepStatus.REACHED] * 2


def test_after_a_standstill_people_are_invited_as_long_as_the_call_is_not_over(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets)
    scene.on(day(0))
    scene.on(day(5))
    assert len(invited(scene)) == 5
    assert scene.statuses(Step, key=CALL) == [StepStatus.REACHED] * 2


def test_a_call_that_is_over_is_not_announced(engine: Engine, sheets: Mapping[Role, Path]) -> None:
    scene = begun(engine, sheets)
    scene.on(day(0))
    scene.on(day(6))
    assert invited(scene) == []
    assert scene.statuses(Step, key=CALL) == [StepStatus.SKIPPED] * 2


def test_a_pause_does_not_move_a_call_and_neither_does_an_extension(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets)
    scene.through(day(0))
    fern, moss = team(scene, "Fern"), team(scene, "Moss")
    with scene.writing() as conn:
        timing.pause(conn, scene.turn(), fern)
        timing.extend(conn, scene.turn(), moss, Span.parse("2 weeks"))
    scene.through(day(1))
    with scene.writing() as conn:
        timing.resume(conn, scene.turn(), fern)
    assert {row.due_on for row in scene.rows(Step, key=CALL)} == {day(5)}
    scene.through(day(2))
    assert len(invited(scene)) == 5


def test_a_team_that_begins_late_is_invited_to_what_is_still_to_come(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets)
    scene.through(day(3))
    late = MENTORS.splitlines()[0] + "\nned@example.org,Ned,Late,lichen\n"
    sheets[Role.MENTOR].write_text(late, encoding="utf-8")
    hand_in(scene, {Role.MENTOR: sheets[Role.MENTOR]})
    scene.through(day(5))
    lichen = team(scene, "Lichen")
    assert [name for one, name in invited(scene) if one == lichen] == ["Dan", "Ned"]
    assert scene.step(CALL, lichen).due_on == day(5)


def test_a_team_closes_with_one_record_that_names_all_its_members(engine: Engine, sheets: Mapping[Role, Path]) -> None:
    scene = begun(engine, sheets)
    scene.through(day(56))
    assert scene.statuses(Relationship) == ["closed"] * 2
    (record,) = [row.record for row in scene.rows(Closure, relationship_id=team(scene, "Moss"))]
    called = names(scene)
    told = sorted((called[number(one["id"], "P")], one["role"]) for one in record["members"])
    mentors = [(name, "mentor") for name in ("Cyd", "Kim", "Lou")]
    assert told == sorted([("Ada", "mentee"), ("Ben", "mentee"), *mentors])


def test_that_two_of_a_running_team_are_to_be_apart_afterwards_is_noted_once(
    engine: Engine, sheets: Mapping[Role, Path]
) -> None:
    scene = begun(engine, sheets)
    scene.agree()
    scene.on(START)
    called = {name: code("P", one) for one, name in names(scene).items()}
    for new in (True, False):
        with scene.writing() as conn:
            asked = understood(conn, scene.turn(), force=[], forbid=[f"{called['Ada']}:{called['Kim']}"], swap=[])
            assert asked.new is new
            if asked.new:
                overrule(conn, scene.turn(), asked.wishes)
    assert scene.count(Relationship, status="rejected") == 1
