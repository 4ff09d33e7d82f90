"""What the operator of a rehearsal does by hand: approves, pauses, extends, closes early. Each at least once, where there is a relationship for it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, Engine

from flows.demo.temper import drawn
from programs.attention import Kind
from programs.codes import number
from programs.dates import Span
from programs.spec import Shape
from programs.spec.program import Size
from tasks import attention, endings, gates, hurdles, needs, offers, scene, timing
from tasks.db import reading, transaction
from tasks.turn import Turn
from tasks.withdraw import withdraw

PAUSE = timedelta(days=21)
HEARD = (Kind.CONCERN, Kind.ANSWER, Kind.SCORES_APART)
"""What they see to on the attention list, the next time that they look in; the rest passes as people act."""
_NOT_SAID = ("completed", "merged", "too_few")
"""Reasons that follow from what happens; nobody gives them."""


class Operator:
    """Looks in after every run and steps in where the seed says so."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine = engine
        self.seed = seed
        self.decided: set[int] = set()
        self.resume_on: dict[int, date] = {}
        self.counts = {"pause": 0, "extend": 0, "close": 0}
        self.departures = 0
        """Times that members have left a circle."""

    def act(self, turn: Turn) -> None:
        with reading(self.engine) as conn:
            closed = [one.gate.id for one in hurdles.who_waits(conn, turn) if one.gate.by == "operator"]
            waiting = scene.has_proposals(conn, turn.cohort_id)
            fresh = [one for one in scene.in_main_phase(conn, turn) if one not in self.decided]
            said = [one for one in needs.needs(conn, turn) if one.kind in HEARD and one.since < turn.today]
        back = [one for one, day in self.resume_on.items() if day <= turn.today]
        if not (waiting or fresh or back or closed or said):
            return
        with transaction(self.engine, turn.cohort_id) as conn:
            for gate in closed:
                gates.pass_by_hand(conn, turn, gate, None)
            if waiting:
                offers.approve(conn, turn)
            for need in said:
                attention.clear(conn, turn, need.whom[0], number(need.whom, need.whom[0]), need.kind, "spoke with them")
            for one in back:
                del self.resume_on[one]
                if scene.is_paused(conn, one):
                    timing.resume(conn, turn, one)
            for one in fresh:
                self.decided.add(one)
                self._step_in(conn, turn, one)

    def _step_in(self, conn: Connection, turn: Turn, one: int) -> None:
        """One relationship in twelve needs something; the first three show each kind."""
        chance = drawn(self.seed, "operator", one)
        circle = turn.plan.program.relationships.shape is Shape.CIRCLE
        if circle and (self.departures < 2 or chance.random() < 1 / 6):
            self._leave(conn, turn, one)
            return
        missing = next((kind for kind, count in self.counts.items() if not count), None)
        if missing is None and chance.random() > 1 / 12:
            return
        kind = missing or chance.choice(sorted(self.counts))
        self.counts[kind] += 1
        if kind == "pause":
            timing.pause(conn, turn, one, "parental leave")
            self.resume_on[one] = turn.today + PAUSE
        elif kind == "extend":
            timing.extend(conn, turn, one, Span.parse("3 weeks"), "the project they work on took longer")
        else:
            endings.request(conn, turn, [one], self._ending(turn))

    def _leave(self, conn: Connection, turn: Turn, one: int) -> None:
        """Two at first, which makes room; then so many that the rest have to join another circle; then one here and there."""
        members = scene.present(conn, one)
        least = (turn.plan.program.relationships.size or Size()).at_least
        gone = {0: 2, 1: len(members) - least + 1}.get(self.departures, 1)
        self.departures += 1
        reasons = [reason for reason in turn.plan.program.closure.reasons if "left" in reason]
        ending = endings.Ending(reasons[0]) if reasons else self._ending(turn)
        for member in members[: max(0, min(gone, len(members) - 2))]:
            withdraw(conn, turn, member, ending)

    def _ending(self, turn: Turn) -> endings.Ending:
        reasons = turn.plan.program.closure.reasons
        rematch = turn.plan.program.closure.rematch
        wanted = [reason for reason in reasons if rematch and reason in rematch.reasons and "left" in reason]
        return endings.Ending((wanted or [reason for reason in reasons if reason not in _NOT_SAID])[0])
