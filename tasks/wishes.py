"""Rankings that name people who were enrolled earlier: a name becomes the address by which matching knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from programs.lifecycle import ParticipantStatus
from programs.spec import Role
from tasks.models import Participant, Person
from tasks.people import full_name
from tasks.roster.entries import Entry
from tasks.roster.rows import rankings
from tasks.roster.values import plain
from tasks.turn import Turn

Names = Mapping[str, Sequence[tuple[str, frozenset[str]]]]
"""Name as it is compared → address and roles of everybody who has it."""


def resolve(conn: Connection, turn: Turn, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries, with names replaced that exactly one participant of the other role has. Names of the sheets already are."""
    fields = rankings(turn.plan.program)
    if not any("@" not in wish for entry in entries for field in fields for wish in entry.fields.get(field, ())):
        return entries
    known = _names(conn, turn)
    return [replace(entry, fields=dict(entry.fields) | _wishes(entry, fields, known)) for entry in entries]


def _wishes(entry: Entry, fields: Sequence[str], known: Names) -> dict[str, Any]:
    return {
        field: [_address(wish, entry, known) for wish in entry.fields[field]]
        for field in fields
        if field in entry.fields
    }


def _address(wish: str, entry: Entry, known: Names) -> str:
    own = set(entry.roles)
    wanted = {"mentor", "mentee"} - own if own != {Role.MENTOR, Role.MENTEE} and Role.MEMBER not in own else set(Role)
    found = [email for email, roles in known.get(plain(wish), ()) if roles & wanted and email != entry.email]
    return found[0] if len(found) == 1 else wish


def _names(conn: Connection, turn: Turn) -> Names:
    query = select(Person.first_name, Person.last_name, Person.email, Participant.roles)
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.status != ParticipantStatus.WITHDRAWN)
    names: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for row in conn.execute(query.join(Participant, Participant.person_id == Person.id).where(here)):
        name = plain(full_name(row.first_name, row.last_name))
        names.setdefault(name, []).append((row.email, frozenset(row.roles.split(","))))
    return names
