"""Deployments made from code, and the removal of what a file has dropped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from programs.errors import NotFoundError
from programs.plan import make
from tests.flow.cohorts_in_flow import START, day, program

pytestmark = pytest.mark.usefixtures("prefect")


def slugs(name: str) -> set[str]:
    with get_client(sync_client=True) as client:
        return {str(schedule.slug) for schedule in client.read_deployment_by_name(name).schedules}


def test_a_launched_cohort_has_its_deployments_with_a_day_for_each_milestone() -> None:
    from flows.deploy import deploy_cohort

    plan = make(program(asks=True), START)
    first = deploy_cohort(plan, "launched-2027", today=day(-7))
    assert deploy_cohort(plan, "launched-2027", today=day(-7)) == first
    found = slugs("Four-phase mentoring/launched-2027")
    assert {"daily", "preparation-training"} <= found
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment(first.cohort)
        assert deployment.entrypoint == "flows.compiled.four_phase"
        assert deployment.parameters == {"cohort": "launched-2027"}
        assert deployment.pull_steps in ([], None)


def test_a_milestone_that_is_past_is_not_scheduled() -> None:
    from flows.deploy import milestone_days

    plan = make(program(asks=True), START)
    all_days, later = milestone_days(plan, day(-7)), milestone_days(plan, day(30))
    assert len(later) < len(all_days)
    assert all(int(re.search(r"DTSTART:(\d{8})", str(one.rrule))[1]) > 20270331 for one in later)  # type: ignore[index]


def test_asking_a_cohort_without_deployment_to_close_names_what_is_missing() -> None:
    from flows.deploy import hand_over_close

    with pytest.raises(NotFoundError, match="no deployment 'Four-phase mentoring: close/nowhere'"):
        hand_over_close(program(asks=True), "nowhere", "no_fit")


def test_pruning_removes_what_was_dropped_from_the_file_and_nothing_else(tmp_path: Path) -> None:
    from flows.deploy import deploy_cohort
    from flows.prune import prune

    deploy_cohort(make(program(asks=True), START), "kept-2027", today=day(-7))
    file = tmp_path / "deployments.yaml"
    entry = (
        "  - name: {name}\n    entrypoint: flows.compiled.four_phase\n    parameters: {{cohort: {name}}}\n    tags: [mentorflow]\n"
        "    work_pool: {{name: mentoring}}\n    pull: []\n    schedules:\n"
        "      - {{slug: daily, cron: '0 6 * * *', timezone: Europe/London}}\n"
        "      - {{slug: evening, cron: '0 18 * * *', timezone: Europe/London}}\n"
    )
    file.write_text("deployments:\n" + entry.format(name="first-2027") + entry.format(name="second-2027"))
    deploy_all(file)
    text = file.read_text()
    file.write_text(text[: text.index("      - {slug: evening")])
    dropped = {str(one) for one in prune(file, dry_run=True)}
    assert dropped == {
        "deployment Four-phase mentoring/second-2027",
        "schedule 'evening' of Four-phase mentoring/first-2027",
    }
    assert {str(one) for one in prune(file)} == dropped
    assert prune(file) == []
    assert slugs("Four-phase mentoring/first-2027") == {"daily"}
    assert "daily" in slugs("Four-phase mentoring/kept-2027")


def deploy_all(file: Path) -> None:
    import os
    import subprocess
    import sys

    from prefect.settings import PREFECT_API_URL, PREFECT_HOME

    surroundings = {
        **os.environ,
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PREFECT_HOME": str(PREFECT_HOME.value()),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
    done = subprocess.run(command, env=surroundings, cwd=file.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
