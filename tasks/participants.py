"""People and their places in a cohort, read and written in batches. Knows no sheets, only what they came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from programs import before
from programs.lifecycle import ParticipantStatus
from programs.spec import Role
from tasks.growth import grown
from tasks.models import Base, History, Participant, Person
from tasks.roster.entries import Entry
from tasks.sql import BATCH, insert_all
from tasks.turn import Turn


@dataclass(frozen=True)
class Known:
    """A person in the store, and their place in the cohort if they have one."""

    person_id: int
    identity: tuple[str, str, str]
    id: int | None
    roles: str
    capacity: int
    status: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A participant as the sheet now describes them."""

    known: Known
    entry: Entry
    roles: str
    capacity: int
    fields: dict[str, Any]
    what: tuple[str, ...]
    """Names of what differs; the values are nobody's business in a history."""


def known_people(conn: Connection, turn: Turn, entries: Sequence[Entry]) -> dict[str, Known]:
    """Those of the entries whom the store knows, by key. Two queries: as a join, PostgreSQL may walk the cohort for each."""
    people = select(Person.email_key, Person.id, Person.email, Person.first_name, Person.last_name)
    places = select(
        Participant.person_id,
        Participant.id,
        Participant.roles,
        Participant.capacity,
        Participant.status,
        Participant.fields,
    ).where(Participant.cohort_id == turn.cohort_id)
    known: dict[str, Known] = {}
    for batch in batches([entry.email_key for entry in entries]):
        found = conn.execute(people.where(Person.email_key.in_(batch))).all()
        ids = [row.id for row in found]
        here = {row.person_id: tuple(row)[1:] for row in conn.execute(places.where(Participant.person_id.in_(ids)))}
        for key, person, *identity in found:
            known[key] = Known(person, tuple(identity), *here.get(person, (None, "", 0, "", {})))
    return known


def changed_by(known: Known, entry: Entry) -> Change:
    """What the sheet says; about what it has no column for, what was known before. Nobody loses a role by a sheet."""
    roles = _joined({*known.roles.split(","), *entry.roles})
    is_new_mentor = Role.MENTOR in entry.roles and Role.MENTOR not in known.roles.split(",")
    capacity = entry.capacity if is_new_mentor or "capacity" in entry.said else known.capacity
    kept = {name: value for name, value in known.fields.items() if name not in entry.said}
    fields = {**entry.fields, **kept}
    identity = zip(("email", "first_name", "last_name"), known.identity, _identity(entry), strict=True)
    what = [name for name, before, after in identity if before != after]
    what += ["roles"] if roles != known.roles else []
    what += ["capacity"] if capacity != known.capacity else []
    what += sorted(name for name in {*fields, *known.fields} if fields.get(name) != known.fields.get(name))
    return Change(known, entry, roles, capacity, fields, tuple(what))


def save_people(conn: Connection, known: dict[str, Known], added: Sequence[Entry], differing: Sequence[Change]) -> None:
    """Identities, in the order of their keys: two cohorts that enroll the same people wait for each other, never in a circle."""
    new = sorted((entry for entry in added if entry.email_key not in known), key=lambda entry: entry.email_key)
    insert_all(conn, Person, [{"email_key": entry.email_key, **_person(entry)} for entry in new])
    seen = [(known[entry.email_key], entry) for entry in added if entry.email_key in known]
    seen += [(change.known, change.entry) for change in differing]
    renamed = sorted((row.person_id, entry.email_key, entry) for row, entry in seen if row.identity != _identity(entry))
    _update_all(conn, "person", [{"row": person, **_new(_person(entry))} for person, _, entry in renamed])


def add(conn: Connection, turn: Turn, added: Sequence[Entry]) -> None:
    """New participants, each with a row of history."""
    for batch in batches(added):
        keys = [entry.email_key for entry in batch]
        people = dict(
            conn.execute(select(Person.email_key, Person.id).where(Person.email_key.in_(keys))).tuples().all()
        )
        rows = [_participant(turn, entry, people[entry.email_key]) for entry in batch]
        insert_all(conn, Participant, rows)
        mine = (Participant.cohort_id == turn.cohort_id) & Participant.person_id.in_(people.values())
        ids = conn.execute(select(Participant.id, Participant.status).where(mine).order_by(Participant.id))
        insert_all(conn, History, [_history(turn, number, "enroll", None, status, None) for number, status in ids])
    grown(conn, len(added), Person, Participant, History)


def apply(conn: Connection, turn: Turn, differing: Sequence[Change]) -> None:
    _update_all(conn, "participant", [_updated(change) for change in differing])
    anew = [change for change in differing if change.roles != change.known.roles]
    prepared = [change for change in anew if not _has_more_ahead(turn, change)]
    _set(conn, [one for one in anew if _prepares_anew(turn, one)], prepare_on=turn.today)
    _set(conn, [one for one in anew if _has_more_ahead(turn, one)], available_on=None)
    _set(conn, [one for one in prepared if _is_new_mentee(one)], seeking_on=turn.today)
    rows = [
        _history(turn, change.known.id or 0, "change", change.known.status, change.known.status, ", ".join(change.what))
        for change in differing
    ]
    insert_all(conn, History, rows)


def _prepares_anew(turn: Turn, change: Change) -> bool:
    """Whether there is something to prepare in the new role that there was not in the old."""
    known = before.prepares_as(turn.plan.program, _roles(change.known.roles))
    return bool(before.prepares_as(turn.plan.program, _roles(change.roles)) - known)


def _has_more_ahead(turn: Turn, change: Change) -> bool:
    """Whether the new roles bring something that comes before the next match; who is matched already stays so."""
    gates = before.gates_ahead(turn.plan.program, _roles(change.roles), "matching")
    return bool(gates) or _prepares_anew(turn, change)


def _set(conn: Connection, changes: Sequence[Change], **values: date | None) -> None:
    for batch in batches(changes):
        theirs = Participant.id.in_([change.known.id for change in batch])
        conn.execute(update(Participant).where(theirs).values(**values))


def standing(turn: Turn, roles: Iterable[Role]) -> dict[str, Any]:
    """With what somebody with these roles begins: what is before them, and if nothing is, that they may be matched."""
    program, theirs = turn.plan.program, frozenset(roles)
    prepares = bool(before.prepares_as(program, theirs))
    free = not prepares and not before.gates_ahead(program, theirs, "matching")
    seeks = bool({Role.MENTEE, Role.MEMBER} & theirs)
    return {
        "status": ParticipantStatus.ENROLLED if before.gates_of(program, theirs) else ParticipantStatus.ACTIVE,
        "prepare_on": turn.today if prepares else None,
        "available_on": turn.today if free else None,
        "seeking_on": turn.today if free and seeks else None,
    }


def _participant(turn: Turn, entry: Entry, person_id: int) -> dict[str, Any]:
    return {
        "cohort_id": turn.cohort_id,
        "person_id": person_id,
        "roles": _joined(entry.roles),
        "capacity": entry.capacity,
        "fields": dict(entry.fields),
        "enrolled_on": turn.today,
        **standing(turn, entry.roles),
    }


def _updated(change: Change) -> dict[str, Any]:
    new = {"roles": change.roles, "capacity": change.capacity, "fields": change.fields}
    return {"row": change.known.id, **_new(new)}


def _history(turn: Turn, number: int, event: str, before: str | None, after: str, why: str | None) -> dict[str, Any]:
    return {
        "cohort_id": turn.cohort_id,
        "noun": "participant",
        "noun_id": number,
        "event": event,
        "before": before,
        "after": after,
        "happened_on": turn.today,
        "recorded_at": turn.now,
        "by": turn.by,
        "why": why,
    }


def _update_all(conn: Connection, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Rows by id (`row`), from values under names that `_new` has made."""
    if not rows:
        return
    table = Base.metadata.tables[name]
    values: dict[str, Any] = {key.removeprefix("new_"): bindparam(key) for key in rows[0] if key != "row"}
    for batch in batches(rows):
        conn.execute(update(table).where(table.c.id == bindparam("row")).values(**values), batch)


def _identity(entry: Entry) -> tuple[str, str, str]:
    return entry.email, entry.first_name, entry.last_name


def _person(entry: Entry) -> dict[str, str]:
    return {"email": entry.email, "first_name": entry.first_name, "last_name": entry.last_name}


def _joined(roles: Iterable[str]) -> str:
    return ",".join(sorted(str(role) for role in roles if role))


def _seeks(roles: str) -> bool:
    """Whether somebody with these roles waits to be matched: mentors wait to be found."""
    return bool({Role.MENTEE, Role.MEMBER} & set(roles.split(",")))


def _roles(written: str) -> frozenset[Role]:
    return frozenset(Role(role) for role in written.split(",") if role)


def _is_new_mentee(change: Change) -> bool:
    return _seeks(change.roles) and not _seeks(change.known.roles)


def batches(rows: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH))


def _new(values: dict[str, Any]) -> dict[str, Any]:
    """A parameter must not have the name of the column it is for."""
    return {f"new_{name}": value for name, value in values.items()}
