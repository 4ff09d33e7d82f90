"""Ends relationships on request: those named, those of a participant, or all of a cohort. What was asked for earlier keeps its reason and note."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Engine, select

from programs.codes import number
from programs.errors import NotFoundError
from programs.lifecycle import LIVE
from tasks import endings
from tasks.alone import preparing
from tasks.cohorts import is_open
from tasks.db import transaction
from tasks.models import Participant, Relationship
from tasks.turn import Turn
from tasks.withdraw import withdraw


def end_now(
    engine: Engine, turn: Turn, reason: str, relationship: str | None = None, participant: str | None = None
) -> int:
    """Close now, with a summary record each, and say how many were closed. A participant named leaves the cohort as well, and so
    does who goes through phases alone under the id of a relationship.

    Doing it again closes nothing more.

    Raises MentorflowError for an unknown reason, NotFoundError for an id that the cohort does not have.
    """
    ending = endings.Ending(reason, by=turn.by)
    with transaction(engine, turn.cohort_id) as conn:
        who = _participant(conn, turn, participant) if participant else _alone(conn, turn, relationship)
        if not is_open(conn, turn):
            return 0
        if who is not None:
            return endings.close(conn, turn, only=withdraw(conn, turn, who, ending))
        ids = _meant(conn, turn, relationship)
        fresh = _not_ending(conn, turn, ids)
        if relationship is None:
            endings.call_off(conn, turn)
        endings.request(conn, turn, fresh, replace(ending, rematch=False if relationship is None else None))
        return endings.close(conn, turn, only=ids, goes_on=relationship is not None)


def _meant(conn: Connection, turn: Turn, relationship: str | None) -> list[int]:
    mine = Relationship.cohort_id == turn.cohort_id
    if relationship is not None:
        wanted = number(relationship, "R")
        found = conn.execute(select(Relationship.id).where(mine, Relationship.id == wanted)).scalar()
        if found is None:
            raise NotFoundError(f"cohort '{turn.cohort}' has no relationship {relationship}")
        return [found]
    query = select(Relationship.id).where(mine, Relationship.status.in_(LIVE)).order_by(Relationship.id)
    return list(conn.execute(query).scalars())


def _alone(conn: Connection, turn: Turn, relationship: str | None) -> int | None:
    """Whoever goes through phases alone under that id."""
    if relationship is None:
        return None
    wanted = preparing(turn) & (Relationship.id == number(relationship, "R"))
    return conn.execute(select(Relationship.lead_id).where(wanted)).scalar()


def _participant(conn: Connection, turn: Turn, participant: str) -> int:
    wanted = number(participant, "P")
    here = (Participant.cohort_id == turn.cohort_id) & (Participant.id == wanted)
    if conn.execute(select(Participant.id).where(here)).first() is None:
        raise NotFoundError(f"cohort '{turn.cohort}' has no participant {participant}")
    return wanted


def _not_ending(conn: Connection, turn: Turn, ids: list[int]) -> list[int]:
    """Without those for which an ending on this day or earlier has been asked for already."""
    asked = Relationship.ending_on <= turn.today
    marked = set(conn.execute(select(Relationship.id).where(asked, Relationship.cohort_id == turn.cohort_id)).scalars())
    return [one for one in ids if one not in marked]
