"""Summary records of relationships and of the cohort. What stands in one is the declaration's matter; storing it is the closer's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from programs.summary import CohortRecord, SummaryRecord, summarise, summarise_cohort
from tasks.cohort_facts import gather_cohort
from tasks.facts import gather
from tasks.sql import BATCH
from tasks.turn import Turn


def records_for(conn: Connection, turn: Turn, relationship_ids: Sequence[int]) -> dict[int, SummaryRecord]:
    """The records of relationships of the cohort that end today or have ended, by id; ids of no relationship are left out.

    To be called in the transaction that closes them, after their steps are settled. Ten queries for each thousand, and one more where
    people go through phases alone before the match.
    """
    records: dict[int, SummaryRecord] = {}
    for start in range(0, len(relationship_ids), BATCH):
        batch = relationship_ids[start : start + BATCH]
        records.update((facts.id, summarise(facts)) for facts in gather(conn, turn, batch))
    return records


def cohort_record(conn: Connection, turn: Turn) -> CohortRecord:
    """The record of the whole cohort as it stands on the day of the turn; seven queries, whatever its size."""
    return summarise_cohort(gather_cohort(conn, turn))
