"""Queueing of mails, in the same transaction as what causes them. Sending is another module's matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, null, select

from programs.lifecycle import MessageStatus
from programs.plan import LATE
from tasks.models import Cohort, Message
from tasks.sql import Column, day, insert_from, joined, moment, number, text
from tasks.turn import Turn

Part = Column | str


def queue(
    conn: Connection,
    turn: Turn,
    rows: Select[Any],
    template: str,
    key: tuple[Part, ...],
    *,
    participant: Column,
    relationship: Column | None = None,
    ask: Column | None = None,
    about: Column | str | None = None,
    expires_on: Column | date | None = None,
) -> int:
    """One mail per row. The parts of `key` name the occasion: the same occasion is queued once, whatever happens.

    The Message-ID follows from the key, so that a mail that had to be sent twice is the same mail.
    """
    uid = select(Cohort.uid).where(Cohort.id == turn.cohort_id).scalar_subquery()
    last = expires_on if expires_on is not None else LATE.after(turn.today)
    columns = {
        "cohort_id": number(turn.cohort_id),
        "participant_id": participant,
        "relationship_id": null() if relationship is None else relationship,
        "ask_id": null() if ask is None else ask,
        "template": text(template),
        "subject_key": text(about) if about is None or isinstance(about, str) else about,
        "idempotency_key": _chain("/", key),
        "message_id": joined("<", _chain(".", key), ".", uid, "@", turn.mail_domain, ">"),
        "status": text(MessageStatus.QUEUED),
        "queued_at": moment(turn.now),
        "not_before": day(turn.today),
        "expires_on": day(last) if isinstance(last, date) else last,
        "attempts": number(0),
    }
    return insert_from(conn, Message, columns, rows)


def _chain(separator: str, parts: tuple[Part, ...]) -> ColumnElement[str]:
    chained: list[Part] = [parts[0]]
    for part in parts[1:]:
        chained += [separator, part]
    return joined(*chained)
