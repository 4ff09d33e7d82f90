"""What decisions on the command line mean: whom they bring together or keep apart, and which of them were taken before."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from programs.codes import code, number
from programs.errors import MentorflowError
from programs.spec import Shape
from tasks.overrule import Wish, Wishes, gave_way, kept_apart, together_already
from tasks.people import participant_by_code_or_email
from tasks.turn import Turn
from tasks.undecided import Waiting, waiting


@dataclass(frozen=True)
class Understood:
    """Decisions that are new, and those that say what stands already."""

    wishes: Wishes
    apart: Sequence[Wish] = ()
    together: Sequence[Wish] = ()
    exchanged: Sequence[Wish] = ()
    gone: Sequence[tuple[str, str]] = ()
    """Two proposals that have exchanged their mentors, and have given way to others therefore."""

    @property
    def new(self) -> bool:
        return bool(self.wishes.force or self.wishes.forbid or self.wishes.swap)


def understood(
    conn: Connection, turn: Turn, force: Sequence[str], forbid: Sequence[str], swap: Sequence[str]
) -> Understood:
    """Raises MentorflowError for what does not name two, or nobody here."""
    apart = list(dict.fromkeys(_two(conn, turn, text) for text in forbid))
    together = list(dict.fromkeys(_two(conn, turn, text) for text in force))
    swaps = [_swapped(conn, turn, text) for text in dict.fromkeys(swap)]
    crossed = [pair for one in swaps for pair in one.wishes.force]
    kept = kept_apart(conn, turn, apart) - {*together, *crossed}
    had = together_already(conn, turn, together) - set(apart)
    wishes = Wishes(
        [*(pair for pair in together if pair not in had), *crossed],
        [pair for pair in apart if pair not in kept],
        [pair for one in swaps for pair in one.wishes.swap],
        [pair for one in swaps for pair in one.wishes.exchanged],
    )
    before = [pair for one in swaps for pair in one.exchanged]
    return Understood(wishes, sorted(kept), sorted(had), before, [both for one in swaps for both in one.gone])


def _two(conn: Connection, turn: Turn, text: str) -> Wish:
    mentee, mentor = _parts(text, "MENTEE:MENTOR, like P-7F3K2:P-MF3V4")
    one, other = (participant_by_code_or_email(conn, turn.cohort_id, who) for who in (mentee, mentor))
    return one.code, other.code


def _swapped(conn: Connection, turn: Turn, text: str) -> Understood:
    """What comes out when two proposals exchange their mentors, or two people their places; in circles, these two."""
    parts, there = _parts(text, "R-…:R-… or P-…:P-…"), waiting(conn, turn)
    if not all(part.upper().startswith("R-") for part in parts):
        a, b = (participant_by_code_or_email(conn, turn.cohort_id, part).code for part in parts)
        return _people(turn, there, a, b)
    numbers = [number(part, "R") for part in parts]
    if gave_way(conn, turn, numbers):
        return Understood(Wishes(), gone=[(code("R", numbers[0]), code("R", numbers[1]))])
    one, other = (_proposal(turn, there, relationship) for relationship in numbers)
    return Understood(Wishes(_crossed(turn, one, other, one.of("mentee"), other.of("mentee"))))


def _people(turn: Turn, there: Sequence[Waiting], a: str, b: str) -> Understood:
    theirs = [one for one in there if not {a, b}.isdisjoint(one.of("mentee", "member"))]
    if theirs and all(frozenset((a, b)) in one.exchanged for one in theirs):
        return Understood(Wishes(), exchanged=[(a, b)])
    if turn.plan.program.relationships.shape is Shape.CIRCLE:
        return Understood(Wishes(swap=[(a, b)], exchanged=[(a, b)]))
    one, other = (_place_of(turn, there, who) for who in (a, b))
    return Understood(Wishes(_crossed(turn, one, other, [a], [b]), exchanged=[(a, b)]))


def _proposal(turn: Turn, there: Sequence[Waiting], relationship: int) -> Waiting:
    for one in there:
        if one.relationship == relationship:
            return one
    raise MentorflowError(
        f"{code('R', relationship)} waits for no decision; see: mentorflow match {shlex.quote(turn.cohort)}"
    )


def _place_of(turn: Turn, there: Sequence[Waiting], who: str) -> Waiting:
    mine = [one for one in there if who in one.of("mentee")]
    if len(mine) != 1:
        why = f"is a mentee in {len(mine)} of them" if mine else "is a mentee in none of them"
        raise MentorflowError(f"{who} {why}; name two proposals that wait, as R-…:R-…, or force pairs")
    return mine[0]


def _crossed(turn: Turn, one: Waiting, other: Waiting, here: list[str], there: list[str]) -> list[Wish]:
    if one == other:
        raise MentorflowError("they are in one proposal already; name two proposals, or people of two")
    mentors = one.of("mentor"), other.of("mentor")
    if any(len(each) != 1 for each in mentors):
        raise MentorflowError(
            f"'{turn.cohort}' has {turn.plan.program.relationships.shape}s without exactly one mentor each, so nothing can be "
            "exchanged; force and forbid a mentee and a mentor"
        )
    return [*((who, mentors[1][0]) for who in here), *((who, mentors[0][0]) for who in there)]


def _parts(text: str, like: str) -> tuple[str, str]:
    first, _, second = text.partition(":")
    if not first.strip() or not second.strip():
        raise MentorflowError(f"'{text}' does not name two; write {like}")
    return first.strip(), second.strip()
