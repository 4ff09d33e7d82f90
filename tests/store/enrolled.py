"""A cohort whose people come from sheets, through the reader that operators use, into a scene."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from programs.plan import make
from programs.spec import Program, Role
from tasks import cohorts
from tasks.db import transaction
from tasks.enroll import EnrollReport, enroll
from tasks.roster import Roster, RosterFile, read_roster
from tasks.turn import Turn
from tests.store.scenes import Scene


def a_cohort_from(engine: Engine, program: Program, sheets: Mapping[Role, Path], starts_on: date, today: date) -> Scene:
    """Launched, with everybody enrolled on that day; nobody is matched yet."""
    now = datetime(today.year, today.month, today.day, 7, tzinfo=UTC)
    with transaction(engine) as conn:
        cohort = cohorts.launch(conn, program, "spring", starts_on, now=now)
    scene = Scene(engine, Turn(cohort, "spring", make(program, starts_on), today, now), today)
    hand_in(scene, sheets)
    return scene


def hand_in(scene: Scene, sheets: Mapping[Role, Path]) -> EnrollReport:
    """Enroll who is on the sheets, as of the scene's day."""
    with scene.writing() as conn:
        return enroll(conn, scene.turn(), read(sheets, scene.base.plan.program))


def read(sheets: Mapping[Role, Path], program: Program) -> Roster:
    return read_roster([RosterFile(path, role) for role, path in sheets.items()], program)
