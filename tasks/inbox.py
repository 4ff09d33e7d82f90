"""What has been asked of people and by what an answer that was collected elsewhere finds its way to it. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from programs.codes import code
from programs.errors import NotFoundError
from programs.lifecycle import AskStatus
from tasks.models import Ask, Cohort, Participant, Person


@dataclass(frozen=True)
class AskRow:
    """One ask and who it was put to."""

    id: int
    participant_id: int
    relationship_id: int
    email: str
    email_key: str
    first_name: str
    last_name: str
    role: str
    key: str
    occurrence: int
    form: str
    status: str
    opened_on: date
    due_on: date | None

    @property
    def code(self) -> str:
        return code("A", self.id)


def open_asks(conn: Connection, cohort_id: int) -> Sequence[AskRow]:
    """What waits for an answer, the most urgent first."""
    return _rows(conn, (Ask.cohort_id == cohort_id) & (Ask.status == AskStatus.OPEN))


def latest_asks(conn: Connection, cohort_id: int) -> dict[tuple[str, str], int]:
    """The newest ask of each form to each person, open or answered, by the key of their address and the form's id."""
    rows = conn.execute(
        select(Person.email_key, Ask.form, Ask.id)
        .join(Participant, Participant.id == Ask.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(Ask.cohort_id == cohort_id, Ask.status.in_((AskStatus.OPEN, AskStatus.ANSWERED, AskStatus.EXPIRED)))
        .order_by(Ask.id)
    )
    return {(row.email_key, row.form): row.id for row in rows}


def asked(conn: Connection, ask_id: int) -> tuple[str, AskRow]:
    """One ask, whatever became of it, and the cohort in which it was asked. Raises NotFoundError."""
    found = _rows(conn, Ask.id == ask_id)
    if not found:
        raise NotFoundError(
            f"nothing was asked under the id {code('A', ask_id)}; what waits for an answer is told by: mentorflow answer COHORT"
        )
    cohort = conn.execute(
        select(Cohort.name).join(Ask, Ask.cohort_id == Cohort.id).where(Ask.id == ask_id)
    ).scalar_one()
    return cohort, found[0]


def _rows(conn: Connection, where: ColumnElement[bool]) -> Sequence[AskRow]:
    rows = conn.execute(
        select(
            Ask.id, Ask.participant_id, Ask.relationship_id, Person.email, Person.email_key, Person.first_name,
            Person.last_name, Ask.role, Ask.key, Ask.occurrence, Ask.form, Ask.status, Ask.opened_on, Ask.due_on,
        )
        .join(Participant, Participant.id == Ask.participant_id)
        .join(Person, Person.id == Participant.person_id)
        .where(where)
        .order_by(Ask.due_on, Ask.id)
    )  # fmt: skip
    return [AskRow(*row) for row in rows]
