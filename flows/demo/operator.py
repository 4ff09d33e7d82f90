"""What the operator of a rehearsal does by hand: approves, pauses, extends, closes early. Each at least once, where there is a relationship for it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, Engine

from flows.demo.temper import drawn
from programs.attention import Kind
from programs.codes import number
from programs.dates import Span
from programs.lifecycle import RelationshipStatus
from programs.spec import Program, Shape
from programs.spec.program import Size
from programs.ways import By
from tasks import attention, endings, gates, hurdles, moving, needs, offers, scene, timing
from tasks.db import reading, transaction
from tasks.turn import Turn
from tasks.withdraw import withdraw

PAUSE = timedelta(days=21)
LONG_ENOUGH = timedelta(days=42)
"""After so long in the main phase, somebody may have what they came for."""
SCREENED = 0.6
"""How many of those who stand before a gate are let through in a week."""
HEARD = (Kind.CONCERN, Kind.ANSWER, Kind.SCORES_APART)
"""What they see to on the attention list, the next time that they look in; the rest passes as people act."""
_NOT_SAID = ("completed", "merged", "too_few", "done_early")
"""Reasons that follow from what happens, or that nobody gives on the first day of the main phase."""


class Operator:
    """Looks in after every run and steps in where the seed says so."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine = engine
        self.seed = seed
        self.decided: set[int] = set()
        self.resume_on: dict[int, date] = {}
        self.move_on: dict[int, date] = {}
        self.counts = {"pause": 0, "extend": 0, "close": 0}
        self.departures = 0
        """Times that members have left a circle."""

    def act(self, turn: Turn) -> None:
        with reading(self.engine) as conn:
            closed = [one for one in hurdles.who_waits(conn, turn) if one.gate.by == "operator"]
            waiting = scene.has_proposals(conn, turn.cohort_id)
            fresh = [one for one in scene.in_main_phase(conn, turn) if one not in self.decided]
            said = [one for one in needs.needs(conn, turn) if one.kind in HEARD and one.since < turn.today]
        back = [one for one, day in self.resume_on.items() if day <= turn.today]
        onward = [one for one, day in self.move_on.items() if day <= turn.today]
        if not (waiting or fresh or back or closed or said or onward):
            return
        with transaction(self.engine, turn.cohort_id) as conn:
            for stand in closed:
                self._let_through(conn, turn, stand)
            if waiting:
                offers.approve(conn, turn)
            for need in said:
                attention.clear(conn, turn, need.whom[0], number(need.whom, need.whom[0]), need.kind, "spoke with them")
            for one in back:
                del self.resume_on[one]
                if scene.is_paused(conn, one):
                    timing.resume(conn, turn, one)
            for one in onward:
                self._move_on(conn, turn, one)
            for one in fresh:
                self.decided.add(one)
                self._step_in(conn, turn, one)

    def _let_through(self, conn: Connection, turn: Turn, stand: hurdles.Waiting) -> None:
        """Not everybody has time for a talk in the first week."""
        met = [who for who, _ in stand.people if drawn(self.seed, "gate", who, turn.today).random() < SCREENED]
        if met:
            gates.pass_by_hand(conn, turn, stand.gate.id, [number(who, "P") for who in met])

    def _move_on(self, conn: Connection, turn: Turn, one: int) -> None:
        """Where they still are in the phase that may be left earlier."""
        del self.move_on[one]
        phase, status = scene.whereabouts(conn, one)
        ways = [way for way in turn.plan.ways(phase) if way.by is By.OPERATOR] if phase else []
        if ways and status == RelationshipStatus.ACTIVE:
            moving.move(conn, turn, one, ways[0].to, "they have what they came for")

    def _step_in(self, conn: Connection, turn: Turn, one: int) -> None:
        """One relationship in twelve needs something, and the first show each kind; as many may go on earlier, where that may be."""
        chance = drawn(self.seed, "operator", one)
        circle = turn.plan.program.relationships.shape is Shape.CIRCLE
        if circle and (self.departures < 2 or chance.random() < 1 / 6):
            self._leave(conn, turn, one)
            return
        phase, _ = scene.whereabouts(conn, one)
        may_move = phase is not None and any(way.by is By.OPERATOR for way in turn.plan.ways(phase))
        if may_move and (not self.move_on or chance.random() < 1 / 12):
            self.move_on[one] = turn.today + LONG_ENOUGH
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
            timing.extend(conn, turn, one, self._longer(turn), "the project they work on took longer")
        else:
            endings.request(conn, turn, [one], early_ending(turn.plan.program))

    def _leave(self, conn: Connection, turn: Turn, one: int) -> None:
        """One or two at first, and the others go on; then so many that the rest have to join another circle; then one here and there."""
        members = scene.present(conn, one)
        least = (turn.plan.program.relationships.size or Size()).at_least
        spare = len(members) - least
        if self.departures == 0 and spare < 1:
            return
        gone = {0: min(spare, 2), 1: spare + 1}.get(self.departures, 1)
        self.departures += 1
        reasons = [reason for reason in turn.plan.program.closure.reasons if "left" in reason]
        ending = endings.Ending(reasons[0]) if reasons else early_ending(turn.plan.program)
        for member in members[: max(0, min(gone, len(members) - 2))]:
            withdraw(conn, turn, member, ending)

    def _longer(self, turn: Turn) -> Span:
        """Three weeks, or as much as the program allows."""
        limits, usual = turn.plan.program.closure.extensions, Span.parse("3 weeks")
        if limits is None or limits.at_least.after(turn.today) <= usual.after(turn.today) <= limits.at_most.after(
            turn.today
        ):
            return usual
        return limits.at_most


def early_ending(program: Program) -> endings.Ending:
    """Because somebody has left, if the program then looks for somebody else; else for the first reason that fits.

    What the program says by itself, when something is not answered or nothing is heard, is nothing for an operator to say.
    """
    closure, by_itself = program.closure, _given_by(program)
    unplanned = [one for one in closure.reasons if one not in closure.planned_reasons]
    early = [one for one in unplanned if one not in {*_NOT_SAID, *by_itself}] or unplanned or list(closure.reasons)
    wanted = [one for one in early if closure.rematch and one in closure.rematch.reasons and "left" in one]
    return endings.Ending((wanted or early)[0])


def _given_by(program: Program) -> set[str]:
    """Reasons for which a program ends relationships without anybody's doing."""
    late = {phase.overrun.reason for phase in program.phases if phase.overrun}
    found = {*late, *(rung.reason for rung in program.silence)}
    return {one for one in found if one}
