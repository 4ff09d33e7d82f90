"""Work handed from the command line to a cohort's deployments, and followed there. Needs PREFECT_API_URL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.utilities.urls import url_for

from flows.compiled import compiled
from flows.deploy import hand_over_close
from programs.errors import NotFoundError
from programs.spec import Program

EVERY = 1.0
"""Seconds between two looks at a run."""


@dataclass(frozen=True)
class Handed:
    """A run that a worker will do, or is doing."""

    id: UUID
    name: str
    url: str
    """Where it can be watched; empty where the server has no pages."""


def hand_over_day(program: Program, cohort: str, today: date | None) -> Handed:
    """Ask the cohort's deployment for a run now. Raises NotFoundError where there is no such deployment."""
    name = f"{compiled(program).cohort.name}/{cohort}"
    try:
        run = run_deployment(name, parameters={"today": today} if today else {}, timeout=0, as_subflow=False)
        return _handed(cast("FlowRun", run))
    except ObjectNotFound:
        hint = "mentorflow launch creates it, and so does prefect deploy with a project file"
        raise NotFoundError(f"the Prefect server has no deployment '{name}'; {hint}") from None


def hand_over_ending(
    program: Program,
    cohort: str,
    reason: str,
    relationship: str | None = None,
    participant: str | None = None,
    today: date | None = None,
) -> Handed:
    """Ask the cohort's close deployment for a run now, where `today` is given for that day."""
    return _handed(hand_over_close(program, cohort, reason, relationship, participant, today))


def follow(run: Handed) -> Iterator[str]:
    """The words for the run's condition whenever they change; the last one is how it ended. The caller decides how long to wait."""
    told = ""
    with get_client(sync_client=True) as client:
        while True:
            state = client.read_flow_run(run.id).state
            words = str(state.name).lower() if state else "unknown"
            if words != told:
                told = words
                yield words
            if state is not None and state.is_final():
                return
            yield ""
            time.sleep(EVERY)


def said(run: Handed) -> str:
    """What the run has left behind about how it ended; empty where it said nothing."""
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run.id).state
    return str(state.message or "") if state else ""


def _handed(run: FlowRun) -> Handed:
    return Handed(run.id, run.name, url_for(run) or "")
