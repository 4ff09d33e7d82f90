"""The server that a rehearsal starts for itself."""

from __future__ import annotations

import os
import urllib.error
import urllib.request

import pytest

from flows.demo import server
from programs.errors import MentorflowError


def test_it_answers_while_the_rehearsal_lasts_and_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "sqlite+aiosqlite:///:memory:")
    with server.serving() as until_it_answers:
        until_it_answers()
        address = f"{os.environ['PREFECT_API_URL']}/health"
        with urllib.request.urlopen(address, timeout=10) as reply:
            assert reply.read() == b"true"
    assert "PREFECT_API_URL" not in os.environ
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=10)


def test_a_server_that_cannot_start_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "sqlite+aiosqlite:////nowhere/at/all.db")
    with server.serving() as until_it_answers, pytest.raises(MentorflowError, match="ended as it started"):
        until_it_answers()
