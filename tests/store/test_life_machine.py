"""Anything in any order: people answer, decline and meet, operators pause, extend and close, processes die; what must hold always holds."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, select

from programs.dates import Span, Unit
from programs.errors import MentorflowError
from programs.lifecycle import ENDED, LIVE, AskStatus
from tasks import db, endings, meetings, timing
from tasks.day import advance
from tasks.db import reading
from tasks.endings import AFTERWARDS
from tasks.history import MOVES
from tasks.models import Ask, Base, Closure, Cohort, History, Member, Message, Participant, Passage, Relationship, Step
from tasks.records import cohort_record
from tasks.schema import upgrade
from tests.store.copies import pointed_at
from tests.store.dumps import changed_tables, dump
from tests.store.scenes import ENROLLED, Scene, a_cohort, declared, tandem

REASONS = ("no_fit", "other", "conduct")
WORDS = {
    table.__tablename__: {str(word) for move in moves for word in (move[0], moves[move])}
    for table, moves in MOVES.items()
}
PICK = st.integers(0, 1000)


class KilledError(Exception):
    """The process is gone before it could commit."""


class Life(RuleBasedStateMachine):
    """A small cohort on SQLite that has just begun; each life begins from a copy."""

    first: Scene
    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "life.db")
        engine = self.first.engine
        self.engine = pointed_at(engine, engine.url.set(database=str(self.folder / "life.db")))
        self.scene = replace(self.first)
        self.ended: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def pick(self, rows: Sequence[Any], number: int) -> Any:
        return rows[number % len(rows)] if rows else None

    def live(self, number: int) -> Any:
        return self.pick(self.scene.rows(Relationship, Relationship.status.in_(LIVE)), number)

    def asked(self) -> Any:
        return self.scene.asks(status=AskStatus.OPEN)

    def operate(self, work: Callable[[Any], object]) -> None:
        """Something that may be refused, and then has no effect."""
        with suppress(MentorflowError), self.scene.writing() as conn:
            work(conn)

    @rule(days=st.sampled_from((1, 1, 2, 3, 5, 8, 15)))
    def live_on(self, days: int) -> None:
        """Some days pass, and the cohort is run on the last of them."""
        self.scene.on(self.scene.today + timedelta(days=days))

    @rule()
    def everybody_answers(self) -> None:
        self.scene.everybody_answers()

    @rule(number=PICK)
    def one_answers(self, number: int) -> None:
        if ask := self.pick(self.asked(), number):
            self.scene.send(ask)

    @rule(number=PICK)
    def one_says_no(self, number: int) -> None:
        """Declines what is proposed, and finds that it does not fit."""
        if ask := self.pick(self.asked(), number):
            questions = {question.id: question for question in self.scene.form(ask).questions}
            if ask.key.startswith("consent."):
                self.scene.send(ask, {"accept": False})
            elif "fit" in questions:
                options = questions["fit"].options
                self.scene.send(ask, fit="not_a_fit" if options else False)

    @rule(number=PICK, ago=st.integers(0, 9))
    def one_meets(self, number: int, ago: int) -> None:
        if row := self.live(number):
            held_on = max(row.started_on, self.scene.today - timedelta(days=ago))
            if held_on <= self.scene.today:
                self.scene.meet(row.id, held_on=held_on)

    @rule()
    def all_meet(self) -> None:
        self.scene.everybody_meets()

    @rule(number=PICK, item=st.integers(1, 4))
    def one_ticks(self, number: int, item: int) -> None:
        if row := self.live(number):
            member = self.pick(self.scene.rows(Member, relationship_id=row.id), number)
            self.operate(lambda conn: meetings.tick(conn, self.scene.turn(), row.id, member.participant_id, item))

    @rule(number=PICK)
    def pause(self, number: int) -> None:
        if row := self.live(number):
            self.operate(lambda conn: timing.pause(conn, self.scene.turn(), row.id))

    @rule(number=PICK)
    def resume(self, number: int) -> None:
        if row := self.pick(self.scene.rows(Relationship, status="paused"), number):
            self.operate(lambda conn: timing.resume(conn, self.scene.turn(), row.id))

    @rule(number=PICK, weeks=st.integers(1, 4))
    def extend(self, number: int, weeks: int) -> None:
        if row := self.live(number):
            self.operate(lambda conn: timing.extend(conn, self.scene.turn(), row.id, Span(weeks, Unit.WEEK)))

    @rule(number=PICK)
    def waive(self, number: int) -> None:
        if row := self.live(number):
            step = self.pick(self.scene.rows(Step, relationship_id=row.id), number)
            self.operate(lambda conn: timing.waive(conn, self.scene.turn(), row.id, step.key))

    @rule(number=PICK, reason=st.sampled_from(REASONS), rematch=st.sampled_from((None, True, False)))
    def close_one(self, number: int, reason: str, rematch: bool | None) -> None:
        if row := self.live(number):
            ending = endings.Ending(reason, rematch=rematch)
            self.operate(lambda conn: endings.request(conn, self.scene.turn(), [row.id], ending))

    @rule()
    def decide(self) -> None:
        self.scene.approve()

    @rule(number=PICK)
    def turn_down(self, number: int) -> None:
        if row := self.pick(self.scene.rows(Relationship, status="proposed"), number):
            self.scene.reject([row.id])

    @rule(days=st.integers(0, 6), after=st.integers(1, 60))
    def die(self, days: int, after: int) -> None:
        """The process goes before one of its statements; what was not committed is gone."""
        left = [after]

        def count(*_: Any) -> None:
            left[0] -= 1
            if not left[0]:
                raise KilledError

        self.scene.today += timedelta(days=days)
        event.listen(self.engine, "before_cursor_execute", count)
        try:
            with suppress(KilledError):
                advance(self.engine, self.scene.turn())
        finally:
            event.remove(self.engine, "before_cursor_execute", count)
        self.scene.on(self.scene.today)

    @rule()
    @precondition(lambda self: self.scene.today > ENROLLED)
    def run_again(self) -> None:
        self.scene.on(self.scene.today)
        before = dump(self.engine)
        assert self.scene.on(self.scene.today) == []
        assert changed_tables(before, dump(self.engine)) == {}

    @invariant()
    def the_books_are_right(self) -> None:
        with reading(self.engine) as conn:
            names = Base.metadata.tables
            rows = {name: conn.execute(select(table).order_by(table.c.id)).all() for name, table in names.items()}
            lines = cohort_record(conn, self.scene.turn()).data["people"]
        books = Books(rows, self.scene)
        for check in CHECKS:
            check(books)
        assert sum(sum(line["by_roles"].values()) for line in lines) == len(books.of(Participant))
        for row in books.of(Relationship):
            assert row.status == self.ended.get(row.id, row.status)  # what has ended has ended
            if row.status in ENDED:
                self.ended[row.id] = row.status


@dataclass(frozen=True)
class Books:
    """Everything that is written at one moment."""

    rows: dict[str, Sequence[Any]]
    scene: Scene

    def of(self, table: Any) -> Sequence[Any]:
        return self.rows[table.__tablename__]

    def by(self, table: Any, name: str) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        for row in self.of(table):
            found.setdefault(getattr(row, name), []).append(row)
        return found

    def members(self) -> dict[int, dict[str, int]]:
        return {
            number: {row.role: row.participant_id for row in rows}
            for number, rows in self.by(Member, "relationship_id").items()
        }


def every_status_is_a_word_of_its_table(books: Books) -> None:
    for table in MOVES:
        assert {row.status for row in books.of(table)} <= WORDS[table.__tablename__]


def whatever_closed_has_one_record(books: Books) -> None:
    closed = [row.id for row in books.of(Relationship) if row.status == "closed"]
    assert sorted(row.relationship_id for row in books.of(Closure)) == closed


def nothing_is_open_in_what_has_ended(books: Books) -> None:
    ended = {row.id for row in books.of(Relationship) if row.status in ENDED}
    steps = [row for row in books.of(Step) if row.relationship_id in ended]
    assert not {"planned", "open"} & {row.status for row in steps}
    asks = [row for row in books.of(Ask) if row.relationship_id in ended and row.status == "open"]
    assert {row.key for row in asks} <= {"follow_up"}
    assert all(row.left_on for row in books.of(Passage) if row.relationship_id in ended)
    closed = {row.relationship_id for row in books.of(Closure)}
    waiting = [row for row in books.of(Message) if row.relationship_id in closed and row.status == "queued"]
    assert {row.template for row in waiting} <= set(AFTERWARDS)


def nobody_has_more_than_their_places(books: Books) -> None:
    members = books.members()
    taken = [members[row.id] for row in books.of(Relationship) if row.status not in ENDED]
    kept = [members[row.relationship_id] for row in books.of(Closure) if row.planned]
    mentees = Counter(one["mentee"] for one in taken)
    assert set(mentees.values()) <= {1}
    mentors = Counter(one["mentor"] for one in [*taken, *kept])
    places = {row.id: row.capacity for row in books.of(Participant)}
    assert all(count <= places[one] for one, count in mentors.items())


def the_same_two_never_meet_twice(books: Books) -> None:
    pairs = Counter(tuple(sorted(one.items())) for one in books.members().values())
    assert set(pairs.values()) <= {1}


def a_running_relationship_is_in_one_phase(books: Books) -> None:
    passages = books.by(Passage, "relationship_id")
    for row in books.of(Relationship):
        if row.status not in LIVE:
            continue
        mine = passages[row.id]
        assert [one.visit for one in mine] == list(range(1, row.visit + 1))
        assert mine[-1].phase == row.phase
        assert (mine[-1].left_on is None) == (row.ending_reason != "completed")
        assert all(one.left_on == other.entered_on for one, other in pairwise(mine))
        assert row.entered_on <= row.ends_on <= row.latest_on


def steps_and_asks_agree(books: Books) -> None:
    asks = books.by(Ask, "step_id")
    for step in books.of(Step):
        mine = [ask.status for ask in asks.get(step.id, [])]
        if step.status in ("planned", "skipped"):
            assert mine == []
        elif step.status != "open":
            assert step.settled_on
            assert step.status == "reached" or AskStatus.OPEN not in mine
        elif step.kind in ("ask", "reflect"):
            assert AskStatus.OPEN in mine
        if step.due_on and step.opens_on:
            assert step.opens_on <= step.due_on


def mails_are_queued_once_and_never_ahead(books: Books) -> None:
    mails = books.of(Message)
    assert len({mail.idempotency_key for mail in mails}) == len(mails)
    assert all(mail.not_before <= books.scene.today for mail in mails)


def the_history_leads_to_what_is(books: Books) -> None:
    last = {(row.noun, row.noun_id): row.after for row in books.of(History) if row.after}
    for table in (Relationship, Step, Ask, Participant, Cohort):
        for row in books.of(table):
            assert last.get((table.__tablename__, row.id), row.status) == row.status


CHECKS = (
    every_status_is_a_word_of_its_table,
    whatever_closed_has_one_record,
    nothing_is_open_in_what_has_ended,
    nobody_has_more_than_their_places,
    the_same_two_never_meet_twice,
    a_running_relationship_is_in_one_phase,
    steps_and_asks_agree,
    mails_are_queued_once_and_never_ahead,
    the_history_leads_to_what_is,
)


def lived(folder: Path, name: str, examples: int, steps: int) -> None:
    """Live through many lives."""
    path = folder / "template.db"
    upgrade(f"sqlite:///{path}")
    program = tandem() if name == "tandem" else declared(name)
    scene = a_cohort(db.engine(f"sqlite:///{path}"), pairs=3, program=program)
    scene.agree()
    scene.on(scene.base.plan.starts_on)
    scene.engine.dispose()

    class Here(Life):
        first = scene
        template = path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_anything_in_any_order_keeps_the_books_right(tmp_path: Path) -> None:
    lived(tmp_path, "tandem", examples=20, steps=25)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tandem", "four-phase"])
def test_anything_in_any_order_keeps_the_books_right_for_long(tmp_path: Path, name: str) -> None:
    lived(tmp_path, name, examples=80, steps=50)
