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
    """Mentors who name only what no mentee names."""


def form_teams(
    mentees: Sequence[Person],
    mentors: Sequence[Person],
    by: Fields,
    past: Collection[tuple[str, str]] = (),
    without_mentor: bool = False,
) -> Teams:
    """The teams, by name, and the mentees without one.

    A mentee belongs to the first name that a mentor names too, `without_mentor` to their first name if there is no such one;
    mentors may name several. Names are compared without regard to case. `past` are (mentee key, mentor key) who were together
    before: such a mentor is not in the team again.
    """
    helping: defaultdict[str, list[str]] = defaultdict(list)
    for mentor in mentors:
        for name in dict.fromkeys(one.casefold() for one in named(mentor, by.mentor)):
            helping[name].append(mentor.key)
    mine, spelled, left = _by_name(mentees, helping, by, without_mentor)
    teams = []
    for folded, members in sorted(mine.items()):
        others = [key for key in helping[folded] if key not in members]
        new = [key for key in others if not any((mentee, key) in past for mentee in members)]
        if new or (without_mentor and not others):
            teams.append(Team(spelled[folded], tuple(new), tuple(members)))
        else:
            left += [Left(key, Role.MENTEE, "were together before", 1, 0, ()) for key in members]
    return Teams(tuple(teams), tuple(left), tuple(_idle(mentors, teams, by)))


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


def _idle(mentors: Iterable[Person], teams: Iterable[Team], by: Fields) -> Iterable[Left]:
    busy = {key for team in teams for key in team.mentors}
    mentored = {team.name.casefold(): team.mentees for team in teams}
    for mentor in mentors:
        if mentor.key in busy:
            continue
        names = named(mentor, by.mentor)
        why = f"no mentee names {' or '.join(names)} in {by.mentee}" if names else f"nothing in {by.mentor}"
        if any(mentor.key in mentored.get(name.casefold(), ()) for name in names):
            why = "is one of those who are mentored there"
        yield Left(mentor.key, Role.MENTOR, why, mentor.capacity, 0, ())


def named(person: Person, field: str) -> tuple[str, ...]:
    """What somebody named in the field, in their order, without blanks."""
    value = person.fields.get(field)
    entries = value if isinstance(value, tuple) else (value,)
    return tuple(text for entry in entries if entry is not None and (text := str(entry).strip()))
