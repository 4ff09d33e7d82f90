"""The forms of a program as people get them: found by name, with what is asked by itself, and written out for a mail."""

from __future__ import annotations

from programs.errors import NotFoundError
from programs.spec import Form, Phase, Program, Question, QuestionType, Role, Share
from programs.words import did_you_mean, listing

NEXT_STEP = "next_step"
"""The question that is asked together with the reflection when a phase says what may come next."""

ON_TOGETHER = ("new_cycle", "new_goals")
"""What leads to a new cycle, where the program has such."""

_NOTHING = "nothing"
_NEXT_WORDS = {
    "new_cycle": "Another cycle together, with new goals",
    "new_goals": "Go on together with new goals",
    "as_peers": "Go on as peers, outside the program",
    "as_friends": "Stay in touch as friends",
    "new_partner": "Another cycle, with somebody else",
    "become_mentor": "Become a mentor myself",
    _NOTHING: "End here",
}
_READ_BY = {
    Share.COORDINATOR: "Only the coordinator reads this.",
    Share.PARTNER: "Shared with your partner.",
    Share.AGGREGATE: "The coordinator sees it in your reply; after that it is only counted.",
    Share.PRIVATE: "This one is for yourself: do not send it.",
}
"""Of answers that are sent back by mail: somebody reads that mail."""

_HOW = {
    QuestionType.YES_NO: "Yes or no.",
    QuestionType.NUMBER: "A number.",
    QuestionType.DATE: "A date, such as 2027-03-31.",
    QuestionType.PROGRESS: "0 to 100 per cent; 100 means reached.",
    QuestionType.ACTIONS: "A line for each item, with a day where there is one: Ask Eva for a talk by 2027-03-31.",
}


def form_of(program: Program, form_id: str) -> Form:
    """Raises NotFoundError that suggests the nearest name."""
    try:
        return program.forms[form_id]
    except KeyError:
        hint = did_you_mean(form_id, program.forms) or f"its forms are {listing(sorted(program.forms))}"
        raise NotFoundError(f"{program.program} has no form '{form_id}'; {hint}") from None


def reflection_form(program: Program, phase: Phase, cycle: int = 1) -> Form:
    """The reflection of the phase, with the question about the next step where the phase offers any.

    In the last cycle that the program allows, no further one is offered. A form that asks `next_step` itself is left as it is.
    Raises NotFoundError when the phase has no reflection.
    """
    if phase.reflect is None:
        raise NotFoundError(f"phase '{phase.id}' of {program.program} has no reflection; give it 'reflect: FORM'")
    form = form_of(program, phase.reflect.form)
    steps = _steps(program, phase, cycle)
    if not set(steps) - {_NOTHING} or form.question(NEXT_STEP) is not None:
        return form
    question = Question(
        id=NEXT_STEP,
        ask="How would you like to go on?",
        help="Nothing goes on unless everybody in the relationship wants it to.",
        type=QuestionType.CHOICE,
        options={step: next_step_words(step) for step in steps},
        share=Share.PARTNER,
        record=True,
    )
    return form.model_copy(update={"questions": (*form.questions, question)})


def _steps(program: Program, phase: Phase, cycle: int) -> tuple[str, ...]:
    """A single offer can still be turned down."""
    again = program.closure.new_cycle
    is_last = again is not None and cycle > again.at_most
    offered = tuple(step for step in phase.next if not (is_last and step in ON_TOGETHER))
    return offered if len(offered) > 1 or not offered else (*offered, _NOTHING)


def next_step_words(step: str) -> str:
    """What a next step is called in a mail or a record."""
    return _NEXT_WORDS.get(step, step.replace("_", " ").replace("-", " "))


def described(form: Form, role: Role, several: bool = False) -> str:
    """The questions for somebody in that role, for a mail to be replied to: what is asked, how to answer, and who reads it.

    `several` says that there is more than one other.
    """
    asked = [question for question in form.questions if question.asked_of(role)]
    words = (_in_words(question, role, several) for question in asked)
    return "\n".join(f"{number}. {one}" for number, one in enumerate(words, start=1))


def _in_words(question: Question, role: Role, several: bool) -> str:
    lines = [question.ask]
    if question.help:
        lines.append(" ".join(question.help.split()))
    how = [_how(question), "" if question.required else "Optional.", _read_by(question.share, role, several)]
    how.append("Kept in the summary record." if question.record else "")
    lines.append(" ".join(part for part in how if part))
    return "\n   ".join(lines)


def _read_by(share: Share, role: Role, several: bool) -> str:
    if share is not Share.PARTNER:
        return _READ_BY[share]
    if role is Role.MEMBER:
        return "Shared with your circle."
    return "Shared with the others in your group." if several else _READ_BY[share]


def _how(question: Question) -> str:
    if question.options:
        number = "One" if question.type is QuestionType.CHOICE else "Any"
        return f"{number} of: {'; '.join(question.options.values())}."
    if question.type is QuestionType.SCALE:
        steps = ", ".join(f"{step} = {words}" for step, words in sorted(question.labels.items()))
        return f"{question.from_} to {question.to}{f' ({steps})' if steps else ''}."
    return _HOW.get(question.type, "")
