"""Flow runs inside a flow run, without a heartbeat each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings


@contextmanager
def quiet() -> Iterator[None]:
    """Runs that begin in this block send no heartbeats of their own; the run around them sends them for all.

    At its end, every heartbeat keeps its run waiting for up to a second. Settings take a moment to change, so that a block
    within such a block changes nothing.
    """
    if PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None:
        yield
        return
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
