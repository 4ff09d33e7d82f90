"""Cohorts written straight into a database, as the verbs would have left them: for tests of what reads and what delivers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from programs.library import load
from programs.lifecycle import AskStatus, ParticipantStatus, RelationshipStatus
from programs.plan import make
from tasks import cohorts
from tasks.db import transaction
from tasks.models import Ask, Base, Member, Message, Participant, Person, Relationship
from tasks.outbox import queue
from tasks.settings import Settings
from tasks.turn import Turn

START = date(2027, 1, 4)
NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
SETTINGS = Settings(
    mail_from="Mentoring at Example <mentoring@example.org>",
    mail_domain="example.org",
    answer_url="https://mentoring.example.org/a",
    coordinator_name="Robin Weaver",
    coordinator_email="robin@example.org",
)
program = lru_cache(maxsize=4)(load)


@dataclass(frozen=True)
class Books:
    """A cohort of pairs: pair n is relationship n, with mentor 2n-1 and mentee 2n."""

    engine: Engine
    turn: Turn

    def on(self, day: date) -> Turn:
        return replace(self.turn, today=day, now=NOW + (day - START))

    def rows(self, table: type[Base], **where: Any) -> Sequence[Any]:
        query = select(table.__table__)
        for name, value in where.items():
            query = query.where(getattr(table, name) == value)
        with self.engine.connect() as conn:
            return conn.execute(query.order_by(table.__table__.c.id)).all()

    def write(self, table: type[Base], *rows: Mapping[str, Any]) -> None:
        with transaction(self.engine) as conn:
            conn.execute(insert(table), list(rows))

    def change(self, statement: Any) -> None:
        with transaction(self.engine) as conn:
            conn.execute(statement)


def a_cohort(
    engine: Engine, pairs: int = 1, status: str = RelationshipStatus.ACTIVE, name: str = "spring-2027"
) -> Books:
    """A cohort of four-phase whose pairs have just started."""
    with transaction(engine) as conn:
        cohort = cohorts.launch(conn, program("four-phase"), name, START, "Europe/London", now=NOW)
        turn = Turn(cohort, name, make(program("four-phase"), START), START, NOW, mail_domain="example.org")
        _people(conn, turn, 2 * pairs)
        _pairs(conn, turn, pairs, status)
    return Books(engine, turn)


def _people(conn: Connection, turn: Turn, count: int) -> None:
    numbers = range(1, count + 1)
    conn.execute(
        insert(Person),
        [
            {"id": n, "email": f"p{n}@example.com", "email_key": f"p{n}@example.com", "first_name": f"First{n}"}
            | {"last_name": f"Last{n}"}
            for n in numbers
        ],
    )
    conn.execute(
        insert(Participant),
        [
            {"id": n, "cohort_id": turn.cohort_id, "person_id": n, "roles": "mentor" if n % 2 else "mentee"}
            | {"capacity": n % 2, "status": ParticipantStatus.ACTIVE, "fields": {}, "enrolled_on": START}
            for n in numbers
        ],
    )


def _pairs(conn: Connection, turn: Turn, count: int, status: str) -> None:
    end = START + timedelta(days=200)
    numbers = range(1, count + 1)
    common = {"cohort_id": turn.cohort_id, "status": status, "round": 1, "score": 5000, "proposed_on": START}
    common |= {"agreed_on": START, "started_on": START, "planned_end_on": end, "expected_end_on": end}
    common |= {"phase": "preparation", "visit": 1, "last_contact_on": START, "silence_rung": 0}
    words = {"criterion": "overlap", "points": 5.0, "words": "Both speak of spreadsheets"}
    conn.execute(
        insert(Relationship), [{"id": n, "reasons": {"pairs": [{"criteria": [words]}]}} | common for n in numbers]
    )
    members = [(n, 2 * n - 1, "mentor") for n in numbers] + [(n, 2 * n, "mentee") for n in numbers]
    conn.execute(
        insert(Member),
        [{"relationship_id": r, "participant_id": p, "role": role, "accepted_on": START} for r, p, role in members],
    )


def an_ask(books: Books, number: int, relationship: int = 1, form: str = "training_done", **values: Any) -> int:
    """The mentee is asked; returns the id."""
    row = {"id": number, "cohort_id": books.turn.cohort_id, "relationship_id": relationship, "role": "mentee"}
    row |= {"participant_id": 2 * relationship, "visit": 1, "key": f"preparation.{form}", "occurrence": 0, "form": form}
    row |= {"status": AskStatus.OPEN, "opened_on": START, "due_on": START + timedelta(days=7), "reminder": 0}
    books.write(Ask, row | values)
    return number


def queued(books: Books, template: str = "introduction", turn: Turn | None = None, **options: Any) -> int:
    """One mail to every member of every relationship, the way the verbs queue it."""
    with transaction(books.engine) as conn:
        rows = (
            select(Member.id)
            .join(Relationship, Relationship.id == Member.relationship_id)
            .order_by(Member.participant_id)
        )
        return queue(
            conn, turn or books.turn, rows, template, ("relationship", Relationship.id, template, Member.participant_id),
            participant=Member.participant_id, relationship=Relationship.id, **options,
        )  # fmt: skip


def statuses(books: Books) -> dict[str, int]:
    """How many mails are in which status."""
    found = [row.status for row in books.rows(Message)]
    return {status: found.count(status) for status in sorted(set(found))}
