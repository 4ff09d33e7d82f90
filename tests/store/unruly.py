"""What goes wrong in a life: answers that nobody can take, two who act at once, deliverers who die, a sheet handed in again, decisions overruled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import Connection

from flows.cli.wished import understood
from programs.codes import code
from programs.lifecycle import PENDING
from programs.plan import FOLLOW_UP
from tasks import day, end_now, goals, offers, overrule, timing
from tasks.answer import Outcome, Submission, take
from tasks.deliver import deliver
from tasks.enroll import enroll
from tasks.models import Ask, Goal, Member, Message, Participant, Relationship
from tasks.notify import FolderTransport
from tests.store.books import SETTINGS
from tests.store.dailies import only_what_may_be_sent_was_sent
from tests.store.ledger import OVER, Books, written
from tests.store.lifecycles import corrected, said
from tests.store.living import PICK, KilledError, Living

AFTER = st.sampled_from((0, 0, 0, 1, 2, 3, 5, 8, 13))
"""Before which statement of an operation the process dies; 0: it lives."""
OWN_GOAL = {"of": "member", "term": "short", "text": "Speak up"}
AT_ONCE = st.sampled_from(("answer", "pause", "close", "leave", "reject", "the same"))
WRONG: tuple[Callable[[dict[str, Any]], Mapping[str, Any]], ...] = (
    lambda _: {},
    lambda given: given | {"nobody_asked_this": "yes"},
    lambda given: given | {key: {"of": "a kind that no question takes"} for key in list(given)[:1]},
    lambda given: given | dict.fromkeys(list(given)[:1], "x" * 200_000),
)


class Unruly(Living):
    @rule(number=PICK, other=PICK)
    def one_answers_wrongly(self, number: int, other: int) -> None:
        """Nothing, something else than was asked, or what is no answer: it is refused, and nothing is written."""
        if ask := self.pick(self.scene.rows(Ask), number):
            self.is_refused(ask, WRONG[other % len(WRONG)](said(self.scene, ask, None)))

    @rule(number=PICK, other=PICK)
    def one_answers_what_is_over(self, number: int, other: int) -> None:
        """What is asked no more, and what belongs to a relationship that has been closed, takes no answers, however fine."""
        closed = {row.id for row in self.scene.rows(Relationship, status="closed")}
        asks = [
            row
            for row in self.scene.rows(Ask)
            if row.status in ("expired", "withdrawn") or (row.relationship_id in closed and row.key != FOLLOW_UP)
        ]
        if ask := self.pick(asks, number):
            self.is_refused(ask, said(self.scene, ask, other))

    def is_refused(self, ask: Any, answers: Mapping[str, Any]) -> None:
        before = written(self.scene)
        with self.scene.writing() as conn:
            (received,) = take(conn, self.scene.turn(), [Submission(ask.id, answers)])
        unchanged = received.outcome is Outcome.UNCHANGED and ask.status == "answered"
        assert received.outcome is Outcome.REFUSED or unchanged, (ask, received)
        assert written(self.scene) == before

    @rule(days=st.integers(0, 9), after=st.integers(0, 12), what=AT_ONCE, number=PICK, other=PICK)
    def two_act_at_once(self, days: int, after: int, what: str, number: int, other: int) -> None:
        """While a day is run, between two of its works, somebody else does something, or the same works themselves."""
        self.scene.today += timedelta(days=days)
        left, turn = after, self.scene.turn()
        for _, works in day.rounds(self.engine, turn):
            for work in works:
                if left == 0:
                    self.meanwhile(what, number, other)
                    if what == "the same":
                        day.perform(self.engine, turn, work)
                left -= 1
                day.perform(self.engine, turn, work)
        self.scene.on(self.scene.today)

    def meanwhile(self, what: str, number: int, other: int) -> None:
        turn, reason = self.scene.turn(), self.reason(other)
        row, who = self.live(number), self.pick(self.scene.rows(Participant), number)
        if what == "answer" and (ask := self.pick(self.scene.asks(status="open"), number)):
            self.operate(lambda conn: take(conn, turn, [Submission(ask.id, said(self.scene, ask, other))]))
        elif what == "pause" and row:
            self.operate(lambda conn: timing.pause(conn, turn, row.id))
        elif what == "close" and row:
            end_now.end_now(self.engine, turn, reason, relationship=code("R", row.id))
        elif what == "leave" and who:
            end_now.end_now(self.engine, turn, reason, participant=code("P", who.id))
        elif what == "reject" and (proposed := self.pending(number)):
            self.operate(lambda conn: offers.reject(conn, turn, [proposed.id]))

    def pending(self, number: int) -> Any:
        return self.pick(self.scene.rows(Relationship, Relationship.status.in_(PENDING)), number)

    @rule(after=AFTER)
    def post(self, after: int) -> None:
        """The mails go out, perhaps only after a deliverer has died over them; all can be written, and none is pointless."""
        before = Books(written(self.scene), self.scene)
        transport = FolderTransport(self.mail)
        if after:
            with suppress(KilledError), self.dying(after):
                deliver(self.engine, self.scene.turn(), transport, SETTINGS)
        deliver(self.engine, self.scene.turn(), transport, SETTINGS)
        now = Books(written(self.scene), self.scene)
        only_what_may_be_sent_was_sent(before, now)
        assert not [row for row in now.of(Message) if row.status == "queued" and row.not_before <= self.scene.today]

    @rule(number=PICK, other=PICK, what=st.sampled_from(("set", "drop", 0, 40, 100)), after=AFTER)
    def work_on_a_goal(self, number: int, other: int, what: str | int, after: int) -> None:
        """Words it, gives it up, or says how far it is, in per cent."""
        over = {row.id for row in self.scene.rows(Relationship, Relationship.status.in_(OVER))}
        member = self.pick([row for row in self.scene.rows(Member) if row.relationship_id not in over], number)
        if member is None:
            return
        mine = self.scene.rows(Goal, relationship_id=member.relationship_id)
        named = [(row.participant_id, row.key) for row in mine] + [(member.participant_id, "own")]
        who, key = named[other % len(named)]
        whose = {"relationship_id": member.relationship_id, "participant_id": who, "key": key}
        change: dict[str, Callable[[Connection], object]] = {
            "set": lambda conn: goals.set_goals(conn, self.scene.turn(), [{**whose, **OWN_GOAL}]),
            "drop": lambda conn: goals.drop(conn, self.scene.turn(), *whose.values()),
        }
        how = what if isinstance(what, str) else "progress"
        self.twice(
            change.get(how, lambda conn: goals.update_goals(conn, self.scene.turn(), [{**whose, "progress": what}])),
            after,
        )

    @rule(number=PICK, other=PICK, capacity=st.integers(1, 4), back=st.booleans(), after=AFTER)
    def the_sheet_comes_again(self, number: int, other: int, capacity: int, back: bool, after: int) -> None:
        """With somebody's row corrected."""
        sheet = corrected(self.scene.base.plan.program, number, other, capacity)
        self.twice(lambda conn: enroll(conn, self.scene.turn(), sheet, skip_invalid=True, bring_back=back), after)

    @rule(number=PICK, other=PICK, how=st.sampled_from(("force", "forbid", "swap", "again")), after=AFTER)
    def overrule(self, number: int, other: int, how: str, after: int) -> None:
        people = self.scene.rows(Participant)
        one, two = self.pick(people, number), self.pick(people, other)
        sides = sorted((one, two), key=lambda row: "mentor" in row.roles)
        named = [":".join(code("P", row.id) for row in sides)]

        def decide(conn: Connection) -> None:
            turn = self.scene.turn()
            asked = understood(conn, turn, *({how: named}.get(kind, []) for kind in ("force", "forbid", "swap")))
            if asked.new or how == "again":
                overrule.overrule(conn, turn, asked.wishes)

        self.twice(decide, after)
