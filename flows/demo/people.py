"""Made-up people for a rehearsal: names, what they say of themselves, and the sheets they are enrolled from. Seeded, so that it can be repeated."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from programs.spec import CriterionKind, EnrollmentField, FieldType, Program, Role, Rule

FIRST = (
    "Ada Amina Bela Bruno Carla Chidi Daniel Dilek Ebba Emeka Farid Fiona Goran Greta Hana Hugo Ines Ivan Jana Jonas Kaya Kofi "
    "Lara Liam Mara Mateo Nadia Nils Olga Omar Paula Pavel Quinn Rosa Ruben Sara Sven Tara Tomas Uma Vera Viktor Wanda Yara Zoran"
).split()
LAST = (
    "Adler Almeida Bauer Berg Costa Danso Diaz Eriksen Fischer Fontaine Garcia Haddad Hansen Ibrahim Jansen Kaya Keller Kovacs "
    "Larsen Lindt Mensah Meyer Moreau Nakamura Novak Okafor Olsen Petrov Quist Rahman Rossi Sato Silva Tanaka Ueda Varga Weber Yilmaz"
).split()
DEPARTMENTS = ("Finance", "Operations", "Research", "People", "Sales", "Support", "Legal")
SKILLS = (
    "leading a team", "giving feedback", "planning", "budgets", "public speaking", "negotiation", "hiring", "data analysis",
    "writing", "career choices", "working abroad", "returning to work",
)  # fmt: skip
IDENTITIES = (
    "carer", "disabled", "ethnic minority", "faith", "first in the family to study", "LGBT+", "neurodivergent", "parent", "woman",
)  # fmt: skip
JOBS = (
    "Adviser",
    "Analyst",
    "Caseworker",
    "Delivery manager",
    "Lawyer",
    "Policy lead",
    "Project manager",
    "Team leader",
)
TOPICS = ("moss", "rivers", "bees", "maps", "voices", "soil", "stars", "bread", "paper", "tides", "genes", "clouds")
LANGUAGES = ("en", "fr", "de", "es", "pl")
SENTENCES = (
    "I have led a small team through a year of {}, and learned most from what went wrong.",
    "For me it is about {}, and about {} a little.",
    "Somebody who has done {} for years and still asks questions.",
    "I came to {} by accident and stayed. Before that it was {}.",
    "I want to get better at {} without losing what I am good at.",
)
ZONES = ("Europe/London", "Europe/Paris", "Europe/Warsaw", "Europe/Lisbon", "America/New_York")


@dataclass(frozen=True)
class MadeUp:
    """One row of a sheet."""

    role: Role
    email: str
    first_name: str
    last_name: str
    capacity: int
    fields: dict[str, str]


def make_up(program: Program, count: int, seed: int) -> list[MadeUp]:
    """As many people as asked for: a few more mentees than mentors can take, as programs have it."""
    rng = random.Random(f"{program.program}/{seed}/people")  # noqa: S311 - a rehearsal has to be repeatable
    mentors = max(1, round(count * 0.47))
    names = [(first, last) for first in FIRST for last in LAST]
    rng.shuffle(names)
    sides = [Role.MENTOR] * mentors + [Role.MENTEE] * (count - mentors)
    roles = sides if Role.MENTOR in program.roles else [Role.MEMBER] * count
    people = [_person(program, rng, role, *_name(names, number)) for number, role in enumerate(roles)]
    return _in_teams(program, rng, _with_choices(program, rng, people))


def _name(names: list[tuple[str, str]], number: int) -> tuple[str, str]:
    """A name nobody else has; when all are given out, they come again with a second family name."""
    again, place = divmod(number, len(names))
    first, last = names[place]
    return (first, last) if not again else (first, f"{last}-{LAST[again % len(LAST)]}")


def _person(program: Program, rng: random.Random, role: Role, first: str, last: str) -> MadeUp:
    email = f"{first}.{last}@example.org".lower()
    asked = {name: field for name, field in program.enrollment.fields.items() if field.asked_of(frozenset({role}))}
    fields = {name: _value(program, rng, name, field, role) for name, field in asked.items()}
    return MadeUp(role, email, first, last, _capacity(program, rng, role), fields)


def _capacity(program: Program, rng: random.Random, role: Role) -> int:
    most = program.relationships.mentor_capacity
    return rng.choice((1, 1, 1, min(2, most), most)) if role is Role.MENTOR and most > 1 else 1


def _value(program: Program, rng: random.Random, name: str, field: EnrollmentField, role: Role) -> str:
    match field.type:
        case FieldType.LEVEL:
            return _level(program, rng, name, field, role)
        case FieldType.TIMEZONE:
            return rng.choices(ZONES, (60, 14, 12, 10, 4))[0]
        case FieldType.CHOICE:
            return rng.choice(field.options)
        case FieldType.TAGS:
            return field.separator.join(_tags(rng, name, field, role))
        case FieldType.NUMBER:
            return str(rng.randint(1, 10))
        case FieldType.YES_NO:
            return rng.choice(("yes", "no"))
        case FieldType.DATE:
            return f"20{rng.randint(10, 25)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}"
        case FieldType.TEXT if name in _compared(program, CriterionKind.TEXT):
            return rng.choice(SENTENCES).format(*rng.sample(SKILLS, 2))
        case FieldType.TEXT:
            return rng.choice(JOBS if "job" in name else DEPARTMENTS)
        case _:
            return ""


def _compared(program: Program, kind: CriterionKind) -> set[str]:
    """The fields that a criterion of this kind looks at."""
    criteria = [one.fields for one in program.matching.criteria if one.kind is kind]
    return {name for fields in criteria for name in (fields.mentee, fields.mentor)}


def _level(program: Program, rng: random.Random, name: str, field: EnrollmentField, role: Role) -> str:
    """Mentors come from the upper half of the ladder and mentees from the lower; in a reverse program the other way round.

    Peers come from everywhere. Where mentors may stand only so far above, they come from a step or two above the mentees.
    """
    if role is Role.MEMBER:
        return rng.choice(field.levels)
    near = next((rule for rule in program.matching.rules if rule.at_most is not None and _looks_at(rule, name)), None)
    if near and near.at_most is not None:
        above = rng.randint(max(near.at_least or 0, 0), near.at_most) * (-1 if program.relationships.reverse else 1)
        place = round(rng.gauss(len(field.levels) * 0.4, len(field.levels) * 0.15)) + (
            above if role is Role.MENTOR else 0
        )
        return field.levels[max(0, min(len(field.levels) - 1, place))]
    middle = max(1, len(field.levels) // 2)
    upper = (role is Role.MENTOR) != program.relationships.reverse
    return rng.choice(field.levels[middle:] if upper else field.levels[: middle + (rng.random() < 0.15)])


def _looks_at(rule: Rule, name: str) -> bool:
    return rule.fields is not None and name in (rule.fields.mentee, rule.fields.mentor)


def _tags(rng: random.Random, name: str, field: EnrollmentField, role: Role) -> Sequence[str]:
    if "language" in name:
        return ("en", *rng.sample(LANGUAGES[1:], rng.choice((0, 0, 1, 2)))) if rng.random() < 0.98 else ("fr",)
    if name in ("identity", "characteristics"):  # most name one, some two, and some would rather not
        return rng.sample(IDENTITIES, rng.choice((0, 1, 1, 1, 2)))
    pool = field.options or SKILLS
    most = min(len(pool), 5 if role is Role.MENTOR else 3)
    return rng.sample(pool, rng.randint(min(2, most), most))


def _with_choices(program: Program, rng: random.Random, people: list[MadeUp]) -> list[MadeUp]:
    """Some name a manager, some rank people of the other side, and everybody knows a few of all."""
    of = {role: [person.email for person in people if person.role is role] for role in Role}
    everybody = [person.email for person in people]
    acquaintances = _compared(program, CriterionKind.NETWORK)
    for person in people:
        others = {Role.MENTOR: of[Role.MENTEE], Role.MENTEE: of[Role.MENTOR]}.get(person.role, [])
        for name in person.fields:
            if name in acquaintances:
                known = rng.sample(everybody, min(len(everybody), rng.randint(2, 5)))
                person.fields[name] = program.enrollment.fields[name].separator.join(
                    one for one in known if one != person.email
                )
                continue
            kind = program.enrollment.fields[name].type
            if kind is FieldType.EMAIL and others and rng.random() < 0.3:
                person.fields[name] = rng.choice(others)
            elif kind is FieldType.RANKING and others and rng.random() < 0.4:
                person.fields[name] = ",".join(rng.sample(others, min(3, len(others))))
    return people


def _in_teams(program: Program, rng: random.Random, people: list[MadeUp]) -> list[MadeUp]:
    """Where teams are given, everybody says which is theirs: some have several mentors, some mentors have several, and one has none."""
    by = program.matching.by
    if by is None:
        return people
    mentors = [person for person in people if person.role is Role.MENTOR]
    mentees = [person for person in people if person.role is Role.MENTEE]
    teams = [
        f"{topic.capitalize()} {number // len(TOPICS) + 1}"
        for number, topic in zip(range(len(mentors)), cycle(TOPICS), strict=False)
    ]
    for at, person in enumerate(mentees):
        person.fields[by.mentee] = teams[at] if at < len(teams) else rng.choice(teams)
    for at, person in enumerate(mentors[:-1]):
        mine = [teams[at], *(rng.sample(teams[:-1], 1) if rng.random() < 0.2 else ())]
        person.fields[by.mentor] = program.enrollment.fields[by.mentor].separator.join(dict.fromkeys(mine))
    mentors[-1].fields[by.mentor] = teams[0]
    return people


def write_sheets(program: Program, people: Sequence[MadeUp], folder: Path) -> list[Path]:
    """One sheet with a `role` column. Writing the same people again writes the same sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "people.csv"
    names = list(program.enrollment.fields)
    headings = {field: heading for heading, field in program.enrollment.columns.items()}
    head = ["role", "first_name", "last_name", "email", "capacity", *names]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([headings.get(name, name) for name in head])
        for person in people:
            known = {**person.fields, "role": str(person.role), "email": person.email, "capacity": str(person.capacity)}
            known |= {"first_name": person.first_name, "last_name": person.last_name}
            writer.writerow([known.get(name, "") for name in head])
    return [path]
