"""Runs a cohort's day again and again on copies of a database, and each time kills itself elsewhere. Started by the tests beside it.

Arguments: the database's address, the day, the step from one kill to the next (1: everywhere), and the ids of participants who leave
on that day before the cohort is run. Writes what it found as JSON.
The child that dies is a real process and dies by SIGKILL; it is forked, so that it need not load and compile everything again.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import URL, Engine, event, make_url, select

from programs.codes import code
from tasks import cohorts
from tasks.day import advance
from tasks.db import engine as made_engine
from tasks.db import reading
from tasks.end_now import end_now
from tasks.models import Closure
from tasks.turn import Done
from tests.store.copies import copied, pointed_at, warmed
from tests.store.dumps import Dump, changed_tables, dump

Point = tuple[str, int]
"""Before which statement, before which commit, or after which commit; counted from 1."""


@dataclass
class Doom:
    """Counts what a run does, and kills the process at a point."""

    point: Point | None = None
    seen: dict[str, int] = field(default_factory=lambda: {"statement": 0, "commit": 0, "committed": 0})

    def at(self, what: str) -> None:
        self.seen[what] += 1
        if self.point == (what, self.seen[what]):
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", lambda *_: self.at("statement"))
        commit = engine.dialect.do_commit

        def watched(connection: Any) -> None:
            self.at("commit")
            commit(connection)
            self.at("committed")

        engine.dialect.do_commit = watched  # type: ignore[method-assign]


@dataclass(frozen=True)
class Day:
    """What happens on a day: the operator lets these participants leave, and the cohort is run."""

    on: date
    leaving: Sequence[int] = ()

    def run(self, engine: Engine) -> list[Done]:
        now = datetime(self.on.year, self.on.month, self.on.day, 8, tzinfo=UTC)
        with reading(engine) as conn:
            turn = cohorts.turn(conn, "spring", self.on, now)
        for who in self.leaving:
            end_now(engine, turn, "other", participant=code("P", who))
        return advance(engine, turn)


def in_children(count: int, work: Callable[[], object]) -> list[int]:
    """Do it in forked processes at the same time. Their statuses: 0, or minus the signal that ended them."""
    read_end, write_end = os.pipe()
    children = [_fork(work, read_end, write_end) for _ in range(count)]
    os.close(read_end)
    os.close(write_end)  # they begin
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _fork(work: Callable[[], object], read_end: int, write_end: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(write_end)
        os.read(read_end, 1)
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def undisturbed(engine: Engine, url: URL, today: Day) -> tuple[Dump, dict[str, int], list[str]]:
    """What the day comes to, how many statements and commits that takes, and what was done."""
    with copied(url) as copy:
        pointed_at(engine, copy)
        doom = Doom()
        done = today.run(engine)  # compiles everything, so that the children need not
        result = dump(engine)
        with reading(engine) as conn:
            reasons = conn.execute(select(Closure.reason).where(Closure.closed_on == today.on)).scalars().all()
        engine.dispose()
    with copied(url) as copy:
        pointed_at(engine, copy)
        commit = engine.dialect.do_commit
        doom.watch(engine)
        today.run(engine)
        seen = dict(doom.seen)
        again = dump(engine)
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        engine.dispose()
    assert changed_tables(result, again) == {}, "two undisturbed runs differ"
    return result, seen, sorted({*(one.work.verb for one in done), *(f"closed: {reason}" for reason in reasons)})


def points(seen: dict[str, int], step: int) -> Iterator[Point]:
    for what, count in sorted(seen.items()):
        offset = 1 if step == 1 else 1 + len(what) % step
        yield from ((what, number) for number in range(offset, count + 1, step))


def killed_at(engine: Engine, url: URL, today: Day, point: Point, expected: Dump) -> list[str]:
    """Problems after a run that died at the point and one that was let through."""
    with copied(url) as copy:
        pointed_at(engine, copy)

        def die() -> None:
            Doom(point).watch(engine)
            today.run(engine)

        (status,) = in_children(1, die)
        problems = [] if status == -signal.SIGKILL else [f"ended with {status}, not by the signal"]
        today.run(engine)
        differ = changed_tables(expected, dump(engine))
        engine.dispose()
    return problems + [f"{table}: {lines}" for table, lines in differ.items()]


def raced(engine: Engine, url: URL, today: Day, expected: Dump) -> list[str]:
    """Problems after three runs at once."""
    with copied(url) as copy:
        pointed_at(engine, copy)
        statuses = in_children(3, lambda: today.run(engine))
        problems = [] if statuses == [0, 0, 0] else [f"ended with {statuses}"]
        problems += ["not all was done"] if today.run(engine) else []
        differ = changed_tables(expected, dump(engine))
        engine.dispose()
    return problems + [f"{table}: {lines}" for table, lines in differ.items()]


def main(address: str, day: str, step: str, *leaving: str) -> int:
    url, today = make_url(address), Day(date.fromisoformat(day), [int(who) for who in leaving])
    engine = warmed(made_engine(address))
    expected, seen, did = undisturbed(engine, url, today)
    found = {str(point): killed_at(engine, url, today, point, expected) for point in points(seen, int(step))}
    races = [raced(engine, url, today, expected) for _ in range(3)]
    json.dump({"seen": seen, "did": did, "killed": found, "raced": races}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
