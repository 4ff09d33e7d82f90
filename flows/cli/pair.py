"""The command that matches sheets of people without a database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows import clock
from flows.cli import console, gathered, helpful, sheets
from flows.cli.reasoned import by_name, of_left, of_pair
from flows.cli.surroundings import Json, Today, folders
from programs import library
from programs.matching import Alternative, Pair, Pairing, Person, one_more_place, wishes
from programs.matching import pair as match
from programs.spec import Objective, Program, Role, Shape
from programs.words import count
from tasks import whole
from tasks.exports import safe_cell
from tasks.roster import Entry

WISHES = 3
"""Mentors listed for each mentee who leads."""
CSV_HEADINGS = ("mentee", "mentee email", "mentor", "mentor email", "points", "rank", "possible", "reasons")


def pair(
    file: str,
    /,
    *,
    named: sheets.Sheets = sheets.NOBODY,
    out: Annotated[Path | None, Parameter(help="A CSV file for the pairs.")] = None,
    seed: Annotated[
        int | None, Parameter(help="Decides between equally good matchings. Default: the program's.")
    ] = None,
    top: Annotated[int | None, Parameter(help="Also list so many mentors for each mentee, the best first.")] = None,
    today: Today = None,
    json: Json = False,
) -> None:
    """Propose relationships for sheets of people, without a database.

    Who with whom, with how many points and why; who is left, and why; and the proof that nothing better is possible.

    Parameters
    ----------
    file
        A program file, or the name of a program.
    """
    program = library.load(file, folders())
    people = {entry.email_key: entry for entry in sheets.read(named, program).entries}
    sides = {role: [_person(entry) for entry in people.values() if role in entry.roles] for role in Role}
    on = today or clock.today(program.timezone)
    if program.relationships.shape is Shape.PAIR:
        pairing = _matched(program, sides, on, seed)
        _told(pairing, people, program, out, json, _wishes(program, sides, on, seed, top))
    else:
        _gathered(gathered.gathered(program, sides, on, seed), people, out, json)


Wishes = Mapping[str, Sequence[Alternative]]


def _wishes(
    program: Program, sides: Mapping[Role, list[Person]], on: date, seed: int | None, top: int | None
) -> Wishes:
    """Where the mentees lead, three for each unless said otherwise; else nobody's, unless asked for."""
    many = top if top is not None else WISHES if program.matching.objective is Objective.MENTEE_LED else 0
    if many < 1:
        return {}
    return wishes(sides[Role.MENTEE], sides[Role.MENTOR], program, on=on, top=many, seed=seed)


def _told(
    pairing: Pairing, people: Mapping[str, Entry], program: Program, out: Path | None, json: bool, lists: Wishes
) -> None:
    if out:
        _write(out, CSV_HEADINGS, _cells(pairing, people))
    if json:
        console.as_json(_data(pairing, people) | _listed(lists, people))
        return
    _show(pairing, people, program)
    if lists:
        rows = [(_name(key, people), _ranked(best, people)) for key, best in lists.items()]
        console.say("", "Whom each mentee would ask, one after the other:")
        console.table(("mentee", "mentors"), rows)
    if out:
        console.say("", f"Written: {out}")


def _ranked(best: Sequence[Alternative], people: Mapping[str, Entry]) -> str:
    found = (f"{at}. {_name(one.key, people)} ({one.points:g})" for at, one in enumerate(best, start=1))
    return ", ".join(found) or "nobody is possible"


def _listed(lists: Wishes, people: Mapping[str, Entry]) -> dict[str, Any]:
    if not lists:
        return {}
    told = {
        people[key].email: [{"mentor": people[one.key].email, "points": one.points} for one in best]
        for key, best in lists.items()
    }
    return {"wishes": told}


def _gathered(found: gathered.Found, people: Mapping[str, Entry], out: Path | None, json: bool) -> None:
    def name(key: str) -> str:
        return _name(key, people)

    if out:
        _write(out, gathered.HEADINGS, gathered.rows(found, people, name))
    if json:
        console.as_json(gathered.data(found, people))
        return
    gathered.tell(found, people, name)
    if out:
        console.say("", f"Written: {out}")


def _matched(program: Program, sides: Mapping[Role, list[Person]], on: date, seed: int | None) -> Pairing:
    with console.working(f"matching {len(sides[Role.MENTEE]):,} mentees with {len(sides[Role.MENTOR]):,} mentors"):
        return match(sides[Role.MENTEE], sides[Role.MENTOR], program, on=on, seed=seed)


def _person(entry: Entry) -> Person:
    """JSON has lists where matching speaks of tags."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.fields.items()}
    return Person(entry.email_key, fields, entry.capacity, entry.email)


def _show(pairing: Pairing, people: Mapping[str, Entry], program: Program) -> None:
    counts = {role: sum(role in entry.roles for entry in people.values()) for role in (Role.MENTEE, Role.MENTOR)}
    console.say(
        f"{count(counts[Role.MENTEE], 'mentee')}, {count(counts[Role.MENTOR], 'mentor')}, {_pairs(pairing.possible, 'possible pair')}.",
        f"{_pairs(len(pairing.pairs), 'pair')} with {pairing.points:g} points in total ({program.matching.objective}).",
        pairing.proof.words,
        *(f"Note: {note}" for note in pairing.notes),
        "",
    )
    rows = [
        (
            _name(one.mentee, people),
            _name(one.mentor, people),
            f"{one.points:g}",
            f"{one.rank} of {one.possible}",
            _why(one),
            _next_best(one, people),
        )
        for one in pairing.pairs
    ]
    console.table(("mentee", "mentor", "points", "choice", "why", "next best"), rows, right=("points",))

    def name(key: str) -> str:
        return _name(key, people)

    helpful.tell(one_more_place(pairing), "place", name)
    for heading, left in (
        ("Mentees without a mentor", pairing.unmatched),
        ("Mentees with fewer mentors than wanted", pairing.fewer),
        ("Mentors with room", pairing.idle),
    ):
        if left:
            console.say("", f"{heading} ({len(left)}):")
            console.table(("who", "why"), [(name(one.key), by_name(one.why, people, name)) for one in left])


def _pairs(many: int, noun: str) -> str:
    return f"{many:,} {noun}{'' if many == 1 else 's'}"


def _next_best(one: Pair, people: Mapping[str, Entry]) -> str:
    return ", ".join(f"{_name(other.key, people)} ({other.points:g})" for other in one.alternatives)


def _why(one: Pair) -> str:
    return "; ".join(f"{reason.words} ({reason.points:g})" for reason in one.reasons if reason.units)


def _name(key: str, people: Mapping[str, Entry]) -> str:
    entry = people[key]
    return f"{entry.first_name} {entry.last_name}".strip() or entry.email


def _cells(pairing: Pairing, people: Mapping[str, Entry]) -> Iterator[Sequence[object]]:
    for one in pairing.pairs:
        yield (
            _name(one.mentee, people), people[one.mentee].email, _name(one.mentor, people), people[one.mentor].email,
            f"{one.points:g}", one.rank, one.possible, _why(one),
        )  # fmt: skip


def _write(out: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """In UTF-8 with a mark, so that spreadsheets read the names rightly, and readable for its owner only."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    whole.write(out, text.getvalue().encode("utf-8-sig"), private=True)


def _data(pairing: Pairing, people: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        "objective": str(pairing.objective),
        "seed": pairing.seed,
        "possible": pairing.possible,
        "points": pairing.points,
        "pairs": [
            {"mentee": people[one.mentee].email, "mentor": people[one.mentor].email, **of_pair(one, people)}
            for one in pairing.pairs
        ],
        "unmatched": [of_left(one, people) for one in pairing.unmatched],
        "fewer": [of_left(one, people) for one in pairing.fewer],
        "idle": [of_left(one, people) for one in pairing.idle],
        **helpful.data(one_more_place(pairing), "place", people),
        "proof": asdict(pairing.proof),
        "notes": list(pairing.notes),
    }  # fmt: skip
