"""A cohort's day as a flow: whatever is due is done, stage by stage, until nothing is; then the mails go out and the picture is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from prefect.logging import get_run_logger

from flows import artifacts, events, stages
from flows.ground import Ground, ground
from flows.quiet import quiet
from programs.errors import MentorflowError
from programs.spec import Program
from tasks import day, happened, needs
from tasks.db import reading, transaction
from tasks.discreet import discreet
from tasks.opening import Opening
from tasks.turn import Done, Stage, Turn, Work

RunStage = Callable[[str, date], list[Done]]
RunEnroll = Callable[[str, date | None, Opening], list[Done]]


@dataclass(frozen=True)
class Runs:
    """How the stages are run: each as a flow run of its own, or all within the cohort's run."""

    enroll: RunEnroll
    stages: Mapping[Stage, RunStage] = field(default_factory=dict)
    """Empty: as tasks of the cohort's own run."""


@dataclass(frozen=True)
class CohortDay:
    """What a run did. Ids and counts only."""

    cohort: str
    today: date
    done: tuple[Done, ...]


def run(program: Program, runs: Runs, cohort: str, today: date | None, wanted: Opening) -> CohortDay:
    """Do everything that is due in the cohort, once. Running it again on the same day changes nothing."""
    with discreet(f"cohort '{cohort}'"):
        here = ground()
        found = here.find(cohort)
        first = found is None or found.last_run_on is None
        missing = stages.is_missing(here, found, wanted)
    with quiet():
        opened = runs.enroll(cohort, today, wanted) if missing else []
        with discreet(f"cohort '{cohort}'"):
            turn = here.turn(program, cohort, today)
            start = 0 if first else _mark(here)
            _note_other_start(turn, wanted)
        done = [*opened, *_until_nothing_is_due(here, turn, runs)]
        mails = stages.deliver(here, turn)
        done += mails.done
    with discreet(f"cohort '{cohort}'"):
        day.remember(here.engine, turn)
        new_day = first or (found is not None and found.last_run_on != turn.today)
        _show(here, turn, done, start, new_day)
    if mails.stopped:
        raise MentorflowError(f"mails of cohort '{cohort}' stay queued: {mails.stopped}")
    return CohortDay(cohort, turn.today, tuple(done))


def _until_nothing_is_due(here: Ground, turn: Turn, runs: Runs) -> list[Done]:
    done: list[Done] = []
    for stage, works in day.rounds(here.engine, turn):
        as_run = runs.stages.get(stage)
        done += as_run(turn.cohort, turn.today) if as_run else stages.work_through(here, turn, works)
    return done


def _mark(here: Ground) -> int:
    with reading(here.engine) as conn:
        return happened.mark(conn)


def _note_other_start(turn: Turn, wanted: Opening) -> None:
    """A running cohort keeps its plan; whoever changed the deployment should know."""
    if wanted.starts_on not in (None, turn.plan.starts_on):
        get_run_logger().warning(
            "cohort %s runs since %s; the parameter starts_on (%s) is only for opening it and changes nothing",
            turn.cohort, turn.plan.starts_on, wanted.starts_on,
        )  # fmt: skip


def _show(here: Ground, turn: Turn, done: list[Done], start: int, new_day: bool) -> None:
    """A run that finds nothing to do on a day that is already drawn draws nothing."""
    with reading(here.engine) as conn:
        if not (done or new_day or needs.has_news(conn, turn)):
            return
        facts, news = happened.since(conn, turn, start), needs.news(conn, turn)
        artifacts.publish(conn, turn, _summed(done))
        listed = needs.needs(conn, turn) if news else []
    events.emit(turn, facts, _summed(done))
    if news:
        _tell(here, turn, news, listed)


def _tell(here: Ground, turn: Turn, news: Sequence[needs.News], listed: Sequence[needs.Need]) -> None:
    """What came on the attention list and went off it: noted as told only afterwards, so that nothing of it is lost."""
    artifacts.publish_needs(turn, listed)
    events.emit_needs(turn, news)
    with transaction(here.engine, turn.cohort_id) as conn:
        needs.note_told(conn, news)


def _summed(done: list[Done]) -> list[Done]:
    """One entry for each piece of work, however many rounds it took, in the order of its first."""
    sums: dict[tuple[Stage, str, str], int] = {}
    for one in done:
        key = (one.work.stage, one.work.verb, one.work.key)
        sums[key] = sums.get(key, 0) + one.count
    return [Done(Work(stage, verb, about, count), count) for (stage, verb, about), count in sums.items()]
