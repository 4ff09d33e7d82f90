"""Anything in any order, in every shipped program: people answer or not, operators step in, processes die; what must hold always holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import Connection, Engine

from programs.codes import code
from programs.dates import Span, Unit
from programs.ways import END
from tasks import (
    actions,
    attention,
    db,
    end_now,
    endings,
    gates,
    meetings,
    moving,
    offers,
    postpone,
    timing,
)
from tasks.answer import Submission, take
from tasks.day import advance
from tasks.enroll import enroll
from tasks.models import Ask, Flag, Meeting, Participant, Relationship
from tests.store.copies import _address, copied
from tests.store.lifecycles import SHIPPED, a_made_up_cohort, everybody_does_well, latecomer, said, well_under_way
from tests.store.living import PICK, KilledError, Start
from tests.store.unruly import AFTER, Unruly

WHO_ENDS = st.sampled_from((*["participant"] * 3, *["relationship"] * 2, "cohort"))


class Life(Unruly):
    # What happens by itself.

    @rule(days=st.sampled_from((1, 1, 2, 3, 5, 8, 13, 21, 40)))
    def live_on(self, days: int) -> None:
        """Some days pass, and the cohort is run on the last of them; running it once more does nothing."""
        self.the_day_is_run(self.scene.today + timedelta(days=days))

    @rule(weeks=st.integers(1, 10))
    def live_well(self, weeks: int) -> None:
        for _ in range(weeks):
            everybody_does_well(self.scene)
            self.scene.on(self.scene.today + timedelta(days=7))

    @rule(days=st.integers(0, 9), after=st.integers(1, 90))
    def die_in_a_day(self, days: int, after: int) -> None:
        self.scene.today += timedelta(days=days)
        with suppress(KilledError), self.dying(after):
            advance(self.engine, self.scene.turn())
        self.scene.on(self.scene.today)

    # What people do.

    @rule(number=PICK, other=PICK, after=AFTER)
    def one_answers(self, number: int, other: int, after: int) -> None:
        """Anything that the form accepts; what is answered already may be answered otherwise."""
        asks = [row for row in self.scene.rows(Ask) if row.status in ("open", "answered")]
        asks = [row for row in asks if row.status == "open"] or asks if other % 4 else asks
        if ask := self.pick(asks, number):
            words = said(self.scene, ask, other)
            self.twice(lambda conn: take(conn, self.scene.turn(), [Submission(ask.id, words)]), after)

    @rule(number=PICK, other=PICK)
    def some_answer(self, number: int, other: int) -> None:
        """About every other, each as they like."""
        for place, ask in enumerate(self.scene.asks(status="open")):
            if (number >> place % 9) % 2:
                self.scene.send(ask, said(self.scene, ask, other + place))

    @rule(number=PICK, other=PICK)
    def all_answer_the_same(self, number: int, other: int) -> None:
        """Everybody who has been asked one thing says the same: that is how ways are opened, and new cycles begin."""
        if ask := self.pick(self.scene.asks(status="open"), number):
            for one in self.scene.asks(ask.key, status="open"):
                self.scene.send(one, said(self.scene, one, other))

    @rule(number=PICK, ago=st.integers(0, 30), minutes=st.sampled_from((10, 45, 90)), other=PICK, after=AFTER)
    def some_meet(self, number: int, ago: int, minutes: int, other: int, after: int) -> None:
        if row := self.live(number):
            held_on = self.scene.today - timedelta(days=ago)
            leader = self.pick(self.present(row.id), other) if other % 2 else None
            held = meetings.Held(row.id, held_on, minutes, leader)
            self.twice(lambda conn: meetings.log_meetings(conn, self.scene.turn(), [held]), after)

    @rule(number=PICK, minutes=st.sampled_from((5, 60)), other=PICK)
    def correct_a_meeting(self, number: int, minutes: int, other: int) -> None:
        if row := self.pick(self.scene.rows(Meeting), number):
            leader = self.pick(self.present(row.relationship_id), other) if other % 2 else None
            held = meetings.Held(row.relationship_id, row.held_on, minutes, leader)
            self.twice(lambda conn: meetings.correct(conn, self.scene.turn(), held))

    @rule(number=PICK, item=st.integers(1, 4))
    def one_ticks(self, number: int, item: int) -> None:
        if (row := self.live(number)) and (who := self.pick(self.present(row.id), number)):
            self.twice(lambda conn: meetings.tick(conn, self.scene.turn(), row.id, who, item))

    @rule(number=PICK, item=st.integers(1, 3), what=st.sampled_from(("add", "finish", "drop", "comment")), after=AFTER)
    def work_on_the_plan(self, number: int, item: int, what: str, after: int) -> None:
        row = self.pick(self.scene.rows(Relationship), number)
        if row is None:
            return
        turn = self.scene.turn()
        work: dict[str, Callable[[Connection], object]] = {
            "add": lambda conn: actions.add(conn, turn, row.id, actions.Added(f"Do it {number % 5} times")),
            "finish": lambda conn: actions.finish(conn, turn, row.id, item),
            "drop": lambda conn: actions.drop(conn, turn, row.id, item),
            "comment": lambda conn: actions.comment(conn, turn, row.id, item, "Well done", None),
        }
        self.twice(work[what], after)

    # What the operator does.

    @rule(number=PICK, what=st.sampled_from(("pause", "resume")), after=AFTER)
    def stop_or_go(self, number: int, what: str, after: int) -> None:
        if row := self.live(number):
            verb = {"pause": timing.pause, "resume": timing.resume}[what]
            self.twice(lambda conn: verb(conn, self.scene.turn(), row.id), after)

    @rule(number=PICK, days=st.integers(1, 40), after=AFTER)
    def extend(self, number: int, days: int, after: int) -> None:
        if row := self.live(number):
            self.operate(lambda conn: timing.extend(conn, self.scene.turn(), row.id, Span(days, Unit.DAY)), after)

    @rule(number=PICK, other=PICK, days=st.integers(0, 40), after=AFTER)
    def put_off(self, number: int, other: int, days: int, after: int) -> None:
        if (row := self.live(number)) and (step := self.some_step(row, other)):
            to = self.scene.today + timedelta(days=days)
            self.operate(lambda conn: postpone.postpone(conn, self.scene.turn(), row.id, step.key, to), after)

    @rule(number=PICK, other=PICK, after=AFTER)
    def waive(self, number: int, other: int, after: int) -> None:
        if (row := self.live(number)) and (step := self.some_step(row, other)):
            self.twice(lambda conn: timing.waive(conn, self.scene.turn(), row.id, step.key), after)

    @rule(number=PICK, other=PICK, after=AFTER)
    def move(self, number: int, other: int, after: int) -> None:
        if row := self.live(number):
            phases = [phase.id for phase in self.scene.base.plan.program.phases]
            ahead = [way.to for way in self.scene.base.plan.ways(row.phase)] or phases
            to = "end" if (found := self.pick(phases if other % 5 == 0 else ahead, other)) == END else found
            self.twice(lambda conn: moving.move(conn, self.scene.turn(), row.id, to), after)

    @rule(number=PICK, other=PICK, rematch=st.sampled_from((None, True, False)), after=AFTER)
    def close_one(self, number: int, other: int, rematch: bool | None, after: int) -> None:
        if row := self.live(number):
            ending = endings.Ending(self.reason(other), rematch=rematch)
            self.twice(lambda conn: endings.request(conn, self.scene.turn(), [row.id], ending), after)

    @rule(number=PICK, other=PICK, what=WHO_ENDS, after=AFTER)
    def close_now(self, number: int, other: int, what: str, after: int) -> None:
        """A relationship, a participant, or, rarely, all of them, at once."""
        row = self.pick(self.scene.rows(Relationship), number)
        who = self.pick(self.scene.rows(Participant), number)
        if row is None and what == "relationship":
            return
        named = {} if what == "cohort" else {what: code("R", row.id) if what == "relationship" else code("P", who.id)}
        self.all_twice(lambda: end_now.end_now(self.engine, self.scene.turn(), self.reason(other), **named), after)

    @rule(number=PICK, approves=st.booleans(), after=AFTER)
    def decide(self, number: int, approves: bool, after: int) -> None:
        if row := self.pending(number):
            verb = offers.approve if approves else offers.reject
            self.twice(lambda conn: verb(conn, self.scene.turn(), [row.id]), after)

    @rule(number=PICK, other=PICK, back=st.booleans(), after=AFTER)
    def open_a_gate(self, number: int, other: int, back: bool, after: int) -> None:
        declared = self.pick(self.scene.base.plan.program.enrollment.gates, number)
        who = self.pick(self.scene.rows(Participant), other)
        if declared and who:
            why = {} if back or declared.by == "operator" else {"why": "was trained elsewhere"}
            verb = gates.take_back if back else partial(gates.pass_by_hand, **why)
            self.twice(lambda conn: verb(conn, self.scene.turn(), declared.id, [who.id]), after)

    @rule(number=PICK)
    def look_after(self, number: int) -> None:
        if flag := self.pick(self.scene.rows(Flag, cleared_on=None), number):
            self.twice(
                lambda conn: attention.clear(conn, self.scene.turn(), flag.subject[0], int(flag.subject[1:]), flag.kind)
            )

    @rule(number=PICK, back=st.booleans(), after=AFTER)
    def one_comes_late(self, number: int, back: bool, after: int) -> None:
        late = latecomer(self.scene.base.plan.program, number)
        self.twice(lambda conn: enroll(conn, self.scene.turn(), late, skip_invalid=True, bring_back=back), after)


def lived(engine: Engine, name: str, examples: int, steps: int, derandomize: bool) -> None:
    """Live through many lives, some from the day of enrollment on, most from when the first have begun."""
    scene = a_made_up_cohort(engine, name)
    url = _address(scene.engine)
    scene.engine.dispose()
    with ExitStack() as kept:
        enrolled = Start(replace(scene), kept.enter_context(copied(url)))
        well_under_way(scene)
        scene.engine.dispose()
        running = Start(replace(scene), kept.enter_context(copied(url)))

        class Here(Life):
            starts = (running, enrolled, running)

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=derandomize,
                database=None, suppress_health_check=list(HealthCheck), print_blob=True,
            ),
        )  # fmt: skip


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Engine:
    return db.engine(sqlite_url)


@pytest.mark.parametrize("name", SHIPPED)
def test_anything_in_any_order_keeps_the_books_of_every_program_right(on_sqlite: Engine, name: str) -> None:
    lived(on_sqlite, name, examples=3, steps=12, derandomize=True)


def test_it_does_so_on_postgresql(postgres_url: str) -> None:
    lived(db.engine(postgres_url), "five-stage", examples=1, steps=12, derandomize=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_anything_in_any_order_keeps_the_books_right_for_long(on_sqlite: Engine, name: str) -> None:
    lived(on_sqlite, name, examples=40, steps=30, derandomize=False)
