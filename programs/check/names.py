"""Every name that is used is declared, none is declared twice, and none hides what the language itself means by it."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from programs.check import uses
from programs.check.finding import Finding, Findings, repeated, unknown
from programs.spec import BUILT_IN_COLUMNS, Program
from programs.words import listing

_MEANT_OTHERWISE = {
    "start": "the start of a phase",
    "end": "the end of a phase",
    "halfway": "the middle of a phase",
    "reflection": "the survey that 'reflect' asks",
    "consent": "the answer to a proposed match",
    "follow_up": "the form that is asked after the end",
}
"""Ids of milestones that already mean something."""

NEXT_STEPS = ("new_cycle", "new_goals", "new_partner", "as_peers", "as_friends", "become_mentor", "nothing")
"""What a relationship may go on as."""


def forms_exist(program: Program) -> Findings:
    for use in uses.forms(program):
        yield from unknown(use.trail, "form", use.form, program.forms)


def messages_exist(program: Program) -> Findings:
    for trail, message in uses.messages(program):
        yield from unknown(trail, "message", message, program.messages)


def reasons_exist(program: Program) -> Findings:
    for trail, reason in uses.reasons(program):
        yield from unknown(trail, "reason", reason, program.closure.reasons)


def roles_exist(program: Program) -> Findings:
    shape = program.relationships.shape
    have = f"a {shape} has: {listing(program.roles)}"
    for trail, roles in uses.roles(program):
        for at, role in enumerate(roles):
            if role not in program.roles:
                yield Finding((*trail, at), f"there is no {role} in a {shape}", have, about="shape")
        yield from repeated(trail, "role", roles)
    for trail, phase in uses.phases(program):
        for role in phase.checklist:
            if role not in program.roles:
                place = (*trail, "checklist", str(role))
                yield Finding(place, f"there is no {role} in a {shape}", have, key=True, about="shape")


def next_steps_exist(program: Program) -> Findings:
    for trail, phase in uses.phases(program):
        for at, step in enumerate(phase.next):
            yield from unknown((*trail, "next", at), "next step", step, NEXT_STEPS)
        yield from repeated((*trail, "next"), "next step", phase.next)


def timezone_exists(program: Program) -> Findings:
    if not is_timezone(program.timezone):
        yield from unknown(("timezone",), "time zone", program.timezone, available_timezones())


def is_timezone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, OSError, ValueError):
        return False


def ids_are_unique(program: Program) -> Findings:
    yield from repeated(("phases",), "phase", (phase.id for phase in program.phases), "id")
    yield from repeated(("goals",), "goal", (goal.id for goal in program.goals), "id")
    yield from repeated(("closure", "reasons"), "reason", program.closure.reasons)
    for name, form in program.forms.items():
        yield from repeated(("forms", name, "questions"), "question", (one.id for one in form.questions), "id")
    first: dict[str, str] = {}
    for trail, phase, milestone in uses.milestones(program):
        if milestone.id in first:
            where = f"in phase '{first[milestone.id]}'"
            hint = "give each its own name; gates and 'after' find a milestone by it"
            yield Finding((*trail, "id"), f"there is already a milestone '{milestone.id}' {where}", hint)
        first.setdefault(milestone.id, phase.id)


def ids_mean_nothing_else(program: Program) -> Findings:
    for trail, _, milestone in uses.milestones(program):
        if milestone.id in _MEANT_OTHERWISE:
            message = f"'{milestone.id}' already means {_MEANT_OTHERWISE[milestone.id]}"
            yield Finding((*trail, "id"), message, "choose another id")
    for name in program.enrollment.fields:
        if name in BUILT_IN_COLUMNS:
            message = f"'{name}' is known of everybody and needs no field"
            yield Finding(("enrollment", "fields", name), message, "delete it, or choose another name", key=True)
