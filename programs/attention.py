"""What can need somebody, in plain words: for each kind what it is, who has to act, and what there is to do. Knows no store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    OPERATOR = "operator"
    MEMBERS = "members"
    """Of the relationship, or those of them who have not done it yet."""
    THEMSELVES = "themselves"
    """Whoever it is about."""


class Kind(StrEnum):
    """The kinds that the engine raises."""

    CONCERN = "concern"
    ANSWER = "answer"
    AT_RISK = "at_risk"
    SCORES_APART = "scores_apart"
    OVERRUN = "overrun"
    EXPIRED = "expired"
    GATE = "gate"
    GATE_FORM = "gate_form"
    PROPOSAL = "proposal"
    CONSENT = "consent"
    MISFIT = "misfit"
    UNMATCHED = "unmatched"
    ASKED_IN_VAIN = "asked_in_vain"
    UNANSWERED = "unanswered"
    TOO_SMALL = "too_small"


@dataclass(frozen=True)
class Matter:
    """One kind. Urgent ones come first, whatever their day."""

    title: str
    who: Who
    what: str
    urgent: bool = False


MATTERS: dict[str, Matter] = {
    Kind.CONCERN: Matter(
        "a concern for the program", Who.OPERATOR, "Read the answer, and speak with whoever gave it.", urgent=True
    ),
    Kind.ANSWER: Matter("an answer asks for a look", Who.OPERATOR, "Look at the answer, and speak with the members."),
    Kind.AT_RISK: Matter(
        "contact is waning", Who.OPERATOR, "Ask the members how it goes; pause, close, or let them meet again."
    ),
    Kind.SCORES_APART: Matter(
        "the members see it very differently", Who.OPERATOR, "Speak with each of them before they grow apart."
    ),
    Kind.OVERRUN: Matter(
        "the phase should be over",
        Who.MEMBERS,
        "Do what is required in it; or the operator extends it, or waives that.",
    ),
    Kind.EXPIRED: Matter(
        "a required form is not answered", Who.MEMBERS, "Fill in the form; or the operator waives it."
    ),
    Kind.GATE: Matter("stands before a gate", Who.OPERATOR, "Look into it: record that it is passed, or let them go."),
    Kind.GATE_FORM: Matter("stands before a gate", Who.THEMSELVES, "Fill in the form that opens it."),
    Kind.PROPOSAL: Matter("a proposal waits for approval", Who.OPERATOR, "Approve it, or reject it."),
    Kind.CONSENT: Matter("a proposal waits for an answer", Who.MEMBERS, "Accept it, or decline it."),
    Kind.MISFIT: Matter(
        "looks for somebody new", Who.OPERATOR, "Hear what is wished for this time; matching goes on by itself."
    ),
    Kind.UNMATCHED: Matter(
        "nobody was found", Who.OPERATOR, "Bring in somebody who fits, or tell them that there is nobody this time."
    ),
    Kind.ASKED_IN_VAIN: Matter(
        "asked in vain", Who.OPERATOR, "Go through the description with them, or bring them together with somebody."
    ),
    Kind.UNANSWERED: Matter(
        "does not answer those who ask", Who.OPERATOR, "Hear whether they still want to be asked; if not, let them go."
    ),
    Kind.TOO_SMALL: Matter("too few members", Who.OPERATOR, "Merge it with another, find more members, or close it."),
}


def matter(kind: str) -> Matter:
    """What the kind is; one that is not in the table is called by its name, and is the operator's."""
    return MATTERS.get(kind) or Matter(kind.replace("_", " "), Who.OPERATOR, "Look into it.")
