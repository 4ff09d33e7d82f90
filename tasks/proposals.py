"""What matching has proposed and nobody has decided yet, and who was left over. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from programs.codes import code
from programs.lifecycle import ParticipantStatus, RelationshipStatus
from tasks.helpful import OneMore
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
    obstacles: tuple[str, ...] = ()
    """How many each rule ruled out."""
    looked_on: str = ""
    more: OneMore = field(default_factory=OneMore)


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


def table(conn: Connection, cohort_id: int, most: int) -> list[dict[str, Any]]:
    """What waits, the best first, in ids and in words of the program only: a line for each pair, circle or team."""
    waiting = (Relationship.cohort_id == cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)
    query = select(Relationship.id, Relationship.score, Relationship.reasons).where(waiting)
    chosen = conn.execute(query.order_by(Relationship.score.desc(), Relationship.id).limit(most)).all()
    members: dict[int, list[tuple[str, str]]] = {}
    theirs = select(Member.relationship_id, Member.participant_id, Member.role).order_by(Member.id)
    for row in conn.execute(theirs.where(Member.relationship_id.in_([one.id for one in chosen]))):
        members.setdefault(row.relationship_id, []).append((row.role, code("P", row.participant_id)))
    return [line for row in chosen for line in _lines(row.id, row.score, row.reasons, members.get(row.id, []))]


def _lines(
    relationship: int, score: int, reasons: dict[str, Any], members: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    pairs = [pair for pair in reasons.get("pairs", ()) if "rank" in pair]
    if pairs:
        return [{"relationship": code("R", relationship), **_line(pair)} for pair in pairs]
    who = ", ".join(f"{role} {key}" for role, key in members)
    return [{"relationship": code("R", relationship), "members": who, "points": score / 1000,
             "why": "; ".join(reasons.get("mix", ()))}]  # fmt: skip


def _line(pair: dict[str, Any]) -> dict[str, Any]:
    """With the points of each criterion, by its title: its words may say something about the two."""
    others = (f"{one['mentor']} ({one['points']:g})" for one in pair["alternatives"])
    return {
        "mentee": pair["mentee"],
        "mentor": pair["mentor"],
        "points": pair["points"],
        "choice": f"{pair['rank']} of {pair['possible']}" + (", decided" if pair.get("decided") else ""),
        "why": "; ".join(f"{one['criterion']}: {one['points']:g}" for one in pair["criteria"]),
        "next best": ", ".join(others),
    }


def left_table(left: Sequence[LeftOver]) -> list[dict[str, Any]]:
    """Who was left over and why, in ids and in words of the program only."""
    return [
        {
            "participant": code("P", one.participant_id),
            "mentors": one.has,
            "possible": one.possible,
            "why": one.why if one.possible else "; ".join(one.obstacles) or "nobody is possible",
        }
        for one in left
    ]


def left_over(conn: Connection, cohort_id: int, most: int | None = None) -> Sequence[LeftOver]:
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
        .limit(most)
    )
    return [_left(row.id, full_name(row.first_name, row.last_name), json.loads(row.unmatched)) for row in rows]


def _left(participant_id: int, name: str, said: dict[str, Any]) -> LeftOver:
    return LeftOver(
        participant_id, name, said["why"], said["possible"], said.get("has", 0),
        tuple(said.get("obstacles", ())), said.get("on", ""), OneMore.of(said),
    )  # fmt: skip


def first_reasons(conn: Connection, cohort_id: int) -> Sequence[Mapping[str, Any]]:
    """The reasons of the first proposal that waits of the newest round: with it stands what is said of all of them."""
    waiting = (Relationship.cohort_id == cohort_id) & (Relationship.status == RelationshipStatus.PROPOSED)
    newest = select(Relationship.reasons).where(waiting).order_by(Relationship.round.desc(), Relationship.id).limit(1)
    return conn.execute(newest).scalars().all()


def one_more(left: Sequence[LeftOver], waiting: Iterable[Mapping[str, Any]]) -> OneMore:
    """Where one more place would have helped most when somebody was looked for last; `waiting` are the reasons of proposals."""
    if left:
        return max(left, key=lambda one: one.looked_on).more
    return next((found for reasons in waiting if (found := OneMore.of(reasons))), OneMore())


def mixed(waiting: Sequence[Proposal]) -> Mapping[str, Any]:
    """How mixed the circles are, if all of those for which that was worked out last still wait."""
    told = [(one.relationship_id, one.reasons["circles"]) for one in waiting if "circles" in one.reasons]
    found: Mapping[str, Any] = max(told, key=lambda one: one[0])[1] if told else {}
    return found if found.get("of") == len(waiting) else {}
