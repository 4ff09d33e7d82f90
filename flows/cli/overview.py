"""How cohorts are told on a screen: counts, and what needs somebody."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from flows.cli import console
from flows.cli.attention import list_of
from programs.plan import Plan
from tasks.cohorts import CohortRow
from tasks.dashboard import LISTED, Dashboard, Waiting
from tasks.wording import about

SHOWN = 5
"""Ids named for each thing that waits; `--json` has more."""

_SEEN_BY = {"proposals to approve": "match", "forms not answered yet": "answer"}
"""The command that lists what waits, where there is one."""


def tell_cohort(found: Dashboard, row: CohortRow, plan: Plan) -> None:
    """One cohort in figures, what comes next, and what waits for somebody."""
    ran = f"last run for {row.last_run_on}" if row.last_run_on else "not run yet"
    console.say(f"{row.name}: {plan.program.title}, {row.status}, from {row.starts_on}, {ran}")
    labels = {phase.id: phase.label for phase in plan.program.phases}
    phases = {label: found.phases[key] for key, label in labels.items() if key in found.phases}
    for heading, counts in (
        ("participants", found.participants),
        ("getting ready", {labels[key]: count for key, count in found.getting_ready.items()}),
        (
            "looking",
            {"for a mentor": found.seeking, "found nobody": found.unmatched, "have fewer than wanted": found.fewer},
        ),
        ("relationships", found.relationships),
        ("in phase", phases),
        ("ended", found.closures),
        ("mails waiting", found.mails),
    ):
        told = ", ".join(f"{_words(name)} {count:,}" for name, count in counts.items() if count)
        if told:
            console.say(f"  {heading:<14} {told}")
    if found.coming:
        console.say("", "Coming:")
        rows = [(f"{one.on}", about(one.key, plan), f"{one.count:,}") for one in found.coming]
        console.table(("on", "what", "relationships"), rows, right=("relationships",))
    console.say("")
    if found.waiting:
        tell_waiting(found, row.name)
    else:
        console.say("Nothing waits for anybody.")


def tell_waiting(found: Dashboard, cohort: str) -> None:
    """What needs somebody, and which command shows more of it; nothing is said where nothing does."""
    if found.waiting:
        console.say("Waiting for somebody:", *(f"  {_waits(one)}{_way_out(one, cohort)}" for one in found.waiting))


def tell_cohorts(rows: Sequence[tuple[CohortRow, Dashboard]]) -> None:
    """A line for each cohort."""
    headings = ("cohort", "program", "status", "starts", "last run", "people", "running", "waiting for somebody")
    cells = [
        (
            row.name,
            row.program,
            str(row.status),
            f"{row.starts_on}",
            f"{row.last_run_on or 'never'}",
            f"{_sum(found.participants):,}",
            f"{_sum(found.phases):,}",
            "; ".join(f"{one.what} {one.count:,}" for one in found.waiting),
        )
        for row, found in rows
    ]
    console.table(headings, cells, right=("people", "running"))


def _waits(one: Waiting) -> str:
    more = ", …" if one.count > SHOWN else ""
    return f"{one.what}: {one.count:,}" + (f" ({', '.join(one.ids[:SHOWN])}{more})" if one.ids else "")


def _way_out(one: Waiting, cohort: str) -> str:
    if one.what == LISTED:
        return f"; see: {list_of(cohort)}"
    command = _SEEN_BY.get(one.what)
    return f"; see: mentorflow {command} {shlex.quote(cohort)}" if command else ""


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _words(name: str) -> str:
    return name.replace("_", " ")
