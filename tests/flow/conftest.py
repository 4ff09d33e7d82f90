"""One Prefect server for all tests of flows, in a process of its own and a folder that is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.events.worker import EventsWorker

from tests.flow.prefect_server import IN_MEMORY, running


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A server to which flows of this process report.

    Prefect's own harness leaves results in the user's home, and keeps a file on which its server now and then waits a minute
    for itself.
    """
    from prefect import settings

    folder = tmp_path_factory.mktemp("prefect")
    with running(folder, PREFECT_SERVER_DATABASE_CONNECTION_URL=IN_MEMORY) as server:
        quiet = {
            settings.PREFECT_API_URL: server.url,
            settings.PREFECT_HOME: folder / "prefect",
            settings.PREFECT_LOCAL_STORAGE_PATH: folder / "prefect" / "storage",
            settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            settings.PREFECT_LOGGING_TO_API_ENABLED: False,
        }
        with settings.temporary_settings(quiet):
            yield


@pytest.fixture(scope="module", autouse=True)
def nothing_stays_connected() -> Iterator[None]:
    """A connection that is left open pings with random bytes, in the midst of whichever test this process then runs."""
    yield
    EventsWorker.drain_all(timeout=10)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty, current database and a mail folder, named by the environment; returns the folder."""
    monkeypatch.setenv("MENTORFLOW_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MENTORFLOW_MAIL_FOLDER", str(tmp_path / "mail"))
    return tmp_path
