"""People are found by what an operator types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from programs.codes import code
from programs.errors import NotFoundError
from programs.lifecycle import ParticipantStatus
from programs.spec import Role
from tasks import people
from tasks.models import Cohort, Participant, Person

DAY = date(2027, 3, 1)


def cohort(name: str) -> dict[str, Any]:
    row = {"name": name, "uid": name, "program": "buddies", "status": "open", "starts_on": DAY, "timezone": "UTC"}
    return row | {"plan": {}, "plan_hash": "", "launched_at": datetime(2027, 2, 1, tzinfo=UTC)}


def participant(cohort_id: int, person_id: int, roles: str) -> dict[str, Any]:
    row = {"cohort_id": cohort_id, "person_id": person_id, "roles": roles, "capacity": 1, "status": "active"}
    return row | {"fields": {}, "enrolled_on": DAY}


@pytest.fixture
def ada(engine: Engine) -> int:
    """Ada takes part in both cohorts, Ben in the second; returns her number in the first."""
    with engine.begin() as conn:
        first, second = (
            conn.execute(insert(Cohort).values(cohort(name)).returning(Cohort.id)).scalar_one()
            for name in ("one", "two")
        )
        ada, ben = (
            conn.execute(
                insert(Person)
                .values(
                    email=f"{name}@Example.org",
                    email_key=f"{name.lower()}@example.org",
                    first_name=name,
                    last_name=last,
                )
                .returning(Person.id)
            ).scalar_one()
            for name, last in (("Ada", "Lovelace"), ("Ben", ""))
        )
        rows = [
            participant(first, ada, "mentee,mentor"),
            participant(second, ada, "mentee"),
            participant(second, ben, "mentor"),
        ]
        ids = [conn.execute(insert(Participant).values(row).returning(Participant.id)).scalar_one() for row in rows]
        return ids[0]


@pytest.mark.parametrize("text", ["ada@example.org", " ADA@EXAMPLE.ORG ", "CODE", "code"])
def test_somebody_is_found_by_address_or_id(engine: Engine, ada: int, text: str) -> None:
    typed = {"CODE": code("P", ada), "code": code("P", ada).lower()}.get(text, text)
    with engine.connect() as conn:
        found = people.participant_by_code_or_email(conn, 1, typed)
    assert (found.id, found.name, found.email, found.code) == (ada, "Ada Lovelace", "Ada@Example.org", code("P", ada))
    assert (found.roles, found.status) == ((Role.MENTEE, Role.MENTOR), ParticipantStatus.ACTIVE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ben@example.org", "nobody in this cohort has the address 'ben@example.org'"),
        (code("P", 3), "nobody in this cohort has the id"),
        ("R-7F3K2", "is not an id of the form P-"),
        ("ben@", "is not an e-mail address"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_somebody_who_is_not_there_is_not_found(engine: Engine, text: str, why: str) -> None:
    with engine.connect() as conn, pytest.raises(NotFoundError, match=why):
        people.participant_by_code_or_email(conn, 1, text)


@pytest.mark.usefixtures("ada")
def test_without_a_cohort_an_address_must_mean_one_participant(engine: Engine) -> None:
    with engine.connect() as conn:
        assert people.participant_by_code_or_email(conn, None, "ben@example.org").name == "Ben"
        with pytest.raises(NotFoundError, match="takes part in 2 cohorts"):
            people.participant_by_code_or_email(conn, None, "ada@example.org")


@pytest.mark.usefixtures("ada")
def test_names_are_given_for_those_who_exist(engine: Engine) -> None:
    with engine.connect() as conn:
        assert people.names(conn, [1, 3, 99]) == {1: "Ada Lovelace", 3: "Ben"}
        assert people.names(conn, []) == {}
