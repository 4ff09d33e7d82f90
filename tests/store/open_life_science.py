"""Four real cohorts as programs of ours: their schedules into YAML, their projects into sheets, and what is counted in the data itself.

The data are by Open Life Science (OLS), under CC BY 4.0; people are pseudonyms.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from programs.spec import Role

MEETINGS = "Mentor-Mentee"
"""The type of calls that have no date of their own: project and mentors find one within the week."""
FOR_MENTORS = "Mentor"
LAST = timedelta(weeks=3)
"""After the last call there is time to say who has graduated."""


@dataclass(frozen=True)
class Project:
    name: str
    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    outcome: str
    """graduated, not graduated, or nothing where nobody wrote it down."""


@dataclass(frozen=True)
class Dated:
    """A call that has a day."""

    on: date
    kind: str
    title: str
    time: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    minutes: int | None


@dataclass(frozen=True)
class History:
    """What is known of one cohort."""

    name: str
    schedule: Mapping[str, Any]
    projects: tuple[Project, ...]
    people: Mapping[str, frozenset[str]]
    """Pseudonym → roles."""

    @cached_property
    def weeks(self) -> list[tuple[str, date, list[dict[str, Any]]]]:
        return [
            (week, read_day(said["start"]), said.get("calls") or []) for week, said in self.schedule["weeks"].items()
        ]

    @cached_property
    def dated(self) -> list[Dated]:
        calls = (call for _, _, calls in self.weeks for call in calls if call.get("date"))
        return [_dated(call) for call in calls]

    @cached_property
    def meetings(self) -> list[tuple[str, date, dict[str, Any]]]:
        """The weeks in which project and mentors are to meet."""
        return [(week, start, call) for week, start, calls in self.weeks for call in calls if call["type"] == MEETINGS]

    @cached_property
    def undated(self) -> list[str]:
        """Other calls whose day nobody wrote down: they are left out."""
        calls = [call for _, _, calls in self.weeks for call in calls if call["type"] != MEETINGS]
        return [call["title"] for call in calls if not call.get("date")]

    @cached_property
    def starts_on(self) -> date:
        """Week 1, or the day of a call before it."""
        return min(*(start for _, start, _ in self.weeks), *(call.on for call in self.dated))

    @cached_property
    def ends_on(self) -> date:
        return max(call.on for call in self.dated) + timedelta(days=1)

    @cached_property
    def running(self) -> list[Project]:
        """Those that somebody carries."""
        return [project for project in self.projects if project.mentees]

    @cached_property
    def outcomes(self) -> Counter[str]:
        return Counter(project.outcome for project in self.running)

    def mentors(self, project: Project) -> set[str]:
        """Those who are not themselves among the people of the project."""
        return set(project.mentors) - set(project.mentees)

    def enrolled(self) -> set[str]:
        """Experts come to calls as guests, and are nobody's mentor or mentee."""
        asked = {"mentor", "possible-mentor", "participant"}
        return {person for person, roles in self.people.items() if roles & asked}


def read_history(folder: Path, name: str) -> History:
    schedule = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    people = {row["person"]: frozenset(row["roles"].split()) for row in _rows(folder / "people.csv", name)}
    projects = tuple(
        Project(row["project"], tuple(row["mentors"].split()), tuple(row["mentees"].split()), row["outcome"])
        for row in _rows(folder / "pairs.csv", name)
    )
    return History(name, schedule, projects, people)


def _rows(path: Path, cohort: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from (row for row in csv.DictReader(lines) if row["cohort"] == cohort)


def read_day(words: str) -> date:
    """`2020-01-20`, or `January 20, 2020`."""
    return date.fromisoformat(words) if words[:4].isdigit() else datetime.strptime(words, "%B %d, %Y").date()  # noqa: DTZ007


def _dated(call: Mapping[str, Any]) -> Dated:
    minutes = int(call["duration"].split()[0]) if call.get("duration") else None
    before, after = (tuple(call.get(side) or ()) for side in ("before", "after"))
    return Dated(read_day(call["date"]), call["type"].lower(), call["title"], call.get("time"), before, after, minutes)


# Into the language.


def program_text(history: History) -> str:
    """The schedule as a program file."""
    weeks = {
        "id": "weeks",
        "lasts": _days(history.starts_on, history.ends_on),
        "checklist": {"mentee": _tasks(history)},
    }
    weeks["milestones"] = [*_expected(history), *(_call(history, at, one) for at, one in enumerate(history.dated, 1))]
    closure = {"reasons": ["completed", "graduated", "not_graduated", "not_known", "other"]}
    data = {
        "program": history.name,
        "title": f"Open Life Science, {history.name.upper()}",
        "relationships": {"shape": "team", "mentor_capacity": 10},
        "enrollment": {"fields": {"project": _field("text", "mentee"), "mentors": _field("tags", "mentor")}},
        "matching": {
            "objective": "given", "by": {"mentee": "project", "mentor": "mentors"}, "without_mentor": "starts",
            "approval": "none",
        },
        "phases": [weeks, GRADUATION],
        "closure": closure | {"planned": ["graduated", "not_graduated", "not_known"]},
        "forms": {"outcome": OUTCOME},
    }  # fmt: skip
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _field(kind: str, role: str) -> dict[str, Any]:
    return {"type": kind, "roles": [role]}


def _days(first: date, after: date) -> str:
    return f"{(after - first).days} days"


def _at(history: History, on: date) -> str:
    return f"{_days(history.starts_on, on)} after start" if on > history.starts_on else "start"


def _tasks(history: History) -> list[str]:
    """What is to be done around the meetings with the mentors, each once."""
    said = [task for _, _, call in history.meetings for side in ("before", "after") for task in call.get(side) or ()]
    return list(dict.fromkeys(said))


def _expected(history: History) -> Iterator[dict[str, Any]]:
    for week, start, call in history.meetings:
        meeting = {"meeting": {"minutes": int(call["duration"].split()[0])}, "due": "in 6 days"}
        yield {"id": f"meeting-w{week}", "title": call["title"], "at": _at(history, start), "expect": meeting}


def _call(history: History, number: int, one: Dated) -> dict[str, Any]:
    roles = ["mentor"] if one.kind == FOR_MENTORS.lower() else ["mentor", "mentee"]
    call: dict[str, Any] = {"kind": one.kind, "roles": roles}
    for name in ("time", "minutes"):
        if getattr(one, name):
            call[name] = getattr(one, name)
    for name in ("before", "after"):
        if getattr(one, name):
            call[name] = list(getattr(one, name))
    return {"id": f"call-w{number}", "title": one.title, "at": _at(history, one.on), "call": call}


def _way(answer: str, reason: str) -> dict[str, str]:
    return {
        "to": "end",
        "milestone": "outcome",
        "question": "graduated",
        "answer": answer,
        "by": "any",
        "reason": reason,
    }


GRADUATION: Mapping[str, Any] = {
    "id": "graduation",
    "lasts": f"{LAST.days} days",
    "paths": [_way("yes", "graduated"), _way("no", "not_graduated"), {"to": "end", "reason": "not_known"}],
    "milestones": [
        {"id": "outcome", "at": "start", "ask": {"form": "outcome", "roles": ["mentor", "mentee"], "due": "in 14 days"}}
    ],
}
OUTCOME = {"questions": [{"id": "graduated", "ask": "Has the project graduated?", "type": "yes_no", "required": True}]}


# Into sheets.


def address(person: str) -> str:
    return f"{person}@ols.example.org"


def write_sheets(history: History, folder: Path) -> dict[Role, Path]:
    """Who carries a project, and who mentors which. Mentors of no project are on their sheet too."""
    mentees = [[*_identity(who), project.name] for project in history.projects for who in project.mentees]
    mentoring = {who: [] for who, roles in history.people.items() if roles & {"mentor", "possible-mentor"}}
    for project in history.projects:
        for who in project.mentors:
            mentoring[who].append(project.name)
    mentors = [[*_identity(who), ", ".join(names)] for who, names in mentoring.items()]
    return {
        Role.MENTEE: _written(folder / "mentees.csv", "project", mentees),
        Role.MENTOR: _written(folder / "mentors.csv", "mentors", mentors),
    }


def _identity(person: str) -> list[str]:
    return [address(person), person.capitalize(), "Pseudonym"]


def _written(path: Path, field: str, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([["email", "first name", "last name", field], *rows])
    return path
