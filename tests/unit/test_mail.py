"""A mail reaches one person under one name, whatever that name is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.mail import Envelope, compose
from tasks.notify import RefusedError

ENVELOPE = Envelope(
    sender='"Mentoring, the program" <mentoring@example.org>',
    to_name="Ana Pérez",
    to="ana@example.com",
    message_id="<ask.7.open.0a1b@example.org>",
    sent_at=datetime(2027, 1, 4, 8, 0, tzinfo=UTC),
    root="R-7F3K2.0a1b@example.org",
)


def read(mail: EmailMessage) -> EmailMessage:
    """As whoever gets it reads it."""
    found = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    """Lines end with CRLF on their way."""
    return str(mail.get_content()).replace("\r\n", "\n")


def test_a_mail_says_what_mail_programs_need_to_know() -> None:
    found = read(compose(ENVELOPE, "Welcome, Ana", "Dear Ana,\n\nWelcome!\n"))
    assert (found["Subject"], text_of(found)) == ("Welcome, Ana", "Dear Ana,\n\nWelcome!\n")
    assert found["From"].addresses[0].display_name == "Mentoring, the program"
    assert found["Date"].datetime == ENVELOPE.sent_at
    assert found["Message-ID"] == "<ask.7.open.0a1b@example.org>"
    assert found["In-Reply-To"] == found["References"] == "<R-7F3K2.0a1b@example.org>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert (found.get_content_type(), found.get_content_charset()) == ("text/plain", "utf-8")
    assert not found.defects


def test_the_same_mail_is_the_same_bytes_every_time() -> None:
    first, second = (compose(ENVELOPE, "Hé", "Bödy\n").as_bytes() for _ in range(2))
    assert first == second


def test_a_mail_about_no_relationship_belongs_to_no_thread() -> None:
    found = read(compose(replace(ENVELOPE, root=None), "s", "b\n"))
    assert (found["In-Reply-To"], found["References"]) == (None, None)


HOSTILE = [
    "Ana\r\nBcc: everybody@example.com",
    "Ana, boss@example.com",
    'Ana "the boss" <boss@example.com>',
    "אנה כהן",
    "Ana \u202egro.elpmaxe@ssob",
    "=?utf-8?q?Ana?=",
    "Ana\x00\x07",
    "A" * 500,
    "",
    "Ünïcödé, mit Komma",
    "(comment) Ana",
    "a@b.c",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_makes_a_second_recipient_or_another_header(name: str) -> None:
    found = read(compose(replace(ENVELOPE, to_name=name), "Hello", "b\n"))
    assert [address.addr_spec for address in found["To"].addresses] == ["ana@example.com"]
    assert found["Bcc"] is None
    assert text_of(found) == "b\n"


@given(st.text(max_size=200), st.text(max_size=300))
def test_whatever_people_are_called_and_write_the_headers_stay_what_they_are(name: str, subject: str) -> None:
    mail = compose(replace(ENVELOPE, to_name=name), subject, "b\n")
    found = read(mail)
    assert [address.addr_spec for address in found["To"].addresses] == ["ana@example.com"]
    assert list(found.keys()) == list(mail.keys())
    assert text_of(found) == "b\n"
    assert all(len(line) <= 998 and line.isascii() for line in mail.as_bytes().decode().split("\r\n"))


@given(
    st.text(
        alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85"), max_size=300
    )
)
def test_a_text_arrives_as_it_was_written(text: str) -> None:
    assert text_of(read(compose(ENVELOPE, "s", f"{text}\n"))) == f"{text}\n"


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x2FF), max_size=120))
def test_a_subject_arrives_in_its_own_words(subject: str) -> None:
    found = read(compose(ENVELOPE, subject, "b\n"))
    assert found["Subject"].split() == subject.split() or "=?" in subject


@pytest.mark.parametrize(
    "address",
    ["ana", "ana@", "a b@example.com", "ana@example.com, bob@example.com", "ünï@example.com", "a@b\r\nBcc: c@d"],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(RefusedError):
        compose(replace(ENVELOPE, to=address), "s", "b\n")
