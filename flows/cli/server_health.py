"""What is wrong on the Prefect server that keeps the deployments. Asks its interface directly: loading Prefect takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx

from tasks.health import Trouble

TAG = "mentorflow"
PATIENCE = 10.0
"""Seconds for an answer."""

LONG = timedelta(hours=2)
"""A cohort's day takes seconds to minutes; a run that has been running for longer lost its process."""


def troubles(url: str, now: datetime) -> Iterator[Trouble]:
    """Everything found: no server, no worker, deployments that do not run, runs that hang."""
    try:
        with httpx.Client(base_url=url.rstrip("/") + "/", timeout=PATIENCE) as client:
            found = _all(client, "deployments/filter", deployments={"tags": {"all_": [TAG]}})
            if not found:
                yield Trouble(
                    "no cohort is deployed there", "mentorflow launch, or prefect deploy --all --prefect-file FILE"
                )
            yield from _pools(client, {str(one["work_pool_name"]) for one in found if one.get("work_pool_name")})
            yield from (_paused(one) for one in found if one.get("paused"))
            yield from _runs(client, now)
    except httpx.HTTPStatusError as error:
        yield Trouble(
            f"the server at {url} answers {error.response.status_code}", "is PREFECT_API_URL the address of its API?"
        )
    except httpx.HTTPError as error:
        fix = "prefect server start, or unset PREFECT_API_URL to work without one"
        yield Trouble(f"the server at {url} does not answer ({type(error).__name__})", fix)


def _paused(deployment: dict[str, Any]) -> Trouble:
    return Trouble(
        f"the deployment '{deployment['name']}' is paused", "switch it on again in its page, or deploy it again"
    )


def _pools(client: httpx.Client, names: set[str]) -> Iterator[Trouble]:
    for name in sorted(names):
        workers = _all(client, f"work_pools/{name}/workers/filter")
        if not any(worker.get("status") == "ONLINE" for worker in workers):
            yield Trouble(f"no worker serves the pool '{name}', so nothing runs", f"prefect worker start --pool {name}")


def _runs(client: httpx.Client, now: datetime) -> Iterator[Trouble]:
    ours = {"tags": {"all_": [TAG]}}
    hanging = {**ours, "state": {"type": {"any_": ["RUNNING"]}}, "start_time": {"before_": (now - LONG).isoformat()}}
    for run in _all(client, "flow_runs/filter", flow_runs=hanging):
        yield Trouble(
            f"the run '{run['name']}' says it has been running since {run['start_time'][:16]}",
            f"its process is gone: prefect flow-run cancel {run['id']}; the next run does what it left",
        )
    late = {**ours, "state": {"name": {"any_": ["Late"]}}}
    waiting = len(_all(client, "flow_runs/filter", flow_runs=late))
    if waiting:
        yield Trouble(
            f"{waiting} runs are late",
            "a worker that starts now does them in a row; all but the first find nothing to do",
        )
    failed = {
        **ours,
        "state": {"type": {"any_": ["FAILED", "CRASHED"]}},
        "start_time": {"after_": (now - LONG * 12).isoformat()},
    }
    for run in _all(client, "flow_runs/filter", flow_runs=failed):
        yield Trouble(
            f"the run '{run['name']}' {run['state_type'].lower()}", f"prefect flow-run logs {run['id']} says why"
        )


def _all(client: httpx.Client, path: str, **body: Any) -> list[dict[str, Any]]:
    answer = client.post(path, json={**body, "limit": 200})
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found
