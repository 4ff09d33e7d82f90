"""Cohorts that live through flows: a program that starts by itself, sheets of made-up people, and what Prefect saw of it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterName
from prefect.client.schemas.objects import FlowRun, TaskRun

from flows.compile import Compiled, compile_program
from programs.library import load
from programs.spec import Program

START = date(2027, 3, 1)
"""A Monday."""


def day(count: int) -> date:
    return START + timedelta(days=count)


@lru_cache(maxsize=2)
def program(asks: bool = False) -> Program:
    """Four-phase mentoring; unless somebody is to be asked, what matching proposes begins without them."""
    shipped = load("four-phase")
    if asks:
        return shipped
    data = shipped.model_dump(mode="json", by_alias=True)
    data["matching"] |= {"approval": "none", "consent": []}
    return Program.model_validate(data)


@lru_cache(maxsize=2)
def compiled(asks: bool = False) -> Compiled:
    return compile_program(program(asks))


def sheet(folder: Path, pairs: int) -> str:
    """A roster on which mentor n and mentee n suit each other."""
    path = folder / f"{pairs}-pairs.csv"
    lines = ["role,email,first_name,last_name,department,grade,timezone,offers,wants"]
    for n in range(pairs):
        lines.append(f"mentor,teacher{n}@example.org,Teacher{n},Ravenscroft{n},Research,lead,Europe/London,planning,")
        lines.append(f"mentee,learner{n}@example.org,Learner{n},Winterbourne{n},Sales,junior,Europe/London,,planning")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@dataclass(frozen=True)
class Cohort:
    """A cohort and how it is opened."""

    name: str
    roster: tuple[str, ...]
    asks: bool = False

    def on(self, today: date, **given: Any) -> Any:
        """Run the cohort's flow for that day; returns what it did."""
        opening = {"starts_on": START, "roster": list(self.roster)}
        return compiled(self.asks).cohort(cohort=self.name, today=today, **{**opening, **given})

    def flow_runs(self) -> list[FlowRun]:
        """Every flow run of the cohort, told by its name."""
        with get_client(sync_client=True) as client:
            named = FlowRunFilter(name=FlowRunFilterName(like_=f"{self.name} "))
            return client.read_flow_runs(flow_run_filter=named, limit=200)

    def task_runs(self) -> list[TaskRun]:
        """Every task run of the cohort, once the server has written them all down; those that stand for flows are left out."""
        ids = [run.id for run in self.flow_runs()]
        with get_client(sync_client=True) as client:
            of = FlowRunFilter(id=FlowRunFilterId(any_=ids))
            before, found = -1, client.read_task_runs(flow_run_filter=of, limit=200)
            while before != len(found):
                before = len(found)
                time.sleep(2.5)
                found = client.read_task_runs(flow_run_filter=of, limit=200)
        stand_ins = {run.parent_task_run_id for run in self.flow_runs()}
        return [run for run in found if run.id not in stand_ins]

    def seen(self) -> tuple[Counter[str], Counter[str]]:
        """How many flow runs there were by name, and task runs by what they did, counts left out."""
        flows = Counter(run.name.partition(" · ")[2] for run in self.flow_runs())
        return flows, Counter(run.name.partition(" (")[0] for run in self.task_runs())
