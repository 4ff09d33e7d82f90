"""What comes before the match can be gone through by somebody who is alone, and comes to an end."""

from __future__ import annotations

from collections.abc import Iterator

from programs import before
from programs.check import uses
from programs.check.finding import Finding, Findings
from programs.check.texts import speaks_of_a_partner
from programs.document import Trail
from programs.spec import Milestone, Phase, Program, Role, Then
from programs.words import listing

_WAITS = "required milestones reached"


def alone_phases_come_first(program: Program) -> Findings:
    shared = False
    for trail, phase in uses.phases(program):
        if phase.alone and shared:
            message = "nobody is alone any more: a phase before it is shared"
            yield Finding((*trail, "alone"), message, "move it before the first shared phase", about=phase.id)
        shared = shared or not phase.alone
    if not shared:
        message = "every phase is gone through alone, so no relationship ever begins"
        yield Finding(("phases",), message, "add a phase without 'alone: true'", key=True)


def looking_comes_last(program: Program) -> Findings:
    """Who looks for somebody has nothing else before the match, and mentors are found."""
    for trail, phase in _alone(program):
        if not before.looks(phase):
            continue
        roles = phase.roles or program.roles
        if Role.MENTOR in roles:
            message = f"mentors are found, they do not look, so their phase would not end 'until: {phase.until}'"
            others = listing([role for role in program.roles if role is not Role.MENTOR])
            yield Finding((*trail, "until"), message, f"write 'roles: [{others}]'", about=phase.id)
        ahead = [one for one in program.alone_phases if program.phases.index(one) > program.phases.index(phase)]
        wrong = ahead if phase.until == "matched" else [one for one in ahead if not before.looks(one)]
        if wrong:
            message = f"'{wrong[0].id}' comes after it, and is still to be done alone when somebody is {phase.until}"
            yield Finding((*trail, "until"), message, f"move '{wrong[0].id}' before it", about=wrong[0].id)
        for at, milestone in enumerate(phase.milestones):
            if milestone.required:
                message = f"nobody waits for it: the phase is over when somebody is {phase.until}"
                yield Finding((*trail, "milestones", at, "required"), message, "ask it in a phase before", key=True)


def waiting_alone_comes_to_an_end(program: Program) -> Findings:
    """Whoever never does what is waited for would be getting ready for ever, and the cohort never over."""
    for trail, phase in _alone(program):
        if phase.until == _WAITS and phase.overrun is None:
            message = "who never does what is required here would never be done with it"
            hint = "add 'overrun', like {after: 1 week, then: close, reason: undecided}"
            yield Finding((*trail, "until"), message, hint, about=phase.id)


def nobody_else_is_needed_alone(program: Program) -> Findings:
    for trail, phase in _alone(program):
        for name in ("reflect", "next"):
            if getattr(phase, name):
                message = f"'{name}' looks back on a relationship, and the phase is gone through alone"
                yield Finding((*trail, name), message, "move it into a shared phase", key=True)
        for at, milestone in enumerate(phase.milestones):
            yield from _done_alone((*trail, "milestones", at), program, phase, milestone)


def _done_alone(trail: Trail, program: Program, phase: Phase, milestone: Milestone) -> Findings:
    if milestone.expect and milestone.expect.meeting:
        yield Finding((*trail, "expect", "meeting"), "who is alone meets nobody", "ask for it instead", key=True)
    if milestone.ask and milestone.ask.exchange:
        message = "nobody is matched yet, so there is nobody to exchange answers with"
        yield Finding((*trail, "ask", "exchange"), message, "leave 'exchange' out")
    for at, consequence in enumerate(milestone.when):
        if consequence.then is Then.REMATCH or consequence.rematch:
            message = "nobody is matched yet, so nobody can be matched again"
            yield Finding((*trail, "when", at, "then"), message, "write 'then: close'")
    asked = milestone.ask or milestone.tell
    for at, role in enumerate(asked.roles if asked else ()):
        if phase.roles and role not in phase.roles and role in program.roles:
            part = "ask" if milestone.ask else "tell"
            message = f"a {role} does not go through phase '{phase.id}'"
            yield Finding((*trail, part, "roles", at), message, f"add {role} to the roles of the phase", about=phase.id)


def messages_know_nobody_else(program: Program) -> Findings:
    """A mail to somebody who is alone does not speak of a partner."""
    for trail, name in _mails(program):
        message = program.messages.get(name)
        if message and any(speaks_of_a_partner(text) for text in (message.subject, message.body)):
            wrong = f"'{name}' speaks of the partner, and nobody has one yet"
            yield Finding(trail, wrong, "write a message of its own for it", about=name)


def _mails(program: Program) -> Iterator[tuple[Trail, str]]:
    for trail, phase in _alone(program):
        for at, milestone in enumerate(phase.milestones):
            place = (*trail, "milestones", at)
            if milestone.tell:
                yield (*place, "tell", "message"), milestone.tell.message
            if milestone.ask:
                yield (*place, "ask", "message"), milestone.ask.message
                yield (*place, "ask", "reminder"), milestone.ask.reminder
    alone = {phase.id for phase in program.alone_phases}
    for at, rung in enumerate(program.silence):
        if rung.message and alone & set(rung.during):
            yield ("silence", at, "message"), rung.message
    for name in ("phase_alone", "let_go") if program.alone_phases else ("let_go",):
        yield ("messages", name, "body"), name


def _alone(program: Program) -> Iterator[tuple[Trail, Phase]]:
    return ((trail, phase) for trail, phase in uses.phases(program) if phase.alone)
