"""Cohorts of any size for measuring: relationships in the middle of a program, written straight into the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import Engine, insert, select

from programs.plan import make
from programs.spec import Program
from tasks import cohorts, db
from tasks.models import Member, Participant, Person, Relationship, Step
from tasks.schema import upgrade
from tasks.turn import Turn

STARTS_ON = date(2027, 1, 4)
DUE_ON = date(2027, 1, 11)

PROGRAM = Program.model_validate(
    {
        "program": "measured",
        "title": "Measured",
        "matching": {"approval": "none"},
        "phases": [
            {
                "id": "main",
                "lasts": "20 weeks",
                "milestones": [
                    {
                        "id": "check_in",
                        "at": "1 week after start",
                        "ask": {"form": "check_in", "roles": ["mentor", "mentee"], "due": "in 7 days"},
                    }
                ],
            }
        ],
        "forms": {"check_in": {"questions": [{"id": "going", "ask": "How is it going?", "type": "scale"}]}},
        "messages": {
            name: {"subject": "Measured", "body": "Hello {{ you.first_name }}"}
            for name in ("ask", "reminder", "introduction", "closed", "closing_notice")
        },
    }
)
KEY = "main.check_in"


def at(day: date) -> datetime:
    return datetime.combine(day, time(6), UTC)


def database(folder: Path, name: str) -> str:
    """A fresh SQLite database, brought up to date."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / name}.db"
    upgrade(url)
    return url


def cohort_of(engine: Engine, relationships: int, name: str, today: date = DUE_ON) -> Turn:
    """A cohort whose relationships all entered the main phase on the first day; on DUE_ON the check-in is due for every one."""
    with db.transaction(engine) as conn:
        cohort = cohorts.launch(conn, PROGRAM, name, STARTS_ON, now=at(STARTS_ON))
        people = [_person(cohort, number) for number in range(2 * relationships)]
        conn.execute(insert(Person), people)
        mine = select(Person.id).where(Person.email_key.like(f"{cohort}-%")).order_by(Person.id)
        ids = conn.execute(mine).scalars().all()
        conn.execute(insert(Participant), [_participant(cohort, person) for person in ids])
        mine = select(Participant.id).where(Participant.cohort_id == cohort).order_by(Participant.id)
        participants = conn.execute(mine).scalars().all()
        conn.execute(insert(Relationship), [_relationship(cohort) for _ in range(relationships)])
        pairs = conn.execute(select(Relationship.id).where(Relationship.cohort_id == cohort)).scalars().all()
        conn.execute(insert(Member), [row for n, pair in enumerate(pairs) for row in _members(pair, participants, n)])
        conn.execute(insert(Step), [_step(cohort, pair) for pair in pairs])
    with db.reading(engine) as conn:
        return cohorts.turn(conn, name, today, at(today))


def _person(cohort: int, number: int) -> dict[str, object]:
    email = f"{cohort}-{number}@example.org"
    return {"email": email, "email_key": email, "first_name": "First", "last_name": "Last"}


def _participant(cohort: int, person: int) -> dict[str, object]:
    return {
        "cohort_id": cohort,
        "person_id": person,
        "roles": "mentee,mentor",
        "capacity": 1,
        "status": "active",
        "fields": {},
        "enrolled_on": STARTS_ON,
    }


def _relationship(cohort: int) -> dict[str, object]:
    plan = make(PROGRAM, STARTS_ON)
    days = plan.enter(PROGRAM.phases[0], STARTS_ON)
    return {
        "cohort_id": cohort,
        "status": "active",
        "round": 1,
        "score": 0,
        "reasons": {},
        "proposed_on": STARTS_ON,
        "agreed_on": STARTS_ON,
        "started_on": STARTS_ON,
        "phase": "main",
        "visit": 1,
        "entered_on": STARTS_ON,
        "ends_on": days.ends_on,
        "latest_on": days.latest_on,
        "silence_rung": 0,
    }


def _members(relationship: int, participants: list[int], number: int) -> list[dict[str, object]]:
    return [
        {"relationship_id": relationship, "participant_id": participants[2 * number], "role": "mentor"},
        {"relationship_id": relationship, "participant_id": participants[2 * number + 1], "role": "mentee"},
    ]


def _step(cohort: int, relationship: int) -> dict[str, object]:
    return {
        "cohort_id": cohort,
        "relationship_id": relationship,
        "visit": 1,
        "key": KEY,
        "occurrence": 0,
        "phase": "main",
        "kind": "ask",
        "status": "planned",
        "required": False,
        "opens_on": DUE_ON,
        "due_on": date(2027, 1, 18),
        "closes_on": date(2027, 2, 1),
    }
