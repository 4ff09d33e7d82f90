"""A plan as data, for other programs to read. The shape only grows."""

from __future__ import annotations

from typing import Any

from programs.describe.timeline import PhaseView, StepView, Timeline, Window
from programs.describe.wording import title
from programs.ways import END, Way


def data(line: Timeline) -> dict[str, Any]:
    """The whole timeline; every day is an ISO date, earliest and latest being the same where it is certain."""
    plan = line.plan
    return {
        "program": plan.program.program,
        "version": plan.program.version,
        "title": plan.program.title,
        "starts_on": plan.starts_on.isoformat(),
        "timezone": plan.timezone,
        "plan_hash": plan.hash,
        "matching_on": _days(line.matching),
        "phases": [_phase(view, line) for view in line.phases],
        "notice_on": _days(line.notice),
        "closes_on": _days(line.closes),
        "follow_up_on": _days(line.follow_up),
    }


def _phase(view: PhaseView, line: Timeline) -> dict[str, Any]:
    return {
        "id": view.phase.id,
        "title": view.phase.label,
        "lasts": {"at_least": str(view.phase.lasts.at_least), "at_most": str(view.phase.lasts.at_most)},
        "begins_on": _days(view.begins),
        "last_day_on": _days(view.last),
        "alone": view.phase.alone,
        "ways": [_way(way) for way in line.plan.ways(view.phase.id)],
        "steps": [_step(step, line) for step in view.steps],
    }


def _way(way: Way) -> dict[str, Any]:
    asked = None
    if way.condition:
        rule = way.condition
        asked = {"milestone": way.milestone, "question": rule.question, "is": rule.answer, "by": rule.by}
    return {
        "to": None if way.to == END else way.to,
        "when": str(way.by),
        "answer": asked,
        "at_most": way.at_most,
        "reason": way.reason if way.to == END else None,
    }


def _step(view: StepView, line: Timeline) -> dict[str, Any]:
    step = view.step
    return {
        "key": step.key,
        "occurrence": view.occurrence,
        "kind": str(step.kind),
        "title": title(view),
        "roles": [str(role) for role in step.roles],
        "required": step.required,
        "cycles": str(step.cycles),
        **({"instead_of": list(step.instead_of)} if step.instead_of else {}),
        "form": step.form,
        "message": step.message,
        **({"call": step.call.model_dump(mode="json", exclude={"roles", "message"})} if step.call else {}),
        "when": view.when,
        "opens_on": _days(view.opens),
        "due_on": _days(view.due),
        "reminders_on": [_days(window) for window in view.reminders],
    }


def _days(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"earliest": window.earliest_on.isoformat(), "latest": window.latest_on.isoformat()}
