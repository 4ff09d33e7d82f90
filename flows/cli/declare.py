"""Commands around program files: what there is, a new one, and what is wrong with one. Needs no database."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli import console
from flows.cli.surroundings import Json, folders
from programs import library
from programs.errors import DeclarationError, NotFoundError, Problem
from programs.spec import Program
from programs.words import count


def check(file: str, /, *more: str, json: Json = False) -> int:
    """Find everything that is wrong in program files.

    All problems are listed at once as file:line:column, with what is wrong and a way out. What a file inherits is checked
    with it. Ends with 1 if there is any problem.

    Parameters
    ----------
    file
        A program file, or the name of a program.
    more
        Others.
    """
    found: list[Problem] = []
    told: list[str] = []
    more_to_come = False
    for each in (file, *more):
        try:
            told.append(f"{each}: fine. {_in_short(each)}")
        except DeclarationError as error:
            found.extend(error.problems)
            more_to_come = more_to_come or error.more
        except NotFoundError as error:
            found.append(Problem(each, 1, 1, "", str(error)))
    if json:
        console.as_json([problem.__dict__ for problem in found])
    else:
        console.say(*(str(problem) for problem in found), *told)
        if found:
            rest = ", and there are more: they are shown once these are mended" if more_to_come else ""
            console.tell(f"{len(found)} problem{'' if len(found) == 1 else 's'}{rest}")
        console.tell(*(f"note: {_named_alike(each)}" for each in (file, *more) if _named_alike(each)))
    return 1 if found else 0


def programs(*, json: Json = False) -> None:
    """List the programs there are.

    Your own ones are those in the folder that MENTORFLOW_PROGRAMS names; the others come with mentorflow. Any of them can be
    planned, launched, and started from with `new`.
    """
    rows = [_listed(name) for name in library.available(folders())]
    if json:
        console.as_json(rows)
    else:
        headings = ("name", "title", "phases", "lasts", "from")
        console.table(headings, [[row[heading] for heading in headings] for row in rows])


def new(
    name: str,
    /,
    *,
    source: Annotated[str, Parameter(name="--from")],
    folder: Path | None = None,
) -> None:
    """Start a program file of your own from one that exists.

    The file says only what differs from the program it extends, and shows in comments what can be changed. Nothing that
    exists is overwritten.

    Parameters
    ----------
    name
        What your program is called, in small letters, digits and dashes; the file is called NAME.yaml.
    source
        The program to begin with; `mentorflow programs` lists them.
    folder
        Where to write it. Default: the folder that MENTORFLOW_PROGRAMS names, or else the current one.
    """
    from flows.cli.start import written

    file = written(name, source, folder or (folders() or [Path()])[0], folders())
    console.say(f"{file}: written. It extends {source}; what you change in it is what differs.")
    if _named_alike(str(file)):
        console.tell(f"note: {_named_alike(str(file))}")
    console.say(f"Next: edit it, then: mentorflow check {shlex.quote(str(file))}")


def _named_alike(file: str) -> str | None:
    """What to say of a file that takes the name of a program that comes with mentorflow and says something else; that may be meant."""
    name = Path(file).stem.replace("_", "-")
    if not file.endswith((".yaml", ".yml")) or name not in library.shipped() or not Path(file).is_file():
        return None
    if Path(file).read_bytes() == library.find(name).read_bytes():
        return None
    return (
        f"mentorflow comes with a program '{name}' too; in the folder that MENTORFLOW_PROGRAMS names, {Path(file).name} is "
        "what that name means"
    )


def _in_short(file: str) -> str:
    """What it is. Raises DeclarationError with all that is wrong, NotFoundError for a name."""
    if library.is_standard(file, folders()):
        return "No program, but the forms and mails that every program has unless it declares its own."
    declared = library.read(file, folders())
    program, forms = declared.program, count(len(declared.forms), "form")
    return f"{program.title}: {count(len(program.phases), 'phase')}, {forms}, {_length(program)}."


def _length(program: Program) -> str:
    """The lengths of the phases that come by themselves, added up by unit: phases of 2 weeks and 3 months last 3 months 2 weeks."""
    least, most = _summed(program, "at_least"), _summed(program, "at_most")
    return least if least == most else f"{least} to {most}"


def _summed(program: Program, end: str) -> str:
    from programs.dates import Span, Unit
    from programs.ways import route

    totals = dict.fromkeys((Unit.YEAR, Unit.MONTH, Unit.WEEK, Unit.DAY), 0)
    for phase in route(program, program.shared_phases[0]):
        span: Span = getattr(phase.lasts, end)
        totals[span.unit] += span.count
    return " ".join(str(Span(count, unit)) for unit, count in totals.items() if count)


def _listed(name: str) -> dict[str, str]:
    found = library.find(name, folders())
    own = isinstance(found, Path) and any(found.parent == folder for folder in folders())
    where = "your folder" if own else "mentorflow"
    try:
        program = library.load(name, folders())
    except (DeclarationError, NotFoundError) as error:
        number = len(error.problems) if isinstance(error, DeclarationError) else 1
        wrong = f"({number} problem{'' if number == 1 else 's'}; see: mentorflow check {shlex.quote(name)})"
        return {
            "name": name,
            "title": wrong,
            "phases": "",
            "lasts": "",
            "from": where,
        }
    phases = ", ".join(phase.id for phase in program.phases)
    return {"name": name, "title": program.title, "phases": phases, "lasts": _length(program), "from": where}
