"""The short way through an address comes to the same as the whole one."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from tasks.roster.addresses import key_of, mixes_scripts, read_address
from tasks.roster.values import Refused

LOCAL = st.one_of(
    st.text("aB9.-_+'%!\" \\@(),:;<>éа", min_size=1, max_size=8),
    st.sampled_from(["x" * 64, "x" * 65, ".x", "x.", "a..b"]),
)
DOMAIN = st.one_of(
    st.sampled_from(
        ["example.org", "EXAMPLE.org", "bücher.example", "xn--bcher-kva.example", "localhost", "a.test", "gov.uk"]
    ),
    st.text("aB9.-éа", min_size=1, max_size=12),
    st.sampled_from([f"{'d' * 60}.{'e' * 60}.{'f' * 60}.org", "-a.org", "a..org", "a.org.", "1.2.3.4"]),
)


@given(LOCAL, DOMAIN)
def test_an_address_is_taken_exactly_if_the_validator_takes_it(local: str, domain: str) -> None:
    text = f"{local}@{domain}".strip()
    try:
        expected = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        expected = None
    try:
        found = read_address(text)
    except Refused:
        found = None
    assert (found is None) == (expected is None)
    if found and expected:
        assert found.key == f"{expected.local_part.casefold()}@{expected.ascii_domain.lower()}"
        assert found.written.isascii()


@given(LOCAL, DOMAIN)
def test_whatever_is_taken_has_the_same_key_when_it_is_read_again(local: str, domain: str) -> None:
    try:
        found = read_address(f"{local}@{domain}")
    except Refused:
        return
    assert key_of(found.written) == found.key
    assert key_of(found.written.upper()) == found.key


def test_a_domain_in_one_alphabet_mixes_nothing() -> None:
    assert not mixes_scripts("bücher-laden.example")
    assert not mixes_scripts("пример.example")
    assert mixes_scripts("exаmple.org")
