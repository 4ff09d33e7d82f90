"""Decisions about given teams: a mentor who joins one in any case, or never. Nothing is scored; what is counted is people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from programs.errors import MentorflowError
from programs.matching.costs import Cost, Decided, Move, Priced, Will
from programs.matching.given import Team, Teams, named
from programs.matching.people import Person
from programs.spec.matching import Fields

Two = tuple[str, str]
Forming = Callable[[Collection[Two], Collection[Two]], Teams]
"""The teams as given, but with some (mentee, mentor) and without others."""


def weighed(
    form: Forming, force: Collection[Two], forbid: Collection[Two], standing: Collection[Two]
) -> Decided[Teams]:
    """`standing` was decided before. Raises MentorflowError for a mentee who is in no team."""
    for mentee, mentor in sorted(set(force) & set(forbid)):
        raise MentorflowError(f"{mentee} and {mentor} are both to be paired and to be kept apart; decide for one")

    def around(force: Collection[Two], forbid: Collection[Two]) -> Teams:
        return form([*standing, *force], forbid)

    before, after = around((), ()), around(force, forbid)
    each = [
        *(Priced(Will.FORCE, *two, _cost(before, around([two], ()))) for two in sorted(set(force))),
        *(Priced(Will.FORBID, *two, _cost(before, around((), [two]))) for two in sorted(set(forbid))),
    ]
    caveat = "teams are given by the sheets and have no points, so only people are counted"
    return Decided(before, after, tuple(each), _cost(before, after), caveat)


def joining(mentees: Sequence[Person], mentors: Sequence[Person], by: Fields, force: Collection[Two]) -> list[Person]:
    """The mentors as if those who are to join a team had named it first. Raises MentorflowError for a mentee who names none."""
    names = {mentee.key: named(mentee, by.mentee)[:1] for mentee in mentees}
    for mentee, mentor in force:
        if mentor not in {who.key for who in mentors} or mentee not in names:
            raise MentorflowError(f"{mentee} and {mentor} do not both take part in this matching as mentee and mentor")
        if not names[mentee]:
            raise MentorflowError(f"{mentee} is in no team; name one on the sheet, enroll again, and then decide")
    return [
        replace(who, fields={**who.fields, by.mentor: (*mine, *named(who, by.mentor))})
        if (mine := [name for mentee, mentor in force if mentor == who.key for name in names[mentee]])
        else who
        for who in mentors
    ]


def _cost(before: Teams, after: Teams) -> Cost:
    old, new = _mentors(before.teams), _mentors(after.teams)
    people = sum(len(team.mentees) for team in before.teams) - sum(len(team.mentees) for team in after.teams)
    lost = (Move(mentee, mentor, None) for mentee, mentor in sorted(old - new))
    won = (Move(mentee, None, mentor) for mentee, mentor in sorted(new - old))
    return Cost(people, 0, (*lost, *won))


def _mentors(teams: Collection[Team]) -> set[Two]:
    return {(mentee, mentor) for team in teams for mentee in team.mentees for mentor in team.mentors}
