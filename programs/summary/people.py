"""In which one line of a cohort's record everybody stands. Sums add up because the lines exclude each other, not because they are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from programs.lifecycle import LIVE, PENDING, ParticipantStatus, RelationshipStatus


class Line(StrEnum):
    """What became of a participant. Of several relationships the one counts whose line comes first here.

    What is still going on outranks what is over, and a relationship brought to its planned end outranks one that was not.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    WAITING = "waiting"
    """For a decision, an answer, or the start."""
    COMPLETED = "completed"
    CLOSED_EARLY = "closed_early"
    """By the reason of the last such closure."""
    WITHDRAWN = "withdrawn"
    """Without ever having begun. A proposal on the way does not make somebody who has left wait."""
    NOT_MATCHED = "not_matched"


class NotMatched(StrEnum):
    STILL_LOOKING = "still_looking"
    NOBODY_POSSIBLE = "nobody_possible"
    """Every other person is ruled out."""
    NO_PLACE_LEFT = "no_place_left"
    """There would have been somebody, but they are with others."""
    DECLINED = "declined"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    TAKES_NOBODY = "takes_nobody"
    """A mentor without a free place from the start."""
    NOT_NEEDED = "not_needed"
    """A mentor for whom nobody was looking."""
    NOT_YET_LOOKED_FOR = "not_yet_looked_for"


@dataclass(frozen=True)
class BondFacts:
    """A relationship, as far as the sums need it. `members` are participants with their roles."""

    id: int
    status: str
    members: tuple[tuple[int, str], ...]
    started_on: date | None = None
    closed_on: date | None = None
    reason: str | None = None
    planned: bool = False
    rematch: bool = False
    left: frozenset[int] = frozenset()
    """Members who left it while it ran, and without whom it went on."""
    previous_id: int | None = None
    """The one that it carries on."""
    decided_next: str | None = None


@dataclass(frozen=True)
class ParticipantFacts:
    """`possible` is with how many others a pair would have been possible when nobody was found; None if somebody was."""

    id: int
    roles: str
    status: str
    capacity: int = 1
    seeking: bool = False
    possible: int | None = None
    withdrawn_why: str | None = None


@dataclass(frozen=True)
class Standing:
    line: Line
    reason: str | None = None


_ENDED_BEFORE_IT_BEGAN = {
    RelationshipStatus.DECLINED: NotMatched.DECLINED,
    RelationshipStatus.LAPSED: NotMatched.LAPSED,
    RelationshipStatus.REJECTED: NotMatched.REJECTED,
}
_ORDER = {line: place for place, line in enumerate(Line)}


def standing(person: ParticipantFacts, bonds: Sequence[BondFacts]) -> Standing:
    """The person's one line, given all their relationships."""
    found = [stands for bond in sorted(bonds, key=_latest_first) if (stands := _through(bond, person)) is not None]
    if found:
        return min(found, key=lambda stands: _ORDER[stands.line])
    if person.status == ParticipantStatus.WITHDRAWN:
        return Standing(Line.WITHDRAWN, person.withdrawn_why)
    return Standing(Line.NOT_MATCHED, _why_not(person, bonds))


def _latest_first(bond: BondFacts) -> tuple[int, int]:
    return (-(bond.closed_on.toordinal() if bond.closed_on else 0), -bond.id)


def _through(bond: BondFacts, person: ParticipantFacts) -> Standing | None:
    """What the relationship by itself would make of its member; None if it never came about."""
    if person.id in bond.left and bond.started_on is not None:
        gone_on = bond.reason if bond.status == RelationshipStatus.CLOSED and not bond.planned else None
        return Standing(Line.CLOSED_EARLY, person.withdrawn_why or gone_on or "other")
    if bond.status in LIVE:
        return Standing(Line.PAUSED if bond.status == RelationshipStatus.PAUSED else Line.ACTIVE)
    if bond.status in PENDING and person.status != ParticipantStatus.WITHDRAWN:
        return Standing(Line.WAITING)
    if bond.status == RelationshipStatus.CLOSED:
        return Standing(Line.COMPLETED) if bond.planned else Standing(Line.CLOSED_EARLY, bond.reason or "other")
    return None


def _why_not(person: ParticipantFacts, bonds: Sequence[BondFacts]) -> NotMatched:
    if person.seeking:
        return NotMatched.STILL_LOOKING
    if person.possible is not None:
        return NotMatched.NO_PLACE_LEFT if person.possible else NotMatched.NOBODY_POSSIBLE
    for bond in sorted(bonds, key=_latest_first):
        if bond.status in _ENDED_BEFORE_IT_BEGAN:
            return _ENDED_BEFORE_IT_BEGAN[RelationshipStatus(bond.status)]
    if "mentee" in person.roles or "member" in person.roles:
        return NotMatched.NOT_YET_LOOKED_FOR
    return NotMatched.NOT_NEEDED if person.capacity else NotMatched.TAKES_NOBODY
