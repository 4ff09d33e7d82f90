"""Makes one mail: headers that nobody's name can break, plain text in UTF-8, the same bytes every time. Knows no database."""

from __future__ import annotations

import quopri
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any

from tasks.notify import RefusedError

_registry = HeaderRegistry()
_REMEMBERED = 4096
_LINE = 78
"""Characters of a header that need not be folded (RFC 5322, 2.1.1)."""


class _Plain(str):
    """A header of plain ASCII that fits on one line. Parsing and folding it would change nothing and take longer than all else."""

    name: str
    defects = ()

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Remembering(EmailPolicy):
    """Folds equal headers once: most of a mail's headers stand in many mails."""

    def header_max_count(self, _: str) -> int | None:
        """`compose` sets each header once; the library would make a class to find that out."""
        return None

    def fold_binary(self, name: str, value: Any) -> bytes:
        return value.fold(policy=self).encode() if isinstance(value, _Plain) else _folded(name, value)


@lru_cache(maxsize=_REMEMBERED)
def _folded(name: str, value: Any) -> bytes:
    return SMTP.fold_binary(name, value)


_POLICY = _Remembering(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length)


@dataclass(frozen=True)
class Envelope:
    """What a mail says outside its text. `root` is the id all mails about one relationship refer to."""

    sender: str
    to_name: str
    to: str
    message_id: str
    sent_at: datetime
    root: str | None = None


def compose(envelope: Envelope, subject: str, body: str) -> EmailMessage:
    """The mail to exactly one person. Raises RefusedError for an address that cannot stand in a header."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in _headers(envelope, subject).items():
        mail[name] = _header(name, value)
    mail.set_payload(quopri.encodestring(body.encode()).decode("ascii"))
    return mail


def _headers(envelope: Envelope, subject: str) -> dict[str, str]:
    thread = bracketed(envelope.root) if envelope.root else None
    return {
        "From": _sender(envelope.sender),
        "To": _recipient(envelope.to_name, envelope.to),
        "Subject": harmless(subject, longest=400),
        "Date": format_datetime(envelope.sent_at),
        "Message-ID": bracketed(envelope.message_id),
        **({"In-Reply-To": thread, "References": thread} if thread else {}),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }


def _header(name: str, value: str) -> Any:
    """As the standard library makes it, unless that could only give back the same line."""
    if value.isascii() and value.isprintable() and len(name) + 2 + len(value) <= _LINE and value == value.strip():
        plain = _Plain(value)
        plain.name = name
        return plain
    return _parsed(name, value)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(name: str, value: str) -> Any:
    return _registry(name, value)


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip().strip('<>')}>"


@lru_cache(maxsize=16)
def _sender(sender: str) -> str:
    name, address = parseaddr(sender)
    return str(Address(harmless(name), addr_spec=address))


@lru_cache(maxsize=_REMEMBERED)
def _recipient(name: str, address: str) -> str:
    """Put together from parts: a name written into the header as it is could, with a comma, make two recipients."""
    if not address.isascii():
        raise RefusedError("the address has letters before the @ that mail servers do not take")
    try:
        return str(Address(harmless(name), addr_spec=address))
    except (MessageError, ValueError, IndexError) as error:
        raise RefusedError("the address cannot be written into a mail") from error


def harmless(text: str, longest: int = 120) -> str:
    """In one line, without signs that are not seen and turn the direction of writing."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())[:longest]
