"""The end of a cohort: once everybody's way is decided, the cohort record is written and the cohort closed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Date, exists, literal, or_, select, update

from programs import before
from programs.lifecycle import LIVE, PENDING, AskStatus, CohortStatus, ParticipantStatus, RelationshipStatus
from tasks import attention
from tasks.alone import end_all
from tasks.models import Ask, Cohort, History, Participant, Relationship
from tasks.records import cohort_record
from tasks.sql import changed, insert_all
from tasks.turn import Turn


def concludable(turn: Turn) -> ColumnElement[bool]:
    """Whether a started cohort that has had people has nothing ahead: no relationship, nobody getting ready or looking,
    nothing asked.

    A cohort in which nothing has begun yet may still get people, until its time is over.
    """
    mine = Relationship.cohort_id == turn.cohort_id
    people = Participant.cohort_id == turn.cohort_id
    looking = [phase.id for phase in turn.plan.program.alone_phases if before.looks(phase)]
    ahead = (
        exists().where(mine, Relationship.status == LIVE[0]),
        exists().where(mine, Relationship.status.in_((LIVE[1], *PENDING))),
        exists().where(mine, Relationship.follow_up_on.is_not(None)),
        exists().where(mine, Relationship.status == RelationshipStatus.PREPARING, Relationship.phase.not_in(looking)),
        exists().where(people, Participant.prepare_on.is_not(None), Participant.status != ParticipantStatus.WITHDRAWN),
        exists().where(people, Participant.seeking_on.is_not(None), Participant.status != ParticipantStatus.WITHDRAWN),
        exists().where(Ask.cohort_id == turn.cohort_id, Ask.status == AskStatus.OPEN),
    )
    here = (Cohort.id == turn.cohort_id) & (Cohort.status == CohortStatus.OPEN) & (Cohort.starts_on <= turn.today)
    had_people = exists().where(people)
    has_begun = exists().where(mine, Relationship.started_on.is_not(None))
    in_time = literal(turn.plan.earliest_end, Date) <= turn.today
    return here & had_people & or_(in_time, has_begun) & ~or_(*ahead)


def conclude(conn: Connection, turn: Turn) -> int:
    """Write the cohort record, once, and close the cohort."""
    if conn.execute(select(Cohort.id).where(concludable(turn))).first() is None:
        return 0
    end_all(conn, turn)
    record = cohort_record(conn, turn)
    attention.end(conn, turn)
    open_ = (Cohort.id == turn.cohort_id) & (Cohort.status == CohortStatus.OPEN)
    values = {"status": CohortStatus.CLOSED, "closed_on": turn.today, "record": record.data, "record_text": record.text}
    row = {"cohort_id": turn.cohort_id, "noun": "cohort", "noun_id": turn.cohort_id, "event": "close"}
    row |= {"before": CohortStatus.OPEN, "after": CohortStatus.CLOSED, "happened_on": turn.today}
    insert_all(conn, History, [{**row, "recorded_at": turn.now, "by": turn.by}])
    return changed(conn, update(Cohort).where(open_).values(**values))
