"""Runs what a command asks for: in this process, or, where a Prefect server is named, by the cohort's deployments there."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import Engine

from flows.cli import console
from programs.errors import MentorflowError
from programs.plan import Plan
from tasks import day
from tasks.deliver import deliver
from tasks.notify import FolderTransport
from tasks.settings import Settings
from tasks.turn import Stage, Turn
from tasks.wording import called

T = TypeVar("T")

PATIENCE = 90.0
"""Seconds for which a run that no worker has taken is waited for."""


@dataclass(frozen=True)
class DoneLine:
    """One thing that was done, in words."""

    stage: str
    what: str
    count: int


def has_server() -> bool:
    """Whether a Prefect server is named that keeps the deployments."""
    return bool(os.environ.get("PREFECT_API_URL"))


def warn_of_lost_places() -> None:
    """Runs of a worker start in folders of their own, where a relative path leads to nothing that was kept here."""
    relative = Settings.from_environment().relative
    if "MENTORFLOW_DATABASE_URL" in relative:
        console.tell(
            "warning: MENTORFLOW_DATABASE_URL is relative, and a worker's runs start in folders of their own that are thrown "
            "away, so that they refuse it. Set here and where the worker is started:",
            *(f"  export {name}={shlex.quote(value)}" for name, value in relative.items()),
        )


def run_day(engine: Engine, turn: Turn) -> list[DoneLine]:
    """Everything that is due, and the mails that came of it. What was done without effect is not told."""
    turn = replace(turn, by="program")
    lines: list[DoneLine] = []
    with console.working(f"{turn.cohort}, {turn.today}") as tell:
        for _, works in day.rounds(engine, turn):
            for work in works:
                what = called(work, turn.plan)
                tell(f"{what} ({work.count:,})")
                lines.append(DoneLine(str(work.stage), what, day.perform(engine, turn, work).count))
        day.remember(engine, turn)
        tell("deliver mails")
        lines.append(DoneLine(str(Stage.DELIVER), "deliver mails", send_mails(engine, turn)))
    return [line for line in lines if line.count]


def send_mails(engine: Engine, turn: Turn) -> int:
    """Hand over what is queued. Raises MentorflowError where the mails cannot go anywhere; they stay queued."""
    settings = Settings.from_environment()
    report = deliver(engine, turn, FolderTransport(settings.mail_folder), settings)
    if report.stopped:
        raise MentorflowError(f"mails stay queued: {report.stopped}; all else that was due is done")
    return report.sent


def deploy(plan: Plan, cohort: str) -> None:
    """Put the cohort's daily run on the server's schedule."""
    from flows.deploy import POOL, deploy_cohort

    warn_of_lost_places()
    with_server(lambda: deploy_cohort(plan, cohort))
    console.tell(f"deployed: it runs every morning once a worker does: prefect worker start --pool {POOL}")


def hand_over_day(turn: Turn, today: date | None) -> None:
    """Let the cohort's deployment do its day, and say where to watch it."""
    from flows import hand_over

    warn_of_lost_places()
    run = with_server(lambda: hand_over.hand_over_day(turn.plan.program, turn.cohort, today))
    console.tell(f"handed to the Prefect server as run '{run.name}'. watch it: {run.url or run.id}")


def hand_over_ending(
    turn: Turn, reason: str, relationship: str | None, participant: str | None, today: date | None
) -> bool:
    """Let the close deployment do it, and follow it to its end; False when no worker has taken it for a while."""
    from flows import hand_over

    warn_of_lost_places()
    run = with_server(
        lambda: hand_over.hand_over_ending(turn.plan.program, turn.cohort, reason, relationship, participant, today)
    )
    console.tell(f"handed to the Prefect server as run '{run.name}': {run.url or run.id}")
    begun = time.monotonic()
    words = ""
    for told in hand_over.follow(run):
        if told:
            words = told
            console.tell(f"  {words}")
        if words in ("scheduled", "pending", "late") and time.monotonic() - begun > PATIENCE:
            console.tell(
                "no worker has taken it yet; it is done as soon as one runs: prefect worker start --pool mentoring"
            )
            return False
    if words != "completed":
        why = with_server(lambda: hand_over.said(run))
        raise MentorflowError(
            f"the run '{run.name}' ended as {words}{f': {why}' if why else ''}; see {run.url or run.id}"
        )
    return True


def with_server(call: Callable[[], T]) -> T:
    """What the server answers. Raises MentorflowError where it cannot be reached."""
    import httpx

    try:
        return call()
    except httpx.HTTPError as error:
        address = os.environ.get("PREFECT_API_URL", "")
        raise MentorflowError(
            f"the Prefect server at {address} does not answer ({type(error).__name__}); start it with: prefect server start, "
            "or unset PREFECT_API_URL to work without one"
        ) from None
