"""Checks a Prefect project file before it is deployed: Prefect ignores what is misspelled, and finds the rest only in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
from pydantic import TypeAdapter, ValidationError

from flows import compiled, prefect_file
from programs.document import Document, Trail
from programs.errors import DeclarationError, MentorflowError, Problem
from programs.words import did_you_mean, listing
from tasks.opening import sheet_of

FILE = ("prefect-version", "name", "definitions", "build", "push", "pull", "deployments")
DEPLOYMENT = (
    "name", "version", "version_type", "tags", "description", "schedule", "schedules", "paused", "concurrency_limit",
    "flow_name", "entrypoint", "parameters", "enforce_parameter_schema", "build", "push", "pull", "work_pool", "triggers",
    "sla",
)  # fmt: skip
POOL = ("name", "work_queue_name", "job_variables")
LIMIT = ("limit", "collision_strategy", "grace_period_seconds")
SCHEDULE = (
    "cron", "interval", "rrule", "timezone", "anchor_date", "active", "parameters", "slug", "replaces", "day_or",
)  # fmt: skip
KINDS: Mapping[str, Callable[[Any, str | None], object]] = {
    "cron": lambda value, zone: CronSchedule(cron=value, timezone=zone),
    "rrule": lambda value, zone: RRuleSchedule(rrule=value, timezone=zone or "UTC"),
    "interval": lambda value, zone: IntervalSchedule(interval=value, timezone=zone),
}
SHEETS = ("roster", "mentors", "mentees")
TAG = "mentorflow"
"""Every deployment carries it, so that those that were dropped from the file can be found."""


def check_deployments(path: Path) -> list[Problem]:
    """Everything that is wrong with the file, by place; nothing for a file that can be deployed."""
    try:
        document = prefect_file.read(path)
    except DeclarationError as error:
        return list(error.problems)
    return sorted(set(_file(document)))


def is_template(value: object) -> bool:
    """Whether Prefect fills the value in while deploying."""
    return isinstance(value, str) and "{{" in value


def _file(document: Document) -> Iterator[Problem]:
    data = document.data
    if not isinstance(data, dict):
        yield document.problem((), "this is not a Prefect project file", "it begins with 'deployments:'")
        return
    yield from _keys(document, (), FILE)
    deployments = data.get("deployments")
    if not isinstance(deployments, list) or not deployments:
        yield document.problem(("deployments",), "no deployments are listed", "write '- name: …' below 'deployments:'")
        return
    seen: dict[tuple[str, str], int] = {}
    for at, one in enumerate(deployments):
        trail: Trail = ("deployments", at)
        if not isinstance(one, dict):
            yield document.problem(trail, "a deployment has keys, such as 'name: …'")
            continue
        yield from _deployment(document, trail, one, inherits_pull="pull" in data)
        twin = seen.setdefault((str(one.get("entrypoint")), str(one.get("name"))), at)
        if twin != at:
            yield document.problem((*trail, "name"), f"'{one.get('name')}' deploys the same flow twice")


def _deployment(document: Document, trail: Trail, one: dict[str, Any], inherits_pull: bool) -> Iterator[Problem]:
    yield from _keys(document, trail, DEPLOYMENT)
    for key, why in (("name", "it has no name"), ("entrypoint", "it says no flow, like flows.compiled.four_phase")):
        if not isinstance(one.get(key), str):
            yield document.problem((*trail, key) if key in one else trail, why)
    if "pull" not in one and not inherits_pull:
        hint = "write 'pull: []' where mentorflow is installed on the worker"
        yield document.problem(trail, "without 'pull' Prefect remembers the folder in which you deploy", hint)
    tags = one.get("tags")
    if not is_template(tags) and TAG not in (tags if isinstance(tags, list) else [tags]):
        hint = f"add '{TAG}' to its tags"
        yield document.problem(
            (*trail, "tags") if "tags" in one else trail, "pruning would not find it once it is dropped", hint
        )
    yield from _pool(document, trail, one.get("work_pool"))
    yield from _limit(document, trail, one.get("concurrency_limit"))
    flow, problems = _flow(document, trail, one.get("entrypoint"))
    yield from problems
    if flow is not None:
        yield from _parameters(document, trail, flow, one.get("parameters") or {}, whole=True)
    yield from _schedules(document, trail, one.get("schedules"), flow)


def _keys(document: Document, trail: Trail, known: tuple[str, ...]) -> Iterator[Problem]:
    _, node = document.locate(trail)
    for key in node.value if isinstance(node.value, dict) else ():
        if key not in known:
            why = "Prefect does not know this key and would ignore it"
            yield document.problem((*trail, key), why, _meant(key, known), key=True)


def _meant(key: str, known: tuple[str, ...]) -> str | None:
    """Never `schedule`, which Prefect keeps for files that are older than `schedules`."""
    return did_you_mean(key, [one for one in known if one != "schedule"])


def _pool(document: Document, trail: Trail, pool: object) -> Iterator[Problem]:
    place = (*trail, "work_pool")
    if not isinstance(pool, dict) or not pool.get("name"):
        yield document.problem(place, "it has no work pool, so no worker would run it", "work_pool: {name: mentoring}")
        return
    yield from _keys(document, place, POOL)


def _limit(document: Document, trail: Trail, limit: object) -> Iterator[Problem]:
    if not isinstance(limit, dict):
        return
    place = (*trail, "concurrency_limit")
    yield from _keys(document, place, LIMIT)
    strategy = limit.get("collision_strategy", "ENQUEUE")
    if strategy not in ("ENQUEUE", "CANCEL_NEW") and not is_template(strategy):
        why = f"'{strategy}' is neither ENQUEUE nor CANCEL_NEW"
        yield document.problem((*place, "collision_strategy"), why)


def _flow(document: Document, trail: Trail, entrypoint: object) -> tuple[Flow[..., Any] | None, list[Problem]]:
    """The flow that is named, if it is one of ours; others are their owner's business."""
    place = (*trail, "entrypoint")
    if not isinstance(entrypoint, str) or is_template(entrypoint):
        return None, []
    if ".py:" in entrypoint:
        hint = "write the module, like flows.compiled.four_phase"
        return None, [document.problem(place, "a file path loads a second copy of the flows", hint)]
    module, _, name = entrypoint.replace(":", ".").rpartition(".")
    if module != compiled.__name__:
        return None, []
    try:
        return getattr(compiled, name), []
    except AttributeError:
        near = did_you_mean(name, dir(compiled))
        return None, [document.problem(place, f"there is no program for '{name}'", near)]
    except MentorflowError as error:
        first = str(error).splitlines()[0]
        return None, [
            document.problem(place, f"its program cannot be run: {first}", "mentorflow check shows all of it")
        ]


def _parameters(
    document: Document, trail: Trail, flow: Flow[..., Any], given: object, whole: bool
) -> Iterator[Problem]:
    """`whole`: everything that has no default must be there; the parameters of a schedule only add to them."""
    place = (*trail, "parameters")
    if not isinstance(given, dict):
        yield document.problem(place, "parameters are written as 'name: value'")
        return
    types = flow.fn.__annotations__
    for name, value in given.items():
        if name not in types:
            why = f"{flow.name} has no parameter '{name}'"
            yield document.problem((*place, name), why, did_you_mean(name, types), key=True)
        elif not is_template(value):
            refused = _refused(types[name], value)
            yield from (document.problem((*place, name), why) for why in refused)
            if name in SHEETS and not refused:
                yield from _sheets(document, (*place, name), value)
    if whole:
        missing = [name for name in flow.parameters.required if name not in given]
        if missing:
            yield document.problem(place if given else trail, f"{flow.name} needs {listing(missing)}")


def _sheets(document: Document, place: Trail, paths: Any) -> Iterator[Problem]:
    """The first run reads them where the worker is; whoever checks here and works there has them here as well."""
    for at, path in enumerate(paths):
        if is_template(path) or sheet_of(path).path.is_file():
            continue
        hint = "write its whole path, as the worker finds it; without it the first run opens no cohort"
        yield document.problem((*place, at), f"there is no sheet '{path}' here", hint)


def _refused(kind: Any, value: object) -> list[str]:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return [_in_words(one["type"], one["msg"], one["input"]) for one in error.errors()[:1]]
    return []


def _in_words(kind: str, message: str, given: object) -> str:
    if kind.startswith("date_"):
        return f"'{given}' is not a day; write it like \"2027-01-11\""
    if kind == "string_pattern_mismatch":
        return f"'{given}' cannot stand here"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return f"'{given}' cannot stand here: {message[:1].lower()}{message[1:]}"


def _schedules(document: Document, trail: Trail, schedules: object, flow: Flow[..., Any] | None) -> Iterator[Problem]:
    if schedules is None:
        return
    if not isinstance(schedules, list):
        yield document.problem((*trail, "schedules"), "schedules are a list", "write '- cron: …' below 'schedules:'")
        return
    slugs: set[str] = set()
    for at, one in enumerate(schedules):
        place = (*trail, "schedules", at)
        if not isinstance(one, dict):
            yield document.problem(place, "a schedule has keys, such as 'cron: …'")
            continue
        yield from _keys(document, place, SCHEDULE)
        yield from _schedule(document, place, one)
        slug = one.get("slug")
        if not isinstance(slug, str) or slug in slugs:
            why = (
                f"another schedule is called '{slug}'"
                if slug
                else "without a slug it stays for ever once it is changed"
            )
            yield document.problem(
                (*place, "slug") if slug else place, why, "give each schedule a slug of its own, like 'slug: daily'"
            )
        slugs.add(str(slug))
        if flow is not None and "parameters" in one:
            yield from _parameters(document, place, flow, one["parameters"], whole=False)


def _schedule(document: Document, place: Trail, one: dict[str, Any]) -> Iterator[Problem]:
    kinds = [kind for kind in KINDS if one.get(kind) is not None]
    if len(kinds) != 1:
        yield document.problem(place, "a schedule has exactly one of cron, interval and rrule")
        return
    zone = one.get("timezone")
    if zone is None:
        hint = "add the cohort's, like 'timezone: Europe/London'"
        yield document.problem(place, "without a time zone it runs by the clock of the server's zone", hint)
    elif not is_template(zone) and zone not in available_timezones():
        near = did_you_mean(str(zone), available_timezones())
        yield document.problem((*place, "timezone"), f"there is no time zone '{zone}'", near)
        zone = None
    kind = kinds[0]
    if not is_template(one[kind]):
        try:
            KINDS[kind](one[kind], None if is_template(zone) else zone)
        except (ValidationError, ValueError):
            example = {"cron": "like '0 6 * * *': every day at six"}.get(kind)
            yield document.problem((*place, kind), f"'{one[kind]}' is not a valid {kind}", example)
