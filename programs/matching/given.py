"""Teams that were formed elsewhere: everybody who names the same thing, such as a project, belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from programs.matching.pairing import Left
from programs.matching.people import Person
from programs.spec.base import Role
from programs.spec.matching import Fields


@dataclass(frozen=True)
class Team:
    """Several mentors and several mentees. Whoever is both in the same team is one of those who are mentored."""

    name: str
    """What all of them named."""
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]


@dataclass(frozen=True)
class Teams:
    """Who belongs together, and who named nothing that a mentor named too."""

    teams: tuple[Team, ...]
    left: tuple[Left, ...]
    idle: tuple[Left, ...] = ()
    """Mentors who name only what no mentee names, or more than they have places left for."""


def form_teams(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    by: Fields,
    past: Collection[tuple[str, str]] = (),
    without_mentor: bool = False,
    held: Mapping[str, int] | None = None,
) -> Teams:
    """The teams, by name, and the mentees without one.

    A mentee belongs to the first name that a mentor names too, `without_mentor` to their first name if there is no such one;
    mentors may name several. Names are compared without regard to case. `past` are (mentee key, mentor key) who were together
    before: such a mentor is not in the team again. What is given is done, also where it is more than a mentor has places for;
    but whoever has relationships already (`held`: how many) takes on others only as far as places are left, in the order in
    which they name them.
    """
    helping: defaultdict[str, list[str]] = defaultdict(list)
    for mentor in mentors:
        for name in _folded(mentor, by):
            helping[name].append(mentor.key)
    mine, spelled, left = _by_name(mentees, helping, by, without_mentor)
    offered = {
        name: [key for key in helping[name] if key not in members and not {(one, key) for one in members} & set(past)]
        for name, members in mine.items()
    }
    full = _beyond_their_places(mentors, offered, by, held or {})
    teams = []
    for folded, members in sorted(mine.items()):
        there = [key for key in offered[folded] if (key, folded) not in full]
        if there or (without_mentor and set(helping[folded]) <= set(members)):
            teams.append(Team(spelled[folded], tuple(there), tuple(members)))
        else:
            full_up = f"no mentor of {spelled[folded]} has a place left"
            why = full_up if offered[folded] else "were together before"
            left += [Left(key, Role.MENTEE, why, 1, 0, ()) for key in members]
    return Teams(tuple(teams), tuple(left), tuple(_idle(mentors, teams, by, full)))


def _folded(mentor: Person, by: Fields) -> list[str]:
    return list(dict.fromkeys(one.casefold() for one in named(mentor, by.mentor)))


def _beyond_their_places(
    mentors: Iterable[Person], offered: Mapping[str, Collection[str]], by: Fields, held: Mapping[str, int]
) -> set[tuple[str, str]]:
    """(mentor key, name) of the teams for which a mentor who has relationships already has no place any more."""
    full = set()
    for mentor in mentors:
        wanted = [name for name in _folded(mentor, by) if mentor.key in offered.get(name, ())]
        taken = held.get(mentor.key, 0)
        if taken:
            full |= {(mentor.key, name) for name in wanted[max(0, mentor.capacity - taken) :]}
    return full


def _by_name(
    mentees: Sequence[Person], helping: Mapping[str, Collection[str]], by: Fields, without_mentor: bool
) -> tuple[dict[str, list[str]], dict[str, str], list[Left]]:
    """The mentees of each name, how it is spelled, and those who belong nowhere."""
    mine: defaultdict[str, list[str]] = defaultdict(list)
    spelled: dict[str, str] = {}
    left = []
    for mentee in mentees:
        names = named(mentee, by.mentee)
        found = next((name for name in names if set(helping.get(name.casefold(), ())) - {mentee.key}), None)
        if found is None and without_mentor:
            found = next(iter(names), None)
        if found is None:
            why = f"no mentor names {' or '.join(names)} in {by.mentor}" if names else f"nothing in {by.mentee}"
            left.append(Left(mentee.key, Role.MENTEE, why, 1, 0, ()))
        else:
            mine[found.casefold()].append(mentee.key)
            spelled.setdefault(found.casefold(), found)
    return mine, spelled, left


def _idle(
    mentors: Iterable[Person], teams: Iterable[Team], by: Fields, full: Collection[tuple[str, str]]
) -> Iterable[Left]:
    """Mentors who are in no team, or not in all that they could be in."""
    busy = {key for team in teams for key in team.mentors}
    mentored = {team.name.casefold(): team.mentees for team in teams}
    for mentor in mentors:
        names = named(mentor, by.mentor)
        beyond = {name: (mentor.key, name.casefold()) in full for name in names}
        if any(beyond.values()):
            why = f"has no place left for {', '.join(name for name, is_full in beyond.items() if is_full)}"
        elif mentor.key in busy:
            continue
        elif any(mentor.key in mentored.get(name.casefold(), ()) for name in names):
            why = "is one of those who are mentored there"
        else:
            why = f"no mentee names {' or '.join(names)} in {by.mentee}" if names else f"nothing in {by.mentor}"
        yield Left(mentor.key, Role.MENTOR, why, 0 if any(beyond.values()) else mentor.capacity, 0, ())


def named(person: Person, field: str) -> tuple[str, ...]:
    """What somebody named in the field, in their order, without blanks."""
    value = person.fields.get(field)
    entries = value if isinstance(value, tuple) else (value,)
    return tuple(text for entry in entries if entry is not None and (text := str(entry).strip()))
