"""E-mail addresses: which are taken, which are the same, and which look like another. Asks no server."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from tasks.roster.values import Refused

_PLAIN = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*")
"""What stands before the @ of nearly every address, so that only its domain has to be asked about; all others are, whole."""

_LONGEST = 254 - 60
"""Below the limit of a whole address, whatever its domain becomes in ASCII."""


@dataclass(frozen=True)
class Address:
    written: str
    """What is written to: as it stands in the sheet; only a domain outside ASCII is in its ASCII form."""
    key: str
    domain: str
    """As people read it."""


def read_address(text: str, test: bool = False) -> Address:
    """Read an address; `test` takes the domain .test, which is made for made-up people. Raises Refused."""
    said = text.strip()
    local, _, domain = said.rpartition("@")
    found = _domain(domain, test) if _PLAIN.fullmatch(local) and len(said) <= _LONGEST else None
    if found is None:
        found = _validated(said, test)
    ascii_domain, shown = found
    sent_to = domain if domain.isascii() else ascii_domain
    return Address(f"{local}@{sent_to}", f"{local.casefold()}@{ascii_domain}", shown)


@lru_cache(maxsize=10_000)
def _domain(domain: str, test: bool) -> tuple[str, str] | None:
    """A domain in ASCII and as people read it; None if mail cannot go there. People of a cohort share few of them."""
    try:
        return _validated(f"a@{domain}", test)
    except Refused:
        return None


def _validated(said: str, test: bool) -> tuple[str, str]:
    if not said.rpartition("@")[0].isascii():
        raise Refused(f"'{said}' has letters before the @ that not every mail server takes", "ask for another address")
    try:
        found = validate_email(
            said, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=test
        )
    except EmailNotValidError as error:
        why = str(error).rstrip(".")
        is_made_up = said.casefold().endswith(".test")
        hint = "for people who are made up, add --test-addresses" if is_made_up and not test else None
        raise Refused(f"'{said}' is not an e-mail address: {why[0].lower()}{why[1:]}", hint) from error
    return found.ascii_domain.lower(), found.domain


def key_of(text: str) -> str:
    """The key of an address that somebody typed in order to find a person. Raises Refused."""
    return read_address(text, test=True).key


def mixes_scripts(domain: str) -> bool:
    """Whether a part of the domain is written in letters of two alphabets, as in a domain that pretends to be another."""
    return any(len(_scripts(label)) > 1 for label in domain.split("."))


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()} - {"CJK"}
