"""The command that finds what is wrong with an installation or its runs, and says how to mend it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from flows import clock
from flows.cli import console
from flows.cli.room import lacking
from flows.cli.shadows import shadow
from flows.cli.surroundings import Json, folders
from programs import library
from programs.errors import MentorflowError
from tasks.health import Trouble
from tasks.settings import Settings


def doctor(*, json: Json = False) -> int:
    """Find what is wrong with this installation or its runs, and how to mend it.

    Looks at the installed packages, the settings, your programs, the database and its cohorts, the mails, and the Prefect
    server if one is named. Changes nothing. Ends with 1 if anything is wrong, and with 0 where there are only warnings.
    """
    found: dict[str, list[Trouble]] = {name: _looked(look) for name, look in LOOKS.items()}
    if json:
        console.as_json({name: [trouble.__dict__ for trouble in troubles] for name, troubles in found.items()})
    else:
        for name, troubles in found.items():
            console.say(f"{name}: {_in_short(name, troubles)}".rstrip())
            console.say(*(line for trouble in troubles for line in (f"  {trouble.what}", f"    → {trouble.fix}")))
    return 1 if any(not trouble.is_warning for troubles in found.values() for trouble in troubles) else 0


def _looked(look: Callable[[], Iterator[Trouble]]) -> list[Trouble]:
    """What a look finds; one that cannot be finished, for whatever reason, is itself a finding and stops no other."""
    found: list[Trouble] = []
    try:
        found.extend(look())
    except Exception as error:
        what = str(error) if isinstance(error, MentorflowError) else f"{type(error).__name__}: {error}".splitlines()[0]
        found.append(Trouble(what, "mend this first; what depends on it was not looked at"))
    return found


def _in_short(name: str, troubles: list[Trouble]) -> str:
    if not troubles:
        return _well(name)
    many = len(troubles)
    warned = "a warning" if many == 1 else f"{many} warnings"
    return f"well, with {warned}" if all(trouble.is_warning for trouble in troubles) else ""


def _well(name: str) -> str:
    if name != "database":
        return "well"
    from flows.cli import store

    found = store.revision()
    return "none yet" if found is None else f"well (revision {found})"


def _packages() -> Iterator[Trouble]:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        yield Trouble(f"Python {sys.version.split()[0]} is not supported", "use Python 3.11, 3.12 or 3.13")
    complaint = shadow(("flows", "programs", "tasks"))
    if complaint:
        yield Trouble(complaint, "python -c 'import tasks; print(tasks.__file__)' shows where a name leads")
    yield from _versions()


def _versions() -> Iterator[Trouble]:
    from packaging.requirements import Requirement

    try:
        needed = [Requirement(text) for text in requires("mentorflow") or ()]
    except PackageNotFoundError:
        yield Trouble("mentorflow runs from its source and is not installed", "pip install -e . in its folder")
        return
    for one in needed:
        if one.marker is not None and not one.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(one.name)
        except PackageNotFoundError:
            yield Trouble(f"{one.name} is not installed", f"pip install '{one}'")
            continue
        if not one.specifier.contains(there, prereleases=True):
            yield Trouble(
                f"{one.name} {there} is installed, and mentorflow needs {one.specifier}", f"pip install '{one}'"
            )


def _settings() -> Iterator[Trouble]:
    settings = Settings.from_environment()
    if os.environ.get("PREFECT_API_URL") and "MENTORFLOW_DATABASE_URL" in settings.relative:
        exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.relative.items())
        yield Trouble(
            "the database is named by a relative path, which a Prefect worker's runs refuse: their folders are thrown away",
            f"here and where the worker is started: export {exports}",
        )
    folder = settings.mail_folder
    why = lacking(folder)
    if why:
        fix = "make room there, or name another folder in MENTORFLOW_MAIL_FOLDER"
        yield Trouble(f"mails cannot be written to {folder}: {why}", fix)
    yield from _mails(settings)


def _mails(settings: Settings) -> Iterator[Trouble]:
    """What nobody chose and works here, but hardly as it is meant."""
    if settings.mail_from == Settings.mail_from:
        yield Trouble(
            f"mails come from {settings.mail_from}, which nobody can answer",
            "say in whose name they are written: export MENTORFLOW_MAIL_FROM='Mentoring <mentoring@example.org>'",
            is_warning=True,
        )
    place = settings.relative.get("MENTORFLOW_MAIL_FOLDER")
    if place:
        yield Trouble(
            f"mails go to '{settings.mail_folder}' in whatever folder a command is typed in",
            f"export MENTORFLOW_MAIL_FOLDER={shlex.quote(place)}",
            is_warning=True,
        )


def _programs() -> Iterator[Trouble]:
    for name in library.available(folders()):
        own = library.find(name, folders())
        if name in library.shipped() and isinstance(own, Path) and own.parent in folders():
            yield Trouble(
                f"'{name}' means your {own}, and not the program of that name that comes with mentorflow",
                "if that is not meant, rename the file and the program in it",
                is_warning=True,
            )
        try:
            library.load(name, folders())
        except MentorflowError as error:
            number = len(str(error).splitlines())
            yield Trouble(
                f"program '{name}' has {number} problem{'' if number == 1 else 's'}",
                f"mentorflow check {shlex.quote(name)}",
            )


def _database() -> Iterator[Trouble]:
    from flows.cli import store
    from tasks import health, schema
    from tasks.db import reading, shared_engine

    file = store.file()
    why = lacking(file.parent) if file else None
    if file and why:
        fix = f"make room there, or move {file.name} and name its new place in MENTORFLOW_DATABASE_URL"
        yield Trouble(f"the database cannot be written in {file.absolute().parent}: {why}", fix)
    found, newest, now = store.revision(), schema.head(), clock.now()
    if found is None:
        return  # nothing has been launched yet, which is no fault
    if found != newest:
        yield Trouble(
            f"the database has revision {found}, this mentorflow works with {newest}; what it holds was not looked at",
            "mentorflow status brings it up to date, and keeps a copy of an SQLite file",
        )
        return
    with reading(shared_engine(Settings.from_environment().database_url)) as conn:
        yield from health.troubles(conn, now.date(), now)


def _prefect() -> Iterator[Trouble]:
    from flows.cli.server_health import troubles

    if os.environ.get("PREFECT_API_URL"):
        yield from troubles(os.environ["PREFECT_API_URL"], clock.now())


LOOKS: dict[str, Callable[[], Iterator[Trouble]]] = {
    "packages": _packages,
    "settings": _settings,
    "programs": _programs,
    "database": _database,
    "Prefect server": _prefect,
}
