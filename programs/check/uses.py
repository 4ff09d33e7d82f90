"""Where a program uses what it declares: every form that is asked, every message that is sent, every reason, every role list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from programs.document import Trail
from programs.spec import Milestone, Phase, Program, Role


@dataclass(frozen=True)
class FormUse:
    """A form that somebody is asked to answer."""

    trail: Trail
    form: str
    roles: tuple[Role, ...]


def milestones(program: Program) -> Iterator[tuple[Trail, Phase, Milestone]]:
    for number, phase in enumerate(program.phases):
        for at, milestone in enumerate(phase.milestones):
            yield ("phases", number, "milestones", at), phase, milestone


def phases(program: Program) -> Iterator[tuple[Trail, Phase]]:
    for number, phase in enumerate(program.phases):
        yield ("phases", number), phase


def forms(program: Program) -> Iterator[FormUse]:
    for trail, _, milestone in milestones(program):
        if milestone.ask:
            yield FormUse((*trail, "ask", "form"), milestone.ask.form, milestone.ask.roles)
    for trail, phase in phases(program):
        if phase.reflect:
            yield FormUse((*trail, "reflect", "form"), phase.reflect.form, program.roles)
    follow_up = program.closure.follow_up
    if follow_up:
        yield FormUse(("closure", "follow_up", "form"), follow_up.form, follow_up.roles or program.roles)


def messages(program: Program) -> Iterator[tuple[Trail, str]]:
    for trail, _, milestone in milestones(program):
        if milestone.tell:
            yield (*trail, "tell", "message"), milestone.tell.message
        if milestone.call:
            yield (*trail, "call", "message"), milestone.call.message
        if milestone.ask:
            yield (*trail, "ask", "message"), milestone.ask.message
            yield (*trail, "ask", "reminder"), milestone.ask.reminder
    for trail, phase in phases(program):
        if phase.reflect:
            yield (*trail, "reflect", "message"), phase.reflect.message
            yield (*trail, "reflect", "reminder"), phase.reflect.reminder
    for at, rung in enumerate(program.silence):
        if rung.message:
            yield ("silence", at, "message"), rung.message
    if program.relationships.turns:
        yield ("relationships", "turns", "message"), program.relationships.turns.message
    if program.closure.follow_up:
        yield ("closure", "follow_up", "message"), program.closure.follow_up.message


def reasons(program: Program) -> Iterator[tuple[Trail, str]]:
    for trail, _, milestone in milestones(program):
        for at, consequence in enumerate(milestone.when):
            if consequence.reason:
                yield (*trail, "when", at, "reason"), consequence.reason
    for trail, phase in phases(program):
        if phase.overrun and phase.overrun.reason:
            yield (*trail, "overrun", "reason"), phase.overrun.reason
        for at, path in enumerate(phase.paths):
            if path.reason:
                yield (*trail, "paths", at, "reason"), path.reason
    for at, rung in enumerate(program.silence):
        if rung.reason:
            yield ("silence", at, "reason"), rung.reason
    yield from _reasons_of_the_closure(program)


def _reasons_of_the_closure(program: Program) -> Iterator[tuple[Trail, str]]:
    for at, reason in enumerate(program.closure.planned):
        yield ("closure", "planned", at), reason
    for place in ("rematch", "follow_up"):
        declared = getattr(program.closure, place)
        for at, reason in enumerate(declared.reasons if declared else ()):
            yield ("closure", place, "reasons", at), reason


def roles(program: Program) -> Iterator[tuple[Trail, tuple[Role, ...]]]:
    """Every list of roles."""
    for trail, _, milestone in milestones(program):
        if milestone.tell:
            yield (*trail, "tell", "roles"), milestone.tell.roles
        if milestone.call:
            yield (*trail, "call", "roles"), milestone.call.roles
        if milestone.ask:
            yield (*trail, "ask", "roles"), milestone.ask.roles
    for name, field in program.enrollment.fields.items():
        yield ("enrollment", "fields", name, "roles"), field.roles
    for name, form in program.forms.items():
        for at, question in enumerate(form.questions):
            yield ("forms", name, "questions", at, "roles"), question.roles
    for trail, phase in phases(program):
        yield (*trail, "roles"), phase.roles
    for at, gate in enumerate(program.enrollment.gates):
        yield ("enrollment", "gates", at, "roles"), gate.roles
    yield ("matching", "consent"), program.matching.consent
    if program.closure.follow_up:
        yield ("closure", "follow_up", "roles"), program.closure.follow_up.roles
