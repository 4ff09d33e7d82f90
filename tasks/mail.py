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

_make = HeaderRegistry()
_REMEMBERED = 4096


class _Remembering(EmailPolicy):
    """Folds equal headers once: a mail's headers take longer to write than its text, and most of them repeat."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded(name, value)


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
    mail["From"] = _sender(envelope.sender)
    mail["To"] = _recipient(envelope.to_name, envelope.to)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = _header("Date", format_datetime(envelope.sent_at))
    mail["Message-ID"] = bracketed(envelope.message_id)
    if envelope.root:
        mail["In-Reply-To"] = _header("In-Reply-To", bracketed(envelope.root))
        mail["References"] = _header("References", bracketed(envelope.root))
    mail["Auto-Submitted"] = _header("Auto-Submitted", "auto-generated")
    mail["MIME-Version"] = _header("MIME-Version", "1.0")
    mail["Content-Type"] = _header("Content-Type", 'text/plain; charset="utf-8"')
    mail["Content-Transfer-Encoding"] = _header("Content-Transfer-Encoding", "quoted-printable")
    mail.set_payload(quopri.encodestring(body.encode()).decode("ascii"))
    return mail


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip().strip('<>')}>"


@lru_cache(maxsize=_REMEMBERED)
def _header(name: str, value: str) -> Any:
    return _make(name, value)


@lru_cache(maxsize=16)
def _sender(sender: str) -> Any:
    name, address = parseaddr(sender)
    return _make("From", str(Address(harmless(name), addr_spec=address)))


@lru_cache(maxsize=_REMEMBERED)
def _recipient(name: str, address: str) -> Any:
    """Built from parts: written as text, a comma in the name would make two recipients."""
    if not address.isascii():
        raise RefusedError("the address has letters before the @ that mail servers do not take")
    try:
        return _make("To", str(Address(harmless(name), addr_spec=address)))
    except (MessageError, ValueError, IndexError) as error:
        raise RefusedError("the address cannot be written into a mail") from error


def harmless(name: str) -> str:
    """In one line, without marks that turn the direction of writing."""
    return " ".join("".join(sign for sign in name if sign.isprintable() or sign.isspace()).split())[:120]
