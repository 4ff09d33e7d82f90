"""Hands queued mails to a transport. Each is sent at least once or ends in a listed status; a second copy carries the same Message-ID."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, or_, select, update

from programs.lifecycle import MessageStatus
from tasks.courier import Courier, Round
from tasks.db import transaction
from tasks.history import move_all
from tasks.models import Message
from tasks.notify import Transport
from tasks.sendable import abandoned, claimable, outdated, unwanted
from tasks.settings import Settings
from tasks.sql import changed
from tasks.turn import Turn

BATCH = 500
"""Mails in one transaction, where the transport can be repeated; else, mails claimed at once."""


@dataclass(frozen=True)
class DeliveryReport:
    """What became of the mails that were due. `stopped` says why the rest was left alone, and what to do about it."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    expired: int = 0
    cancelled: int = 0
    stopped: str | None = None

    @property
    def count(self) -> int:
        """Mails that were dealt with for good; those put off until later are not."""
        return self.sent + self.dead + self.expired + self.cancelled

    def after(self, done: Round) -> DeliveryReport:
        return DeliveryReport(
            sent=self.sent + done.sent,
            postponed=self.postponed + done.postponed,
            dead=self.dead + done.dead,
            expired=self.expired,
            cancelled=self.cancelled,
            stopped=done.stopped,
        )


def due(conn: Connection, turn: Turn) -> int:
    """How many mails there are to send or to put aside. Mails that wait for another attempt are not due."""
    mine = or_(claimable(turn, turn.now), abandoned(turn, turn.now))
    return conn.execute(select(func.count()).select_from(Message).where(mine)).scalar_one()


def deliver(
    engine: Engine, turn: Turn, transport: Transport, settings: Settings, limit: int | None = None
) -> DeliveryReport:
    """Send what is due, at most `limit` mails. May be killed anywhere and called again, and called by several at once."""
    report = _put_aside(engine, turn)
    courier = Courier(engine, turn, transport, settings)
    left = limit
    while report.stopped is None and left != 0:
        done = courier.round(BATCH if left is None else min(BATCH, left))
        report = report.after(done)
        if not done.taken:
            break
        left = None if left is None else left - done.taken
    return report


def _put_aside(engine: Engine, turn: Turn) -> DeliveryReport:
    """Take back what somebody died over, and settle what is too late or makes no sense any more."""
    freed = {"lease": None, "lease_until": None}
    with transaction(engine, turn.cohort_id) as conn:
        conn.execute(update(Message).where(abandoned(turn, turn.now)).values(status=MessageStatus.QUEUED, **freed))
        expired = move_all(conn, turn, Message, "expire", outdated(turn), why="its occasion was over", **freed)
        cancelled = changed(conn, update(Message).where(unwanted(turn)).values(status=MessageStatus.CANCELLED, **freed))
    return DeliveryReport(expired=expired, cancelled=cancelled)
