"""The command that rehearses a whole program with made-up people. Needs no server, no mail and no configuration."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter, validators

from flows.cli import console
from flows.cli.surroundings import Json, folders
from programs import library

if TYPE_CHECKING:
    from flows.demo.outcome import Outcome
    from flows.demo.rehearsal import Rehearsal

Count = Annotated[int, Parameter(validator=validators.Number(gte=2, lte=20_000))]


def demo(
    *, people: Count = 200, program: str = "four-phase", seed: int = 1, keep: Path | None = None, json: Json = False
) -> None:
    """A whole program with made-up people, in about a minute.

    They are enrolled from a sheet, matched, led from phase to phase, asked, reminded and let go on a virtual calendar, by the
    flows that also run in earnest. People answer as people do: some late, some never. At the end stands what became of
    everybody, and where the records and mails lie.

    Parameters
    ----------
    people
        How many people to make up.
    program
        A program file, or the name of a program.
    seed
        Another number makes other people.
    keep
        The folder in which all of it stays. Default: a new one among the temporary files.
    """
    from flows.demo import outcome, server, stage

    wanted = library.load(program, folders())
    folder = (keep or Path(tempfile.mkdtemp(prefix="mentorflow-demo-"))).resolve()
    began = monotonic()
    console.tell(
        f"{wanted.title}: {people:,} made-up people, enrolled on {stage.ENROLL_ON}, starting on {stage.STARTS_ON}"
    )
    with stage.at(folder), server.serving() as until_it_answers:
        from flows.quiet import quiet  # Prefect reads its settings when it is first loaded

        rehearsal = stage.prepare(wanted, folder, people, seed)
        until_it_answers()
        with quiet():
            last = _live(rehearsal, stage.days_to_live(wanted))
        turn = rehearsal.turn(last)
        found = outcome.outcome(rehearsal.engine, turn)
        files = outcome.write_files(rehearsal.engine, turn, folder)
        rehearsal.engine.dispose()
    _show(found, files, last, monotonic() - began, json)


def _live(rehearsal: Rehearsal, days: int) -> date:
    """Live through the calendar; tells what happened on each day on which something worth telling did."""
    from flows.demo.outcome import told
    from tasks.wording import called

    last = rehearsal.first_on
    with console.progress("days", days) as advance:
        for today, done in rehearsal.days():
            advance((today - last).days, f"{today:%d %b %Y}")
            plan = rehearsal.turn(today).plan
            story = [f"{called(work, plan)} ({count:,})" for work, count in told(done)]
            if story:
                console.tell(f"{today}  {'; '.join(story)}")
            last = today
    return last


def _show(found: Outcome, files: list[tuple[str, str]], last: date, seconds: float, json: bool) -> None:
    if json:
        names = ("line", "reason", *found.people[0][2:])
        lines = [dict(zip(names, row, strict=True)) for row in found.people[1:]]
        ways = dict(found.relationships)
        worth = dict(found.worth_opening)
        told = {"people": lines, "relationships": ways, "worth_opening": worth, "files": dict(files)}
        console.as_json({"enrolled": found.enrolled, **told})
        return
    heading, *rows = found.people
    console.say("", f"What became of the {found.enrolled:,} people, on {last}:", "")
    numbers = heading[2:]
    console.table(("people", "reason", *numbers), rows, right=numbers)
    console.say("", "What the relationships went through:", "")
    console.table(("relationships", "count"), found.relationships, right=("count",))
    console.say("", "Records worth opening first:", "")
    console.table(("record", "why"), [(f"records/{one}.md", why) for one, why in found.worth_opening])
    console.say("")
    console.table(("what", "where"), files)
    console.say("", f"Took {seconds:.0f} seconds.")
