"""E-mail addresses: which are taken, which are the same, and which look like another. Asks no server."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from tasks.roster.values import Refused


@dataclass(frozen=True)
class Address:
    written: str
    """What is written to: as it stands in the sheet; only a domain outside ASCII is in its ASCII form."""
    key: str
    domain: str
    """As people read it."""


@lru_cache(maxsize=20_000)
def read_address(text: str, test: bool = False) -> Address:
    """Read an address; `test` takes the domain .test, which is made for made-up people. Raises Refused."""
    local, _, domain = text.strip().rpartition("@")
    if not local.isascii():
        raise Refused(
            f"'{text.strip()}' has letters before the @ that not every mail server takes", "ask for another address"
        )
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=test
        )
    except EmailNotValidError as error:
        why = str(error).rstrip(".")
        raise Refused(f"'{text.strip()}' is not an e-mail address: {why[0].lower()}{why[1:]}") from error
    sent_to = domain if domain.isascii() else found.ascii_domain
    return Address(f"{local}@{sent_to}", f"{local.casefold()}@{found.ascii_domain.lower()}", found.domain)


def key_of(text: str) -> str:
    """The key of an address that somebody typed in order to find a person. Raises Refused."""
    return read_address(text, test=True).key


def mixes_scripts(domain: str) -> bool:
    """Whether a part of the domain is written in letters of two alphabets, as in a domain that pretends to be another."""
    return any(len(_scripts(label)) > 1 for label in domain.split("."))


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()} - {"CJK"}
