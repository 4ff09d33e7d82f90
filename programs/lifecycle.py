"""The statuses of every noun and the moves between them: one table per noun, nothing moves otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from programs.errors import TransitionNotAllowedError


class CohortStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    """Everybody's ending is recorded; the cohort record stands."""


class ParticipantStatus(StrEnum):
    ENROLLED = "enrolled"
    """Known, but some gate is still before them."""
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class RelationshipStatus(StrEnum):
    PROPOSED = "proposed"
    """Found by matching, waiting for the operator."""
    OFFERED = "offered"
    """Waiting for its members to accept."""
    AGREED = "agreed"
    """Accepted by all, waiting for the start of the cohort."""
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    REJECTED = "rejected"
    """The operator said no."""
    REPLACED = "replaced"
    """Proposed again otherwise, around a decision, before anybody heard of it."""
    DECLINED = "declined"
    """A member said no."""
    LAPSED = "lapsed"
    """A member never answered."""
    PREPARING = "preparing"
    """One participant alone, in the phases before the match."""
    PREPARED = "prepared"
    """Through with them."""
    LEFT = "left"
    """Let go before the match."""


class StepStatus(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    REACHED = "reached"
    MISSED = "missed"
    """Its time is over; what was done in time but told late still makes it reached."""
    SKIPPED = "skipped"
    """Its time was over before it could be opened; what was done in that time nevertheless still makes it reached."""
    WAIVED = "waived"
    """Let off by the operator."""
    CANCELLED = "cancelled"
    """The relationship moved on or ended first."""


class AskStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """Not needed any more."""


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Its occasion was over before it could be sent."""
    DEAD = "dead"


class ActionStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class GoalStatus(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"
    NOT_REACHED = "not_reached"


S = TypeVar("S", bound=StrEnum)
Moves = Mapping[tuple[StrEnum, str], StrEnum]

_R = RelationshipStatus
RELATIONSHIP: Moves = {
    (_R.PROPOSED, "approve"): _R.OFFERED,
    (_R.PROPOSED, "reject"): _R.REJECTED,
    (_R.PROPOSED, "give way"): _R.REPLACED,
    (_R.PROPOSED, "carry on"): _R.AGREED,
    (_R.OFFERED, "accept"): _R.AGREED,
    (_R.OFFERED, "decline"): _R.DECLINED,
    (_R.OFFERED, "lapse"): _R.LAPSED,
    (_R.OFFERED, "reject"): _R.REJECTED,
    (_R.AGREED, "start"): _R.ACTIVE,
    (_R.AGREED, "reject"): _R.REJECTED,
    (_R.ACTIVE, "pause"): _R.PAUSED,
    (_R.PAUSED, "resume"): _R.ACTIVE,
    (_R.ACTIVE, "close"): _R.CLOSED,
    (_R.PAUSED, "close"): _R.CLOSED,
    (_R.PREPARING, "prepare"): _R.PREPARED,
    (_R.PREPARING, "let go"): _R.LEFT,
}

_S = StepStatus
STEP: Moves = {
    (_S.PLANNED, "open"): _S.OPEN,
    (_S.PLANNED, "skip"): _S.SKIPPED,
    (_S.PLANNED, "reach"): _S.REACHED,
    (_S.PLANNED, "waive"): _S.WAIVED,
    (_S.PLANNED, "cancel"): _S.CANCELLED,
    (_S.OPEN, "reach"): _S.REACHED,
    (_S.MISSED, "reach"): _S.REACHED,
    (_S.SKIPPED, "reach"): _S.REACHED,
    (_S.OPEN, "miss"): _S.MISSED,
    (_S.OPEN, "waive"): _S.WAIVED,
    (_S.OPEN, "cancel"): _S.CANCELLED,
}

_A = AskStatus
ASK: Moves = {
    (_A.OPEN, "answer"): _A.ANSWERED,
    (_A.ANSWERED, "answer"): _A.ANSWERED,
    (_A.OPEN, "expire"): _A.EXPIRED,
    (_A.OPEN, "withdraw"): _A.WITHDRAWN,
}

_P = ParticipantStatus
PARTICIPANT: Moves = {
    (_P.ENROLLED, "activate"): _P.ACTIVE,
    (_P.ENROLLED, "withdraw"): _P.WITHDRAWN,
    (_P.ACTIVE, "hold back"): _P.ENROLLED,
    (_P.ACTIVE, "withdraw"): _P.WITHDRAWN,
    (_P.WITHDRAWN, "return"): _P.ENROLLED,
}

_M = MessageStatus
MESSAGE: Moves = {
    (_M.QUEUED, "claim"): _M.SENDING,
    (_M.SENDING, "claim"): _M.SENDING,
    (_M.SENDING, "send"): _M.SENT,
    (_M.SENDING, "return"): _M.QUEUED,
    (_M.SENDING, "fail"): _M.DEAD,
    (_M.QUEUED, "expire"): _M.EXPIRED,
    (_M.SENDING, "expire"): _M.EXPIRED,
    (_M.QUEUED, "cancel"): _M.CANCELLED,
    (_M.SENDING, "cancel"): _M.CANCELLED,
}

_G = GoalStatus
GOAL: Moves = {
    (_G.OPEN, "reach"): _G.REACHED,
    (_G.OPEN, "drop"): _G.DROPPED,
    (_G.OPEN, "miss"): _G.NOT_REACHED,
    (_G.REACHED, "reopen"): _G.OPEN,
    (_G.DROPPED, "take up"): _G.OPEN,
}


_C = ActionStatus
ACTION: Moves = {
    (_C.OPEN, "finish"): _C.DONE,
    (_C.OPEN, "drop"): _C.DROPPED,
    (_C.DROPPED, "take up"): _C.OPEN,
}


def move(moves: Moves, status: S, event: str, what: str) -> S:
    """Where the event leads. Raises TransitionNotAllowedError that names what was tried on what."""
    try:
        return moves[status, event]  # type: ignore[return-value]
    except KeyError:
        allowed = sorted(event for origin, event in moves if origin == status)
        why = f"from there one can {', '.join(allowed)}" if allowed else "nothing follows that"
        raise TransitionNotAllowedError(what, status, event, why) from None


def sources(moves: Moves, event: str) -> tuple[str, ...]:
    """The statuses in which the event is allowed: the condition of a set-based move."""
    return tuple(str(origin) for origin, name in moves if name == event)


def target(moves: Moves, event: str) -> str:
    """The one status that the event leads to, from wherever it is allowed."""
    targets = {str(after) for (_, name), after in moves.items() if name == event}
    if len(targets) != 1:
        raise ValueError(f"'{event}' leads to {sorted(targets) or 'nowhere'}, not to one status")
    return targets.pop()


def is_terminal(moves: Moves, status: StrEnum) -> bool:
    return all(origin != status for origin, _ in moves)


RUNNING = (_R.ACTIVE, _R.PREPARING)
"""Those whose steps open and whose phases go by."""

LIVE = (_R.ACTIVE, _R.PAUSED)
PENDING = (_R.PROPOSED, _R.OFFERED, _R.AGREED)
ALONE = (_R.PREPARING, _R.PREPARED, _R.LEFT)
"""Not relationships yet: nobody else is in them, and no record is written."""

ENDED = (_R.CLOSED, _R.REJECTED, _R.REPLACED, _R.DECLINED, _R.LAPSED)
