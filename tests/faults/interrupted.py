"""Delivers like an operator's run, and is killed at a given instruction. Started by a test in a process of its own.

python -m tests.faults.interrupted URL MAIL_FOLDER POINT AFTER TODAY repeatable|leased
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from tasks import cohorts, courier, db
from tasks.courier import Courier
from tasks.deliver import deliver
from tasks.notify import FolderTransport
from tests.store.books import NOW, SETTINGS, START

POINTS = ("claimed", "sending", "sent", "settled", "never")
"""After the claim, before and after a mail has left, after its outcome was written, or not at all."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class _Countdown:
    """Lets so many passages go by and dies at the next."""

    point: str
    left: int

    def passes(self, point: str) -> None:
        if point != self.point:
            return
        if self.left == 0:
            die()
        self.left -= 1


@dataclass(frozen=True)
class _Watched:
    inner: FolderTransport
    countdown: _Countdown
    repeatable: bool

    def send(self, mail: EmailMessage, to: str) -> None:
        self.countdown.passes("sending")
        self.inner.send(mail, to)
        with (self.inner.folder / "handed_over.log").open("a") as log:
            log.write(f"{mail['Message-ID']}\n")
        self.countdown.passes("sent")


def main(url: str, folder: str, point: str, after: str, today: str, way: str) -> None:
    countdown = _Countdown(point, int(after))
    claim, settle = Courier._claim, Courier._settle

    def claimed(self, conn, size):
        letters = claim(self, conn, size)
        countdown.passes("claimed")
        return letters

    def settled(self, conn, outcomes):
        settle(self, conn, outcomes)
        countdown.passes("settled")

    Courier._claim, Courier._settle = claimed, settled  # type: ignore[method-assign]
    engine = db.engine(url)
    day = date.fromisoformat(today)
    with engine.connect() as conn:
        turn = cohorts.turn(conn, "spring-2027", day, NOW + (day - START))
    Path(folder).mkdir(exist_ok=True)
    transport = _Watched(FolderTransport(Path(folder)), countdown, way == "repeatable")
    report = deliver(engine, turn, transport, SETTINGS)
    print(report.sent)


if __name__ == "__main__":
    assert courier.LEASE.total_seconds() < 86_400, "a test lets a day go by instead of a lease"
    main(*sys.argv[1:])
