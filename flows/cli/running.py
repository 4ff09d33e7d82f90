"""Runs a cohort's day for the command line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Engine

from programs.errors import MentorflowError
from tasks import day
from tasks.deliver import deliver
from tasks.notify import FolderTransport
from tasks.settings import Settings
from tasks.turn import Stage, Turn
from tasks.wording import called


@dataclass(frozen=True)
class DoneLine:
    """One thing that was done, in words."""

    stage: str
    what: str
    count: int


def run_day(engine: Engine, turn: Turn) -> list[DoneLine]:
    """Everything that is due, and the mails that came of it. What was done without effect is not told."""
    turn = replace(turn, by="program")
    lines = [DoneLine(str(one.work.stage), called(one.work, turn.plan), one.count) for one in day.advance(engine, turn)]
    settings = Settings.from_environment()
    report = deliver(engine, turn, FolderTransport(settings.mail_folder), settings)
    if report.stopped:
        raise MentorflowError(f"{report.stopped}; all else that was due is done")
    lines.append(DoneLine(str(Stage.DELIVER), "deliver mails", report.sent))
    return [line for line in lines if line.count]
