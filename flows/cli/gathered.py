"""Groups and circles formed from sheets of people, as a screen, a file and data tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flows.cli import console
from programs.matching import Circles, Groups, Left, Person, form_circles, form_groups
from programs.spec import Program, Role, Shape
from tasks.roster import Entry

HEADINGS = ("number", "role", "name", "email", "points", "about")
Names = Callable[[str], str]
Row = tuple[str, ...]


def gathered(program: Program, sides: Mapping[Role, list[Person]], on: date, seed: int | None) -> Groups | Circles:
    """What matching says for a program of groups or circles."""
    if program.relationships.shape is Shape.CIRCLE:
        return form_circles(sides[Role.MEMBER], program, on=on, seed=seed)
    return form_groups(sides[Role.MENTEE], sides[Role.MENTOR], program, on=on, seed=seed)


def tell(found: Groups | Circles, people: Mapping[str, Entry], name: Names) -> None:
    console.say(*_summary(found), "")
    console.table(HEADINGS, list(rows(found, people, name)), right=("points",))
    for heading, left in _left_over(found):
        if left:
            console.say("", f"{heading} ({len(left)}):")
            console.table(("who", "why"), [(name(one.key), one.why) for one in left])


def rows(found: Groups | Circles, people: Mapping[str, Entry], name: Names) -> Iterator[Row]:
    """One for every member of every group or circle."""
    if isinstance(found, Groups):
        for number, group in enumerate(found.groups, start=1):
            points = f"{group.units / 1000:g}"
            yield (str(number), "mentor", name(group.mentor), people[group.mentor].email, points, "")
            for one in group.mentees:
                why = "; ".join(reason.words for reason in one.reasons if reason.units)
                yield (str(number), "mentee", name(one.mentee), people[one.mentee].email, f"{one.points:g}", why)
        return
    for number, circle in enumerate(found.circles, start=1):
        about = "; ".join(circle.mix)
        for turn, key in enumerate(circle.members, start=1):
            yield (str(number), f"mentor in turn {turn}", name(key), people[key].email, "", about if turn == 1 else "")


def data(found: Groups | Circles, people: Mapping[str, Entry]) -> dict[str, Any]:
    left = {
        heading: [{"who": people[one.key].email, "why": one.why} for one in each] for heading, each in _left_over(found)
    }
    if isinstance(found, Groups):
        groups = [
            {
                "mentor": people[group.mentor].email,
                "points": group.units / 1000,
                "mentees": [{"mentee": people[one.mentee].email, "points": one.points} for one in group.mentees],
            }
            for group in found.groups
        ]
        return {"groups": groups, "points": found.points, "proven": found.proven, "most": found.most, **left}
    circles = [
        {"members": [people[key].email for key in circle.members], "mix": list(circle.mix)} for circle in found.circles
    ]
    figures = {"diversity": found.diversity, "together": found.together, "fewest": found.fewest, "proven": found.proven}
    return {"circles": circles, **figures, **left}


def _summary(found: Groups | Circles) -> Iterator[str]:
    if isinstance(found, Groups):
        many = len(found.groups)
        yield f"{many} group{'' if many == 1 else 's'} with {found.mentees} mentees and {found.points:g} points in total ({found.objective})."
        yield (
            "Proven: nothing better exists."
            if found.proven
            else f"Not proven to be the best. No way to form groups finds a place for more than {found.most} mentees."
        )
        yield from (f"Note: {note}" for note in found.notes)
        return
    many = len(found.circles)
    yield f"{many} circle{'' if many == 1 else 's'}. Within them people differ {found.diversity:.0%} as much as they differ at all."
    sit = "1 pair sits" if found.together == 1 else f"{found.together} pairs sit"
    bound = "proven, fewer are impossible" if found.proven else f"at least {found.fewest} have to"
    yield f"{sit} together who should be apart; {bound}."


def _left_over(found: Groups | Circles) -> list[tuple[str, tuple[Left, ...]]]:
    if isinstance(found, Groups):
        return [("Mentees without a group", found.unmatched), ("Mentors with room", found.idle)]
    return [("Without a circle", found.left)]
