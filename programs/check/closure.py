"""Silence and the end: steps in order, nothing after the close, reasons that exist, notice that can be given."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

from programs.check.finding import Finding, Findings
from programs.check.phases import STARTS, longer, timeline
from programs.spec import Program, QuestionType, Rung, Then
from programs.ways import rungs
from programs.words import did_you_mean

COMPLETED = "completed"
_WORKED_ON = (QuestionType.GOAL, QuestionType.PROGRESS, QuestionType.ACTIONS)


def silence_grows(program: Program) -> Findings:
    """Each step of the ladder is later than the one before."""
    for (_, before), (at, rung) in _following(program):
        if before.after.days is not None and rung.after.days is not None and rung.after.days <= before.after.days:
            message = f"{rung.after} is not later than {before.after}, the step before"
            yield Finding(("silence", at, "after"), message, "write the steps in order, the shortest silence first")


def silence_ends_with_the_close(program: Program) -> Findings:
    for (_, before), (at, _) in _following(program):
        if before.then is Then.CLOSE:
            yield Finding(("silence", at), "never happens: the relationship is closed by the step before", "delete it")
        if before.then is Then.GO:
            message = f"never happens: the relationship goes to '{before.to}' by the step before"
            yield Finding(("silence", at), message, "say with 'during' in which other phases it counts")


Numbered: TypeAlias = tuple[int, Rung]


def _following(program: Program) -> dict[tuple[Numbered, Numbered], None]:
    """Each step of the ladder with those that come next after it in some phase."""
    ladders = [rungs(program, phase.id) for phase in program.shared_phases]
    return dict.fromkeys(pair for ladder in ladders for pair in pairwise(ladder))


def rungs_say_what_they_use(program: Program) -> Findings:
    for at, rung in enumerate(program.silence):
        if rung.reason and rung.then is not Then.CLOSE:
            yield Finding(
                ("silence", at, "reason"), f"'then: {rung.then}' ends nothing, so it needs no reason", key=True
            )


def completed_is_a_reason(program: Program) -> Findings:
    if COMPLETED not in program.closure.reasons:
        message = f"'{COMPLETED}' is missing: relationships that reach the end close with it"
        yield Finding(("closure", "reasons"), message, did_you_mean(COMPLETED, program.closure.reasons))


def early_ends_are_not_completions(program: Program) -> Findings:
    """A relationship that is matched again, or that fell silent, was not completed."""
    rematch = program.closure.rematch
    for at, reason in enumerate(rematch.reasons if rematch else ()):
        if reason in program.closure.planned_reasons:
            message = "who completed the program is not matched again for it; that is a next step"
            yield Finding(("closure", "rematch", "reasons", at), message, "offer 'new_cycle' under 'next'")


def extensions_can_be_given(program: Program) -> Findings:
    extensions = program.closure.extensions
    if extensions and longer(extensions.at_least, extensions.at_most):
        message = f"'at_least' ({extensions.at_least}) is longer than 'at_most' ({extensions.at_most})"
        yield Finding(("closure", "extensions", "at_least"), message, "no relationship could ever be extended")
    elif extensions and not extensions.at_most.count:
        message = "by nothing, no relationship is extended"
        yield Finding(
            ("closure", "extensions", "at_most"), message, "write how much longer it may go on, like '5 weeks'"
        )


def follow_ups_leave_the_record_alone(program: Program) -> Findings:
    """When it is asked, goals and plans stand in the record as they were at the end."""
    declared = program.closure.follow_up
    if declared is None or declared.form not in program.forms:
        return
    for question in program.forms[declared.form].questions:
        if question.type in _WORKED_ON:
            message = f"'{question.id}' of '{declared.form}' changes what stands in the record by then"
            hint = "ask in words or on a scale how it went on, and for progress in the reflection"
            yield Finding(("closure", "follow_up", "form"), message, hint)


def notice_can_be_given(program: Program) -> Findings:
    """The notice before the end is not longer than everything before it."""
    notice = program.closure.notice
    declared = "notice" in program.closure.model_fields_set
    if declared and any(notice.before(list(timeline(program, 0, start))[-1]) < start for start in STARTS):
        message = f"{notice} before the end is before the program has begun"
        yield Finding(("closure", "notice"), message, "shorten it")
