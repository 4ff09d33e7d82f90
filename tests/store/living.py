"""A life in a cohort to which anything may be done in any order, and what must hold after each of it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import URL, Connection, Engine, event

from programs.errors import MentorflowError
from programs.lifecycle import ENDED, LIVE
from tasks import db, gates, offers, timing
from tasks.models import Action, Closure, Cohort, Member, Participant, Relationship, Step
from tasks.records import cohort_record
from tests.store.copies import copied, pointed_at
from tests.store.dailies import DAILY
from tests.store.ledger import Books, Rows, written
from tests.store.ledgers import CHECKS, places_taken
from tests.store.scenes import Scene

PICK = st.integers(0, 1000)
BOUND = timedelta(days=1500)
"""Within which a cohort of which nobody is heard any more is over: a year's program, a further cycle, and the follow-up."""


def changes(before: Rows, after: Rows) -> dict[str, set[Any]]:
    """Table to the rows that are new or otherwise than before."""
    found = {name: {str(row) for row in after[name]} ^ {str(row) for row in before[name]} for name in before}
    return {name: rows for name, rows in found.items() if rows}


class KilledError(Exception):
    """The process is gone before it could commit."""


@dataclass(frozen=True)
class Start:
    """A cohort from which lives begin, each on a copy."""

    scene: Scene
    url: URL


class Living(RuleBasedStateMachine):
    """A life on a copy of a cohort, which at its end falls silent and comes to its conclusion."""

    starts: Sequence[Start]

    @initialize(number=PICK)
    def begin(self, number: int) -> None:
        start = self.starts[number % len(self.starts)]
        self.open = ExitStack()
        engine = pointed_at(start.scene.engine, self.open.enter_context(copied(start.url)))
        self.open.callback(engine.dispose)
        self.mail = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        self.scene = replace(start.scene)
        self.engine: Engine = start.scene.engine
        self.before: Rows | None = None

    def teardown(self) -> None:
        if not hasattr(self, "open"):
            return
        with self.open:
            if sys.exc_info()[0] is None:
                self.everybody_falls_silent()

    def everybody_falls_silent(self) -> None:
        """Only the operator still does what nobody else can: decides on proposals, opens the gates and lets pauses end."""
        until, days = self.scene.today + BOUND, 0
        while not self.is_closed():
            assert self.scene.today <= until, self.scene.rows(Relationship)
            for row in self.scene.rows(Relationship, status="paused"):
                self.operate(lambda conn, one=row.id: timing.resume(conn, self.scene.turn(), one))
            self.operate(lambda conn: offers.approve(conn, self.scene.turn()))
            for gate in self.scene.base.plan.program.enrollment.gates:
                self.operate(lambda conn, one=gate.id: gates.pass_by_hand(conn, self.scene.turn(), one, None))
            days = min(40, days + 9)
            self.scene.on(self.scene.today + timedelta(days=days))
            self.what_must_hold_holds()
            self.the_day_was_run()
        self.the_day_is_run(self.scene.today + BOUND)

    def the_day_was_run(self) -> None:
        """All that was due has been done."""
        assert self.before is not None
        for check in DAILY:
            check(Books(self.before, self.scene))

    def the_day_is_run(self, today: date) -> None:
        """And running it once more does nothing."""
        self.scene.on(today)
        self.what_must_hold_holds()
        self.the_day_was_run()
        before = self.before
        assert self.scene.on(today) == []
        assert written(self.scene) == before

    def is_closed(self) -> bool:
        return self.scene.rows(Cohort)[0].status == "closed"

    # How it is done.

    def pick(self, rows: Sequence[Any], number: int) -> Any:
        return rows[number % len(rows)] if rows else None

    def live(self, number: int) -> Any:
        return self.pick(self.scene.rows(Relationship, Relationship.status.in_(LIVE)), number)

    def present(self, relationship: int) -> list[int]:
        return [row.participant_id for row in self.scene.rows(Member, relationship_id=relationship, left_on=None)]

    def some_step(self, row: Any, number: int) -> Any:
        return self.pick(self.scene.rows(Step, relationship_id=row.id), number)

    def reason(self, number: int) -> str:
        return str(self.pick(self.scene.base.plan.program.closure.reasons, number))

    def operate(self, work: Callable[[Connection], object], after: int = 0) -> None:
        """Something that may be refused, and then has no effect; if the process dies first, that had none either."""
        if after:
            before = written(self.scene)
            try:
                with self.dying(after), suppress(MentorflowError), self.scene.writing() as conn:
                    work(conn)
                return
            except KilledError:
                assert written(self.scene) == before
        with suppress(MentorflowError), self.scene.writing() as conn:
            work(conn)

    def twice(self, work: Callable[[Connection], object], after: int = 0) -> None:
        """What is done twice is done once."""
        self.operate(work, after)
        before = written(self.scene)
        self.operate(work)
        changed = changes(before, written(self.scene))
        assert not changed, changed

    def all_twice(self, work: Callable[[], object], after: int = 0) -> None:
        """What is done in transactions of its own: done again after the process has died, and once more, it is done once."""
        if after:
            with suppress(KilledError, MentorflowError), self.dying(after):
                work()
        with suppress(MentorflowError):
            work()
        before = written(self.scene)
        with suppress(MentorflowError):
            work()
        changed = changes(before, written(self.scene))
        assert not changed, changed

    def dying(self, after: int) -> ExitStack:
        """The process goes before a statement."""
        left = [after]

        def count(*_: Any) -> None:
            left[0] -= 1
            if not left[0]:
                raise KilledError

        watched = ExitStack()
        event.listen(self.engine, "before_cursor_execute", count)
        watched.callback(event.remove, self.engine, "before_cursor_execute", count)
        return watched

    # What must hold.

    @invariant()
    def what_must_hold_holds(self) -> None:
        books = Books(written(self.scene), self.scene)
        for check in CHECKS:
            check(books)
        self.the_sums_add_up(books)
        self.no_mentor_takes_more(books)
        if self.before is not None:
            self.what_stands_stands(Books(self.before, self.scene), books)
        self.before = books.rows

    def the_sums_add_up(self, books: Books) -> None:
        with db.reading(self.engine) as conn:
            record = cohort_record(conn, self.scene.turn()).data
        enrolled = len(books.of(Participant))
        assert record["enrolled"] == enrolled == sum(line["total"] for line in record["people"])
        assert all(sum(line["by_roles"].values()) == line["total"] for line in record["people"])
        counted = record["relationships"]
        closed = counted["by_status"].get("closed", 0)
        assert sum(counted["by_status"].values()) == counted["total"]
        assert counted["completed"] + counted["closed_early"] == closed == len(books.of(Closure))
        assert sum(record["actions"].values()) == len(books.of(Action))

    def no_mentor_takes_more(self, books: Books) -> None:
        """Than they have places for; who has fewer by now keeps whom they had."""
        places = {row.id: row.capacity for row in books.of(Participant)}
        had = places_taken(Books(self.before, self.scene))[0] if self.before is not None else {}
        for one, count in places_taken(books)[0].items():
            assert count <= max(places[one], had.get(one, 0)), one

    def what_stands_stands(self, before: Books, now: Books) -> None:
        """What has ended, and what is paused, moves no more; what was recorded stays as it was written."""
        records = {row.id: row for row in now.of(Closure)}
        assert all(records[row.id] == row for row in before.of(Closure))
        for row in before.of(Relationship):
            after = now.relationships[row.id]
            if row.status in (*ENDED, "prepared", "left"):
                fixed = ("status", "closed_on", "phase", "visit", "ending_reason", "decided_next", "lead_id")
                assert [getattr(row, name) for name in fixed] == [getattr(after, name) for name in fixed]
            assert after.visit >= row.visit
            if row.status == after.status == "paused":
                assert (row.phase, row.visit, row.entered_on) == (after.phase, after.visit, after.entered_on)
        cohorts = zip(before.of(Cohort), now.of(Cohort), strict=True)
        assert all(one.record == other.record for one, other in cohorts if one.status == "closed")
        if any(row.status == "closed" for row in before.of(Cohort)):
            assert set(changes(before.rows, now.rows)) <= {"message", "cohort"}
