"""Looking people up: by what an operator types, and by the ids that everything else speaks in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from programs import codes
from programs.errors import NotFoundError
from programs.lifecycle import ParticipantStatus
from programs.spec import Role
from tasks.models import Participant, Person
from tasks.sql import BATCH


@dataclass(frozen=True)
class ParticipantRow:
    """Who a participant is."""

    id: int
    cohort_id: int
    person_id: int
    email: str
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    status: ParticipantStatus

    @property
    def code(self) -> str:
        return codes.code("P", self.id)

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)


def full_name(first: str, last: str) -> str:
    return f"{first} {last}".strip()


def participant_by_code_or_email(conn: Connection, cohort_id: int | None, text: str) -> ParticipantRow:
    """The participant that `P-…` or an address means; without a cohort, of any, as far as that is one. Raises NotFoundError."""
    by_email = "@" in text
    wanted = Person.email_key == _key(text) if by_email else Participant.id == codes.number(text, "P")
    here = wanted if cohort_id is None else wanted & (Participant.cohort_id == cohort_id)
    found = _rows(conn, here)
    where = "in any cohort" if cohort_id is None else "in this cohort"
    if not found:
        raise NotFoundError(f"nobody {where} has the {'address' if by_email else 'id'} '{text}'")
    if len(found) > 1:
        raise NotFoundError(f"'{text}' takes part in {len(found)} cohorts; name one, or one of {_codes(found)}")
    return found[0]


def names(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """First and last name of each participant, by id."""
    wanted = sorted(set(ids))
    named: dict[int, str] = {}
    query = select(Participant.id, Person.first_name, Person.last_name).join(Person, Person.id == Participant.person_id)
    for start in range(0, len(wanted), BATCH):
        rows = conn.execute(query.where(Participant.id.in_(wanted[start : start + BATCH])))
        named |= {row.id: full_name(row.first_name, row.last_name) for row in rows}
    return named


def _rows(conn: Connection, where: ColumnElement[bool]) -> list[ParticipantRow]:
    columns = (
        Participant.id,
        Participant.cohort_id,
        Participant.person_id,
        Person.email,
        Person.first_name,
        Person.last_name,
        Participant.roles,
        Participant.status,
    )
    query = select(*columns).join(Person, Person.id == Participant.person_id).where(where).order_by(Participant.id)
    return [
        ParticipantRow(*row[:6], tuple(Role(role) for role in row[6].split(",")), ParticipantStatus(row[7]))  # type: ignore[call-arg]
        for row in conn.execute(query)
    ]


def _key(text: str) -> str:
    from tasks.roster.addresses import key_of  # noqa: PLC0415 - the validator is only needed for an address
    from tasks.roster.values import Refused  # noqa: PLC0415

    try:
        return key_of(text)
    except Refused as error:
        raise NotFoundError(error.message) from None


def _codes(found: Iterable[ParticipantRow]) -> str:
    return ", ".join(row.code for row in found)
