"""What waits for the operator, as decisions about two people see it. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from programs.codes import code
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from tasks import seekers
from tasks.models import Member, Participant, Relationship
from tasks.turn import Turn

Two = tuple[str, str]
"""Mentee and mentor, or two of the same side, as P-…"""


@dataclass(frozen=True)
class Waiting:
    """A proposal, with its members as they stand in the books."""

    relationship: int
    members: tuple[tuple[str, str], ...]
    """Participant and role."""
    reasons: dict[str, Any]

    def of(self, *roles: str) -> list[str]:
        return [who for who, role in self.members if role in roles]

    @property
    def pairs(self) -> list[Two]:
        return [(mentee, mentor) for mentee in self.of("mentee") for mentor in self.of("mentor")]

    @property
    def decided(self) -> list[Two]:
        """Mentee and mentor whom the operator has brought together."""
        told = [(one["mentee"], one["mentor"]) for one in self.reasons.get("pairs", ()) if one.get("decided")]
        return told + [(mentee, mentor) for mentee, mentor in self.reasons.get("decided", ())]

    @property
    def beside(self) -> list[Two]:
        """Two of the same side whom the operator has brought together."""
        return [(one, other) for one, other in self.reasons.get("beside", ())]

    @property
    def exchanged(self) -> set[frozenset[str]]:
        """Two who exchanged their places by decision, one of whom came here."""
        return {frozenset(two) for two in self.reasons.get("exchanged", ())}


def waiting(conn: Connection, turn: Turn, statuses: Collection[str] = (RelationshipStatus.PROPOSED,)) -> list[Waiting]:
    here = (Relationship.cohort_id == turn.cohort_id) & Relationship.status.in_(statuses)
    rows = conn.execute(
        select(Relationship.id, Relationship.reasons, Member.participant_id, Member.role)
        .join(Member, Member.relationship_id == Relationship.id)
        .where(here, Member.left_on.is_(None))
        .order_by(Relationship.id, Member.id)
    ).all()
    members: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        members[row.id].append((code("P", row.participant_id), row.role))
    return [
        Waiting(number, tuple(members[number]), reasons) for number, reasons in {r.id: r.reasons for r in rows}.items()
    ]


def looking(turn: Turn) -> ColumnElement[bool]:
    """Everybody who may get something other than what is under way: who seeks, was left over, or waits for the operator."""
    proposed = (
        select(Member.participant_id)
        .join(Relationship, Relationship.id == Member.relationship_id)
        .where(proposals(turn), Member.role != "mentor")
    )
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    return here & or_(seekers.seeking(turn), Participant.unmatched.is_not(None), Participant.id.in_(proposed))


def proposals(turn: Turn) -> ColumnElement[bool]:
    return (Relationship.cohort_id == turn.cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)
