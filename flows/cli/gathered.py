"""Groups, circles and teams formed from sheets of people, as a screen, a file and data tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from flows.cli import console, helpful
from flows.cli.reasoned import by_name, of_left, of_pair
from programs.matching import Circles, Groups, Left, Pair, Person, Team, Teams, form_circles, form_groups, form_teams
from programs.spec import Program, Role, Shape
from programs.words import count
from tasks.roster import Entry

HEADINGS = ("number", "role", "name", "email", "points", "about")
Names = Callable[[str], str]
Row = tuple[str, ...]
Found = Groups | Circles | Teams


def gathered(program: Program, sides: Mapping[Role, list[Person]], on: date, seed: int | None) -> Found:
    """What matching says for a program of groups, circles or given teams."""
    by = program.matching.by
    if by is not None:
        alone = program.matching.without_mentor == "starts"
        return form_teams(sides[Role.MENTEE], sides[Role.MENTOR], by, without_mentor=alone)
    if program.relationships.shape is Shape.CIRCLE:
        return form_circles(sides[Role.MEMBER], program, on=on, seed=seed)
    return form_groups(sides[Role.MENTEE], sides[Role.MENTOR], program, on=on, seed=seed)


def tell(found: Found, people: Mapping[str, Entry], name: Names) -> None:
    crowded = _crowded(found, people) if isinstance(found, Teams) else ()
    console.say(*_summary(found), *(f"Note: {note}" for note in crowded), "")
    console.table(HEADINGS, list(rows(found, people, name)), right=("points",))
    if isinstance(found, Groups):
        helpful.tell(found.more(), "group", name)
    for heading, left in _left_over(found):
        if left:
            console.say("", f"{heading} ({len(left)}):")
            console.table(("who", "why"), [(name(one.key), by_name(one.why, people, name)) for one in left])


def rows(found: Found, people: Mapping[str, Entry], name: Names) -> Iterator[Row]:
    """One for every member of every group, circle or team."""
    if isinstance(found, Teams):
        for number, team in enumerate(found.teams, start=1):
            for role, keys in ((Role.MENTOR, team.mentors), (Role.MENTEE, team.mentees)):
                yield from ((str(number), str(role), name(key), people[key].email, "", team.name) for key in keys)
        return
    if isinstance(found, Groups):
        for number, group in enumerate(found.groups, start=1):
            points = f"{group.units / 1000:g}"
            yield (str(number), "mentor", name(group.mentor), people[group.mentor].email, points, "")
            for one in group.mentees:
                who = (str(number), "mentee", name(one.mentee), people[one.mentee].email)
                yield (*who, f"{one.points:g}", _about(one, name))
        return
    for number, circle in enumerate(found.circles, start=1):
        broken = (f"although {name(one)} and {name(other)} break '{rule}'" for one, other, rule in circle.together)
        about = "; ".join([*circle.mix, *broken])
        for turn, key in enumerate(circle.members, start=1):
            yield (str(number), f"mentor in turn {turn}", name(key), people[key].email, "", about if turn == 1 else "")


def _about(one: Pair, name: Names) -> str:
    """What spoke for this group, the choice that it is, and the next best."""
    why = [f"{reason.words} ({reason.points:g})" for reason in one.reasons if reason.units]
    others = ", ".join(f"{name(other.key)} ({other.points:g})" for other in one.alternatives)
    return "; ".join([*why, f"choice {one.rank} of {one.possible}", *([f"next best: {others}"] if others else [])])


def data(found: Found, people: Mapping[str, Entry]) -> dict[str, Any]:
    left = {heading: [of_left(one, people) for one in each] for heading, each in _left_over(found)}
    if isinstance(found, Teams):
        return {"teams": [_team(one, people) for one in found.teams], **left}
    if isinstance(found, Groups):
        groups = [
            {
                "mentor": people[group.mentor].email,
                "points": group.units / 1000,
                "mentees": [{"mentee": people[one.mentee].email, **of_pair(one, people)} for one in group.mentees],
            }
            for group in found.groups
        ]
        figures = {"points": found.points, "proven": found.proven, "most": found.most}
        return {"groups": groups, **figures, **helpful.data(found.more(), "group", people), **left}
    circles = [
        {
            "members": [people[key].email for key in circle.members],
            "mix": list(circle.mix),
            "together": [
                {"one": people[one].email, "other": people[other].email, "rule": rule}
                for one, other, rule in circle.together
            ],
        }
        for circle in found.circles
    ]
    figures = {"diversity": found.diversity, "together": found.together, "fewest": found.fewest, "proven": found.proven}
    return {"circles": circles, **figures, **left}


def _team(team: Team, people: Mapping[str, Entry]) -> dict[str, Any]:
    sides = {"mentors": team.mentors, "mentees": team.mentees}
    return {"team": team.name, **{side: [people[key].email for key in keys] for side, keys in sides.items()}}


def _crowded(found: Teams, people: Mapping[str, Entry]) -> Iterator[str]:
    """What is given is done; but that somebody has taken on more than they said is worth knowing."""
    taken = Counter(key for team in found.teams for key in team.mentors)
    for key, many in taken.items():
        if many > people[key].capacity:
            yield f"{people[key].email} has {many} teams, and places for {people[key].capacity}"


def _summary(found: Found) -> Iterator[str]:
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
    if isinstance(found, Teams):
        several = sum(len(team.mentors) > 1 for team in found.teams)
        yield f"{count(len(found.teams), 'team')}, {several} with several mentors, as they were given."
        return
    mixed, *apart = found.words or ("",)
    yield f"{count(len(found.circles), 'circle')}. {mixed}".rstrip()
    yield from apart


def _left_over(found: Found) -> list[tuple[str, tuple[Left, ...]]]:
    if isinstance(found, Groups):
        return [("Mentees without a group", found.unmatched), ("Mentors with room", found.idle)]
    if isinstance(found, Teams):
        return [("Mentees without a team", found.left), ("Mentors without a team", found.idle)]
    return [("Without a circle", found.left)]
