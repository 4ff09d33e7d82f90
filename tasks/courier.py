"""Takes a batch of mails from the queue, sends them, and writes down what came of each. Which mails are due is not its matter."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, select, update

from programs.errors import NotFoundError
from programs.lifecycle import MessageStatus
from programs.render import TemplateRefusedError
from tasks.db import transaction
from tasks.history import move_all
from tasks.letters import Letter, write
from tasks.mail import compose
from tasks.models import Base, Message
from tasks.notify import MisconfiguredError, RefusedError, Transport, TryLaterError
from tasks.sendable import claimable, is_pointless
from tasks.settings import Settings
from tasks.sql import changed
from tasks.turn import Turn

LEASE = timedelta(minutes=15)
"""How long a mail is left to whoever is sending it: longer than a mail server may take to answer."""

FIRST_WAIT = timedelta(minutes=30)
LONGEST_WAIT = timedelta(hours=12)
MOST_ATTEMPTS = 12
PATIENCE = 20
"""After so many mails in a row that were put off, it is the server and not the mails."""

_TABLE = Base.metadata.tables["message"]


@dataclass(frozen=True)
class Round:
    """What became of one batch. `stopped`: nothing more should be sent now, and why."""

    taken: int = 0
    sent: int = 0
    postponed: int = 0
    dead: int = 0
    stopped: str | None = None


@dataclass(frozen=True)
class _Outcome:
    id: int
    status: MessageStatus
    attempts: int
    why: str | None = None


@dataclass
class Courier:
    """One deliverer. Its lease tells its mails from those of others who deliver at the same time."""

    engine: Engine
    turn: Turn
    transport: Transport
    settings: Settings
    lease: str = field(default_factory=lambda: secrets.token_hex(12))
    began: float = field(default_factory=time.monotonic)
    put_off: int = 0
    """Mails put off in a row."""

    def __post_init__(self) -> None:
        self.templates = self.turn.plan.templates

    @property
    def now(self) -> datetime:
        """The turn's instant, and as much later as this has been at work: a lease must not end while its holder is busy."""
        return self.turn.now + timedelta(seconds=time.monotonic() - self.began)

    def round(self, size: int) -> Round:
        """Send up to so many mails."""
        if self.transport.repeatable:
            return self._together(size)
        return self._one_by_one(size)

    def _together(self, size: int) -> Round:
        """All in one transaction: if it is not committed, the same mails are sent again, which the transport does not mind."""
        with transaction(self.engine) as conn:
            letters = self._claim(conn, size)
            outcomes, stopped = self._send(letters)
            self._settle(conn, outcomes)
        return self._finish(letters, outcomes, stopped)

    def _one_by_one(self, size: int) -> Round:
        """The claim is committed before anything is sent, and every outcome as soon as it is known."""
        with transaction(self.engine) as conn:
            letters = self._claim(conn, size)
        outcomes: list[_Outcome] = []
        stopped: str | None = None
        for letter in letters:
            if not self._still_mine(letter):
                continue
            sent, stopped = self._send([letter])
            with transaction(self.engine) as conn:
                self._settle(conn, sent)
            outcomes += sent
            if stopped:
                break
        return self._finish(letters, outcomes, stopped)

    def _claim(self, conn: Connection, size: int) -> list[Letter]:
        wanted = claimable(self.turn, self.now) & ~is_pointless()
        query = select(Message.id).where(wanted).order_by(Message.not_before, Message.id).limit(size)
        ids = conn.execute(query.with_for_update(skip_locked=True, of=Message)).scalars().all()
        if not ids:
            return []
        taken = {"status": MessageStatus.SENDING, "lease": self.lease, "attempts": Message.attempts + 1}
        claim = update(Message).where(Message.id.in_(ids)).values(lease_until=self.now + LEASE, **taken)
        conn.execute(claim)
        return write(conn, self.turn, self.settings, ids)

    def _still_mine(self, letter: Letter) -> bool:
        """Whether it is still to be sent, and by this one; prolongs the lease."""
        with transaction(self.engine) as conn:
            mine = self._leased & (Message.id == letter.id) & ~is_pointless()
            return bool(changed(conn, update(Message).where(mine).values(lease_until=self.now + LEASE)))

    def _send(self, letters: Iterable[Letter]) -> tuple[list[_Outcome], str | None]:
        """What came of each, up to the first that shows that nothing can be sent at all; and then why."""
        outcomes: list[_Outcome] = []
        for letter in letters:
            try:
                outcomes.append(self._outcome(letter))
            except MisconfiguredError as error:
                return outcomes, str(error)
            if self.put_off >= PATIENCE:
                return outcomes, f"{self.put_off} mails in a row were put off: {outcomes[-1].why}"
        return outcomes, None

    def _outcome(self, letter: Letter) -> _Outcome:
        try:
            rendered = self.templates.render(letter.template, letter.context)
            self.transport.send(compose(letter.envelope, rendered.subject, rendered.body), letter.envelope.to)
        except TryLaterError as error:
            self.put_off += 1
            if letter.attempts < MOST_ATTEMPTS:
                return _Outcome(letter.id, MessageStatus.QUEUED, letter.attempts, str(error))
            return _Outcome(letter.id, MessageStatus.DEAD, letter.attempts, f"tried {letter.attempts} times: {error}")
        except (RefusedError, TemplateRefusedError, NotFoundError) as error:
            return _Outcome(letter.id, MessageStatus.DEAD, letter.attempts, str(error))
        self.put_off = 0
        return _Outcome(letter.id, MessageStatus.SENT, letter.attempts)

    def _settle(self, conn: Connection, outcomes: Sequence[_Outcome]) -> None:
        """Sent and put off; a dead one takes the cohort's lock, since it is written into the history."""
        sent = [outcome.id for outcome in outcomes if outcome.status is MessageStatus.SENT]
        freed = {"lease": None, "lease_until": None, "error": None}
        if sent:
            done = update(Message).where(self._leased, Message.id.in_(sent))
            conn.execute(done.values(status=MessageStatus.SENT, sent_at=self.now, **freed))
        waits = [
            {"which": outcome.id, "until": self.now + _wait(outcome), "why": outcome.why}
            for outcome in outcomes
            if outcome.status is MessageStatus.QUEUED
        ]
        if waits:
            back = update(_TABLE).where(_TABLE.c.id == bindparam("which"), _TABLE.c.lease == self.lease)
            values: dict[str, Any] = {"status": MessageStatus.QUEUED, "lease": None}
            conn.execute(back.values(lease_until=bindparam("until"), error=bindparam("why"), **values), waits)

    def _finish(self, letters: Sequence[Letter], outcomes: Sequence[_Outcome], stopped: str | None) -> Round:
        """Bury the dead, and put back what was claimed and not sent."""
        dead = [outcome for outcome in outcomes if outcome.status is MessageStatus.DEAD]
        settled = len(outcomes) - len(dead)
        if settled < len(letters):
            with transaction(self.engine, self.turn.cohort_id) as conn:
                self._bury(conn, dead)
                back = {"status": MessageStatus.QUEUED, "attempts": Message.attempts - 1}
                conn.execute(update(Message).where(self._leased).values(lease=None, lease_until=None, **back))
        sent = sum(outcome.status is MessageStatus.SENT for outcome in outcomes)
        return Round(len(letters), sent, settled - sent, len(dead), stopped)

    def _bury(self, conn: Connection, dead: Sequence[_Outcome]) -> None:
        for why in dict.fromkeys(outcome.why for outcome in dead):
            ids = [outcome.id for outcome in dead if outcome.why == why]
            mine = self._leased & Message.id.in_(ids)
            move_all(conn, self.turn, Message, "fail", mine, why=why, error=why, lease_until=None)

    @property
    def _leased(self) -> ColumnElement[bool]:
        sending = (Message.cohort_id == self.turn.cohort_id) & (Message.status == MessageStatus.SENDING)
        return sending & (Message.lease == self.lease)


def _wait(outcome: _Outcome) -> timedelta:
    """Twice as long each time, and not the same for all, so that they do not come back together."""
    wait: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(0, outcome.attempts - 1))
    return wait + timedelta(seconds=outcome.id * 7919 % 600)
