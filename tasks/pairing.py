"""Proposing relationships: what matching says for the program's shape, kept as proposals with their reasons."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from programs.codes import number
from programs.lifecycle import RelationshipStatus
from programs.matching import (
    Circle,
    Circles,
    Gains,
    Left,
    Pair,
    Pairing,
    Team,
    form_circles,
    form_groups,
    form_teams,
    one_more_place,
    pair,
)
from programs.spec import Approval, Shape
from tasks import asking, attention, engaged, seekers
from tasks.helpful import told
from tasks.models import Base, Member, Participant, Relationship
from tasks.offers import approve
from tasks.prepare import found as end_looking
from tasks.sql import BATCH, insert_all
from tasks.turn import Turn


@dataclass(frozen=True)
class Formed:
    """A relationship as matching proposes it."""

    members: tuple[tuple[str, str], ...]
    """Participant and role, those of a circle in the order in which they take the mentor's role."""
    score: int
    reasons: dict[str, Any]

    @property
    def decided(self) -> list[tuple[str, str]]:
        """Mentee and mentor whom the operator has brought together."""
        told = [(one["mentee"], one["mentor"]) for one in self.reasons.get("pairs", ()) if one.get("decided")]
        return told + [(mentee, mentor) for mentee, mentor in self.reasons.get("decided", ())]

    @classmethod
    def of_pairs(cls, pairs: Sequence[Pair]) -> Formed:
        """One mentor with one mentee, or with all of a group."""
        members = ((pairs[0].mentor, "mentor"), *((one.mentee, "mentee") for one in pairs))
        return cls(members, sum(one.units for one in pairs), {"pairs": [_reasons(one) for one in pairs]})

    @classmethod
    def of_team(cls, team: Team) -> Formed:
        """Several mentors with several mentees, as they were given."""
        mentors, mentees = ((key, "mentor") for key in team.mentors), ((key, "mentee") for key in team.mentees)
        return cls((*mentors, *mentees), 0, {"given": team.name})

    @classmethod
    def of_circle(cls, circle: Circle) -> Formed:
        together = [{"one": one, "other": other, "rule": rule} for one, other, rule in circle.together]
        return cls(tuple((key, "member") for key in circle.members), 0, {"mix": circle.mix, "together": together})


@dataclass(frozen=True)
class Proposed:
    """What one matching round came to."""

    round: int
    relationships: int
    unmatched: tuple[Left, ...]
    fewer: tuple[Left, ...] = ()
    """Who found somebody, and fewer than they should."""


def propose(conn: Connection, turn: Turn) -> Proposed:
    """One round of matching for all who look for a relationship. Nobody's existing relationship is touched."""
    found = _matched(conn, turn)
    helpful = told(found.more)
    first = {**({} if found.left or found.fewer else helpful), **found.about}
    round_ = store(conn, turn, with_first(found.formed, first))
    remember_unmatched(conn, turn, found.left, found.fewer, helpful)
    if found.left:
        attention.left_over(conn, turn)
    if turn.plan.program.matching.approval is Approval.NONE and found.formed:
        approve(conn, turn)
    return Proposed(round_, len(found.formed), found.left, found.fewer)


@dataclass(frozen=True)
class Matched:
    """What matching says, in the shape in which it is kept."""

    formed: list[Formed]
    left: tuple[Left, ...]
    fewer: tuple[Left, ...] = ()
    more: Callable[[], Gains] = Gains
    """What one more place, or one more group, would add; worked out when it is to be kept."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What is to be said of all circles together."""

    @classmethod
    def of_pairs(cls, pairing: Pairing) -> Matched:
        formed = [Formed.of_pairs([one]) for one in pairing.pairs]
        return cls(formed, pairing.unmatched, pairing.fewer, partial(one_more_place, pairing))


def _matched(conn: Connection, turn: Turn) -> Matched:
    program, looking = seekers.program(turn), seekers.people(conn, seekers.seeking(turn))
    past, shape = seekers.past(conn, turn), program.relationships.shape
    if shape is Shape.CIRCLE:
        dealt = form_circles(looking, program, on=turn.today, past=past, apart=seekers.apart(conn, turn))
        return Matched([Formed.of_circle(one) for one in dealt.circles], dealt.left, about=about_circles(dealt))
    if asking.leads(turn):
        return _asked(conn, turn)
    mentors, held, first = seekers.mentors(conn, turn), seekers.held(conn, turn), seekers.left_out(conn, turn)
    if program.matching.by is not None:
        alone = program.matching.without_mentor == "starts"
        given = form_teams(looking, mentors, program.matching.by, past, alone, held)
        return Matched([Formed.of_team(one) for one in given.teams], given.left)
    if shape is Shape.GROUP:
        here = {who.key for who in looking}
        apart = [two for two in seekers.apart(conn, turn) if set(two) <= here]
        grouped = form_groups(
            looking, mentors, program, on=turn.today, past=past, held=held, priority=first, apart=apart
        )
        formed = [Formed.of_pairs(one.mentees) for one in grouped.groups]
        return Matched(formed, grouped.unmatched, more=grouped.more)
    had = engaged.had(conn, turn)
    paired = pair(looking, mentors, program, on=turn.today, past=past, held=held, priority=first, had=had)
    return Matched.of_pairs(paired)


def _asked(conn: Connection, turn: Turn) -> Matched:
    """Mentee by mentee, as far as the mentors take asks."""
    asking.give_up(conn, turn)
    looking, mentors = seekers.people(conn, seekers.seeking(turn)), seekers.mentors(conn, turn)
    paired = pair(
        looking, asking.with_room(conn, turn, mentors), seekers.program(turn), on=turn.today,
        past=seekers.past(conn, turn), priority=asking.order(conn, turn),
    )  # fmt: skip
    return Matched.of_pairs(paired)


def store(conn: Connection, turn: Turn, formed: Sequence[Formed], found: bool = True) -> int:
    """Relationships with their members, as the next round; whoever has `found` somebody stops looking."""
    mine = Relationship.cohort_id == turn.cohort_id
    round_ = 1 + (conn.execute(select(func.max(Relationship.round)).where(mine)).scalar() or 0)
    for start in range(0, len(formed), BATCH):
        batch = formed[start : start + BATCH]
        statement = insert(Relationship).returning(Relationship.id, sort_by_parameter_order=True)
        ids = conn.execute(statement, [_row(turn, round_, one) for one in batch]).scalars().all()
        members = [
            {"relationship_id": relationship, "participant_id": number(who, "P"), "role": role}
            for relationship, one in zip(ids, batch, strict=True)
            for who, role in one.members
        ]
        insert_all(conn, Member, members)
        theirs = [member["participant_id"] for member in members if member["role"] != "mentor" and found]
        conn.execute(update(Participant).where(Participant.id.in_(theirs)).values(seeking_on=None, unmatched=None))
    if found:
        end_looking(conn, turn, "proposed")
    return round_


def with_first(formed: Sequence[Formed], about: Mapping[str, Any]) -> Sequence[Formed]:
    """What is to be said of all proposals is kept with the first; what a place would add, with those who are left, if any."""
    if not formed or not about:
        return formed
    return [replace(formed[0], reasons={**formed[0].reasons, **about}), *formed[1:]]


def about_circles(dealt: Circles) -> dict[str, Any]:
    """How mixed so many circles are, as it is kept."""
    figures = {"diversity": dealt.diversity, "together": dealt.together, "fewest": dealt.fewest}
    return {"circles": {"of": len(dealt.circles), **figures, "words": list(dealt.words)}} if dealt.circles else {}


def _row(turn: Turn, round_: int, one: Formed) -> dict[str, Any]:
    return {
        "cohort_id": turn.cohort_id,
        "status": RelationshipStatus.PROPOSED,
        "round": round_,
        "score": one.score,
        "reasons": one.reasons,
        "proposed_on": turn.today,
        "visit": 0,
        "silence_rung": 0,
    }


def _reasons(one: Pair) -> dict[str, Any]:
    criteria = [
        {"criterion": each.criterion, "points": each.points, "words": each.words}
        | ({} if each.told else {"told": False})
        for each in one.reasons
    ]
    told: dict[str, Any] = {
        "mentee": one.mentee,
        "mentor": one.mentor,
        "points": one.points,
        "rank": one.rank,
        "possible": one.possible,
        "criteria": criteria,
        "alternatives": [{"mentor": other.key, "points": other.points} for other in one.alternatives],
    }
    return told | ({"decided": True, "breaks": list(one.breaks)} if one.decided else {})


def remember_unmatched(
    conn: Connection, turn: Turn, left: Sequence[Left], fewer: Sequence[Left], helpful: Mapping[str, Any]
) -> None:
    """Why nobody, or nobody further, was found, kept with the person; they look again as soon as a place becomes free."""
    most = turn.plan.program.relationships.mentors
    each = [*((one, _why(one)) for one in left), *((one, _why(one) | {"has": most - one.free}) for one in fewer)]
    common = {"on": turn.today.isoformat(), **helpful}
    rows = [{"who": number(one.key, "P"), "why": json.dumps(why | common, ensure_ascii=False)} for one, why in each]
    table = Base.metadata.tables["participant"]
    if rows:
        statement = update(table).where(table.c.id == bindparam("who"))
        conn.execute(statement.values(seeking_on=None, unmatched=bindparam("why")), rows)


def _why(one: Left) -> dict[str, Any]:
    return {"why": one.why, "possible": one.possible, "obstacles": [str(obstacle) for obstacle in one.obstacles]}
