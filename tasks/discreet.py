"""Keeps personal data out of what leaves for Prefect: of a failure only its kind and its place get through. Knows no Prefect."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from programs.errors import AnswerRefusedError, MentorflowError, ProblemsError
from tasks.whole import FULL, is_full

ROOT = Path(__file__).resolve().parent.parent
OURS = ("flows", "programs", "tasks")


class PassingError(MentorflowError):
    """The database could not be reached, was busy, or had no room; the same may well succeed in a moment."""


class FaultError(Exception):
    """Something went wrong that the operator did not cause. The text names the kind and the place, never a value."""


@contextmanager
def discreet(what: str) -> Iterator[None]:
    """Let only errors through whose text is safe to show to whoever may watch the runs.

    Our own errors speak in ids, but what is wrong with a row of a roster or with an answer quotes it; a database's errors
    quote the values it was given.
    """
    try:
        yield
    except (ProblemsError, AnswerRefusedError) as error:
        raise MentorflowError(f"{what}: {_counted(error)}; the command line shows them") from None
    except (MentorflowError, FaultError):
        raise
    except SQLAlchemyError as error:
        kind = f"{what}: the database says {type(getattr(error, 'orig', None) or error).__name__}"
        if is_full(error):
            raise PassingError(f"{kind}; it cannot be written: {FULL}, so make room where it is kept") from None
        if is_passing(error):
            raise PassingError(f"{kind}; it could not be reached or was busy") from None
        raise FaultError(f"{kind}, {place(error)}") from None
    except Exception as error:
        raise FaultError(f"{what}: {type(error).__name__}, {place(error)}") from None


def is_passing(error: BaseException) -> bool:
    """Whether the fault lies in the connection or in somebody else's lock, and not in what was asked."""
    return isinstance(error, OperationalError | InterfaceError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def place(error: BaseException) -> str:
    """The innermost line of ours that was running, such as `at tasks/steps.py:40 in open_steps`."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in OURS:
            return f"at {path.relative_to(ROOT).as_posix()}:{frame.lineno} in {frame.name}"
    return "at a place outside mentorflow"


def _counted(error: MentorflowError) -> str:
    if isinstance(error, ProblemsError):
        count = len(error.problems)
        return f"{count} problem{'' if count == 1 else 's'} in what was read"
    return "an answer was refused"
