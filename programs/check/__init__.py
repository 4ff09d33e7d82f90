"""Cross-references: what a program says in one place must hold in every other. One small function per rule."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TypeAlias

from programs.check import (
    asks,
    attention,
    awaited,
    before,
    calls,
    closure,
    cycles,
    enrollment,
    forms,
    gates,
    leading,
    matching,
    names,
    outcomes,
    phases,
    texts,
    ways,
)
from programs.check.blame import at_fault, blamed
from programs.check.finding import Finding, Rule
from programs.document import Document
from programs.errors import Problem
from programs.spec import Program
from programs.words import alike

Parent: TypeAlias = Callable[[], tuple[Program, Document] | None]
"""What a document was laid over, as a program by itself; asked for only where it matters."""

RULES: tuple[Rule, ...] = (
    names.forms_exist,
    names.messages_exist,
    names.reasons_exist,
    names.roles_exist,
    names.next_steps_exist,
    names.timezone_exists,
    names.ids_are_unique,
    names.ids_mean_nothing_else,
    gates.gates_can_be_passed,
    enrollment.columns_lead_to_fields,
    enrollment.values_fit_their_fields,
    enrollment.defaults_fit_their_fields,
    enrollment.sizes_fit_the_shape,
    matching.compared_fields_exist,
    matching.compared_fields_fit,
    matching.compared_fields_are_asked,
    matching.circles_are_not_matched_to_mentors,
    matching.given_teams_can_be_told,
    matching.objectives_fit_the_shape,
    leading.only_circles_take_turns,
    leading.missed_turns_are_noticed,
    leading.mentees_ask_mentors,
    leading.answers_fill_fields,
    phases.phases_take_time,
    phases.milestones_fall_inside,
    phases.nothing_follows_the_end,
    awaited.anchors_can_happen,
    awaited.anchors_form_no_circle,
    awaited.days_can_be_named,
    awaited.named_ends_leave_a_choice,
    before.alone_phases_come_first,
    before.looking_comes_last,
    before.waiting_alone_comes_to_an_end,
    before.nobody_else_is_needed_alone,
    before.messages_know_nobody_else,
    phases.waits_for_something,
    phases.expectations_can_be_met,
    phases.phases_can_be_reached,
    ways.ways_lead_to_phases,
    ways.contact_needs_somebody,
    ways.silence_counts_in_phases,
    ways.ways_can_be_gone,
    ways.only_what_is_come_back_to_goes_on,
    ways.ways_follow_from_an_answer,
    ways.every_phase_has_a_way_in,
    ways.every_phase_leads_to_the_end,
    ways.nothing_goes_round_for_ever,
    asks.everybody_asked_gets_a_question,
    asks.due_before_the_close,
    asks.reminders_fall_between_asking_and_closing,
    asks.consequences_follow_from_an_answer,
    asks.passing_answers_can_be_given,
    asks.rematches_are_allowed,
    asks.reflections_fit_their_phase,
    calls.calls_are_on_one_day,
    calls.calls_are_told_after_the_start,
    forms.keys_belong_to_the_type,
    forms.labels_are_on_the_scale,
    forms.progress_is_on_a_goal,
    forms.goals_are_asked_before_their_progress,
    forms.goals_are_measured,
    forms.exchanges_have_something_to_show,
    attention.concerns_can_be_said,
    attention.scores_can_be_apart,
    attention.waits_can_happen,
    closure.silence_grows,
    closure.silence_ends_with_the_close,
    closure.rungs_say_what_they_use,
    closure.completed_is_a_reason,
    closure.early_ends_are_not_completions,
    closure.follow_ups_leave_the_record_alone,
    closure.notice_can_be_given,
    closure.extensions_can_be_given,
    outcomes.new_cycles_can_begin,
    cycles.later_cycles_come_to_it,
    cycles.what_is_replaced_came_before,
    cycles.new_cycles_wait_for_what_comes,
    cycles.new_cycles_set_their_goals,
    outcomes.next_steps_can_be_chosen,
    outcomes.what_is_set_beside_was_said_before,
    outcomes.plans_serve_goals,
    texts.placeholders_exist,
)


def _none() -> None:
    return None


def findings(program: Program) -> list[Finding]:
    """Everything in a program that contradicts itself."""
    return [finding for rule in RULES for finding in rule(program)]


def check(program: Program, document: Document, unread: Container[str] = (), parent: Parent = _none) -> list[Problem]:
    """The same, at the lines that say it, without what depends on names (see `alike`) that could not be read.

    What is wrong in a parent that is fine by itself is told of the document that was laid over it.
    """
    found = (finding for finding in findings(program) if finding.about is None or alike(finding.about) not in unread)
    placed = [(finding, _placed(finding, document)) for finding in found]
    inherited = any(problem.file != document.file for _, problem in placed)
    before = parent() if inherited else None
    theirs = {_placed(finding, before[1]) for finding in findings(before[0])} if before else None
    return [_blamed(finding, problem, document, theirs) for finding, problem in placed]


def _placed(finding: Finding, document: Document) -> Problem:
    return document.problem(finding.trail, finding.message, finding.hint, key=finding.key, line=finding.line)


def _blamed(finding: Finding, problem: Problem, document: Document, theirs: Container[Problem] | None) -> Problem:
    """`theirs` are the problems that the parent has by itself; None where that is not known."""
    found = blamed(problem, finding.about, document.removed)
    if found is not problem or theirs is None or problem.file == document.file or problem in theirs:
        return found
    return at_fault(problem, finding.trail, finding.about, document)
