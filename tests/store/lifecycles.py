"""Cohorts of made-up people in any shipped program, and what they may answer, for tests that let anything happen in any order."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from flows.demo.people import MadeUp, make_up, write_sheets
from programs.library import load
from programs.plan import make
from programs.spec import FieldType, Form, Program, Question, QuestionType, Role
from tasks import cohorts, gates, offers
from tasks.db import transaction
from tasks.enroll import enroll
from tasks.models import Relationship
from tasks.roster import Roster, RosterFile, read_roster
from tasks.turn import Turn
from tests.store.copies import warmed
from tests.store.scenes import Scene

ENROLLED = date(2027, 1, 4)
"""A Monday."""
START = ENROLLED + timedelta(days=14)
PEOPLE = 9
SHIPPED = (
    "four-phase", "five-stage", "cultivation", "project", "skills-growth", "reverse", "peer-circle", "mentee-led",
    "open-science", "internship",
)  # fmt: skip


program = lru_cache(maxsize=16)(load)


def a_made_up_cohort(engine: Engine, name: str) -> Scene:
    """A handful of people, enrolled; nothing has happened yet."""
    declared, warm = program(name), warmed(engine)
    now = datetime(ENROLLED.year, ENROLLED.month, ENROLLED.day, 7, tzinfo=UTC)
    with transaction(warm) as conn:
        cohort = cohorts.launch(conn, declared, "spring", START, now=now)
        scene = Scene(warm, Turn(cohort, "spring", make(declared, START), ENROLLED, now), ENROLLED)
        enroll(conn, scene.turn(), roster(declared, _crowd(declared)), skip_invalid=True)
    return scene


def _crowd(declared: Program) -> list[MadeUp]:
    return _given(declared, make_up(declared, PEOPLE, seed=4))


def latecomer(declared: Program, number: int) -> Roster:
    """One more, who knows nobody yet."""
    people = make_up(declared, 20, seed=5)
    found = people[number * 7 % len(people)]
    kinds = declared.enrollment.fields
    known = {
        name: value
        for name, value in found.fields.items()
        if kinds[name].type not in (FieldType.RANKING, FieldType.EMAIL)
    }
    return roster(declared, _given(declared, [replace(found, fields=known)]))


def corrected(declared: Program, number: int, other: int, capacity: int) -> Roster:
    """The sheet of one of the crowd again, with other places, and with what another one says of themselves."""
    people = _crowd(declared)
    found, like = people[number % len(people)], people[other % len(people)]
    fields = like.fields if found.role is like.role else found.fields
    return roster(declared, [replace(found, capacity=capacity, fields=fields)])


def _given(declared: Program, people: list[MadeUp]) -> list[MadeUp]:
    """Where it is given who is with whom: three teams."""
    by = declared.matching.by
    if by is None:
        return people
    return [
        replace(
            one,
            fields={**one.fields, (by.mentee if one.role is Role.MENTEE else by.mentor): f"project {number % 3 + 1}"},
        )
        for number, one in enumerate(people)
    ]


def roster(declared: Program, people: Sequence[MadeUp]) -> Roster:
    with tempfile.TemporaryDirectory() as folder:
        sheets = write_sheets(declared, people, Path(folder))
        return read_roster([RosterFile(sheet) for sheet in sheets], declared)


def everybody_does_well(scene: Scene) -> None:
    """The operator lets everybody through, everybody says yes to all they are asked, and all meet."""
    with scene.writing() as conn:
        for gate in scene.base.plan.program.enrollment.gates:
            if gate.by == "operator":
                gates.pass_by_hand(conn, scene.turn(), gate.id, None)
        offers.approve(conn, scene.turn())
    for ask in scene.asks(status="open"):
        scene.send(ask, said(scene, ask, None))
    scene.everybody_meets(minutes=90)


def well_under_way(scene: Scene) -> None:
    """Until the first have begun and some days have passed."""
    for _ in range(20):
        if scene.count(Relationship, status="active"):
            return
        everybody_does_well(scene)
        scene.on(scene.today + timedelta(days=3))
    raise AssertionError("nobody has begun")


def said(scene: Scene, ask: Any, number: int | None) -> dict[str, Any]:
    """An answer to all that is asked: as one would wish for it, or, by the number, anything that the form accepts."""
    form: Form = scene.form(ask)
    asked = [question for question in form.questions if question.asked_of(Role(ask.role))]
    if number is None:
        given = {question.id: _fine(question, scene.today) for question in asked if not question.concern}
        step = scene.base.plan.by_key.get(ask.key)
        wanted = step.milestone.passes if step and step.milestone else None
        if wanted and wanted.question in given and (found := form.question(wanted.question)):
            given[wanted.question] = _as_wanted(found, wanted.answer)
        return given
    answers = {question.id: _any(question, number + place, scene.today) for place, question in enumerate(asked)}
    kept = {question.id for place, question in enumerate(asked) if question.required or (number + place) % 3}
    return {name: value for name, value in answers.items() if name in kept} or answers


def _as_wanted(question: Question, wanted: str | int | bool) -> Any:
    """Good enough for a milestone that only some answers pass."""
    if question.type is QuestionType.YES_NO:
        return wanted in (True, "yes")
    if question.options:
        return [wanted] if question.type is QuestionType.CHOICES else wanted
    bound = int(str(wanted).lstrip("<>= "))
    return bound - 1 if str(wanted).startswith("<") else bound + str(wanted).startswith(">")


def _fine(question: Question, today: date) -> Any:
    return _any(question, 0, today) if question.type is not QuestionType.SCALE else question.to


def _any(question: Question, number: int, today: date) -> Any:
    match question.type:
        case QuestionType.CHOICE:
            return list(question.options)[number % len(question.options)]
        case QuestionType.CHOICES:
            return list(question.options)[: 1 + number % len(question.options)]
        case QuestionType.YES_NO:
            return number % 4 != 3
        case QuestionType.SCALE:
            return question.from_ + number % (question.to - question.from_ + 1)
        case QuestionType.NUMBER:
            return 3 + number % 90
        case QuestionType.PROGRESS:
            return (100, 0, 40, 70)[number % 4]
        case QuestionType.DATE:
            return (today + timedelta(days=(30, 3, 90, 200)[number % 4])).isoformat()
        case QuestionType.ACTIONS:
            return [f"Do {one}" for one in range(1 + number % 3)]
        case _:
            return f"In other words, {number}"
