"""The stages of a cohort's day: everything one of them has to do, each piece a task. Knows no SQL and no program's details."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flows import clock
from flows.ground import Ground, ground
from programs.errors import MentorflowError
from programs.spec import Program
from tasks import day, opening, orchestrated
from tasks.cohorts import CohortRow
from tasks.discreet import discreet
from tasks.opening import Opening
from tasks.turn import Done, Stage, Turn, Work


def run(program: Program, stage: Stage, cohort: str, today: date | None) -> list[Done]:
    """Whatever one stage has to do now."""
    with discreet(f"{stage} of cohort '{cohort}'"):
        here = ground()
        turn = here.turn(program, cohort, today)
        works = day.due(here.engine, turn, stage)
    return work_through(here, turn, works)


def work_through(here: Ground, turn: Turn, works: Sequence[Work]) -> list[Done]:
    """The pieces of work, one task after the other."""
    return [orchestrated.perform(here.engine, turn, work) for work in works]


@dataclass(frozen=True)
class Delivery:
    """The mails that went out, and why others had to stay, if they had to."""

    done: tuple[Done, ...] = ()
    stopped: str | None = None


def deliver(here: Ground, turn: Turn) -> Delivery:
    """Hand over the mails that are due, as one task; nothing for none."""
    with discreet("looking for mails"):
        works = day.due(here.engine, turn, Stage.DELIVER)
    reports = [(work, orchestrated.send(here.engine, turn, work, here.transport(), here.settings)) for work in works]
    stopped = next((report.stopped for _, report in reports if report.stopped), None)
    return Delivery(tuple(Done(work, report.sent) for work, report in reports), stopped)


def is_missing(here: Ground, found: CohortRow | None, wanted: Opening) -> bool:
    """Whether the cohort, or its people, are not there yet and the run knows where to take them from."""
    if found is None:
        return wanted.starts_on is not None
    return bool(wanted.files) and not opening.has_people(here.engine, found.id)


def open_cohort(program: Program, cohort: str, today: date | None, wanted: Opening) -> list[Done]:
    """The first stage: the cohort is launched with its plan, and the people of the sheets are enrolled, all or nobody."""
    with discreet(f"opening cohort '{cohort}'"):
        here = ground()
        found = here.find(cohort)
        if found is None and wanted.starts_on is None:
            raise MentorflowError(f"cohort '{cohort}' cannot be opened: say on which day it starts (starts_on)")
        if found is None:
            opening.must_be_readable(program, wanted)
    done = [] if found else [_launched(here, program, cohort, wanted)]
    return [*done, _taken_in(here, program, cohort, today, wanted)] if wanted.files else done


def _launched(here: Ground, program: Program, cohort: str, wanted: Opening) -> Done:
    assert wanted.starts_on is not None
    launch = partial(opening.launch, here.engine, program, cohort, wanted.starts_on, wanted.timezone, clock.now())
    orchestrated.one("open the cohort", launch, stage=Stage.ENROLL)
    return Done(Work(Stage.ENROLL, "open", "cohort", 1), 1)


def _taken_in(here: Ground, program: Program, cohort: str, today: date | None, wanted: Opening) -> Done:
    turn = here.turn(program, cohort, today, by="operator")
    report = orchestrated.one(
        "enroll the people of the sheets", partial(opening.take_in, here.engine, turn, wanted), stage=Stage.ENROLL
    )
    return Done(Work(Stage.ENROLL, "enroll", "people", report.added), report.added)
