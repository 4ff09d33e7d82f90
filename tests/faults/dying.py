"""Runs a cohort's day again and again on copies of a database, and each time kills itself elsewhere. Started by the tests beside it.

Arguments: the database's address, the day, and the step from one kill to the next (1: everywhere). Writes what it found as JSON.
The child that dies is a real process and dies by SIGKILL; it is forked, so that it need not load and compile everything again.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import URL, Engine, event, make_url

from tasks import cohorts
from tasks.day import advance
from tasks.db import engine as made_engine
from tasks.db import reading
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


def run(engine: Engine, today: date) -> int:
    """One run of the cohort's day; how much was done."""
    now = datetime(today.year, today.month, today.day, 8, tzinfo=UTC)
    with reading(engine) as conn:
        turn = cohorts.turn(conn, "spring", today, now)
    return len(advance(engine, turn))


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


def undisturbed(engine: Engine, url: URL, today: date) -> tuple[Dump, dict[str, int]]:
    """What the day comes to, and how many statements and commits that takes."""
    with copied(url) as copy:
        pointed_at(engine, copy)
        doom = Doom()
        run(engine, today)  # compiles everything, so that the children need not
        result = dump(engine)
        engine.dispose()
    with copied(url) as copy:
        pointed_at(engine, copy)
        commit = engine.dialect.do_commit
        doom.watch(engine)
        run(engine, today)
        seen = dict(doom.seen)
        again = dump(engine)
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        engine.dispose()
    assert changed_tables(result, again) == {}, "two undisturbed runs differ"
    return result, seen


def points(seen: dict[str, int], step: int) -> Iterator[Point]:
    for what, count in sorted(seen.items()):
        offset = 1 if step == 1 else 1 + len(what) % step
        yield from ((what, number) for number in range(offset, count + 1, step))


def killed_at(engine: Engine, url: URL, today: date, point: Point, expected: Dump) -> list[str]:
    """Problems after a run that died at the point and one that was let through."""
    with copied(url) as copy:
        pointed_at(engine, copy)

        def die() -> None:
            Doom(point).watch(engine)
            run(engine, today)

        (status,) = in_children(1, die)
        problems = [] if status == -signal.SIGKILL else [f"ended with {status}, not by the signal"]
        run(engine, today)
        differ = changed_tables(expected, dump(engine))
        engine.dispose()
    return problems + [f"{table}: {lines}" for table, lines in differ.items()]


def raced(engine: Engine, url: URL, today: date, expected: Dump) -> list[str]:
    """Problems after three runs at once."""
    with copied(url) as copy:
        pointed_at(engine, copy)
        statuses = in_children(3, lambda: run(engine, today))
        problems = [] if statuses == [0, 0, 0] else [f"ended with {statuses}"]
        problems += ["not all was done"] if run(engine, today) else []
        differ = changed_tables(expected, dump(engine))
        engine.dispose()
    return problems + [f"{table}: {lines}" for table, lines in differ.items()]


def main(address: str, day: str, step: str) -> int:
    url, today = make_url(address), date.fromisoformat(day)
    engine = warmed(made_engine(address))
    expected, seen = undisturbed(engine, url, today)
    found = {str(point): killed_at(engine, url, today, point, expected) for point in points(seen, int(step))}
    races = [raced(engine, url, today, expected) for _ in range(3)]
    json.dump({"seen": seen, "killed": found, "raced": races}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
