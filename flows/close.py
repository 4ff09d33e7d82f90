"""Ending relationships as a flow of its own: one relationship, one participant's, or all of a cohort, for a reason of the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from flows import events, stages
from flows.ground import ground
from programs.errors import MentorflowError
from programs.spec import Program
from tasks import happened, orchestrated
from tasks.db import reading
from tasks.discreet import discreet
from tasks.end_now import end_now
from tasks.turn import Done, Stage, Work


@dataclass(frozen=True)
class Request:
    """What is to end, and why. Without a reason: whatever is due to end."""

    cohort: str
    reason: str | None = None
    relationship: str | None = None
    participant: str | None = None
    today: date | None = None

    @property
    def what(self) -> str:
        return self.relationship or self.participant or self.cohort

    @property
    def name(self) -> str:
        """`close R-7F3K2: no_fit`."""
        return f"close {self.what}: {self.reason}" if self.reason else f"close {self.cohort}"


def run(program: Program, request: Request) -> list[Done]:
    """End what is asked for now, with a summary record each, and tell those concerned. Running it again ends nothing more."""
    _check(request)
    if request.reason is None:
        return stages.run(program, Stage.CLOSE, request.cohort, request.today)
    with discreet(request.name):
        here = ground()
        turn = here.turn(program, request.cohort, request.today, by="operator")
        with reading(here.engine) as conn:
            start = happened.mark(conn)
    end = partial(end_now, here.engine, turn, request.reason, request.relationship, request.participant)
    count = orchestrated.one(request.name, end, stage=Stage.CLOSE)
    mails = stages.deliver(here, turn)
    with discreet(request.name), reading(here.engine) as conn:
        facts = happened.since(conn, turn, start)
    done = [Done(Work(Stage.CLOSE, "close", "relationships", count), count), *mails.done]
    events.emit(turn, facts, done)
    if mails.stopped:
        raise MentorflowError(f"closed, but mails of cohort '{request.cohort}' stay queued: {mails.stopped}")
    return done


def _check(request: Request) -> None:
    named = [one for one in (request.relationship, request.participant) if one]
    if len(named) == 2:
        raise MentorflowError("name a relationship or a participant, not both")
    if named and request.reason is None:
        raise MentorflowError(f"say why {named[0]} ends: a reason of the program")
