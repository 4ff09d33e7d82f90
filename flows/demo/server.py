"""The Prefect server of a rehearsal: a process of its own that starts while the rest is prepared, and ends with the rehearsal.

Prefect would start one by itself, but only when the first run asks for it, and everybody would wait.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import CreateIndex, CreateTable

from programs.errors import MentorflowError

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST = "127.0.0.1"
BARE = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
"""No pages, none of the blocks that nobody uses here, and tables that `app` makes itself."""

PATIENCE = 120.0
"""Seconds until a server that does not answer is given up."""


def app() -> FastAPI:
    """What the process serves: Prefect's application without its pages."""
    from prefect.server.api.server import create_app  # noqa: PLC0415 - only the server's own process loads it

    served = create_app(ephemeral=True)
    living = served.router.lifespan_context

    @asynccontextmanager
    async def with_tables(of: FastAPI) -> AsyncIterator[Any]:
        await _make_tables()
        async with living(of) as state:
            yield state

    served.router.lifespan_context = with_tables
    return served


async def _make_tables() -> None:
    """The tables as they are now. Prefect's migrations would go through all the years in which they became so."""
    from prefect.server.database import orm_models, provide_database_interface  # noqa: PLC0415 - as above

    tables = orm_models.Base.metadata.sorted_tables
    async with (await provide_database_interface().engine()).begin() as connection:
        for table in tables:
            await connection.execute(CreateTable(table))
            for index in table.indexes:
                await connection.execute(CreateIndex(index, if_not_exists=True))  # one of them is declared twice


@contextmanager
def serving() -> Iterator[Callable[[], None]]:
    """A server starts, and the environment names it until the block ends; yields what waits until it answers."""
    port = _free_port()
    command = (
        sys.executable,
        "-m",
        "uvicorn",
        "--app-dir",
        str(Path(__file__).parents[2]),
        "--factory",
        f"{__name__}:app",
    )
    serve = ("--host", HOST, "--port", str(port), "--log-level", "error", "--lifespan", "on")
    environment = {**os.environ, **BARE}
    process = subprocess.Popen([*command, *serve], env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    os.environ["PREFECT_API_URL"] = f"http://{HOST}:{port}/api"
    try:
        yield partial(_wait, process, f"http://{HOST}:{port}/api/health")
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Raises MentorflowError when the server ends, or does not answer in time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    if process.poll() is not None:
        raise MentorflowError(f"Prefect's server ended as it started (exit status {process.returncode}); see above")
    raise MentorflowError(f"Prefect's server did not answer at {address} within {PATIENCE:.0f} seconds")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
