"""The command that matches sheets of people without a database."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows import clock
from flows.cli import console, sheets
from flows.cli.surroundings import Json, Today, folders
from programs import library
from programs.errors import MentorflowError
from programs.matching import Left, Pair, Pairing, Person
from programs.matching import pair as match
from programs.spec import Program, Role, Shape
from tasks.exports import safe_cell
from tasks.roster import Entry

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
    pairing = _matched(program, people, today or clock.today(program.timezone), seed)
    if out:
        _write(out, pairing, people)
    if json:
        console.as_json(_data(pairing, people))
    else:
        _show(pairing, people, program)
        if out:
            console.say("", f"Written: {out}")


def _matched(program: Program, people: Mapping[str, Entry], on: date, seed: int | None) -> Pairing:
    if program.relationships.shape is Shape.CIRCLE:
        raise MentorflowError(
            f"{program.title} forms circles, in which nobody is the mentor of anybody; there are no pairs"
        )
    sides = {
        role: [_person(entry) for entry in people.values() if role in entry.roles]
        for role in (Role.MENTEE, Role.MENTOR)
    }
    with console.working(f"matching {len(sides[Role.MENTEE]):,} mentees with {len(sides[Role.MENTOR]):,} mentors"):
        return match(sides[Role.MENTEE], sides[Role.MENTOR], program, on=on, seed=seed)


def _person(entry: Entry) -> Person:
    """JSON has lists where matching speaks of tags."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.fields.items()}
    return Person(entry.email_key, fields, entry.capacity, entry.email)


def _show(pairing: Pairing, people: Mapping[str, Entry], program: Program) -> None:
    counts = {role: sum(role in entry.roles for entry in people.values()) for role in (Role.MENTEE, Role.MENTOR)}
    console.say(
        f"{counts[Role.MENTEE]} mentees, {counts[Role.MENTOR]} mentors, {pairing.possible:,} possible pairs.",
        f"{len(pairing.pairs)} pairs with {pairing.points:g} points in total ({program.matching.objective}).",
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
        )
        for one in pairing.pairs
    ]
    console.table(("mentee", "mentor", "points", "choice", "why"), rows, right=("points",))
    for heading, left in (("Mentees without a mentor", pairing.unmatched), ("Mentors with room", pairing.idle)):
        if left:
            console.say("", f"{heading} ({len(left)}):")
            console.table(("who", "why"), [(_name(one.key, people), one.why) for one in left])


def _why(one: Pair) -> str:
    return "; ".join(f"{reason.words} ({reason.points:g})" for reason in one.reasons if reason.units)


def _name(key: str, people: Mapping[str, Entry]) -> str:
    entry = people[key]
    return f"{entry.first_name} {entry.last_name}".strip() or entry.email


def _write(out: Path, pairing: Pairing, people: Mapping[str, Entry]) -> None:
    """In UTF-8 with a mark, so that spreadsheets read the names rightly, and readable for its owner only."""
    out.touch(mode=0o600)
    with out.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(CSV_HEADINGS)
        for one in pairing.pairs:
            cells = (
                _name(one.mentee, people), people[one.mentee].email, _name(one.mentor, people), people[one.mentor].email,
                f"{one.points:g}", one.rank, one.possible, _why(one),
            )  # fmt: skip
            writer.writerow([safe_cell(cell) for cell in cells])


def _data(pairing: Pairing, people: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        "objective": str(pairing.objective),
        "seed": pairing.seed,
        "possible": pairing.possible,
        "points": pairing.points,
        "pairs": [
            {"mentee": people[one.mentee].email, "mentor": people[one.mentor].email, "points": one.points, "rank": one.rank,
             "possible": one.possible, "reasons": [{**asdict(reason), "points": reason.points} for reason in one.reasons]}
            for one in pairing.pairs
        ],
        "unmatched": [_left(one, people) for one in pairing.unmatched],
        "idle": [_left(one, people) for one in pairing.idle],
        "proof": asdict(pairing.proof),
        "notes": list(pairing.notes),
    }  # fmt: skip


def _left(one: Left, people: Mapping[str, Entry]) -> dict[str, Any]:
    obstacles = [{**asdict(obstacle), "words": str(obstacle)} for obstacle in one.obstacles]
    return {
        "who": people[one.key].email,
        "why": one.why,
        "free": one.free,
        "possible": one.possible,
        "obstacles": obstacles,
    }
