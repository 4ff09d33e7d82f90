"""A roster is enrolled as a whole or not at all, and twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, text, update

from programs.errors import MentorflowError, RosterError
from programs.lifecycle import CohortStatus
from programs.spec import Program, Role
from tasks import cohorts, db
from tasks.db import transaction
from tasks.enroll import EnrollReport, enroll
from tasks.history import move_all
from tasks.models import Cohort, Gate, History, Member, Participant, Person, Relationship
from tasks.roster import Roster, RosterFile, read_roster
from tasks.turn import Turn

START, TODAY = date(2027, 3, 1), date(2027, 2, 10)
NOW = datetime(2027, 2, 10, 8, tzinfo=UTC)
FIELDS = {
    "department": {"type": "text", "required": True},
    "languages": {"type": "tags", "default": ["en"]},
    "offers": {"type": "tags", "roles": ["mentor"]},
    "choices": {"type": "ranking", "roles": ["mentee"]},
}
MENTORS = "email,name,department,offers,capacity\nben@example.org,Ben,Arts,python,2\ncleo@example.org,Cleo,Arts,law,\n"
MENTEES = "email,name,department\nada@example.org,Ada,Engines\n"
BOTH = "email,name,department,role\n" + "".join(
    f"p{number}@example.org,P {number},Arts,both\n" for number in range(300)
)


def a_program(**enrollment: Any) -> Program:
    declared = {
        "program": "buddies",
        "title": "Buddies",
        "enrollment": {"fields": FIELDS, **enrollment},
        "phases": [{"id": "talk", "lasts": "4 weeks"}],
    }
    return Program.model_validate(declared)


class Office:
    """Enrolls sheets into one cohort, and looks at what came of it."""

    def __init__(self, engine: Engine, folder: Path, program: Program) -> None:
        self.engine, self.folder, self.program = engine, folder, program
        with transaction(engine) as conn:
            self.cohort_id = cohorts.launch(conn, program, "spring", START, now=NOW)

    @contextmanager
    def turn(self, today: date = TODAY) -> Iterator[tuple[Connection, Turn]]:
        with transaction(self.engine, self.cohort_id) as conn:
            yield conn, cohorts.turn(conn, "spring", today, NOW, by="ada")

    def read(self, *, mentors: str | None = None, mentees: str | None = None, people: str | None = None) -> Roster:
        files = []
        for name, content, role in (
            ("mentors", mentors, Role.MENTOR),
            ("mentees", mentees, Role.MENTEE),
            ("people", people, None),
        ):
            if content is not None:
                path = self.folder / f"{name}.csv"
                path.write_text(content)
                files.append(RosterFile(path, role))
        return read_roster(files, self.program)

    def enroll(
        self, *, today: date = TODAY, skip_invalid: bool = False, bring_back: bool = False, **sheets: str
    ) -> EnrollReport:
        roster = self.read(**sheets)
        with self.turn(today) as (conn, turn):
            return enroll(conn, turn, roster, skip_invalid=skip_invalid, bring_back=bring_back)

    def people(self) -> dict[str, Any]:
        """Participants by the local part of their address."""
        query = select(Participant, Person.email, Person.first_name).join(Person, Person.id == Participant.person_id)
        with self.engine.connect() as conn:
            return {row.email.partition("@")[0]: row for row in conn.execute(query)}

    def everything(self) -> list[list[Any]]:
        tables = (Person.__table__, Participant.__table__, History.__table__)
        with self.engine.connect() as conn:
            return [list(conn.execute(table.select().order_by(table.c.id))) for table in tables]

    def history(self, event: str) -> list[Any]:
        with self.engine.connect() as conn:
            return list(conn.execute(select(History).where(History.event == event).order_by(History.noun_id)))

    def count(self, table: type[Any]) -> int:
        with self.engine.connect() as conn:
            return conn.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path, a_program())


@pytest.fixture
def gated(engine: Engine, tmp_path: Path) -> Office:
    return Office(engine, tmp_path, a_program(gates=["training"]))


def test_everybody_on_the_sheets_is_enrolled(office: Office) -> None:
    assert office.enroll(mentors=MENTORS, mentees=MENTEES) == EnrollReport(added=3)
    people = office.people()
    assert {name: (row.roles, row.capacity) for name, row in people.items()} == {
        "ben": ("mentor", 2),
        "cleo": ("mentor", 1),
        "ada": ("mentee", 0),
    }
    assert people["ben"].fields == {"department": "Arts", "languages": ["en"], "offers": ["python"]}
    assert people["ada"].enrolled_on == TODAY


def test_mentees_look_for_a_relationship_from_the_day_they_are_enrolled(office: Office) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    assert {name: row.seeking_on for name, row in office.people().items()} == {"ben": None, "cleo": None, "ada": TODAY}


def test_without_gates_people_are_active_at_once(office: Office) -> None:
    office.enroll(mentees=MENTEES)
    assert office.people()["ada"].status == "active"


def test_before_a_gate_people_are_only_enrolled(gated: Office) -> None:
    gated.enroll(mentees=MENTEES)
    assert gated.people()["ada"].status == "enrolled"


def test_every_enrollment_is_in_the_history(office: Office) -> None:
    office.enroll(mentees=MENTEES)
    (row,) = office.history("enroll")
    assert (row.noun, row.noun_id) == ("participant", office.people()["ada"].id)
    assert (row.before, row.after, row.happened_on, row.recorded_at, row.by) == (None, "active", TODAY, NOW, "ada")


def test_the_same_sheets_again_change_nothing(office: Office) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    before = office.everything()
    assert office.enroll(mentors=MENTORS, mentees=MENTEES, today=date(2027, 2, 20)) == EnrollReport(unchanged=3)
    assert office.everything() == before


def test_an_edited_sheet_changes_what_was_edited_and_nothing_else(office: Office) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    before = office.people()
    edited = MENTORS.replace("python,2", '"python, sql",3').replace("Ben,", "Benjamin,")
    assert office.enroll(mentors=edited, mentees=MENTEES) == EnrollReport(changed=1, unchanged=2)
    after = office.people()
    assert (after["ben"].first_name, after["ben"].capacity) == ("Benjamin", 3)
    assert after["ben"].fields["offers"] == ["python", "sql"]
    assert (after["ada"], after["cleo"]) == (before["ada"], before["cleo"])


def test_the_history_names_what_was_edited_but_not_the_values(office: Office) -> None:
    office.enroll(mentors=MENTORS)
    office.enroll(mentors=MENTORS.replace("python,2", "sql,3").replace("Ben,", "Benjamin,"))
    (row,) = office.history("change")
    assert (row.before, row.after, row.why) == ("active", "active", "first_name, capacity, offers")


def test_a_cell_that_was_emptied_is_forgotten(office: Office) -> None:
    office.enroll(mentors=MENTORS)
    office.enroll(mentors=MENTORS.replace("python,2", ",2"))
    assert "offers" not in office.people()["ben"].fields


def test_a_column_that_is_not_on_a_later_sheet_changes_nothing(office: Office) -> None:
    office.enroll(mentors=MENTORS)
    short = "email,name,department\nben@example.org,Ben,Arts\n"
    assert office.enroll(mentors=short) == EnrollReport(unchanged=1, missing=1)
    assert office.people()["ben"].capacity == 2
    assert office.people()["ben"].fields["offers"] == ["python"]


def test_people_who_are_not_on_a_later_sheet_stay(office: Office) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    assert office.enroll(mentees=MENTEES) == EnrollReport(unchanged=1, missing=2)
    assert office.count(Participant) == 3


def test_a_second_role_is_added_to_the_first(office: Office) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    later = date(2027, 2, 15)
    report = office.enroll(mentees="email,name,department\nBEN@example.org,Ben,Arts\n", today=later)
    assert (report.added, report.changed) == (0, 1)
    ben = office.people()["BEN"]
    assert (ben.roles, ben.capacity, ben.seeking_on) == ("mentee,mentor", 2, later)
    assert ben.fields["offers"] == ["python"]


def test_both_roles_at_once_are_one_participant(office: Office) -> None:
    office.enroll(people="email,name,department,role,capacity\nben@example.org,Ben,Arts,both,4\n")
    ben = office.people()["ben"]
    assert (ben.roles, ben.capacity, ben.seeking_on) == ("mentee,mentor", 4, TODAY)


def test_one_bad_row_keeps_everybody_out(office: Office) -> None:
    with pytest.raises(RosterError, match=r"mentees.csv:3:1: email: 'dora' is not an e-mail address"):
        office.enroll(mentors=MENTORS, mentees=MENTEES + "dora,Dora,Engines\n")
    assert (office.count(Person), office.count(Participant)) == (0, 0)


def test_bad_rows_can_be_left_out(office: Office) -> None:
    report = office.enroll(mentees=MENTEES + "dora,Dora,Engines\nemil@example.org,,\n", skip_invalid=True)
    assert report == EnrollReport(added=1, left_out=2)
    assert list(office.people()) == ["ada"]


def test_a_sheet_that_cannot_be_read_cannot_be_skipped_over(office: Office) -> None:
    with pytest.raises(RosterError, match="no column for department"):
        office.enroll(mentors=MENTORS, mentees="email,name\nada@example.org,Ada\n", skip_invalid=True)
    assert office.count(Participant) == 0


def test_a_person_of_another_cohort_is_the_same_person(office: Office) -> None:
    office.enroll(mentees=MENTEES)
    with transaction(office.engine) as conn:
        autumn = cohorts.launch(conn, office.program, "autumn", START, now=NOW)
    with transaction(office.engine, autumn) as conn:
        turn = cohorts.turn(conn, "autumn", TODAY, NOW)
        enroll(conn, turn, office.read(mentees=MENTEES.replace("Ada,", "Ada Lovelace,")))
    assert (office.count(Person), office.count(Participant)) == (1, 2)
    assert office.people()["ada"].first_name == "Ada Lovelace"


def test_a_closed_cohort_takes_nobody(office: Office) -> None:
    with office.engine.begin() as conn:
        conn.execute(update(Cohort).values(status=CohortStatus.CLOSED))
    with pytest.raises(MentorflowError, match="cohort 'spring' is closed"):
        office.enroll(mentees=MENTEES)


def withdraw(office: Office, name: str) -> None:
    number = office.people()[name].id
    with office.turn() as (conn, turn):
        left = {"withdrawn_on": TODAY, "withdrawn_why": "asked", "seeking_on": None}
        assert move_all(conn, turn, Participant, "withdraw", Participant.id == number, **left) == 1


def test_somebody_who_withdrew_does_not_come_back_by_a_sheet(office: Office) -> None:
    office.enroll(mentees=MENTEES)
    withdraw(office, "ada")
    before = office.everything()
    assert office.enroll(mentees=MENTEES.replace("Engines", "Arts")) == EnrollReport(withdrawn=1)
    assert office.everything() == before


def test_somebody_who_withdrew_comes_back_when_that_is_asked_for(office: Office) -> None:
    office.enroll(mentees=MENTEES)
    withdraw(office, "ada")
    later = date(2027, 2, 20)
    report = office.enroll(mentees=MENTEES, today=later, bring_back=True)
    assert (report.returned, report.withdrawn, report.unchanged) == (1, 0, 1)
    ada = office.people()["ada"]
    assert (ada.status, ada.seeking_on, ada.withdrawn_on, ada.withdrawn_why) == ("active", later, None, None)
    assert [row.after for row in office.history("return")] == ["enrolled"]


def test_whoever_comes_back_has_the_gates_before_them_that_they_had(gated: Office) -> None:
    gated.enroll(mentees=MENTEES, mentors=MENTORS)
    withdraw(gated, "ada")
    withdraw(gated, "ben")
    passed = {"participant_id": gated.people()["ben"].id, "gate": "training", "passed_on": TODAY, "by": "ada"}
    with gated.turn() as (conn, _):
        conn.execute(insert(Gate).values(passed))
    gated.enroll(mentees=MENTEES, mentors=MENTORS, bring_back=True)
    assert {name: row.status for name, row in gated.people().items()} == {
        "ada": "enrolled",
        "ben": "active",
        "cleo": "enrolled",
    }


@pytest.fixture
def left_over(office: Office) -> Callable[..., None]:
    """Marks a mentee as left over by a matching, with or without a relationship since."""

    def mark(name: str, status: str | None = None) -> None:
        number = office.people()[name].id
        with office.turn() as (conn, turn):
            conn.execute(update(Participant).where(Participant.id == number).values(seeking_on=None, unmatched="{}"))
            if status is None:
                return
            row = {"cohort_id": turn.cohort_id, "round": 1, "score": 0, "reasons": {}, "proposed_on": TODAY}
            made = conn.execute(
                insert(Relationship).values(status=status, **row).returning(Relationship.id)
            ).scalar_one()
            conn.execute(insert(Member).values(relationship_id=made, participant_id=number, role="mentee"))

    return mark


def test_mentees_who_were_left_over_look_again_when_a_mentor_comes(
    office: Office, left_over: Callable[..., None]
) -> None:
    office.enroll(mentees=MENTEES + "dora@example.org,Dora,Arts\nemil@example.org,Emil,Arts\n")
    left_over("ada")
    left_over("dora", "active")
    left_over("emil", "closed")
    later = date(2027, 2, 20)
    assert office.enroll(mentors=MENTORS, today=later).seeking_again == 2
    people = office.people()
    assert {name: people[name].seeking_on for name in ("ada", "dora", "emil")} == {
        "ada": later,
        "dora": None,
        "emil": later,
    }


def test_mentees_who_were_left_over_look_again_when_a_mentor_takes_more(
    office: Office, left_over: Callable[..., None]
) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    left_over("ada")
    assert office.enroll(mentors=MENTORS.replace("python,2", "python,3")).seeking_again == 1


def test_another_mentee_is_no_reason_to_look_again(office: Office, left_over: Callable[..., None]) -> None:
    office.enroll(mentors=MENTORS, mentees=MENTEES)
    left_over("ada")
    assert office.enroll(mentees="email,name,department\ndora@example.org,Dora,Arts\n").seeking_again == 0


def test_more_people_than_one_statement_takes_are_enrolled_once(office: Office) -> None:
    rows = "".join(f"p{number}@example.org,P {number},Arts\n" for number in range(2_500))
    assert office.enroll(mentees="email,name,department\n" + rows).added == 2_500
    assert office.enroll(mentees="email,name,department\n" + rows) == EnrollReport(unchanged=2_500)
    assert (office.count(Participant), len(office.history("enroll"))) == (2_500, 2_500)


def test_a_wish_for_somebody_enrolled_earlier_becomes_their_address(office: Office) -> None:
    office.enroll(mentors=MENTORS)
    sheet = 'email,name,department,choices\nada@example.org,Ada,Engines,"Cleo, ben@example.org, Dora"\n'
    office.enroll(mentees=sheet)
    assert office.people()["ada"].fields["choices"] == ["cleo@example.org", "ben@example.org", "Dora"]
    assert office.enroll(mentees=sheet).unchanged == 1


def test_a_wish_for_a_name_that_two_participants_have_stays_as_it_is_written(office: Office) -> None:
    office.enroll(mentors=MENTORS + "cleo@example.com,Cleo,Arts,,1\n")
    office.enroll(mentees="email,name,department,choices\nada@example.org,Ada,Engines,Cleo\n")
    assert office.people()["ada"].fields["choices"] == ["Cleo"]


def test_postgresql_knows_how_large_the_tables_have_become(postgres_url: str, tmp_path: Path) -> None:
    rows = "".join(f"p{number}@example.org,P {number},Arts\n" for number in range(1_200))
    engine = db.engine(postgres_url)
    Office(engine, tmp_path, a_program()).enroll(mentees="email,name,department\n" + rows)
    with engine.connect() as conn:
        sizes = conn.execute(text("SELECT reltuples FROM pg_class WHERE relname IN ('participant', 'person')"))
        assert list(sizes.scalars()) == [1_200, 1_200]
    engine.dispose()


def test_two_who_enroll_the_same_sheet_at_once_enroll_it_once(office: Office) -> None:
    roster = office.read(people=BOTH)

    def enrolling(_: int) -> EnrollReport:
        with office.turn() as (conn, turn):
            return enroll(conn, turn, roster)

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(enrolling, range(3)))
    assert sorted(report.added for report in reports) == [0, 0, 300]
    assert (office.count(Person), office.count(Participant), len(office.history("enroll"))) == (300, 300, 300)


def test_two_cohorts_that_take_the_same_people_at_once_share_them(office: Office) -> None:
    with transaction(office.engine) as conn:
        autumn = cohorts.launch(conn, office.program, "autumn", START, now=NOW)
    roster = office.read(people=BOTH)
    turned = replace(roster, entries=roster.entries[::-1])

    def enrolling(name: str, number: int, given: Roster) -> int:
        with transaction(office.engine, number) as conn:
            return enroll(conn, cohorts.turn(conn, name, TODAY, NOW), given).added

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(enrolling, "spring", office.cohort_id, roster),
            pool.submit(enrolling, "autumn", autumn, turned),
        ]
        assert [done.result() for done in both] == [300, 300]
    assert (office.count(Person), office.count(Participant)) == (300, 600)


def test_the_sheets_of_the_civil_service_are_enrolled_as_they_are(
    engine: Engine, tmp_path: Path, shared_data: Path
) -> None:
    from programs.library import load

    program = load(Path(cohorts.__file__).parents[1] / "programs" / "examples" / "civil_service.yaml")
    folder = shared_data / "civil-service-small"
    files = [RosterFile(folder / "mentors.csv", Role.MENTOR), RosterFile(folder / "mentees.csv", Role.MENTEE)]
    roster = read_roster(files, program)
    assert (roster.problems, roster.notes) == ((), ())
    office = Office(engine, tmp_path, program)
    with office.turn() as (conn, turn):
        assert enroll(conn, turn, roster) == EnrollReport(added=100)
    before = office.everything()
    with office.turn() as (conn, turn):
        assert enroll(conn, turn, roster) == EnrollReport(unchanged=100)
    assert office.everything() == before
    assert sorted(row.roles for row in office.people().values()) == ["mentee"] * 50 + ["mentor"] * 50
