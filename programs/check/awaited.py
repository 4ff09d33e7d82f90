"""What is waited for comes: milestones that others follow are reached before, and days that answers name can be answered."""

from __future__ import annotations

from programs.awaited import Awaited, day_of, end_of
from programs.check import uses
from programs.check.finding import Finding, Findings, unknown
from programs.document import Trail
from programs.spec import Milestone, Phase, Program, Question, QuestionType, Share


def anchors_can_happen(program: Program) -> Findings:
    """What a milestone follows is in the same phase or an earlier one, can be reached, and is reached once."""
    for trail, phase, milestone in uses.milestones(program):
        at = milestone.at
        if at is None or at.milestone is None or at.question:
            continue
        source = day_of(program, phase, milestone)
        if source is None:
            yield from _not_before((*trail, "at"), program, phase, at.milestone)
        else:
            yield from _can_be_followed((*trail, "at"), milestone, source.milestone)


def _not_before(trail: Trail, program: Program, phase: Phase, name: str) -> Findings:
    """Why there is no such milestone: it comes later, or nowhere."""
    later = {milestone.id: other for _, other, milestone in uses.milestones(program)}
    if name in later:
        message = f"'{name}' is in phase '{later[name].id}', which comes later; only what has been can be followed"
        yield Finding(trail, message, "count from 'start', or move one of the two")
    else:
        yield from unknown(trail, "milestone", name, _names_before(program, phase))


def _names_before(program: Program, phase: Phase) -> list[str]:
    number = [one.id for one in program.phases].index(phase.id)
    return [milestone.id for one in program.phases[: number + 1] for milestone in one.milestones]


def _can_be_followed(trail: Trail, milestone: Milestone, anchor: Milestone) -> Findings:
    if anchor.news is not None:
        message = f"'{anchor.id}' is a message, which nobody reaches"
        yield Finding(trail, message, "count from what the message itself counts from")
    elif anchor.every is not None:
        yield Finding(trail, f"'{anchor.id}' comes again and again, so nothing can follow it", "count from 'start'")
    elif milestone.required and not anchor.required and anchor.id != milestone.id:
        message = f"'{milestone.id}' is required but follows '{anchor.id}', which is not and may never be reached"
        yield Finding(trail, message, f"make '{anchor.id}' required too", about=anchor.id)


def anchors_form_no_circle(program: Program) -> Findings:
    for number, phase in enumerate(program.phases):
        follows = followed_in(phase)
        for at, milestone in enumerate(phase.milestones):
            way = circle(milestone.id, follows)
            if way and milestone.id == min(way):
                message = f"waits for itself: {' → '.join((*way, way[0]))}"
                hint = "let one of them count from 'start'" if way[1:] else "count from 'start'"
                yield Finding(("phases", number, "milestones", at, "at"), message, hint)


def followed_in(phase: Phase) -> dict[str, str]:
    """Milestone → the one that it waits for; only within the phase can it be in vain."""
    return {one.id: one.at.milestone for one in phase.milestones if one.at and one.at.milestone}


def circle(name: str, follows: dict[str, str]) -> tuple[str, ...]:
    """The names that lead from a name back to itself; none if none do."""
    passed = [name]
    while (following := follows.get(passed[-1])) is not None and following not in passed:
        passed.append(following)
    return tuple(passed) if following == name else ()


def days_can_be_named(program: Program) -> Findings:
    """Where a day comes from an answer, somebody is asked for it before: a question of type date that all may know of."""
    for trail, phase, milestone in uses.milestones(program):
        at = milestone.at
        if at and at.milestone and at.question:
            source = day_of(program, phase, milestone)
            if source is None:
                yield from _not_before((*trail, "at"), program, phase, at.milestone)
            else:
                yield from _can_be_named((*trail, "at"), program, source, milestone)
                if source.anew:
                    yield from _can_be_named((*trail, "at"), program, source.anew, milestone)
    for trail, phase in uses.phases(program):
        if phase.lasts.until:
            source, place = end_of(program, phase), (*trail, "lasts", "until")
            if source is None:
                yield from _not_before(place, program, phase, phase.lasts.until.split(".")[0])
            else:
                yield from _can_be_named(place, program, source)
                if source.anew:
                    yield from _can_be_named(place, program, source.anew)


def _can_be_named(trail: Trail, program: Program, source: Awaited, milestone: Milestone | None = None) -> Findings:
    ask, name = source.milestone.ask, source.milestone.id
    if ask is None:
        yield Finding(trail, f"'{name}' asks nothing, so no day can be named there", "name a milestone with 'ask'")
    elif source.milestone.every is not None:
        yield Finding(trail, f"'{name}' comes again and again, so it names no one day", "ask for the day once")
    elif form := program.forms.get(ask.form):
        assert source.question
        yield from unknown(trail, "question", source.question, [one.id for one in form.questions])
        question = form.question(source.question)
        if question:
            yield from _asked_for(trail, source, question, milestone)


def _asked_for(trail: Trail, source: Awaited, question: Question, milestone: Milestone | None) -> Findings:
    ask, name = source.milestone.ask, source.milestone.id
    assert ask
    if question.type is not QuestionType.DATE:
        yield Finding(trail, f"'{question.id}' is a question of type {question.type}, not date", "make it 'type: date'")
    elif question.share in (Share.PRIVATE, Share.AGGREGATE):
        message = f"nothing can follow from an answer to '{question.id}', which is {question.share}"
        yield Finding(trail, message, "what follows would tell it")
    elif not any(question.asked_of(role) for role in ask.roles):
        message = f"'{question.id}' is asked of nobody who gets '{name}'"
        yield Finding(trail, message, "ask it of one of its roles", about=question.id)
    elif milestone and milestone.required and not (source.milestone.required and question.required):
        message = f"'{milestone.id}' is required but waits for '{name}.{question.id}', which nobody has to answer"
        yield Finding(trail, message, "make the milestone and the question required too", about=name)


def named_ends_leave_a_choice(program: Program) -> Findings:
    for trail, phase in uses.phases(program):
        if phase.lasts.until and phase.lasts.is_fixed:
            message = f"whatever is answered, the phase lasts {phase.lasts.at_most}"
            hint = "give 'at_least' and 'at_most' two lengths"
            yield Finding((*trail, "lasts", "until"), message, hint)
