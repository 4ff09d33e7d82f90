"""Cohorts: launched once with a plan that stays, found by name, and looked at on a day. Knows no participants."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from programs.errors import MentorflowError, NotFoundError
from programs.lifecycle import CohortStatus
from programs.plan import Plan, make, require_timezone
from programs.spec import Program
from programs.words import did_you_mean
from tasks.models import Cohort, History, Relationship
from tasks.sql import insert_new
from tasks.turn import Turn

_JOINING = " ._-'"
"""What may stand between the letters and digits of a name."""

_KEPT = 16
_plans: dict[tuple[int, str], Plan] = {}
"""Reading a stored plan takes longer than everything else a run without work does."""


@dataclass(frozen=True)
class CohortRow:
    """A cohort without its plan and its record."""

    id: int
    name: str
    uid: str
    program: str
    status: CohortStatus
    starts_on: date
    timezone: str
    plan_hash: str
    launched_at: datetime
    last_run_on: date | None
    closed_on: date | None


_COLUMNS = [getattr(Cohort, name) for name in CohortRow.__dataclass_fields__]
_NAMED = select(*_COLUMNS).where(Cohort.name == bindparam("wanted"))


def launch(
    conn: Connection, program: Program, name: str, starts_on: date, timezone: str | None = None, *, now: datetime
) -> int:
    """Open a cohort with the plan of the program, and return its id. Launching the same again changes nothing.

    Raises MentorflowError when a cohort of that name has another plan.
    """
    plan = make(program, starts_on, timezone)
    _check(name, plan.timezone)
    row = {
        "name": name,
        "uid": secrets.token_hex(8),
        "program": program.program,
        "status": CohortStatus.OPEN,
        "starts_on": starts_on,
        "timezone": plan.timezone,
        "plan": plan.to_json(),
        "plan_hash": plan.hash,
        "launched_at": now,
    }
    conn.execute(insert_new(conn, Cohort).values(row))
    found = find(conn, name)
    _require(found, plan)
    if found.uid == row["uid"]:
        _remember(conn, found, now)
    return found.id


def require_free(conn: Connection, name: str, plan: Plan) -> None:
    """Raise MentorflowError for a name that none can have, or that a cohort has which goes by another plan."""
    _check(name, plan.timezone)
    row = conn.execute(_NAMED, {"wanted": name}).one_or_none()
    if row is not None:
        _require(_row(row), plan)


def find(conn: Connection, name: str) -> CohortRow:
    """The cohort of that name. Raises NotFoundError that names those there are."""
    row = conn.execute(_NAMED, {"wanted": name}).one_or_none()
    if row is not None:
        return _row(row)
    hint = did_you_mean(name, conn.execute(select(Cohort.name)).scalars())
    raise NotFoundError(f"there is no cohort '{name}'; {hint or 'open one with: mentorflow launch'}")


def listed(conn: Connection) -> tuple[CohortRow, ...]:
    """All cohorts, the latest start first."""
    rows = conn.execute(select(*_COLUMNS).order_by(Cohort.starts_on.desc(), Cohort.name))
    return tuple(_row(row) for row in rows)


def turn(conn: Connection, name: str, today: date, now: datetime, by: str = "program") -> Turn:
    """The view of a cohort on a day. Raises MentorflowError for a day before the last one on which something was done."""
    found = find(conn, name)
    if is_over(found, today):
        raise MentorflowError(
            f"cohort '{name}' has been run for {found.last_run_on}; it cannot be run for {today}: the calendar never goes "
            "back. Is the clock of this machine right?"
        )
    return Turn(found.id, found.name, plan_of(conn, found), today, now, by)


def is_open(conn: Connection, turn: Turn) -> bool:
    """If not, its record stands, and says who took part."""
    return conn.execute(select(Cohort.status).where(Cohort.id == turn.cohort_id)).scalar() == CohortStatus.OPEN


def require_open(conn: Connection, turn: Turn, what: str) -> None:
    """`what` cannot be done else. Raises MentorflowError."""
    if not is_open(conn, turn):
        raise MentorflowError(f"cohort '{turn.cohort}' is closed; {what} any more")


def is_over(cohort: CohortRow, today: date) -> bool:
    """Whether a later day than this one has been run."""
    return cohort.last_run_on is not None and today < cohort.last_run_on


def reached_on(conn: Connection, cohort: CohortRow) -> date:
    """The last day on which anything was done in the cohort or written down for it."""
    noted = select(func.max(History.happened_on)).where(History.cohort_id == cohort.id)
    proposed = select(func.max(Relationship.proposed_on)).where(Relationship.cohort_id == cohort.id)
    known = (cohort.last_run_on, *(conn.execute(query).scalar() for query in (noted, proposed)))
    return max((day for day in known if day is not None), default=date.min)


def plan_of(conn: Connection, cohort: CohortRow) -> Plan:
    """The plan the cohort was launched with."""
    key = (cohort.id, cohort.plan_hash)
    if key not in _plans:
        plan = Plan.from_json(conn.execute(select(Cohort.plan).where(Cohort.id == cohort.id)).scalar_one())
        for old in list(_plans)[: max(0, len(_plans) - _KEPT + 1)]:
            _plans.pop(old, None)
        _plans[key] = plan
    return _plans[key]


def _row(row: Row[Any]) -> CohortRow:
    values = row._asdict()
    return CohortRow(**{**values, "status": CohortStatus(values["status"])})


def _check(name: str, timezone: str) -> None:
    if not 0 < len(name) <= 80 or name != name.strip() or name[0] in _JOINING or not all(map(_fits, name)):
        raise MentorflowError(
            f"{name!a} cannot be the name of a cohort; write at most 80 letters, digits, blanks, dots, dashes, "
            "underscores and apostrophes, of which a letter or a digit is the first, like 'spring-2027'"
        )
    require_timezone(timezone)


def _fits(letter: str) -> bool:
    """Letters of any script, with their marks, and digits; and what joins words."""
    return letter in _JOINING or unicodedata.category(letter)[0] in "LMN"


def _remember(conn: Connection, cohort: CohortRow, now: datetime) -> None:
    row = {"cohort_id": cohort.id, "noun": "cohort", "noun_id": cohort.id, "event": "launch", "after": cohort.status}
    row |= {"happened_on": now.date(), "recorded_at": now, "by": "operator"}
    conn.execute(insert_new(conn, History).values(row))


def _require(found: CohortRow, plan: Plan) -> None:
    if found.plan_hash != plan.hash:
        raise MentorflowError(_already_running(found, plan))


def _already_running(found: CohortRow, plan: Plan) -> str:
    if found.program != plan.program.program:
        differs = f"it runs the program {found.program}, not {plan.program.program}"
    elif found.starts_on != plan.starts_on:
        differs = f"it starts on {found.starts_on}, not on {plan.starts_on}"
    elif found.timezone != plan.timezone:
        differs = f"its time zone is {found.timezone}, not {plan.timezone}"
    else:
        differs = f"its program file has changed since {found.launched_at.date()}"
    return (
        f"there is a cohort '{found.name}' already, and {differs}; the plan of a running cohort does not change by editing "
        "a file: launch another cohort under another name"
    )
