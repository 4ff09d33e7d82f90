"""A cohort's day: each piece of due work done in a transaction of its own, stage by stage, until nothing is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, update

from programs.errors import MentorflowError
from tasks import (
    agenda,
    asking,
    asks,
    attention,
    conclude,
    contact,
    cycles,
    endings,
    follow_up,
    let_go,
    merging,
    offers,
    pairing,
    phases,
    prepare,
    reflect,
    starts,
    steps,
)
from tasks.db import reading, transaction
from tasks.growth import grown
from tasks.models import Ask, Cohort, History, Member, Message, Passage, Relationship, Step
from tasks.turn import Done, Stage, Turn, Work

ROUNDS = 60
"""More rounds than this in one day mean that something is due again and again."""

GROWING = (Relationship, Member, Passage, Step, Ask, Message, History)
"""The tables to which a day's work adds rows by the thousand."""

Verb = Callable[[Connection, Turn, str], int]

VERBS: dict[str, Verb] = {
    "prepare": lambda conn, turn, _: prepare.begin(conn, turn),
    "lapse": lambda conn, turn, _: asking.lapse(conn, turn),
    "propose": lambda conn, turn, _: pairing.propose(conn, turn).relationships,
    "offer": offers.ask_consent,
    "start": lambda conn, turn, _: starts.start(conn, turn),
    "go on": lambda conn, turn, _: cycles.go_on(conn, turn),
    "expire": lambda conn, turn, _: asks.expire(conn, turn),
    "miss": lambda conn, turn, _: steps.miss_expectations(conn, turn),
    "leave": phases.leave,
    "open": steps.open_steps,
    "skip": steps.skip_steps,
    "remind": asks.remind,
    "overrun": phases.overrun,
    "silence": lambda conn, turn, rung: contact.climb(conn, turn, int(rung) - 1),
    "exchange": reflect.exchange,
    "notice": lambda conn, turn, _: endings.give_notice(conn, turn),
    "let go": lambda conn, turn, _: let_go.let_go(conn, turn),
    "merge": lambda conn, turn, _: merging.merge(conn, turn),
    "close": lambda conn, turn, _: endings.close(conn, turn),
    "follow up": lambda conn, turn, _: follow_up.ask(conn, turn),
    "attention": lambda conn, turn, _: attention.look(conn, turn),
    "conclude": lambda conn, turn, _: conclude.conclude(conn, turn),
}


def perform(engine: Engine, turn: Turn, work: Work) -> Done:
    """Do one piece of work, all of it or nothing. What somebody else has done in the meantime is not done again."""
    with transaction(engine, turn.cohort_id) as conn:
        count = VERBS[work.verb](conn, turn, work.key)
        grown(conn, count, *GROWING)
        return Done(work, count)


def due(engine: Engine, turn: Turn, stage: Stage) -> list[Work]:
    """What one stage has to do now."""
    with reading(engine) as conn:
        return agenda.due(conn, turn, stage)


def remember(engine: Engine, turn: Turn) -> None:
    """Note that the cohort's calendar has come to this day."""
    with transaction(engine, turn.cohort_id) as conn:
        conn.execute(update(Cohort).where(Cohort.id == turn.cohort_id).values(last_run_on=turn.today))


def rounds(engine: Engine, turn: Turn) -> Iterator[tuple[Stage, list[Work]]]:
    """The stages that have work, in order and again, until the cohort has nothing to do today. The caller does the work in between.

    Raises MentorflowError when the same things are due over and over.
    """
    for _ in range(ROUNDS):
        idle = True
        for stage in agenda.CHANGING:
            if work := due(engine, turn, stage):
                idle = False
                yield stage, work
        if idle:
            return
    names = ", ".join(one.name for stage in agenda.CHANGING for one in due(engine, turn, stage))
    raise MentorflowError(f"the day of cohort '{turn.cohort}' does not come to an end; still due: {names}")


def advance(engine: Engine, turn: Turn) -> list[Done]:
    """Do everything that is due, once, without an orchestrator."""
    done = [perform(engine, turn, work) for _, works in rounds(engine, turn) for work in works]
    remember(engine, turn)
    return done
