"""How proposals that wait are told on a screen: who with whom and why, whom else, who is left and why, and where a place would help."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flows.cli import console
from flows.cli.why import by_name, mentioned
from programs.codes import code, number
from programs.spec import Program, Shape
from tasks.helpful import OneMore
from tasks.proposals import LeftOver, Proposal, mixed, one_more

Name = Callable[[str], str]


def concerned(waiting: Sequence[Proposal], left: Sequence[LeftOver]) -> set[int]:
    """Participants named in reasons, beside those whose names are known already."""
    told = [str(one.reasons) for one in waiting]
    told += [text for one in left for text in (one.why, *(each.mentor for each in one.more.each))]
    return mentioned(*told)


def tell(
    cohort: str, program: Program, waiting: Sequence[Proposal], left: Sequence[LeftOver], names: Mapping[int, str]
) -> None:
    def name(key: str) -> str:
        return names.get(number(key, "P")) or key

    if waiting:
        _tell_waiting(program, waiting, name)
        console.say(f"Decide with: mentorflow match {shlex.quote(cohort)} --approve, or --reject R-… for some of them.")
    else:
        console.say("No proposal waits for a decision.")
    alone = {Shape.PAIR: "a mentor", Shape.GROUP: "a group", Shape.CIRCLE: "a circle", Shape.TEAM: "a team"}
    _tell_left(f"Without {alone[program.relationships.shape]}", [one for one in left if not one.has], name)
    _tell_left("With fewer mentors than wanted", [one for one in left if one.has], name)
    what = "group" if program.relationships.shape is Shape.GROUP else "place"
    _tell_more(one_more(left, (one.reasons for one in waiting)), what, name)


def _tell_more(more: OneMore, what: str, name: Name) -> None:
    if more.unstated:
        console.say("", f"Where one more {what} would help most is not stated: {more.unstated}.")
    elif more.each:
        console.say("", f"One more {what} would help most with:")
        rows = [(code("P", number(one.mentor, "P")), name(one.mentor), str(one)) for one in more.each]
        console.table(("id", "mentor", "adds"), rows)


def _tell_waiting(program: Program, waiting: Sequence[Proposal], name: Name) -> None:
    if program.relationships.shape is Shape.CIRCLE:
        rows = [(code("R", one.relationship_id), one.named("member"), _circle(one, name)) for one in waiting]
        console.table(("id", "members, in the order of their turns", "why"), rows)
        console.say(*mixed(waiting).get("words", ()))
    elif program.matching.by is not None:
        given = [
            (code("R", one.relationship_id), str(one.reasons["given"]), one.named("mentor"), one.named("mentee"))
            for one in waiting
        ]
        console.table(("id", "team", "mentors", "mentees"), given)
    else:
        headings = ("id", "mentee", "mentor", "points", "choice", "why", "next best")
        console.table(headings, [row for one in waiting for row in _pairs(one, name)], right=("points",))


def _pairs(one: Proposal, name: Name) -> Iterator[tuple[str, ...]]:
    """A line for each mentee; the other lines of a group repeat its number, so that every line can be read by itself."""
    for pair in one.reasons.get("pairs", ()):
        decided = ", decided" if pair.get("decided") else ""
        rank = f"{pair['rank']} of {pair['possible']}{decided}" if "rank" in pair else ""
        why = "; ".join(f"{each['words']} ({each['points']:g})" for each in pair["criteria"] if each["points"])
        broken = "; ".join(f"although it breaks '{rule}'" for rule in pair.get("breaks", ()))
        others = ", ".join(f"{name(each['mentor'])} ({each['points']:g})" for each in pair.get("alternatives", ()))
        who = (code("R", one.relationship_id), name(pair["mentee"]), name(pair["mentor"]))
        yield (*who, f"{pair['points']:g}", rank, "; ".join(part for part in (why, broken) if part), others)


def _circle(one: Proposal, name: Name) -> str:
    broken = (f"although {name(two['one'])} and {name(two['other'])} break '{two['rule']}'" for two in _together(one))
    return "; ".join([*one.reasons.get("mix", ()), *broken])


def _together(one: Proposal) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = one.reasons.get("together", ())
    return found


def _tell_left(heading: str, left: Sequence[LeftOver], name: Name) -> None:
    if left:
        console.say("", f"{heading} ({len(left)}):")
        rows = [(code("P", one.participant_id), one.name, by_name(one.why, name)) for one in left]
        console.table(("id", "who", "why"), rows)
