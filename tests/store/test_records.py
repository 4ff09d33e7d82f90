"""What is gathered from the books is what was written into them, for a thousand relationships as quickly as for one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, event, insert, update

from programs.lifecycle import AskStatus, RelationshipStatus
from programs.summary import MemberFacts, RelationshipFacts, summarise
from tasks.db import transaction
from tasks.facts import gather
from tasks.models import (
    Ask,
    Closure,
    Goal,
    History,
    Meeting,
    Member,
    Participant,
    Passage,
    Relationship,
    Response,
    Step,
    Tick,
)
from tasks.records import cohort_record, records_for
from tests.store.books import NOW, START, Books, a_cohort
from tests.unit.summary.lives import MENTEE, MENTOR, a_full_life, an_early_end

LATER = datetime(2027, 8, 1, tzinfo=UTC)


def as_pair(facts: RelationshipFacts, number: int) -> RelationshipFacts:
    """The same life for pair `number` of the books."""
    people = {MENTOR: 2 * number - 1, MENTEE: 2 * number}
    return replace(
        facts,
        id=number,
        previous_id=None,
        members=tuple(MemberFacts(people[one.id], one.role, one.accepted_on, one.left_on) for one in facts.members),
        goals=tuple(replace(one, set_by=people[one.set_by]) for one in facts.goals),
        ticks=tuple(replace(one, participant=people[one.participant]) for one in facts.ticks),
        answers=tuple(replace(one, participant=people[one.participant]) for one in facts.answers),
    )


def write_down(conn: Connection, turn: Any, lives: Sequence[RelationshipFacts]) -> None:
    """Into the tables, over what `a_cohort` has put there."""
    for table in (Member, Passage, Step, Ask, Goal, Meeting, Tick, History):
        if table is not History:
            conn.execute(delete(table))
    for facts in lives:
        of = {"relationship_id": facts.id}
        here = of | {"cohort_id": turn.cohort_id}
        ending = facts.ending
        conn.execute(
            update(Relationship)
            .where(Relationship.id == facts.id)
            .values(
                status=RelationshipStatus.CLOSED, proposed_on=facts.proposed_on, agreed_on=facts.agreed_on,
                planned_end_on=facts.planned_end_on, closed_on=ending.closed_on, ending_reason=ending.reason,
                ending_by=ending.by, ending_note=ending.note, ending_rematch=ending.rematch, visit=len(facts.phases),
            )
        )  # fmt: skip
        _all(conn, Member, of, facts.members, id="participant_id")
        _all(conn, Passage, of, facts.phases)
        _all(conn, Step, here | {"phase": "p", "kind": "ask"}, facts.steps)
        _all(conn, Meeting, of | {"logged_at": NOW, "by": "operator"}, facts.meetings)
        _all(conn, Goal, of, facts.goals, set_by="participant_id")
        _all(conn, Tick, of, facts.ticks, participant="participant_id")
        for answer in facts.answers:
            _answer(conn, here, answer)
        moves = [
            (day, name)
            for pause in facts.pauses
            for day, name in ((pause.from_on, "pause"), (pause.until_on, "resume"))
        ]
        noted = {
            "cohort_id": turn.cohort_id,
            "noun": "relationship",
            "noun_id": facts.id,
            "recorded_at": NOW,
            "by": "operator",
        }
        for day, name in moves:
            if day:
                conn.execute(insert(History).values(noted | {"event": name, "happened_on": day}))


def _all(conn: Connection, table: Any, common: dict[str, Any], facts: Sequence[Any], **renamed: str) -> None:
    rows = [common | {renamed.get(name, name): value for name, value in vars(one).items()} for one in facts]
    if rows:
        conn.execute(insert(table), rows)


def _answer(conn: Connection, here: dict[str, Any], answer: Any) -> None:
    """Two versions, of which the second counts."""
    said = vars(answer).copy()
    row = here | {
        "participant_id": said.pop("participant"),
        "status": AskStatus.ANSWERED,
        "opened_on": START,
        "reminder": 0,
    }
    answers = said.pop("answers")
    ask = conn.execute(insert(Ask).values(row | said).returning(Ask.id)).scalar_one()
    given = {"ask_id": ask, "answered_on": answer.answered_on, "received_at": NOW, "by": "operator"}
    conn.execute(insert(Response).values(given | {"version": 2, "answers": answers}))
    conn.execute(insert(Response).values(given | {"version": 1, "answers": {"note": "OLD"}}))


def books_of(engine: Engine, *lives: RelationshipFacts) -> Books:
    books = a_cohort(engine, pairs=len(lives))
    with transaction(engine) as conn:
        write_down(conn, books.turn, [as_pair(life, number) for number, life in enumerate(lives, start=1)])
    return books


def test_what_is_gathered_makes_the_same_records_as_what_was_written(engine: Engine) -> None:
    lives = (a_full_life(), an_early_end())
    books = books_of(engine, *lives)
    with engine.connect() as conn:
        found = records_for(conn, books.turn, [1, 2])
    for number, life in enumerate(lives, start=1):
        assert found[number].data == summarise(as_pair(life, number)).data
        assert found[number].text == summarise(as_pair(life, number)).text


def test_a_relationship_that_ends_today_is_recorded_as_ending_today(engine: Engine) -> None:
    books = books_of(engine, an_early_end())
    books.change(update(Relationship).values(status=RelationshipStatus.ACTIVE, closed_on=None))
    today = START + timedelta(days=40)
    with engine.connect() as conn:
        record = records_for(conn, books.on(today), [1])[1]
    assert (record.data["dates"]["closed_on"], record.data["closure"]["reason"]) == (today.isoformat(), "no_fit")


def test_a_stored_closure_says_how_it_ended(engine: Engine) -> None:
    books = books_of(engine, an_early_end())
    closure = {"relationship_id": 1, "reason": "conduct", "planned": False, "rematch": False, "note": "Said so"}
    books.write(Closure, closure | {"closed_on": START, "closed_at": NOW, "by": "operator", "record": {}, "text": ""})
    with engine.connect() as conn:
        record = records_for(conn, books.turn, [1])[1].data["closure"]
    assert (record["reason"], record["closed_by"], record["note"], record["rematch"]) == (
        "conduct",
        "operator",
        "Said so",
        False,
    )


def test_relationships_of_other_cohorts_and_of_none_are_left_out(engine: Engine) -> None:
    books = books_of(engine, an_early_end())
    with engine.connect() as conn:
        assert list(records_for(conn, books.turn, [1, 99])) == [1]
        assert records_for(conn, replace(books.turn, cohort_id=99), [1]) == {}
        assert records_for(conn, books.turn, []) == {}


def test_a_withdrawn_ask_gives_no_answer(engine: Engine) -> None:
    books = books_of(engine, a_full_life())
    books.change(update(Ask).where(Ask.form == "reflection").values(status=AskStatus.WITHDRAWN))
    with engine.connect() as conn:
        (facts,) = gather(conn, books.turn, [1])
    assert {answer.form for answer in facts.answers} == {"consent", "check_in", "checkpoint"}


def test_the_number_of_queries_does_not_grow_with_the_number_of_relationships(engine: Engine) -> None:
    books = books_of(engine, *[a_full_life()] * 5)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    with engine.connect() as conn:
        counts = []
        for ids in ([1], [1, 2, 3, 4, 5]):
            statements.clear()
            assert len(records_for(conn, books.turn, ids)) == len(ids)
            counts.append(len([one for one in statements if one.startswith("SELECT")]))
        assert counts[0] == counts[1] <= 10
        statements.clear()
        cohort_record(conn, books.turn)
        assert len([one for one in statements if one.startswith("SELECT")]) <= 8


def test_the_cohort_is_summed_up_from_the_books(engine: Engine) -> None:
    books = books_of(engine, a_full_life(), an_early_end(), a_full_life())
    books.change(
        update(Relationship).where(Relationship.id == 3).values(status=RelationshipStatus.PAUSED, closed_on=None)
    )
    extra = {"person_id": 1, "roles": "mentee", "capacity": 0, "status": "active", "fields": {}, "enrolled_on": START}
    other = a_cohort_row(books, "other")
    books.write(Participant, extra | {"id": 50, "cohort_id": other})
    with engine.connect() as conn:
        record = cohort_record(conn, books.on(START + timedelta(days=210)))
    lines = {(line["line"], line["reason"]): line["total"] for line in record.data["people"]}
    assert lines == {("paused", None): 2, ("completed", None): 2, ("closed_early", "no_fit"): 2}
    assert record.data["enrolled"] == 6
    assert record.data["relationships"]["closed_by_reason"] == {"completed": 1, "no_fit": 1}
    assert record.data["relationships"]["to_be_rematched"] == 1
    assert record.data["meetings"]["count"] == 7 + 1 + 7
    phases = {phase["id"]: (phase["entered"], phase["left"], phase["mean_days"]) for phase in record.data["phases"]}
    assert phases["negotiating"] == (3, 2, 20.0)
    expectations = next(one for one in record.data["scores"] if one["question"] == "expectations")
    assert (expectations["mean"], expectations["people"]) == (3.0, 4)
    assert json.loads(json.dumps(record.data)) == record.data


def a_cohort_row(books: Books, name: str) -> int:
    from tasks import cohorts

    with transaction(books.engine) as conn:
        return cohorts.launch(conn, books.turn.plan.program, name, START, "Europe/London", now=NOW)


@pytest.mark.parametrize(
    ("unmatched", "seeking", "reason"),
    [
        ('{"possible": 0}', None, "nobody_possible"),
        ('{"possible": 2}', None, "no_place_left"),
        (None, START, "still_looking"),
    ],
)
def test_why_somebody_was_not_matched_is_read_from_the_books(engine: Engine, unmatched, seeking, reason) -> None:
    books = a_cohort(engine)
    books.change(update(Relationship).values(status=RelationshipStatus.DECLINED))
    books.change(update(Participant).where(Participant.id == 2).values(unmatched=unmatched, seeking_on=seeking))
    with engine.connect() as conn:
        record = cohort_record(conn, books.turn)
    assert {(line["reason"], tuple(line["by_roles"])) for line in record.data["people"]} == {
        (reason, ("mentee",)),
        ("declined", ("mentor",)),
    }
