"""Commands that open a cohort, bring people in, and move it along."""

from __future__ import annotations

import shlex
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from flows import clock
from flows.cli import console, running, sheets, store
from flows.cli.overview import tell_waiting
from flows.cli.surroundings import Json, Today, folders
from programs import library
from programs.plan import Plan, make
from programs.words import count
from tasks import cohorts
from tasks.dashboard import dashboard
from tasks.db import reading, transaction
from tasks.enroll import EnrollReport
from tasks.enroll import enroll as take_in
from tasks.roster import Roster, write_rejected
from tasks.turn import Turn


def launch(
    file: str,
    /,
    *,
    cohort: str,
    start: date,
    timezone: str | None = None,
    named: sheets.Sheets = sheets.NOBODY,
    lenient: sheets.Lenient = sheets.STRICT,
    today: Today = None,
    json: Json = False,
) -> None:
    """Open a cohort of a program, with its people.

    The cohort keeps the plan it is launched with: editing the program file later does not change it. Launching the same
    again changes nothing. With a Prefect server configured, the cohort's daily run is put on its schedule there.

    Parameters
    ----------
    file
        A program file, or the name of a program.
    cohort
        What the cohort is called, like spring-2027.
    start
        Its first day, as YYYY-MM-DD.
    timezone
        Its time zone, like Europe/London. Default: the program's.
    """
    program = library.load(file, folders())
    plan = make(program, start, timezone)
    _require_free(cohort, plan)
    people = sheets.read(named, program, skip_invalid=lenient.skip_invalid) if named.files else None
    report = _open(plan, cohort, people, lenient, today or clock.today(plan.timezone))
    if json:
        opened = {"cohort": cohort, "program": program.program, "plan_hash": plan.hash}
        console.as_json({**opened, "enrolled": report.__dict__})
    else:
        console.say(f"{cohort}: {program.title}, from {start} ({plan.timezone}).")
        _tell_enrolled(report, people, cohort, lenient)


def _require_free(cohort: str, plan: Plan) -> None:
    """Asked before a sheet is read, which would only be told to lack the columns of another program."""
    if store.revision() is not None:
        with reading(store.opened()) as conn:
            cohorts.require_free(conn, cohort, plan)


def _open(plan: Plan, cohort: str, people: Roster | None, lenient: sheets.Leniency, today: date) -> EnrollReport:
    """The cohort and its people at once, or neither; then its daily run, where there is a server."""
    now = clock.now()
    with transaction(store.opened(create=True)) as conn:
        number = cohorts.launch(conn, plan.program, cohort, plan.starts_on, plan.timezone, now=now)
        turn = store.with_domain(Turn(number, cohort, plan, today, now, store.OPERATOR))
        report = take_in(conn, turn, people, skip_invalid=lenient.skip_invalid) if people else EnrollReport()
    _doubt_start(plan, cohort, today)
    if running.has_server():
        running.deploy(plan, cohort)
    return report


def enroll(
    cohort: str,
    /,
    *,
    named: sheets.Sheets = sheets.NOBODY,
    lenient: sheets.Lenient = sheets.STRICT,
    bring_back: Annotated[bool, Parameter(help="Include people who had withdrawn.")] = False,
    today: Today = None,
    json: Json = False,
) -> None:
    """Bring people into a cohort from sheets: all rows, or none.

    Every bad row is listed with its file, line and column. The same sheet again changes nothing; an edited sheet changes
    what was edited. Nobody is removed by not being on a sheet.

    Parameters
    ----------
    cohort
        The name of the cohort.
    """
    engine = store.opened()
    turn = store.turn_to_act(engine, cohort, today)
    people = sheets.read(named, turn.plan.program, skip_invalid=lenient.skip_invalid)
    with store.acting(engine, turn) as conn:
        report = take_in(conn, turn, people, skip_invalid=lenient.skip_invalid, bring_back=bring_back)
    _doubt_start(turn.plan, cohort, turn.today)
    if json:
        console.as_json(report.__dict__)
    else:
        _tell_enrolled(report, people, cohort, lenient)


def advance(cohort: str, /, *, today: Today = None, json: Json = False) -> None:
    """Do everything that is due in a cohort, once.

    Whatever was missed while nothing ran is made up for; what is past its time is left out and listed. A second time on the
    same day there is nothing left to do.

    Parameters
    ----------
    cohort
        The name of the cohort.
    """
    engine = store.opened()
    turn = store.turn_of(engine, cohort, today)
    if running.has_server():
        running.hand_over_day(turn, today)
        return
    done = running.run_day(engine, turn)
    if json:
        console.as_json([{"stage": one.stage, "what": one.what, "count": one.count} for one in done])
        return
    if not done:
        console.say(f"{cohort}, {turn.today}: nothing is due.")
    else:
        console.say(f"{cohort}, {turn.today}:")
        console.table(
            ("stage", "done", "count"), [(one.stage, one.what, f"{one.count:,}") for one in done], right=("count",)
        )

    with reading(engine) as conn:
        tell_waiting(dashboard(conn, turn), cohort)


def _doubt_start(plan: Plan, cohort: str, today: date) -> None:
    """A year that was mistyped opens a cohort that is over before it begins."""
    if plan.latest_end <= today:
        console.tell(
            f"warning: {cohort} starts on {plan.starts_on} and by plan ends on {plan.latest_end}, and it is {today} already. "
            "Who is matched now still gets the whole time; if the start is a slip, launch another cohort under another name"
        )


def _tell_enrolled(report: EnrollReport, people: Roster | None, cohort: str, lenient: sheets.Leniency) -> None:
    if people is None:
        console.say(
            f"Nobody is enrolled yet. Bring people in with: mentorflow enroll {shlex.quote(cohort)} --roster SHEET.csv"
        )
        return
    told = [
        (report.added, "added"),
        (report.changed, "changed"),
        (report.unchanged, "unchanged"),
        (report.returned, "back again"),
        (report.withdrawn, "withdrawn earlier and left so (--bring-back takes them in)"),
        (report.missing, "enrolled earlier and not on the sheet, left as they are"),
        (report.seeking_again, "who had found nobody look again"),
    ]
    console.say(
        *(
            f"{count(number, 'person') if number == 1 else f'{number:,} people'} {what}"
            for number, what in told
            if number
        )
    )
    if people.refused:
        file = lenient.file(cohort)
        many = write_rejected(people, file)
        refused, them = ("1 row was", "it") if many == 1 else (f"{many:,} rows were", "them")
        console.say(f"{refused} refused; correct {them} in {file} and enroll that sheet.")
