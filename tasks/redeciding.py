"""A matching made again around decisions about two people, for each shape of relationship. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

from sqlalchemy import Connection

from programs.errors import MentorflowError
from programs.matching import (
    Decided,
    Gains,
    Left,
    Person,
    decide,
    decide_circles,
    decide_groups,
    decide_teams,
    form_circles,
    one_more_place,
)
from programs.spec import Program, Shape
from tasks import engaged, seekers
from tasks.pairing import Formed
from tasks.turn import Turn
from tasks.undecided import Waiting, looking, waiting

Wish = tuple[str, str]
"""Mentee and mentor, or two of the same side, as P-…"""


@dataclass(frozen=True)
class Wishes:
    """What the operator wants now."""

    force: Collection[Wish] = ()
    forbid: Collection[Wish] = ()
    swap: Collection[Wish] = ()
    """Two members of circles who exchange their places."""
    exchanged: Collection[Wish] = ()
    """All who exchange their places, also those of whom each is forced together with the other's mentor."""


@dataclass(frozen=True)
class Redone:
    """The matching around the decisions, and what it makes of the proposals."""

    found: Decided[Any]
    formed: Sequence[Formed]
    left: tuple[Left, ...]
    fewer: tuple[Left, ...] = ()
    more: Callable[[], Gains] = Gains
    stand: frozenset[int] = frozenset()
    """Proposals decided earlier, which are no part of it."""
    peers: frozenset[Wish] = frozenset()
    """Of what is forbidden: two of the same side."""


@dataclass(frozen=True)
class _Scene:
    """Who takes part, as the books have it."""

    conn: Connection
    turn: Turn
    wishes: Wishes
    program: Program
    there: Sequence[Waiting]
    looking: Sequence[Person]
    past: set[Wish]
    held: dict[str, int]

    @property
    def mentors(self) -> list[Person]:
        return seekers.mentors(self.conn, self.turn)


def redone(conn: Connection, turn: Turn, wishes: Wishes) -> Redone:
    """Raises MentorflowError for decisions that the program's shape has no place for, or that cannot be."""
    scene = _Scene(
        conn, turn, wishes, seekers.program(turn), waiting(conn, turn), seekers.people(conn, looking(turn)),
        seekers.past(conn, turn, proposed=False), seekers.held(conn, turn, proposed=False),
    )  # fmt: skip
    shape = scene.program.relationships.shape
    if wishes.swap and shape is not Shape.CIRCLE:
        raise MentorflowError("exchanging places as such is for circles; elsewhere two are forced together")
    forming = {Shape.GROUP: _groups, Shape.CIRCLE: _circles}.get(shape, _pairs)
    found = _teams(scene) if scene.program.matching.by is not None else forming(scene)
    return replace(found, formed=[_noted(one, wishes.exchanged) for one in found.formed])


def _noted(formed: Formed, exchanged: Collection[Wish]) -> Formed:
    """An exchange is noted with the proposals, so that saying it once more does not take it back."""
    here = {who for who, _ in formed.members}
    mine = sorted(list(two) for two in exchanged if not here.isdisjoint(two))
    return replace(formed, reasons=formed.reasons | {"exchanged": mine}) if mine else formed


def together(one: Waiting) -> list[Wish]:
    """Any two of its members who could have been kept apart."""
    return [*one.pairs, *combinations(one.of("mentee"), 2), *combinations(one.of("member"), 2)]


def _pairs(scene: _Scene) -> Redone:
    turn, wishes = scene.turn, scene.wishes
    had = engaged.had(scene.conn, turn, proposed=False)
    stand = _standing(scene, had)
    standing = [one.pairs[0] for one in stand]
    many = scene.program.relationships.mentors
    mine = Counter(mentee for mentee, _ in standing)
    found = decide(
        [who for who in scene.looking if had.get(who.key, 0) + mine[who.key] < many],
        scene.mentors,
        scene.program,
        on=turn.today,
        past=scene.past | set(standing),
        held=Counter(mentor for _, mentor in standing) + Counter(scene.held),
        force=wishes.force,
        forbid=wishes.forbid,
        had=mine + Counter(had),
    )
    after = found.after
    formed = [Formed.of_pairs([one]) for one in after.pairs]
    more = partial(one_more_place, after)
    return Redone(found, formed, after.unmatched, after.fewer, more, frozenset(one.relationship for one in stand))


def _standing(scene: _Scene, had: dict[str, int]) -> list[Waiting]:
    """What was decided earlier, except for mentees who have no place for that beside what is decided now."""
    forced = Counter(mentee for mentee, _ in scene.wishes.force)
    mine: defaultdict[str, list[Waiting]] = defaultdict(list)
    for one in scene.there:
        if one.decided and one.pairs[0] not in (*scene.wishes.forbid, *scene.wishes.force):
            mine[one.pairs[0][0]].append(one)
    many = scene.program.relationships.mentors
    room = {mentee: many - had.get(mentee, 0) - forced[mentee] for mentee in mine}
    return [one for mentee, ones in mine.items() if len(ones) <= room[mentee] for one in ones]


def _groups(scene: _Scene) -> Redone:
    turn, leads = scene.turn, {who.key for who in scene.mentors}
    force, together = _sides(scene.wishes.force, leads)
    forbid, apart = _sides(scene.wishes.forbid, leads)
    moved = {mentee for mentee, _ in force}
    beside = [two for one in scene.there for two in one.beside if set(two).isdisjoint(moved) and not _same(two, apart)]
    found = decide_groups(
        scene.looking,
        scene.mentors,
        scene.program,
        on=turn.today,
        past=scene.past,
        held=scene.held,
        force=force,
        forbid=forbid,
        together=together,
        apart=apart,
        standing=[two for one in scene.there for two in one.decided if two not in forbid and two[0] not in moved],
        beside=beside,
        parted=[two for two in seekers.apart(scene.conn, turn) if not _same(two, together) and _looks(scene, two)],
        prefer=[two for one in scene.there for two in one.pairs],
    )
    formed = [_with(Formed.of_pairs(one.mentees), [*beside, *together]) for one in found.after.groups]
    return Redone(found, formed, found.after.unmatched, more=found.after.more, peers=frozenset(apart))


def _circles(scene: _Scene) -> Redone:
    turn, wishes = scene.turn, scene.wishes
    seats = [one.of("member") for one in scene.there]
    kept = [two for two in seekers.apart(scene.conn, turn) if _looks(scene, two) and not _same(two, wishes.force)]
    beside = [two for one in scene.there for two in one.beside if not _same(two, wishes.forbid)]
    if not (wishes.force or wishes.forbid or wishes.swap):
        anew = form_circles(scene.looking, scene.program, on=turn.today, past=scene.past, apart=kept)
        seats = [list(one.members) for one in anew.circles]
    found = decide_circles(
        scene.looking,
        seats,
        scene.program,
        on=turn.today,
        past=scene.past,
        force=[*wishes.force, *(() if wishes.force or wishes.forbid or wishes.swap else beside)],
        forbid=wishes.forbid,
        swap=wishes.swap,
        held=beside,
        apart=kept,
    )
    formed = [_with(Formed.of_circle(one), [*beside, *wishes.force]) for one in found.after.circles]
    return Redone(found, formed, found.after.left, peers=frozenset(wishes.forbid))


def _teams(scene: _Scene) -> Redone:
    wishes, leads = scene.wishes, {who.key for who in scene.mentors}
    for pair in (*wishes.force, *wishes.forbid):
        if pair[1] not in leads:
            raise MentorflowError(
                f"{pair[1]} is no mentor here. Who is in a team is given by '{scene.program.matching.by and scene.program.matching.by.mentee}': "
                "change it on the sheet, enroll it again, and match --again; decide about a mentor and a mentee"
            )
    standing = [two for one in scene.there for two in one.decided if two not in wishes.forbid]
    found = decide_teams(
        scene.looking,
        scene.mentors,
        scene.program,
        past=scene.past,
        held=scene.held,
        force=wishes.force,
        forbid=wishes.forbid,
        standing=standing,
    )
    decided = {*standing, *wishes.force}
    formed = []
    for team in found.after.teams:
        mine = sorted([one, other] for one, other in decided if one in team.mentees and other in team.mentors)
        plain = Formed.of_team(team)
        formed.append(replace(plain, reasons=plain.reasons | ({"decided": mine} if mine else {})))
    return Redone(found, formed, found.after.left)


def _sides(wishes: Collection[Wish], leads: Collection[str]) -> tuple[list[Wish], list[Wish]]:
    """(mentee, mentor), and two mentees."""
    return [two for two in wishes if two[1] in leads], [two for two in wishes if two[1] not in leads]


def _same(two: Wish, others: Collection[Wish]) -> bool:
    return any(set(two) == set(other) for other in others)


def _looks(scene: _Scene, two: Wish) -> bool:
    return set(two) <= {who.key for who in scene.looking}


def _with(formed: Formed, beside: Sequence[Wish]) -> Formed:
    """Two who are together by decision are noted with the proposal."""
    here = {who for who, _ in formed.members}
    mine = sorted([list(two) for two in set(beside) if set(two) <= here])
    return replace(formed, reasons=formed.reasons | {"beside": mine}) if mine else formed
