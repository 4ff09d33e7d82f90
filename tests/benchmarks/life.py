"""`python -m tests.benchmarks.life [PEOPLE]`: a whole life of the four-phase program without a server, from the roster to the cohort record.

Made-up people answer, meet and fall silent on a virtual calendar. What they do is timed apart from what the program does.
How far it is stands on stderr.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine, func, select

from flows.demo.people import make_up, write_sheets
from flows.demo.rehearsal import Rehearsal, noon
from programs.library import load
from tasks import cohorts, day, db
from tasks.deliver import deliver
from tasks.enroll import enroll
from tasks.models import Closure, Cohort, Message, Relationship, Response
from tasks.notify import FolderTransport
from tasks.roster import RosterFile, read_roster
from tasks.schema import upgrade
from tasks.settings import Settings
from tasks.turn import Done

FIRST_ON = date(2027, 1, 4)
STARTS_ON = FIRST_ON + timedelta(days=14)


@dataclass
class Clock:
    """Seconds by what they were spent on."""

    spent: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, start: float) -> None:
        self.spent[what] += perf_counter() - start


def main(people: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="mentorflow-benchmark-"))
    try:
        clock, begun = Clock(), perf_counter()
        engine = _enrolled(folder, people, clock)
        settings = Settings(mail_folder=folder / "mail")
        rehearsal = Rehearsal(engine, "life", 1, FIRST_ON, lambda today: _run(engine, today, settings, clock))
        runs = 0
        for runs, (today, done) in enumerate(rehearsal.days(), 1):
            print(
                f"run {runs}, {perf_counter() - begun:.1f} s: {today}, {len(done)} works", file=sys.stderr, flush=True
            )
        _tell(engine, people, runs, clock, perf_counter() - begun)
        engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _enrolled(folder: Path, people: int, clock: Clock) -> Engine:
    program = load("four-phase")
    files = write_sheets(program, make_up(program, people, 1), folder)
    url = f"sqlite:///{folder / 'life.db'}"
    upgrade(url)
    engine = db.engine(url)
    start = perf_counter()
    with db.transaction(engine) as conn:
        cohort = cohorts.launch(conn, program, "life", STARTS_ON, now=noon(FIRST_ON))
    with db.transaction(engine, cohort) as conn:
        turn = cohorts.turn(conn, "life", FIRST_ON, noon(FIRST_ON))
        enroll(conn, turn, read_roster([RosterFile(file) for file in files], program))
    clock.add("enroll", start)
    return engine


def _run(engine: Engine, today: date, settings: Settings, clock: Clock) -> Sequence[Done]:
    with db.reading(engine) as conn:
        turn = cohorts.turn(conn, "life", today, noon(today))
    done: list[Done] = []
    for stage, works in day.rounds(engine, turn):
        for work in works:
            start = perf_counter()
            done.append(day.perform(engine, turn, work))
            clock.add("match" if work.verb == "propose" else str(stage), start)
    day.remember(engine, turn)
    start = perf_counter()
    deliver(engine, turn, FolderTransport(settings.mail_folder), settings)
    clock.add("mails", start)
    return done


def _tell(engine: Engine, people: int, runs: int, clock: Clock, total: float) -> None:
    with engine.connect() as conn:
        counts = {
            table.__tablename__: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Relationship, Response, Message, Closure)
        }
        assert conn.execute(select(Cohort.status)).scalar_one() == "closed", "the cohort did not come to its end"
    print(
        f"{people:,} people, {runs} runs: " + ", ".join(f"{count:,} {name}s" for name, count in counts.items()) + "\n"
    )
    print("| part | seconds |\n|---|---|")
    for what, seconds in clock.spent.most_common():
        print(f"| {what} | {seconds:.1f} |")
    program = sum(clock.spent.values())
    print(
        f"| the program in all | {program:.1f} |\n| people answering, meeting, and the calendar | {total - program:.1f} |"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
