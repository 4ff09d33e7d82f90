"""Teams that were formed elsewhere: everybody who names the same thing, such as a project, belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from programs.matching.pairing import Left
from programs.matching.people import Person
from programs.spec.base import Role
from programs.spec.matching import Fields


@dataclass(frozen=True)
class Team:
    """Several mentors and several mentees."""

    name: str
    """What all of them named."""
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]


@dataclass(frozen=True)
class Teams:
    """Who belongs together, and who named nothing that a mentor named too."""

    teams: tuple[Team, ...]
    left: tuple[Left, ...]


def form_teams(
    mentees: Sequence[Person], mentors: Sequence[Person], by: Fields, past: Collection[tuple[str, str]] = ()
) -> Teams:
    """The teams, by name, and the mentees without one.

    A mentee belongs to the first name that a mentor names too; mentors may name several. Names are compared without regard
    to case. `past` are (mentee key, mentor key) who were together before: such a mentor is not in the team again.
    """
    helping: defaultdict[str, list[str]] = defaultdict(list)
    for mentor in mentors:
        for name in named(mentor, by.mentor):
            helping[name.casefold()].append(mentor.key)
    mine: defaultdict[str, list[str]] = defaultdict(list)
    spelled: dict[str, str] = {}
    left = []
    for mentee in mentees:
        names = named(mentee, by.mentee)
        found = next((name for name in names if set(helping[name.casefold()]) - {mentee.key}), None)
        if found is None:
            left.append(_left(mentee.key, names, by))
        else:
            mine[found.casefold()].append(mentee.key)
            spelled.setdefault(found.casefold(), found)
    teams = []
    for folded in sorted(mine):
        others = [key for key in helping[folded] if key not in mine[folded]]
        new = [key for key in others if not any((mentee, key) in past for mentee in mine[folded])]
        if new:
            teams.append(Team(spelled[folded], tuple(new), tuple(mine[folded])))
        else:
            left += [Left(key, Role.MENTEE, "were together before", 1, 0, ()) for key in mine[folded]]
    return Teams(tuple(teams), tuple(left))


def named(person: Person, field: str) -> tuple[str, ...]:
    """What somebody named in the field, in their order, without blanks."""
    value = person.fields.get(field)
    entries = value if isinstance(value, tuple) else (value,)
    return tuple(text for entry in entries if entry is not None and (text := str(entry).strip()))


def _left(key: str, names: Sequence[str], by: Fields) -> Left:
    why = f"no mentor names {' or '.join(names)} in {by.mentor}" if names else f"nothing in {by.mentee}"
    return Left(key, Role.MENTEE, why, 1, 0, ())
