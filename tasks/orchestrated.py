"""The Prefect side of what is done to a cohort: one task per piece of work, named like the program, with retries and without secrets.

Knows neither stages' order nor flows. A task takes no parameters: what it is about is bound to it, since Prefect would search it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from sqlalchemy import Engine

from tasks import day
from tasks.deliver import DeliveryReport, deliver
from tasks.discreet import PassingError, discreet
from tasks.notify import Transport
from tasks.settings import Settings
from tasks.turn import Done, Stage, Turn, Work
from tasks.wording import STAGES, called

T = TypeVar("T")

DELAYS = (1, 5, 20)
"""Seconds before each repetition after a fault of the database."""


def perform(engine: Engine, turn: Turn, work: Work) -> Done:
    """Do one piece of work as one task run."""
    name = called(work, turn.plan)
    work_of = partial(day.perform, engine, turn, work)
    return one(name, work_of, stage=work.stage, count=work.count, about=work.key)


def send(engine: Engine, turn: Turn, work: Work, transport: Transport, settings: Settings) -> DeliveryReport:
    """Hand over the mails that are due as one task run, however many they are."""
    sending = partial(deliver, engine, turn, transport, settings)
    return one(called(work, turn.plan), sending, stage=work.stage, count=work.count)


def one(name: str, effect: Callable[[], T], *, stage: str, count: int | None = None, about: str = "") -> T:
    """Run an effect as a task of its own. Faults of the database are tried again, everything else is said once."""
    return task(name, effect, stage=stage, count=count, about=about)()


def task(name: str, effect: Callable[[], T], *, stage: str, count: int | None = None, about: str = "") -> Task[[], T]:
    """The task itself. Nothing it returns is kept, nothing it prints is read, and it never takes an earlier result for its own."""

    def run() -> T:
        with discreet(name):
            return effect()

    shown = name if count is None else f"{name} ({count:,})"
    _address(run, name, _purpose(stage))
    return Task(
        run,
        name=name,
        description=f"{_purpose(stage)} `{about}`" if about else _purpose(stage),
        task_run_name=lambda: shown,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
        retries=len(DELAYS),
        retry_delay_seconds=list(DELAYS),
        retry_condition_fn=_passes,
    )


def _address(fn: Callable[..., Any], name: str, doc: str) -> None:
    """Prefect knows a task by its function's name; without one of its own all pieces of work would be the same task."""
    fn.__name__ = fn.__qualname__ = "".join(letter if letter.isalnum() else "_" for letter in name)
    fn.__doc__ = doc


def _passes(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    try:
        state.result()
    except PassingError:
        return True
    except Exception:
        return False
    return False


def _purpose(stage: str) -> str:
    return STAGES[Stage(stage)]
