"""The names that may stand in a message: the whole list, there is no other."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "program.title": "The title of the program.",
    "program.summary": "Its summary.",
    "cohort.name": "The name of the cohort.",
    "you.first_name": "The first name of whoever gets the mail.",
    "you.last_name": "Their last name.",
    "you.name": "Their full name.",
    "you.role": "Their role in this relationship: mentor, mentee or member.",
    "partner.first_name": "The first name of the partner; of several, joined with 'and'.",
    "partner.name": "The full name of the partner; of several, joined with 'and'.",
    "partner.email": "The partner's address; of several, joined with commas. Empty until everybody has agreed.",
    "partner.role": "The partner's role.",
    "relationship.id": "The short id of the relationship, such as R-7F3K2.",
    "relationship.starts_on": "The day on which it starts.",
    "relationship.ends_on": "The day on which it is planned to end.",
    "lead.first_name": "In a circle: the first name of the member whose turn it is to take the mentor's part.",
    "lead.name": "Their full name. Empty where nobody takes turns.",
    "lead.does": "What they do, as the program words it, such as: leads the meeting.",
    "phase.title": "The title of the phase.",
    "phase.guide": "The guide of the phase.",
    "phase.checklist": "The checklist of the phase for the reader's role, one line each.",
    "phase.ends_on": "The day on which the phase is planned to end.",
    "milestone.title": "The title of the milestone that the mail belongs to.",
    "call.kind": "What kind of call it is, such as: cohort call.",
    "call.on": "The day of the call.",
    "call.time": "Its time and the zone that it is meant in, such as: 17:00 (Europe/London).",
    "call.minutes": "How long it takes, in minutes.",
    "call.before": "What is to be done before it, one line each.",
    "call.after": "What is to be done after it, one line each.",
    "ask.title": "The title of the form that is to be answered.",
    "ask.intro": "What the form says before its questions.",
    "ask.questions": "The questions for the reader's role, written out; empty where they stand behind ask.link.",
    "ask.due_on": "The day by which the answer is wanted.",
    "ask.link": "The page on which to answer; empty where there are no pages.",
    "ask.closes_on": "The last day on which an answer is taken; empty where it is waited for.",
    "ask.ends_on": "Until when it is waited for, where it ends without the answer; else empty.",
    "ask.moves_on": "Until when it is waited for, where it goes on without the answer; else empty.",
    "ask.moves_to": "The title of the phase with which it then goes on, where the program names one; else empty.",
    "proposal.reasons": "Why these people were proposed to each other, one line each.",
    "proposal.answer_by": "The day after which the proposal goes to somebody else.",
    "closure.reason": "The reason of the ending by its id, such as completed: to be compared with, not to be shown.",
    "closure.planned": "Yes when it came to its planned end, else empty.",
    "closure.next_step": "What everybody wished for next, in words; empty when nothing follows.",
    "closure.rematch": "Yes when somebody new is now looked for on behalf of the reader, else empty.",
    "closure.by": "Who ended it.",
    "feedback.link": "The page on which the partner's feedback stands; empty where there are no pages.",
    "silence.days": "Days since the last sign of life.",
    "silence.ends": "Yes where going on hearing nothing brings it to an end, else empty.",
    "coordinator.name": "The name of the coordinator.",
    "coordinator.email": "The coordinator's address.",
}
"""Name → what it stands for. Every one is text, and empty where there is nothing to say."""

LINES = frozenset(
    {
        "program.summary",
        "phase.guide",
        "phase.checklist",
        "ask.intro",
        "ask.questions",
        "proposal.reasons",
        "call.before",
        "call.after",
    }
)
"""The names that may fill several lines; in every other, a line break is somebody's attempt to write more than a name."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    group: tuple(name.split(".")[1] for name in NAMES if name.startswith(f"{group}."))
    for group in dict.fromkeys(name.split(".")[0] for name in NAMES)
}
