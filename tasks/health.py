"""What is wrong inside a store: its file, mails that got stuck, cohorts that nobody runs. Reads only; speaks in ids and counts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from programs.lifecycle import CohortStatus, MessageStatus
from tasks.models import Cohort, Message

MISSED = 2
"""Days without a run after which a cohort counts as left alone; a daily run may be a day late."""

STALE = timedelta(days=1)
"""How long a mail may be queued beyond its day before somebody should ask why."""


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong, and what to do about it."""

    what: str
    fix: str
    is_warning: bool = False
    """Whether everything works all the same, though perhaps not as was meant."""


def troubles(conn: Connection, today: date, now: datetime) -> list[Trouble]:
    """Everything found, the store first."""
    return [*_file(conn), *_left_alone(conn, today), *_mails(conn, now)]


def _file(conn: Connection) -> Iterator[Trouble]:
    """SQLite notices damage only where it reads; this reads everything once."""
    if conn.dialect.name != "sqlite":
        return
    said = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if said != "ok":
        yield Trouble(
            f"the database file is damaged: {said}", "restore the last copy of it; what it holds cannot be trusted"
        )


def _left_alone(conn: Connection, today: date) -> Iterator[Trouble]:
    begun = func.coalesce(Cohort.last_run_on, Cohort.starts_on)
    waiting = (Cohort.status == CohortStatus.OPEN) & (begun < today - timedelta(days=MISSED))
    for row in conn.execute(select(Cohort.name, Cohort.last_run_on).where(waiting).order_by(Cohort.name)):
        ran = f"was last run for {row.last_run_on}" if row.last_run_on else "has started and was never run"
        yield Trouble(
            f"cohort '{row.name}' {ran}",
            f"is its worker running, or its daily job? By hand: mentorflow advance {shlex.quote(row.name)}; everything missed is made up for",
        )


def _mails(conn: Connection, now: datetime) -> Iterator[Trouble]:
    dead = _count(conn, Message.status == MessageStatus.DEAD)
    if dead:
        yield Trouble(f"{dead:,} mails were refused for good", "mentorflow status COHORT names whom they were for")
    held = (Message.status == MessageStatus.SENDING) & (Message.lease_until < now)
    stuck = _count(conn, held)
    if stuck:
        yield Trouble(f"{stuck:,} mails were being sent when something died", "they go out again with the next run")
    old = (
        (Message.status == MessageStatus.QUEUED) & (Message.queued_at < now - STALE) & (Message.not_before < now.date())
    )
    queued = _count(conn, old)
    if queued:
        yield Trouble(
            f"{queued:,} mails have been waiting for more than a day", "run their cohort: mentorflow advance COHORT"
        )


def _count(conn: Connection, where: object) -> int:
    return conn.execute(select(func.count()).select_from(Message).where(where)).scalar_one()  # type: ignore[arg-type]
