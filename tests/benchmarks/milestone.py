"""`python -m tests.benchmarks.milestone`: a due milestone for N relationships, and a day with nothing due.

Ours, the same writes as plain SQL, and a hand-written flow with one Prefect task per relationship, on fresh copies of the same
database in the same run. A table in Markdown goes to standard output.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from time import perf_counter

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import Engine, func, select, update

from flows.compile import compile_program
from flows.quiet import quiet
from programs.lifecycle import MessageStatus
from tasks import day, db, needs
from tasks.dashboard import dashboard
from tasks.models import Ask, History, Message, Step
from tasks.turn import Stage, Turn
from tests.benchmarks.crowd import DUE_ON, KEY, PROGRAM, STARTS_ON, cohort_of, database
from tests.benchmarks.rivals import raw_sql

SIZES = (100, 1_000, 50_000)
PER_TASK_UP_TO = 1_000
REPEATS = 3


def main(sizes: tuple[int, ...]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="mentorflow-benchmark-"))
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    try:
        with _server():
            fixed = _fixed_cost(folder)
            print(f"\nPrefect's fixed cost: {fixed:.2f} s for a cohort's run with nothing due, "
                  f"{_one_step(folder):.2f} s with one step due (flow, stage and task runs)\n")  # fmt: skip
            print(
                "| relationships | rows written | ours | plain SQL | ours / plain | a task each | a task each / ours "
                "| nothing due | its board |"
            )
            print("|---|---|---|---|---|---|---|---|---|")
            for size in sizes:
                print(_line(folder, size), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server() -> AbstractContextManager[None]:
    return prefect_test_harness(server_startup_timeout=120)


def _line(folder: Path, size: int) -> str:
    template = database(folder, f"template-{size}")
    engine = db.engine(template)
    turn = cohort_of(engine, size, "measured")
    engine.dispose()
    ours = _median(folder, template, turn, _ours)
    plain = _median(folder, template, turn, lambda engine, turn: raw_sql(engine, turn.cohort_id, KEY, turn.today))
    idle = _median(folder, template, turn, _idle, prepare=_ours_sent)
    board = _median(folder, template, turn, _board, prepare=_ours_sent)
    rows = 2 * size + 2 * size + size + size
    by_task = _median(folder, template, turn, _a_task_each, repeats=1) if size <= PER_TASK_UP_TO else None
    each, ratio = (f"{by_task:.1f} s", f"{by_task / ours:,.0f} ×") if by_task else ("", "")
    return (
        f"| {size:,} | {rows:,} | {ours * 1000:,.0f} ms | {plain * 1000:,.0f} ms | {ours / plain:.2f} × | {each} | {ratio} "
        f"| {idle * 1000:.0f} ms | {board * 1000:.0f} ms |"
    )


Measured = Callable[[Engine, Turn], None]


def _median(
    folder: Path, template: str, turn: Turn, run: Measured, prepare: Measured | None = None, repeats: int = REPEATS
) -> float:
    seconds = []
    for number in range(repeats):
        copy = folder / f"copy-{number}.db"
        shutil.copyfile(template.removeprefix("sqlite:///"), copy)
        engine = db.engine(f"sqlite:///{copy}")
        if prepare:
            prepare(engine, turn)
        start = perf_counter()
        run(engine, turn)
        seconds.append(perf_counter() - start)
        _check(engine, turn)
        engine.dispose()
        for path in folder.glob(f"{copy.name}*"):
            path.unlink()
    return median(seconds)


def _ours(engine: Engine, turn: Turn) -> None:
    for work in day.due(engine, turn, Stage.MILESTONES):
        day.perform(engine, turn, work)


def _ours_sent(engine: Engine, turn: Turn) -> None:
    _ours(engine, turn)
    with db.transaction(engine) as conn:
        conn.execute(update(Message).values(status=MessageStatus.SENT))


def _idle(engine: Engine, turn: Turn) -> None:
    """All that a run does on a day on which nothing is due and nobody is to be told, but for the board."""
    assert not day.advance(engine, turn), "nothing should be due any more"
    assert not day.due(engine, turn, Stage.DELIVER)
    with db.reading(engine) as conn:
        assert not needs.has_news(conn, turn)


def _board(engine: Engine, turn: Turn) -> None:
    """What the first run of a day shows of the cohort."""
    with db.reading(engine) as conn:
        assert dashboard(conn, turn).relationships["active"] > 0


def _a_task_each(engine: Engine, turn: Turn) -> None:
    """What one writes without thinking of sets: a flow that loops over relationships and runs a task for each."""

    @task(cache_policy=NO_CACHE)
    def open_check_in(relationship: int) -> None:
        raw_sql(engine, turn.cohort_id, KEY, turn.today, where=f" AND s.relationship_id = {relationship}")

    @flow
    def check_ins() -> None:
        with engine.connect() as conn:
            due = select(Step.relationship_id).where(Step.key == KEY, Step.status == "planned")
            relationships = conn.execute(due).scalars().all()
        for relationship in relationships:
            open_check_in(relationship)

    with quiet():
        check_ins()


def _check(engine: Engine, turn: Turn) -> None:
    """Everybody wrote the same: twice as many asks and mails as steps, and a row of history for each step."""
    with engine.connect() as conn:
        steps = conn.execute(select(func.count()).select_from(Step).where(Step.status == "open")).scalar_one()
        counts = [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in (Ask, Message)]
        moves = conn.execute(select(func.count()).select_from(History).where(History.noun == "step")).scalar_one()
    assert steps > 0, "nothing was opened"
    assert counts == [2 * steps, 2 * steps], counts
    assert moves == steps, moves
    assert turn.today == DUE_ON


def _fixed_cost(folder: Path) -> float:
    """A whole run of the compiled flow on a day with nothing to do; the first one is for warming up."""
    return _run(folder, "idle", nothing_due=True)


def _one_step(folder: Path) -> float:
    return _run(folder, "one", nothing_due=False)


def _run(folder: Path, name: str, nothing_due: bool) -> float:
    url = database(folder, name)
    engine = db.engine(url)
    turn = cohort_of(engine, 1, name)
    engine.dispose()
    os.environ |= {"MENTORFLOW_DATABASE_URL": url, "MENTORFLOW_MAIL_FOLDER": str(folder / "mail")}
    cohort = compile_program(PROGRAM).cohort
    cohort(cohort=turn.cohort, today=STARTS_ON)
    if nothing_due:
        cohort(cohort=turn.cohort, today=DUE_ON)
    start = perf_counter()
    cohort(cohort=turn.cohort, today=DUE_ON)
    return perf_counter() - start


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
