"""What the environment decides, read once and checked. Everything has a default with which a first cohort works."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from programs.errors import MentorflowError
from programs.words import closest

PREFIX = "MENTORFLOW_"
NAMES = (
    "DATABASE_URL",
    "PROGRAMS",
    "MAIL_FOLDER",
    "MAIL_FROM",
    "MAIL_DOMAIN",
    "ANSWER_URL",
    "COORDINATOR_NAME",
    "COORDINATOR_EMAIL",
)
_SCHEMES = ("sqlite", "postgresql", "postgres", "postgresql+psycopg")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """Where things are kept, and in whose name mails are written."""

    database_url: str = "sqlite:///mentorflow.db"
    programs: Path | None = None
    """The folder of the operator's own program files."""
    mail_folder: Path = Path("mail")
    mail_from: str = "Mentoring <mentoring@localhost>"
    mail_domain: str = "localhost"
    """The right half of every Message-ID."""
    answer_url: str = ""
    """What links to forms begin with; without it, mails carry none."""
    coordinator_name: str = "Mentoring"
    coordinator_email: str = "mentoring@localhost"

    @property
    def relative(self) -> dict[str, str]:
        """The variables that name a place by way of the current folder, each with the value that names it from anywhere."""
        scheme, _, rest = self.database_url.partition("://")
        file, mark, query = rest.partition("/")[2].partition("?")
        found = {}
        if scheme == "sqlite" and not Path(file).is_absolute():
            found[f"{PREFIX}DATABASE_URL"] = f"sqlite:///{Path(file).absolute()}{mark}{query}"
        if not self.mail_folder.is_absolute():
            found[f"{PREFIX}MAIL_FOLDER"] = f"{self.mail_folder.absolute()}"
        return found

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the variables that begin with MENTORFLOW_. An empty one counts as not set. Errors name the variable."""
        environ = os.environ if environ is None else environ
        _no_misspelling(environ)
        said = {name: environ.get(PREFIX + name, "").strip() for name in NAMES}
        given = {name: value for name, value in said.items() if value}
        sender = _address("MAIL_FROM", given.get("MAIL_FROM", cls.mail_from))
        return cls(
            database_url=_database(given.get("DATABASE_URL", cls.database_url)),
            programs=_folder("PROGRAMS", given["PROGRAMS"]) if "PROGRAMS" in given else None,
            mail_folder=_place("MAIL_FOLDER", given.get("MAIL_FOLDER", str(cls.mail_folder))),
            mail_from=str(sender),
            mail_domain=_domain("MAIL_DOMAIN", given.get("MAIL_DOMAIN", sender.domain)),
            answer_url=_web("ANSWER_URL", given.get("ANSWER_URL", "")),
            coordinator_name=_line(
                "COORDINATOR_NAME", given.get("COORDINATOR_NAME", sender.display_name or "Mentoring")
            ),
            coordinator_email=_address("COORDINATOR_EMAIL", given.get("COORDINATOR_EMAIL", sender.addr_spec)).addr_spec,
        )


def _no_misspelling(environ: Mapping[str, str]) -> None:
    """A misspelled variable would silently leave its default, such as an empty database in the current folder."""
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX)
        if name == variable or name in NAMES:
            continue
        near = closest(name, NAMES)
        if near:
            raise MentorflowError(f"{variable} is not read by mentorflow; did you mean {PREFIX}{near}?")


def _wrong(name: str, value: str, why: str) -> MentorflowError:
    return MentorflowError(f"{PREFIX}{name} is '{value}': {why}")


def _database(url: str) -> str:
    """The address is not repeated in the error: it may hold a password."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _SCHEMES or not rest:
        raise MentorflowError(
            f"{PREFIX}DATABASE_URL is not the address of a database; write sqlite:///mentorflow.db for a file, or "
            "postgresql://user:password@host/database"
        )
    return url


def _folder(name: str, value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_dir():
        raise _wrong(name, value, "there is no such folder")
    return path


def _place(name: str, value: str) -> Path:
    path = Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise _wrong(name, value, "that is a file; name a folder")
    return path


def _line(name: str, value: str) -> str:
    if not value.isprintable():
        raise _wrong(name, ascii(value), "write it in one line")
    return value


def _address(name: str, value: str) -> Address:
    display, spec = parseaddr(_line(name, value))
    why = "write an address, like mentoring@example.org or Mentoring <mentoring@example.org>"
    if not spec.isascii() or spec.count("@") != 1 or spec not in value:
        raise _wrong(name, value, why)
    try:
        made = Address(display, addr_spec=spec)
    except (MessageError, ValueError, IndexError) as error:
        raise _wrong(name, value, why) from error
    _domain(name, made.domain)
    return made


def _domain(name: str, value: str) -> str:
    if _DOMAIN.fullmatch(value) is None:
        raise _wrong(name, value, "that is not the name of a domain, like example.org")
    return value


def _web(name: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise _wrong(name, value, "write where the pages are served, like https://mentoring.example.org")
    return value.rstrip("/")
