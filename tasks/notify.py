"""The port through which mails leave, with a folder behind it, and one in memory for tests. Knows no outbox and no templates."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from programs.errors import MentorflowError
from tasks.whole import UNFINISHED, reason

YOUNG = 60.0
"""Seconds; to write a mail takes none."""


class TryLaterError(Exception):
    """Not taken just now; the same mail may be taken later."""


class RefusedError(Exception):
    """This address takes no mail. Others are not concerned."""


class MisconfiguredError(MentorflowError):
    """Nothing can be sent until somebody changes a setting; no mail and no address is to blame."""


class Transport(Protocol):
    """Takes one mail for one address, or raises TryLaterError, RefusedError or MisconfiguredError."""

    @property
    def repeatable(self) -> bool:
        """Whether sending the same mail twice is the same as sending it once. If so, it is sent inside the transaction."""
        ...

    def send(self, mail: EmailMessage, to: str) -> None: ...


@dataclass(frozen=True)
class FolderTransport:
    """Writes every mail into a file named after its Message-ID: whole or not at all, and once however often it is sent."""

    folder: Path
    repeatable: bool = True
    _cleared: list[bool] = field(default_factory=list, repr=False, compare=False)
    """Filled with the first mail, when what died before was cleared away."""

    def send(self, mail: EmailMessage, to: str) -> None:
        place = self.folder / file_name(mail["Message-ID"])
        content = mail.as_bytes()
        unfinished = place.with_suffix(f".{os.getpid()}{UNFINISHED}")
        try:
            _write(unfinished, content)
            if not self._cleared:
                _clear(unfinished)
                self._cleared.append(True)
            unfinished.replace(place)
        except OSError as error:
            _forget(unfinished)
            raise MisconfiguredError(
                f"mails cannot be written to {self.folder}: {reason(error)}; make room or name another folder in "
                "MENTORFLOW_MAIL_FOLDER"
            ) from error


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _clear(own: Path) -> None:
    """Remove what was never finished, since whoever wrote it was killed; one that is young may still be written."""
    oldest = own.stat().st_mtime - YOUNG  # by the clock of the file system, whoever keeps it
    for left in own.parent.glob(f"*{UNFINISHED}"):
        with suppress(OSError):  # another deliverer may be clearing too
            if left.stat().st_mtime < oldest:
                left.unlink()


def _forget(unfinished: Path) -> None:
    with suppress(OSError):
        unfinished.unlink()


def file_name(message_id: str) -> str:
    """Different for different ids, whatever is in them, and harmless in every folder."""
    plain = message_id.strip().strip("<>")
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", plain.partition("@")[0]).strip(".")[:100]
    return f"{safe}-{hashlib.sha256(plain.encode()).hexdigest()[:10]}.eml"


@dataclass
class MemoryTransport:
    """Keeps what was sent. `answer` may raise for some mails, as a mail server would."""

    answer: Callable[[EmailMessage, str], None] = lambda _mail, _to: None
    repeatable: bool = False
    sent: list[tuple[str, EmailMessage]] = field(default_factory=list)

    def send(self, mail: EmailMessage, to: str) -> None:
        self.answer(mail, to)
        self.sent.append((to, mail))
