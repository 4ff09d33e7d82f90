"""Removes from a Prefect server what a project file no longer has: Prefect itself never does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.responses import DeploymentResponse

from flows import compiled, prefect_file
from flows.check_deployments import TAG, check_deployments, is_template
from flows.deploy import LAUNCHED
from programs.errors import DeclarationError

PAGE = 200


@dataclass(frozen=True)
class Dropped:
    """Something that is on the server and not in the file."""

    deployment: str
    schedule: str | None = None

    def __str__(self) -> str:
        return f"schedule '{self.schedule}' of {self.deployment}" if self.schedule else f"deployment {self.deployment}"


def prune(path: Path, *, dry_run: bool = False) -> list[Dropped]:
    """Delete deployments and schedules that were made from the file and are not in it any more; returns what they were.

    Made from the file is what carries its tag and was not launched from the command line. Raises DeclarationError for a file
    with problems: what cannot be read must not be taken for dropped.
    """
    problems = check_deployments(path)
    if problems:
        raise DeclarationError(problems)
    wanted = _wanted(prefect_file.read(path).data)
    with get_client(sync_client=True) as client:
        flows = {flow.id: flow.name for flow in client.read_flows(limit=PAGE)}
        return [
            dropped
            for found in _made_from_files(client)
            for dropped in _prune(client, found, f"{flows.get(found.flow_id, '?')}/{found.name}", wanted, dry_run)
        ]


def _prune(
    client: SyncPrefectClient, found: DeploymentResponse, name: str, wanted: dict[str, set[str]], dry_run: bool
) -> list[Dropped]:
    if name not in wanted:
        if not dry_run:
            client.delete_deployment(found.id)
        return [Dropped(name)]
    old = [schedule for schedule in found.schedules if schedule.slug and schedule.slug not in wanted[name]]
    for schedule in () if dry_run else old:
        client.delete_deployment_schedule(found.id, schedule.id)
    return [Dropped(name, schedule.slug) for schedule in old]


def _made_from_files(client: SyncPrefectClient) -> list[DeploymentResponse]:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    found: list[DeploymentResponse] = []
    while page := client.read_deployments(deployment_filter=ours, limit=PAGE, offset=len(found)):
        found += page
    return [one for one in found if LAUNCHED not in one.tags]


def _wanted(data: dict[str, Any]) -> dict[str, set[str]]:
    """FLOW/NAME → the slugs of its schedules. A name that is filled in while deploying cannot be compared."""
    wanted: dict[str, set[str]] = {}
    for one in data["deployments"]:
        name, _, attribute = str(one["entrypoint"]).replace(":", ".").rpartition(".")
        if name == compiled.__name__ and not is_template(one["name"]):
            flow = getattr(compiled, attribute)
            wanted[f"{flow.name}/{one['name']}"] = {str(schedule["slug"]) for schedule in one.get("schedules") or ()}
    return wanted
