"""The command for Prefect project files: what is wrong in one, and what the server still has that it dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli import console, running
from flows.cli.surroundings import Json
from programs.errors import DeclarationError, MentorflowError


def deployments(
    file: Path,
    /,
    *,
    prune: Annotated[bool, Parameter(help="Remove from the server what the file no longer has.")] = False,
    dry_run: Annotated[bool, Parameter(help="With --prune: only say what would be removed.")] = False,
    json: Json = False,
) -> int:
    """Check a Prefect project file, before it is deployed.

    Prefect ignores keys that are misspelled, and never removes what was dropped from a file. This finds both. Cohorts made
    with `launch` are not touched.

    Parameters
    ----------
    file
        The file, like deployments.yaml.
    """
    from flows.check_deployments import check_deployments

    problems = check_deployments(file)
    if problems and prune:
        raise DeclarationError(problems)
    dropped = _pruned(file, dry_run) if prune else []
    if json:
        console.as_json({"problems": [problem.__dict__ for problem in problems], "removed": dropped})
        return 1 if problems else 0
    console.say(*(str(problem) for problem in problems))
    if not problems:
        console.say(f"{file}: fine. Deploy it with: prefect deploy --all --prefect-file {file}")
    console.say(*(f"{'would remove' if dry_run else 'removed'} {one}" for one in dropped))
    return 1 if problems else 0


def _pruned(file: Path, dry_run: bool) -> list[str]:
    if not running.has_server():
        raise MentorflowError("PREFECT_API_URL names no server, so there is nothing to remove anything from")
    from flows.prune import prune

    return [str(one) for one in running.with_server(lambda: prune(file, dry_run=dry_run))]
