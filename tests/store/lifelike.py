"""Lives of whole programs, from sheets of people to summary records: who takes part, what they say, and when they meet.

What people say is written by hand in `lives/PROGRAM.yaml`: `people`, a sheet, and `says`, from the milestone, with the first name or
the role of whoever says it, to the answers. A list is what is said one time after the other; null is silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from programs import source
from programs.codes import code
from programs.lifecycle import ALONE
from programs.plan import make
from programs.spec import Program, Role
from tasks import cohorts
from tasks.db import reading, transaction
from tasks.enroll import enroll
from tasks.models import Closure, Cohort, Meeting, Member, Participant, Person, Relationship
from tasks.roster import RosterFile, read_roster
from tasks.turn import Turn
from tests.store.copies import warmed
from tests.store.dumps import Dump, changed_tables, dump
from tests.store.scenes import Scene, declared

FOLDER = Path(__file__).parent / "lives"
START = date(2027, 3, 1)
"""A Monday."""
YES = {"accept": True}
ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
SLOW_ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""Whole lives are long; those with the most going to and fro, and with more than two in a relationship, are on both in every run."""


@dataclass
class Life:
    """A cohort of a shipped program and the people in it, by their first names."""

    scene: Scene
    people: Mapping[str, int]
    says: dict[str, Any]
    silent: Collection[str] = ()
    """Who neither meets nor answers for the time being."""
    every: int = 14
    """Days from one meeting to the next."""
    pace: int = 2
    """Days from one run to the next."""
    _lists: dict[tuple[str, int], int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.scene.today

    def until(self, last: date) -> None:
        """Live on, up to and including that day: the cohort is run, proposals are approved, people answer and meet."""
        while self.today < last:
            self.scene.on(min(last, self.today + timedelta(days=self.pace)))
            if self.scene.approve() + self.answer():
                self.scene.on(self.today)
            self.meet()

    def to_the_end(self, limit: int = 900) -> None:
        """Live on until every relationship has a record and nobody is under way."""
        while self.open() or not self.records():
            assert self.today < START + timedelta(days=limit), self.scene.statuses(Relationship)
            self.until(self.today + timedelta(days=self.pace))

    def open(self) -> int:
        return sum(row.status in ("proposed", "offered", "agreed", "active") for row in self.scene.rows(Relationship))

    def answer(self) -> int:
        """Whoever has something to say to what is asked says it. Returns how many said something new."""
        new = 0
        for ask in self.scene.asks(status="open"):
            name = self.name(ask.participant_id)
            words = None if name in self.silent else self._words(ask, name)
            if words is not None:
                received = self.scene.send(ask, words)
                assert received.outcome in ("taken", "unchanged"), f"{name}, {ask.key}: {received.why}"
                new += received.outcome == "taken"
        return new

    def _words(self, ask: Any, name: str) -> Mapping[str, Any] | None:
        said = ask.key.rpartition(".")[2]
        if ask.key.startswith("consent."):
            return self.says.get(f"consent {name}", YES)
        where = next((one for one in (f"{said} {name}", f"{said} {ask.role}", said) if one in self.says), None)
        assert where, f"nobody has written down what {name}, the {ask.role}, says to {ask.key}"
        words = self.says[where]
        if not isinstance(words, list):
            return words
        place = (where, ask.participant_id)
        self._lists[place] = self._lists.get(place, -1) + 1
        return words[min(self._lists[place], len(words) - 1)]

    def meet(self, *, now: bool = False, minutes: int = 60) -> None:
        """Whoever is under way, and has not met for so many days, meets."""
        for row in self.scene.rows(Relationship, status="active"):
            if any(name in self.silent for name in self.members(row.id)):
                continue
            held = [one.held_on for one in self.scene.rows(Meeting, relationship_id=row.id)]
            if now or not held or (self.today - max(held)).days >= self.every:
                self.scene.meet(row.id, minutes=minutes)

    def name(self, participant: int) -> str:
        return next(name for name, one in self.people.items() if one == participant)

    def code(self, name: str) -> str:
        return code("P", self.people[name])

    def members(self, relationship: int) -> list[str]:
        rows = self.scene.rows(Member, relationship_id=relationship, left_on=None)
        return [self.name(row.participant_id) for row in rows]

    def of(self, name: str) -> Any:
        """The newest relationship of somebody that is not only their own."""
        return [row for row in self.scene.relationships_of(self.people[name]) if row.status not in ALONE][-1]

    def person(self, name: str) -> Any:
        (row,) = self.scene.rows(Participant, id=self.people[name])
        return row

    def phase(self, name: str) -> str:
        """Where the newest of somebody's ways has come to, alone or together."""
        return str(self.scene.relationships_of(self.people[name])[-1].phase)

    def records(self) -> list[dict[str, Any]]:
        return [row.record for row in self.scene.rows(Closure)]

    def record(self, name: str) -> dict[str, Any]:
        """The last that is about somebody."""
        return [one for one in self.records() if self.code(name) in [each["id"] for each in one["members"]]][-1]

    def record_of(self, relationship: int) -> dict[str, Any]:
        return next(one for one in self.records() if one["relationship"] == code("R", relationship))

    def asks(self, milestone: str, name: str) -> list[Any]:
        rows = self.scene.asks(participant_id=self.people[name])
        return [row for row in rows if row.key.partition(".")[2] == milestone]

    def mails(self, name: str, template: str | None = None) -> list[str]:
        return [row.template for row in self.scene.mails(template, participant_id=self.people[name])]


def phases(record: Mapping[str, Any]) -> list[str]:
    return [phase["id"] for phase in record["phases"]]


def beside(record: Mapping[str, Any], question: str) -> list[tuple[Any, Any]]:
    """What each member had expected and what came of it, as the record sets them side by side."""
    (found,) = [one for one in record["outcome"] if one["question"] == question]
    return [(side["expected"], side["outcome"]) for side in found["by"]]


def a_life(engine: Engine, folder: Path, program: str, enrolled_on: date, **more: Any) -> Life:
    """The people on the sheet are enrolled into a cohort of the program, on that day."""
    text = (FOLDER / f"{program}.yaml").read_text(encoding="utf-8")
    told: Any = source.read(text, program).data
    spec, engine = declared(program), warmed(engine)
    scene = Scene(engine, _launched(engine, spec, enrolled_on), enrolled_on)
    sheet = folder / "people.csv"
    sheet.write_text(told["people"], encoding="utf-8")
    with scene.writing() as conn:
        roster = read_roster([RosterFile(sheet, Role.MEMBER if Role.MEMBER in spec.roles else None)], spec)
        assert not roster.problems, [str(problem) for problem in roster.problems]
        enroll(conn, scene.turn(), roster)
    return Life(scene, _names(engine), told["says"], **more)


def _launched(engine: Engine, program: Program, enrolled_on: date) -> Turn:
    now = datetime(enrolled_on.year, enrolled_on.month, enrolled_on.day, 7, tzinfo=UTC)
    with transaction(engine) as conn:
        cohort = cohorts.launch(conn, program, "spring", START, now=now)
    return Turn(cohort, "spring", make(program, START), enrolled_on, now)


def _names(engine: Engine) -> dict[str, int]:
    query = select(Person.first_name, Participant.id).join(Participant, Participant.person_id == Person.id)
    with reading(engine) as conn:
        return {row.first_name.lower(): row.id for row in conn.execute(query)}


_lived: dict[str, tuple[str, Dump]] = {}


def unlike_elsewhere(engine: Engine, life: str) -> dict[str, tuple[list[str], list[str]]]:
    """Where the books differ, row by row, from those with which the same life ended on the other kind of database, if it has."""
    kind, first = _lived.setdefault(life, (engine.dialect.name, _books(engine)))
    return {} if kind == engine.dialect.name else changed_tables(first, _books(engine))


def _books(engine: Engine) -> Dump:
    """All that is written, whatever the cohort was called by chance."""
    with reading(engine) as conn:
        uid = conn.execute(select(Cohort.uid)).scalar_one()
    return {table: sorted(line.replace(uid, "UID") for line in lines) for table, lines in dump(engine).items()}
