"""The sentences of a plan that is read aloud. Knows no layout."""

from __future__ import annotations

import re
from collections.abc import Mapping

from programs.dates import Nudge
from programs.describe.leading import leading
from programs.describe.timeline import StepView, Timeline
from programs.describe.wording import between, by, day, enumerate_words, expected, sentence_case, spaced, when, who
from programs.plan import StepKind
from programs.spec import Call, Consequence, Form, Gate, Program, Role, Rung, Then
from programs.words import clock_time, count


def opening(line: Timeline) -> str:
    """When it begins and ends, and what comes before."""
    plan, program = line.plan, line.plan.program
    ends = f"on {day(line.closes.latest_on)}"
    if not line.closes.is_exact:
        ends = f"on {day(line.closes.latest_on)} at the latest, and on {day(line.closes.earliest_on)} at the earliest"
    sentences = [f"It begins on {day(plan.starts_on)} and ends {ends}."]
    if line.enroll_by is not None:
        sentences.append(
            "Getting ready for it begins with the enrollment, and each does that alone; "
            f"whoever is enrolled by {day(line.enroll_by)} has all the time for it."
        )
    if line.matching is not None:
        sentences.append(f"The first matches are proposed {between(line.matching)}.")
    if program.matching.consent:
        sentences.append(_consent(program))
    sentences += leading(program)
    if program.enrollment.gates:
        labels = {view.step.milestone.id: view.step.label for view in line.steps if view.step.milestone}
        gates = enumerate_words(
            f"“{labels.get(gate.id, gate.label)}”{_limits(gate, line)}" for gate in program.enrollment.gates
        )
        sentences.append(f"Nobody takes full part before this is done: {gates}.")
    return " ".join(sentences)


def _consent(program: Program) -> str:
    order = program.matching.consent
    first = "" if Role.MEMBER in order else f", {enumerate_words((f'the {role}' for role in order), 'and then')}"
    return (
        f"Before it begins, everybody who is in a proposed match is asked whether they agree to it{first}; "
        f"after {program.matching.expires} without an answer it goes to the next best."
    )


def _limits(gate: Gate, line: Timeline) -> str:
    """Of whom, and before what, where that is not everybody before the start."""
    whose = [who(gate.roles, line.plan)] if gate.roles else []
    told = ", ".join([*whose, *(["before they are matched"] if gate.before == "matching" else [])])
    return f" ({told})" if told else ""


def step_sentence(group: tuple[StepView, ...], line: Timeline) -> str:
    """One sentence or two for all occurrences of a step, and in which cycles it comes."""
    sentence = _step_sentence(group, line)
    if group[0].is_of_later_cycles:
        return f"Only in a new cycle: {sentence[0].lower()}{sentence[1:]}"
    if line.is_of_the_first_cycle(group[0]):
        return f"Only in the first cycle: {sentence[0].lower()}{sentence[1:]}"
    return sentence


def _step_sentence(group: tuple[StepView, ...], line: Timeline) -> str:
    view = group[0]
    when, people = _when(group, line), who(view.step.roles, line.plan)
    verb = "is" if people == "everybody" else "are"
    if view.step.call:
        return _call(view.step.call, when, view, people, line.plan.timezone)
    if view.step.kind is StepKind.TELL:
        return f"{when}, {people} {'gets' if people == 'everybody' else 'get'} a message: {view.step.label}."
    if view.step.expect:
        return _expected(group, line)
    form = line.plan.program.form_title(view.step.form or "")
    asked = f"looks back with “{form}”" if view.step.kind is StepKind.REFLECT else f"{verb} asked to fill in “{form}”"
    if view.step.kind is StepKind.REFLECT and people != "everybody":
        asked = f"look back with “{form}”"
    dated = len(group) == 1 and view.step.named_in is None and not view.step.phase.alone
    known = view.due if dated else None
    due = f", {by(known)}" if known else _days_given(view)
    sentence = f"{when}, {people} {asked}{due}{_reminded(view.step.nudges)}."
    needed = _passing(view, line.plan.program.forms[view.step.form or ""])
    return " ".join([sentence, *needed, *_consequences(view, line)])


def _call(call: Call, when: str, view: StepView, people: str, zone: str) -> str:
    at = f", at {clock_time(call.time, zone)}" if call.time else ""
    lasts = f", for {count(call.minutes, 'minute')}" if call.minutes else ""
    invited = "is" if people == "everybody" else "are"
    tasks = [
        f"{around}: {'; '.join(items)}."
        for around, items in (("Before it", call.before), ("After it", call.after))
        if items
    ]
    return " ".join([f"{when}{at}, {people} {invited} invited to a {call.kind}{lasts}: {view.step.label}.", *tasks])


def closing(line: Timeline) -> str:
    """The notice, the close and the follow-up."""
    closure = line.plan.program.closure
    sentences = [
        f"Everybody is told {closure.notice} before the end ({between(line.notice)}).",
        f"The relationship closes {between(line.closes)}, and its summary record is written.",
    ]
    if closure.extensions:
        sentences.append(f"The coordinators can extend it, by {closure.extensions.at_most} at most in all.")
    if closure.new_cycle:
        begins = line.plan.program.phase(closure.new_cycle.begins).label
        times = "once" if closure.new_cycle.at_most == 1 else f"up to {count(closure.new_cycle.at_most, 'time')}"
        sentences.append(
            f"Where everybody chooses another cycle with new goals, it begins the day after with “{begins}”, without a new match "
            f"or consent; that is possible {times}."
        )
    if line.follow_up and closure.follow_up:
        form = line.plan.program.form_title(closure.follow_up.form)
        people = who(closure.follow_up.roles or line.plan.program.roles, line.plan)
        verb = "is" if people == "everybody" else "are"
        sentences.append(f"{closure.follow_up.after} later, {people} {verb} asked to fill in “{form}”.")
    sentences.append("A relationship that does not fit can end earlier, without fault.")
    return " ".join(sentences)


def silence(program: Program) -> str:
    """The silence ladder."""
    told = {
        Then.REMIND: "everybody in it gets a reminder",
        Then.AT_RISK: "the coordinators look into it",
        Then.CLOSE: "it is closed",
        Then.GO: "it goes on with",
    }
    labels = {phase.id: f"“{phase.label}”" for phase in program.phases}
    rungs = enumerate_words(
        " ".join(
            [f"after {rung.after}", *_during(rung, labels), told[rung.then], *([labels[rung.to]] if rung.to else [])]
        )
        for rung in program.silence
    )
    return f"If nothing is heard of a relationship (no meeting logged, nothing answered, nothing ticked off): {rungs}."


def _during(rung: Rung, labels: Mapping[str, str]) -> list[str]:
    return ["in", enumerate_words((labels[one] for one in rung.during), "or")] if rung.during else []


def _when(group: tuple[StepView, ...], line: Timeline) -> str:
    view = group[0]
    if len(group) > 1:
        last = group[-1].opens
        most = "" if view.step.phase.lasts.is_fixed else "up to "
        times = f"{sentence_case(view.when)}, {most}{count(len(group), 'time')}"
        return f"{times} up to {day(last.latest_on)}" if last and not view.step.expect else times
    if view.step.named_in and view.opens:
        return sentence_case(f"{when(view, line.plan)} ({between(view.opens)})")
    if view.step.anchor.is_event:
        return sentence_case(when(view, line.plan).replace("after first meeting", "after the first meeting"))
    if view.opens is None or view.step.phase.alone:
        return sentence_case(_relative(view))
    if view.opens.is_exact:
        return sentence_case(between(view.opens))
    return sentence_case(f"{_relative(view)} ({between(view.opens)})")


def _relative(view: StepView) -> str:
    """`at the start`, `3 days after the start`, `halfway`: what holds for everybody where the day itself does not."""
    when = re.sub(r"\b(start|end)\b", r"the \1", spaced(view.when))
    return f"at {when}" if when.startswith("the ") else when


def _expected(group: tuple[StepView, ...], line: Timeline) -> str:
    view = group[0]
    assert view.step.expect
    when = _when(group, line)
    if len(group) == 1 and view.opens and view.opens.is_exact and not view.step.phase.alone:
        when = f"From {day(view.opens.latest_on)} on"
    due = f", {by(view.due)}" if view.due and len(group) == 1 else ""
    return f"{when}, {expected(view.step.expect)}{due}: {view.step.label}."


def _days_given(view: StepView) -> str:
    ask = view.step.ask
    return f", within {ask.due}" if ask else ""


def _reminded(nudges: tuple[Nudge, ...]) -> str:
    if not nudges:
        return ""
    days = enumerate_words(str(nudge) for nudge in nudges)
    return f" (with {'a reminder' if len(nudges) == 1 else 'reminders'} {days})"


def _consequences(view: StepView, line: Timeline) -> list[str]:
    form = line.plan.program.forms[view.step.form or ""]
    program, alone = line.plan.program, view.step.phase.alone
    return [sentence for rule in view.step.consequences if (sentence := _consequence(rule, form, program, alone))]


def _consequence(rule: Consequence, form: Form, program: Program, alone: bool) -> str:
    """What people should know of before they answer; a flag is only for coordinators."""
    if rule.then is Then.FLAG:
        return ""
    if rule.then is Then.GO and rule.to:
        return f"If {answered(rule, form)}, the relationship goes on with “{program.phase(rule.to).label}” at once."
    if alone:
        return f"If {answered(rule, form)}, they take part no further, without fault."
    again = ", and a new one is looked for" if rule.rematch or rule.then is Then.REMATCH else ""
    return f"If {answered(rule, form)}, the relationship ends without fault{again}."


def answered(rule: Consequence, form: Form) -> str:
    """`somebody answers “no” to “Does it fit?”`."""
    whose = "everybody answers" if rule.by == "all" else "somebody answers"
    asked = form.question(rule.question) if rule.question else None
    to = f" to “{asked.ask}”" if asked else ""
    return f"{whose} “{_answer(rule.answer, form)}”{to}"


def _passing(view: StepView, form: Form) -> list[str]:
    """Which answer is needed, where not every answer counts."""
    passes = view.step.milestone.passes if view.step.milestone else None
    asked = form.question(passes.question) if passes else None
    if passes is None or asked is None:
        return []
    return [f"To go on, “{_answer(passes.answer, form)}” has to be the answer to “{asked.ask}”."]


def _answer(answer: str | float | bool | None, form: Form) -> str:
    """The words of the option, as people see them; of a comparison, what it means."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    options = (question.options.get(str(answer)) for question in form.questions)
    told = next((words for words in options if words), spaced(str(answer)))
    sign, _, bound = told.partition(" ")
    return f"{bound} {_COMPARED[sign]}" if sign in _COMPARED else told


_COMPARED = {">=": "or more", "<=": "or less"}
