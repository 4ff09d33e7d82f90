"""A cohort's deployments, made from code as the project file makes them; and work handed to them. Needs PREFECT_API_URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import cast
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, FlowRun
from prefect.deployments import run_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron, RRule, Schedule
from prefect.types.entrypoint import EntrypointType

from flows import clock
from flows.check_deployments import TAG
from flows.close import Request
from flows.compiled import compiled
from programs.describe import timeline
from programs.errors import MentorflowError, NotFoundError
from programs.plan import Plan, StepKind
from programs.spec import Program
from tasks.turn import Stage

POOL = "mentoring"
LAUNCHED = "launched"
"""Tags what was made from code, so that pruning by a file leaves it alone."""

DAILY = "0 6 * * *"
NOON = time(12)
"""On the day of a milestone there is a second run, which operators see coming."""

MILESTONES = 24
"""Single days that are scheduled ahead at most."""

ATTEMPTS = 20


@dataclass(frozen=True)
class Deployed:
    """The two deployments of a cohort."""

    cohort: UUID
    close: UUID


def deploy_cohort(plan: Plan, cohort: str, pool: str = POOL, today: date | None = None) -> Deployed:
    """Create or renew the deployments of a cohort that has been launched. Doing it again changes nothing."""
    flows = compiled(plan.program)
    _have_pool(pool)
    schedules = [
        Cron(DAILY, timezone=plan.timezone, slug="daily"),
        *milestone_days(plan, today or clock.today(plan.timezone)),
    ]
    about = f"{plan.program.title} from {plan.starts_on}. It runs every morning and does what is due."
    return Deployed(
        _apply(
            flows.cohort, plan, cohort, pool, f"{about} Its artifact `cohort-{cohort}` shows how it stands.", schedules
        ),
        _apply(flows.close, plan, cohort, pool, f"Ends relationships of `{cohort}`. Give an id and a reason."),
    )


def milestone_days(plan: Plan, today: date) -> list[Schedule]:
    """One run on the first day on which each milestone can open, for those that are still ahead."""
    days: dict[date, str] = {}
    for view in timeline(plan).steps:
        if view.opens and view.occurrence <= 1 and view.step.kind is not StepKind.EXPECT:
            days.setdefault(view.opens.earliest_on, view.step.key)
    ahead = sorted(day for day in days if day > today)[:MILESTONES]
    return [
        RRule(
            f"DTSTART:{day:%Y%m%d}T{NOON:%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1",
            timezone=plan.timezone,
            slug=days[day].replace(".", "-").replace("_", "-"),
        )
        for day in ahead
    ]


def hand_over_close(
    program: Program,
    cohort: str,
    reason: str,
    relationship: str | None = None,
    participant: str | None = None,
    today: date | None = None,
) -> FlowRun:
    """Ask the cohort's close deployment for a run; the same request for the same day is the same run, unless that failed.

    `today` is for another day than the present one. Raises NotFoundError where the cohort has no such deployment.
    """
    request = Request(cohort, reason, relationship, participant)
    given = {
        "cohort": cohort, "reason": reason, "relationship": relationship, "participant": participant,
        "today": today.isoformat() if today else None,
    }  # fmt: skip
    name = f"{compiled(program).close.name}/{cohort}"
    on = today or clock.today(program.timezone)
    for attempt in range(1, ATTEMPTS + 1):
        run = _asked(name, given, request, f"{cohort}/{request.name}/{on}/{attempt}")
        if run.state is None or not run.state.is_final() or run.state.is_completed():
            return run
    raise MentorflowError(f"{request.name} has failed {ATTEMPTS} times for {on}; look at its runs of {name}")


def _asked(name: str, given: dict[str, str | None], request: Request, key: str) -> FlowRun:
    parameters = {key: value for key, value in given.items() if value is not None}
    try:
        run = run_deployment(
            name, parameters=parameters, timeout=0, as_subflow=False, idempotency_key=key, flow_run_name=request.name
        )
        return cast("FlowRun", run)
    except ObjectNotFound:
        hint = "mentorflow launch creates it, and so does prefect deploy with a project file"
        raise NotFoundError(f"the Prefect server has no deployment '{name}'; {hint}") from None


def _apply(
    flow: Flow[..., object], plan: Plan, cohort: str, pool: str, about: str, schedules: Sequence[Schedule] = ()
) -> UUID:
    tags = [TAG, LAUNCHED, plan.program.program, cohort]
    limit = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    made = flow.to_deployment(
        name=cohort,
        parameters={"cohort": cohort},
        description=about,
        tags=tags if schedules else [*tags, str(Stage.CLOSE)],
        schedules=list(schedules) or None,
        concurrency_limit=limit if schedules else None,
        enforce_parameter_schema=True,
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=pool,
    )
    deployment = cast("RunnerDeployment", made)
    return cast("UUID", deployment.apply(work_pool_name=pool))


def _have_pool(name: str) -> None:
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(name)
        except ObjectNotFound:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
