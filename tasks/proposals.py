"""What matching has proposed and nobody has decided yet, and who was left over. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from programs.lifecycle import ParticipantStatus, RelationshipStatus
from tasks.models import Member, Participant, Person, Relationship
from tasks.people import full_name


@dataclass(frozen=True)
class Proposal:
    """A relationship that waits for the operator, with its members by role."""

    relationship_id: int
    round: int
    score: int
    """In thousandths of a point."""
    reasons: dict[str, Any]
    members: tuple[tuple[str, int, str], ...]
    """Role, participant, name."""

    @property
    def points(self) -> float:
        return self.score / 1000

    def named(self, role: str) -> str:
        return ", ".join(name for own, _, name in self.members if own == role)

    @property
    def why(self) -> str:
        """What spoke for it, without what gave nothing."""
        pairs = self.reasons.get("pairs", ())
        told = [reason["words"] for pair in pairs for reason in pair["criteria"] if reason["points"]]
        return "; ".join(dict.fromkeys([*told, *self.reasons.get("mix", ())]))


@dataclass(frozen=True)
class LeftOver:
    """A participant for whom the last matching found nobody, and why."""

    participant_id: int
    name: str
    why: str
    possible: int
    has: int = 0
    """Mentors that they have, where each gets several."""


def proposals(conn: Connection, cohort_id: int) -> Sequence[Proposal]:
    """All that wait for a decision, the best first."""
    waiting = (Relationship.cohort_id == cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)
    rows = conn.execute(
        select(
            Relationship.id, Relationship.round, Relationship.score, Relationship.reasons,
            Member.role, Member.participant_id, Person.first_name, Person.last_name,
        )
        .join(Member, Member.relationship_id == Relationship.id)
        .join(Participant, Participant.id == Member.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(waiting)
        .order_by(Relationship.score.desc(), Relationship.id, Member.id)
    ).all()  # fmt: skip
    members: dict[int, list[tuple[str, int, str]]] = {}
    for row in rows:
        name = full_name(row.first_name, row.last_name)
        members.setdefault(row.id, []).append((row.role, row.participant_id, name))
    once = {row.id: row for row in rows}
    return [Proposal(row.id, row.round, row.score, row.reasons, tuple(members[number])) for number, row in once.items()]


def left_over(conn: Connection, cohort_id: int) -> Sequence[LeftOver]:
    """Those who looked for somebody and found nobody."""
    rows = conn.execute(
        select(Participant.id, Participant.unmatched, Person.first_name, Person.last_name)
        .join(Person, Person.id == Participant.person_id)
        .where(
            Participant.cohort_id == cohort_id,
            Participant.unmatched.is_not(None),
            Participant.seeking_on.is_(None),
            Participant.status != ParticipantStatus.WITHDRAWN,
        )
        .order_by(Participant.id)
    )
    return [_left(row.id, full_name(row.first_name, row.last_name), json.loads(row.unmatched)) for row in rows]


def _left(participant_id: int, name: str, said: dict[str, Any]) -> LeftOver:
    return LeftOver(participant_id, name, said["why"], said["possible"], said.get("has", 0))
